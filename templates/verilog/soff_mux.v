// One of 2^SEL_W words by a binary index: a tree of two-way multiplexers, which tools turn into their wide ones. The highest
// bit of the index chooses first, so that each level is one choice between two halves. Combinational.
module soff_mux #(
    parameter SEL_W = 4,  // bits of the index, at least 1
    parameter WIDTH = 32
) (
    input wire [SEL_W-1:0] sel,
    input wire [(WIDTH<<SEL_W)-1:0] a,
    output wire [WIDTH-1:0] y
);
  genvar l;
  generate
    for (l = 0; l < SEL_W; l = l + 1) begin : g_level
      localparam HALF = WIDTH << (SEL_W - l - 1);
      wire [2*HALF-1:0] from;
      wire [HALF-1:0] to;
      if (l == 0) assign from = a;
      else assign from = g_level[l-1].to;
      assign to = sel[SEL_W-l-1] ? from[2*HALF-1:HALF] : from[HALF-1:0];
    end
  endgenerate
  assign y = g_level[SEL_W-1].to;
endmodule
