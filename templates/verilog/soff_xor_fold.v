// Folds IN_W bits to OUT_W by XOR: bit i of the input goes to bit i mod OUT_W. Combinational.
module soff_xor_fold #(
    parameter IN_W = 32,
    parameter OUT_W = 8
) (
    input wire [IN_W-1:0] a,
    output wire [OUT_W-1:0] y
);
  genvar b, i;
  generate
    for (b = 0; b < OUT_W; b = b + 1) begin : g_bit
      wire [IN_W-1:0] part;
      for (i = 0; i < IN_W; i = i + 1) begin : g_part
        assign part[i] = (i % OUT_W == b) ? a[i] : 1'b0;
      end
      assign y[b] = ^part;
    end
  endgenerate
endmodule
