// Lowest set bit of a vector, as a one-hot mask and as an index. Combinational, logarithmic depth for the index.
module soff_first #(
    parameter N = 8
) (
    input wire [N-1:0] a,
    output wire any,
    output wire [N-1:0] mask,
    output wire [((N > 1) ? $clog2(N) : 1)-1:0] index
);
  localparam IW = (N > 1) ? $clog2(N) : 1;
  assign any = |a;
  assign mask = a & (~a + {{N - 1{1'b0}}, 1'b1});
  genvar b, i;
  generate
    for (b = 0; b < IW; b = b + 1) begin : g_bit
      wire [N-1:0] part;
      for (i = 0; i < N; i = i + 1) begin : g_part
        assign part[i] = ((i >> b) % 2 == 1) ? mask[i] : 1'b0;
      end
      assign index[b] = |part;
    end
  endgenerate
endmodule
