// Merges two streams, in turn when both have a token.
`default_nettype none
module soff_merge #(
  parameter WIDTH = 1  // bits of a token
) (
  input  wire             clk,
  input  wire             rst,
  input  wire             a_valid,
  output wire             a_ready,
  input  wire [WIDTH-1:0] a_data,
  input  wire             b_valid,
  output wire             b_ready,
  input  wire [WIDTH-1:0] b_data,
  output wire             out_valid,
  input  wire             out_ready,
  output wire [WIDTH-1:0] out_data
);
  // Set while stream b goes first. Kept while a token waits, so that valid data hold.
  reg  b_first;
  wire take_b = b_valid & (b_first | ~a_valid);

  // A token of b that was offered alone stays offered when a arrives.
  always @(posedge clk)
    if (rst) b_first <= 1'b0;
    else if (out_valid & out_ready) b_first <= ~take_b;
    else if (out_valid) b_first <= take_b;

  assign out_valid = a_valid | b_valid;
  assign out_data  = take_b ? b_data : a_data;
  assign a_ready   = out_ready & ~take_b;
  assign b_ready   = out_ready & take_b;
endmodule
`default_nettype wire
