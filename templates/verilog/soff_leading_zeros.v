// Number of zeros above the highest one of a word (WIDTH when there is none), combinational.
`default_nettype none
module soff_leading_zeros #(
  parameter WIDTH = 32
) (
  input  wire [WIDTH-1:0] a,
  output wire [WIDTH-1:0] y
);
  localparam integer N = WIDTH > 1 ? $clog2(WIDTH) : 1;
  wire [N-1:0] count;
  soff_lzc #(.WIDTH(WIDTH)) u_count (.a(a), .count(count));
  // A parameter has 32 bits, a word more or fewer.
  wire [WIDTH+31:0] zeros = {{WIDTH{1'b0}}, (|a) ? {{(32 - N) {1'b0}}, count} : WIDTH[31:0]};
  assign y = zeros[WIDTH-1:0];
  wire unused = &{1'b0, zeros[WIDTH+31:WIDTH]};
endmodule
`default_nettype wire
