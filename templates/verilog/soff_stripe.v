// Where a line lies of a buffer whose lines are dealt out to STRIPES channels in turn: line n of memory, counted as the kernel's
// pointers count, is in channel n modulo STRIPES. Each channel has its share at an address of its own.
//
// `first` is the first line's number as the pointers say, a multiple of STRIPES; `own` the number, within its channel, of the
// share's first line. Both hold still during a launch.
module soff_stripe #(
    parameter LINE_W = 33,  // bits of a line number
    parameter STRIPES = 2  // a power of two, at least 2
) (
    input wire clk,
    input wire [LINE_W-1:0] first,
    input wire [LINE_W-1:0] own,
    input wire [LINE_W-$clog2(STRIPES)-1:0] line,  // without the bits that say which channel
    output wire [LINE_W-1:0] place
);
  localparam STRIPE_W = $clog2(STRIPES);
  reg [LINE_W-1:0] from;
  wire unused = &{1'b0, first[STRIPE_W-1:0]};
  always @(posedge clk) from <= own - {{STRIPE_W{1'b0}}, first[LINE_W-1:STRIPE_W]};
  assign place = from + {{STRIPE_W{1'b0}}, line};
endmodule
