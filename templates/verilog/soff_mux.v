// One of 2^SEL_W words by a binary index: a tree of two-way multiplexers, which tools turn into their wide ones.
// Combinational.
module soff_mux #(
    parameter SEL_W = 4,  // bits of the index, at least 1
    parameter WIDTH = 32
) (
    input wire [SEL_W-1:0] sel,
    input wire [(WIDTH<<SEL_W)-1:0] a,
    output wire [WIDTH-1:0] y
);
  genvar l, j;
  generate
    for (l = 0; l < SEL_W; l = l + 1) begin : g_level
      wire [(WIDTH<<(SEL_W-l))-1:0] from;
      wire [(WIDTH<<(SEL_W-l-1))-1:0] to;
      if (l == 0) assign from = a;
      else assign from = g_level[l-1].to;
      for (j = 0; j < (1 << (SEL_W - l - 1)); j = j + 1) begin : g_pair
        assign to[j*WIDTH+:WIDTH] = sel[l] ? from[(2*j+1)*WIDTH+:WIDTH] : from[2*j*WIDTH+:WIDTH];
      end
    end
  endgenerate
  assign y = g_level[SEL_W-1].to;
endmodule
