// Gives every work-group a slot while any of its work-items is under way, and keeps account of them for the barriers.
// A group is admitted whole: its first work-item waits for a free slot, the others follow.
`default_nettype none
module soff_group_slots #(
  parameter SLOTS = 16,   // a power of two
  parameter SLOT_W = 4,   // $clog2(SLOTS), at least 1
  parameter COUNT_W = 11  // bits of a count of work-items of a group
) (
  input  wire                     clk,
  input  wire                     rst,
  input  wire [        SLOTS-1:0] allowed,     // slots that this launch may use
  input  wire                     in_valid,
  output wire                     in_ready,
  input  wire                     in_last,     // the last work-item of its group
  output wire                     out_valid,
  input  wire                     out_ready,
  output wire [       SLOT_W-1:0] out_slot,
  input  wire                     retire,      // a work-item has returned
  input  wire [       SLOT_W-1:0] retire_slot,
  output wire [SLOTS*COUNT_W-1:0] under_way,   // work-items of each group between admission and return
  output wire [        SLOTS-1:0] closed       // the whole group has been admitted
);
  reg               admitting;  // the group at hand has a slot
  reg  [SLOT_W-1:0] slot;
  reg  [ SLOTS-1:0] used;
  wire [ SLOTS-1:0] free = allowed & ~used;
  wire              admit = out_valid & out_ready;

  wire              any_free;
  wire [ SLOTS-1:0] first_mask;
  wire              unused_mask = &{1'b0, first_mask};
  wire [SLOT_W-1:0] first_free;
  soff_first #(
    .N(SLOTS)
  ) pick (
    .a(free),
    .any(any_free),
    .mask(first_mask),
    .index(first_free)
  );

  // The slot is taken the cycle before its first work-item goes, so that the way out starts at a register.
  wire take = in_valid & ~admitting & any_free;

  assign in_ready  = admitting & out_ready;
  assign out_valid = admitting & in_valid;
  assign out_slot  = slot;

  always @(posedge clk)
    if (rst) admitting <= 1'b0;
    else if (take) admitting <= 1'b1;
    else if (admit & in_last) admitting <= 1'b0;
  always @(posedge clk) if (take) slot <= first_free;

  genvar k;
  generate
    for (k = 0; k < SLOTS; k = k + 1) begin : g_slot
      localparam [31:0] INDEX = k;
      reg [COUNT_W-1:0] count;
      reg whole;
      wire enters = admit & (slot == INDEX[SLOT_W-1:0]);
      wire leaves = retire & (retire_slot == INDEX[SLOT_W-1:0]);
      wire starts = take & (first_free == INDEX[SLOT_W-1:0]);
      always @(posedge clk)
        if (rst) begin
          used[k] <= 1'b0;
          count <= {COUNT_W{1'b0}};
          whole <= 1'b0;
        end else begin
          if (enters & ~leaves) count <= count + 1'b1;
          else if (leaves & ~enters) count <= count - 1'b1;
          if (starts) whole <= 1'b0;
          else if (enters & in_last) whole <= 1'b1;
          if (starts) used[k] <= 1'b1;
          else if (whole & (count == {COUNT_W{1'b0}})) used[k] <= 1'b0;
        end
      assign under_way[k*COUNT_W+:COUNT_W] = count;
      assign closed[k] = whole;
    end
  endgenerate

`ifdef SOFF_SIM
  reg [63:0] given;
  reg [63:0] waited;
  always @(posedge clk)
    if (rst) begin
      given <= 64'd0;
      waited <= 64'd0;
    end else begin
      if (take) given <= given + 64'd1;
      if (in_valid & ~admitting & ~any_free) waited <= waited + 64'd1;
    end
  final
    $display("SOFF-STATE %m groups given=%0d waited=%0d used=%0d admitting=%0d in_valid=%0d out_ready=%0d", given, waited, used,
             admitting, in_valid, out_ready);
`endif
endmodule
`default_nettype wire
