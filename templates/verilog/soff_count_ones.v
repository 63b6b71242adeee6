// Number of ones in a word, combinational.
`default_nettype none
module soff_count_ones #(
  parameter WIDTH = 32
) (
  input  wire [WIDTH-1:0] a,
  output reg  [WIDTH-1:0] y
);
  integer k;
  always @* begin
    y = {WIDTH{1'b0}};
    for (k = 0; k < WIDTH; k = k + 1) y = y + {{(WIDTH - 1) {1'b0}}, a[k]};
  end
endmodule
`default_nettype wire
