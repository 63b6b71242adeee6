// Puts a naturally aligned access, given in the low bytes, to its place in a word: the inverse of soff_scratch_pick. Data
// outside the mask is void. Combinational.
module soff_scratch_place #(
    parameter DATA_BYTES = 8,  // power of two
    parameter GRAIN_LOG = 2,  // lanes are of 2^GRAIN_LOG bytes, at most DATA_BYTES
    parameter LANE_W = 1  // bits of `lane`, at least 1
) (
    input wire [LANE_W-1:0] lane,
    input wire [8*DATA_BYTES-1:0] value,
    input wire [DATA_BYTES-1:0] value_mask,
    output wire [8*DATA_BYTES-1:0] word,
    output wire [DATA_BYTES-1:0] word_mask
);
  localparam STEPS = $clog2(DATA_BYTES) - GRAIN_LOG;
  genvar s;
  generate
    for (s = 0; s < STEPS; s = s + 1) begin : g_step
      // From the narrowest half to the widest. What is void above the access may be overwritten.
      localparam HALF = (1 << GRAIN_LOG) << s;
      wire [8*DATA_BYTES-1:0] from;
      wire [8*DATA_BYTES-1:0] to;
      wire [DATA_BYTES-1:0] from_mask;
      wire [DATA_BYTES-1:0] to_mask;
      if (s == 0) begin : g_from
        assign from = value;
        assign from_mask = value_mask;
      end else begin : g_from
        assign from = g_step[s-1].to;
        assign from_mask = g_step[s-1].to_mask;
      end
      assign to[8*HALF-1:0] = from[8*HALF-1:0];
      assign to[16*HALF-1:8*HALF] = lane[s] ? from[8*HALF-1:0] : from[16*HALF-1:8*HALF];
      assign to_mask[HALF-1:0] = lane[s] ? {HALF{1'b0}} : from_mask[HALF-1:0];
      assign to_mask[2*HALF-1:HALF] = lane[s] ? from_mask[HALF-1:0] : from_mask[2*HALF-1:HALF];
      if (2 * HALF < DATA_BYTES) begin : g_rest
        assign to[8*DATA_BYTES-1:16*HALF] = from[8*DATA_BYTES-1:16*HALF];
        assign to_mask[DATA_BYTES-1:2*HALF] = from_mask[DATA_BYTES-1:2*HALF];
      end
    end
    if (STEPS > 0) begin : g_out
      assign word = g_step[STEPS-1].to;
      assign word_mask = g_step[STEPS-1].to_mask;
    end else begin : g_out
      assign word = value;
      assign word_mask = value_mask;
      wire unused = &{1'b0, lane};
    end
  endgenerate
endmodule
