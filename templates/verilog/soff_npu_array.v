// The multiplier array: TO dot products of TI int8 a cycle. The weights stand still while the pixels of a step pass by;
// the next step's are loaded into a shadow meanwhile, a line at a time, and `swap` comes with its first pixel.
// Two products share one multiplier: the weights of two outputs are one operand, 18 bits apart, and four such products
// add up before the halves would touch (each is at most 2^14). A line holds, byte by byte, the weights of outputs 2p and
// 2p + 1 for input i at entry p * TI + i. Sums are there 3 cycles after the pixel.
module soff_npu_array #(
    parameter TI = 8,
    parameter TO = 8,
    parameter LINE_BYTES = 64,
    parameter CHUNKS = (TI * TO > LINE_BYTES) ? TI * TO / LINE_BYTES : 1,
    parameter CHUNK_W = (CHUNKS > 1) ? $clog2(CHUNKS) : 1
) (
    input wire clk,
    input wire load,
    input wire [CHUNK_W-1:0] load_at,
    input wire [8*LINE_BYTES-1:0] load_data,
    input wire in_valid,
    input wire in_swap,
    input wire [8*TI-1:0] in_data,
    output wire [32*TO-1:0] sums
);
  localparam GROUP = 4;
  localparam GROUPS = TI / GROUP;
  localparam PER_LINE = LINE_BYTES / 2;

  reg x_valid;
  reg s_valid;
  always @(posedge clk) begin
    x_valid <= in_valid;
    s_valid <= x_valid;
  end
  wire swap = in_valid && in_swap;

  genvar p, g, i;
  generate
    for (i = 0; i < TI; i = i + 1) begin : g_x
      reg signed [7:0] x;
      always @(posedge clk) if (in_valid) x <= in_data[8*i+:8];
    end
    for (p = 0; p < TO / 2; p = p + 1) begin : g_pair
      for (i = 0; i < TI; i = i + 1) begin : g_weight
        localparam ENTRY = p * TI + i;
        localparam [31:0] CHUNK = ENTRY / PER_LINE;
        localparam SLOT = ENTRY % PER_LINE;
        wire signed [7:0] w0 = load_data[16*SLOT+:8];
        wire signed [7:0] w1 = load_data[16*SLOT+8+:8];
        reg signed [26:0] shadow;
        reg signed [26:0] w;
        always @(posedge clk) begin
          if (load && load_at == CHUNK[CHUNK_W-1:0]) shadow <= {w1[7], w1, 18'd0} + {{19{w0[7]}}, w0};
          if (swap) w <= shadow;
        end
      end
      for (g = 0; g < GROUPS; g = g + 1) begin : g_group
        reg signed [37:0] s;
        always @(posedge clk)
          if (x_valid)
            s <= g_weight[4*g].w * g_x[4*g].x + g_weight[4*g+1].w * g_x[4*g+1].x
               + g_weight[4*g+2].w * g_x[4*g+2].x + g_weight[4*g+3].w * g_x[4*g+3].x;
        wire signed [31:0] low;
        wire signed [31:0] high;
        if (g == 0) begin : g_first
          assign low = {{14{s[17]}}, s[17:0]};
          assign high = {{12{s[37]}}, s[37:18]} + {31'd0, s[17]};
        end else begin : g_next
          assign low = g_group[g-1].low + {{14{s[17]}}, s[17:0]};
          assign high = g_group[g-1].high + {{12{s[37]}}, s[37:18]} + {31'd0, s[17]};
        end
      end
      reg [31:0] y0;
      reg [31:0] y1;
      always @(posedge clk) begin
        if (s_valid) begin
          y0 <= g_group[GROUPS-1].low;
          y1 <= g_group[GROUPS-1].high;
        end
      end
      assign sums[64*p+:32] = y0;
      assign sums[64*p+32+:32] = y1;
    end
    if (CHUNKS == 1) begin : g_one_chunk
      wire unused = &{1'b0, load_data};
    end
  endgenerate
endmodule
