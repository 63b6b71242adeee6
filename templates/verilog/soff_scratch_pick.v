// Brings a naturally aligned access of a word down to the word's low bytes; the bytes above it are void. An access of 2^m bytes
// starts at a multiple of 2^m, so each address bit only has to move the half that it selects: DATA_BYTES two-way
// multiplexers of a byte instead of a rotation. Combinational.
module soff_scratch_pick #(
    parameter DATA_BYTES = 8,  // power of two
    parameter GRAIN_LOG = 2,  // lanes are of 2^GRAIN_LOG bytes, at most DATA_BYTES
    parameter LANE_W = 1  // bits of `lane`, at least 1
) (
    input wire [LANE_W-1:0] lane,
    input wire [8*DATA_BYTES-1:0] word,
    output wire [8*DATA_BYTES-1:0] value
);
  localparam STEPS = $clog2(DATA_BYTES) - GRAIN_LOG;
  genvar s;
  generate
    for (s = 0; s < STEPS; s = s + 1) begin : g_step
      // From the widest half to the narrowest.
      localparam HALF = (8 << GRAIN_LOG) << (STEPS - 1 - s);
      wire [8*DATA_BYTES-1:0] from;
      wire [8*DATA_BYTES-1:0] to;
      if (s == 0) assign from = word;
      else assign from = g_step[s-1].to;
      assign to[HALF-1:0] = lane[STEPS-1-s] ? from[2*HALF-1:HALF] : from[HALF-1:0];
      assign to[8*DATA_BYTES-1:HALF] = from[8*DATA_BYTES-1:HALF];
    end
    if (STEPS > 0) begin : g_out
      assign value = g_step[STEPS-1].to;
    end else begin : g_out
      assign value = word;
      wire unused = &{1'b0, lane};
    end
  endgenerate
endmodule
