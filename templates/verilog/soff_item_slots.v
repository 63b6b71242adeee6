// Gives every work-item under way a number of its own: fresh ones first, then those that were given back.
`default_nettype none
module soff_item_slots #(
  parameter SLOTS = 64,  // a power of two, at least 2
  parameter SLOT_W = 6   // $clog2(SLOTS)
) (
  input  wire              clk,
  input  wire              rst,
  input  wire              in_valid,
  output wire              in_ready,
  output wire              out_valid,
  input  wire              out_ready,
  output wire [SLOT_W-1:0] out_slot,
  input  wire              retire,      // a work-item has returned
  input  wire [SLOT_W-1:0] retire_slot
);
  reg  [  SLOT_W:0] fresh;  // numbers given out for the first time
  wire              any_fresh = ~fresh[SLOT_W];
  wire              back_valid;
  wire [SLOT_W-1:0] back_slot;
  wire              unused_ready;
  wire              have = any_fresh | back_valid;
  wire              admit = out_valid & out_ready;

  assign in_ready  = have & out_ready;
  assign out_valid = have & in_valid;
  assign out_slot  = any_fresh ? fresh[SLOT_W-1:0] : back_slot;

  always @(posedge clk)
    if (rst) fresh <= {SLOT_W + 1{1'b0}};
    else if (admit & any_fresh) fresh <= fresh + 1'b1;

  soff_fifo #(
    .WIDTH(SLOT_W),
    .DEPTH(SLOTS)
  ) given_back (
    .clk(clk),
    .rst(rst),
    .in_valid(retire),
    .in_ready(unused_ready),
    .in_data(retire_slot),
    .out_valid(back_valid),
    .out_ready(admit & ~any_fresh),
    .out_data(back_slot)
  );

`ifdef SOFF_SIM
  reg [63:0] waited;
  always @(posedge clk)
    if (rst) waited <= 64'd0;
    else if (in_valid & ~have) waited <= waited + 64'd1;
  final
    $display("SOFF-STATE %m items waited=%0d fresh=%0d have=%0d in_valid=%0d out_ready=%0d", waited, fresh, have, in_valid,
             out_ready);
`endif
endmodule
`default_nettype wire
