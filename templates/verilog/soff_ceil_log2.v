// The smallest log with 2**log >= value (0 for the value 0), two cycles later.
`default_nettype none
module soff_ceil_log2 #(
  parameter WIDTH = 32,  // bits of the value
  parameter LOG_W = 6    // bits of the result: WIDTH must fit
) (
  input  wire             clk,
  input  wire [WIDTH-1:0] value,
  output reg  [LOG_W-1:0] log
);
  reg [WIDTH-1:0] less_one;
  reg [LOG_W-1:0] found;
  integer k;
  always @* begin
    found = {LOG_W{1'b0}};
    for (k = 0; k < WIDTH; k = k + 1) if (less_one[k]) found = k[LOG_W-1:0] + {{(LOG_W - 1) {1'b0}}, 1'b1};
  end
  always @(posedge clk) begin
    less_one <= value == {WIDTH{1'b0}} ? {WIDTH{1'b0}} : value - 1'b1;
    log <= found;
  end
endmodule
`default_nettype wire
