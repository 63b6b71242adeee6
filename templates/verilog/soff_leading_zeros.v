// Number of zeros above the highest one of a word (WIDTH when there is none), combinational.
`default_nettype none
module soff_leading_zeros #(
  parameter WIDTH = 32
) (
  input  wire [WIDTH-1:0] a,
  output reg  [WIDTH-1:0] y
);
  integer k;
  always @* begin
    y = WIDTH[WIDTH-1:0];
    for (k = 0; k < WIDTH; k = k + 1) if (a[k]) y = WIDTH[WIDTH-1:0] - k[WIDTH-1:0] - {{(WIDTH - 1) {1'b0}}, 1'b1};
  end
endmodule
`default_nettype wire
