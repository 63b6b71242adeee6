// Counts the cycles of a launch in which each of many events happens. A full counter an event would be large: an event's own
// counter only holds what comes between two turns, and one adder takes them in turn and adds them up in memory.
module soff_counters #(
    parameter EVENTS = 4  // 1 to 256
) (
    input wire clk,
    input wire rst,
    input wire clear,  // one cycle: everything is 0
    input wire enable,
    input wire [EVENTS-1:0] events,
    input wire [7:0] index,
    output wire [47:0] count  // of event `index`, in the same cycle; right from 2 EVENTS + 4 cycles after the last event on
);
  // An event's turn comes again when its sum has been written.
  localparam TURNS = EVENTS > 2 ? EVENTS : 2;
  localparam TURN_W = $clog2(TURNS);
  localparam [31:0] LAST = TURNS - 1;
  localparam SMALL_W = $clog2(TURNS + 1);

  reg [EVENTS-1:0] happened;
  reg [TURN_W-1:0] turn;
  // Memory still holds the counts of the launch before.
  reg first;

  always @(posedge clk) begin
    happened <= events & {EVENTS{enable}};
    if (rst | clear) begin
      turn  <= {TURN_W{1'b0}};
      first <= 1'b1;
    end else begin
      turn <= turn == LAST[TURN_W-1:0] ? {TURN_W{1'b0}} : turn + {{(TURN_W - 1) {1'b0}}, 1'b1};
      if (turn == LAST[TURN_W-1:0]) first <= 1'b0;
    end
  end

  wire [(SMALL_W<<TURN_W)-1:0] smalls;
  genvar k;
  generate
    for (k = 0; k < (1 << TURN_W); k = k + 1) begin : g_event
      if (k < EVENTS) begin : g_counted
        reg [SMALL_W-1:0] pending;
        localparam [31:0] OWN = k;
        wire [SMALL_W-1:0] more = {{(SMALL_W - 1) {1'b0}}, happened[k]};
        always @(posedge clk)
          if (rst | clear) pending <= {SMALL_W{1'b0}};
          else pending <= turn == OWN[TURN_W-1:0] ? more : pending + more;
        assign smalls[k*SMALL_W+:SMALL_W] = pending;
      end else begin : g_none
        assign smalls[k*SMALL_W+:SMALL_W] = {SMALL_W{1'b0}};
      end
    end
  endgenerate

  wire [SMALL_W-1:0] taken;
  wire [47:0] stored;
  soff_mux #(
      .SEL_W(TURN_W),
      .WIDTH(SMALL_W)
  ) pick (
      .sel(turn),
      .a(smalls),
      .y(taken)
  );

  reg add;
  reg [TURN_W-1:0] where;
  reg [SMALL_W-1:0] amount;
  reg [47:0] base;
  wire [47:0] sum = base + {{(48 - SMALL_W) {1'b0}}, amount};
  always @(posedge clk) begin
    add <= ~(rst | clear);
    where <= turn;
    amount <= taken;
    base <= first ? 48'd0 : stored;
  end
  // The same memory twice: one read for the sum, one for who asks.
  soff_ram_lut #(
      .WIDTH(48),
      .DEPTH(1 << TURN_W)
  ) sums (
      .clk(clk),
      .we(add),
      .waddr(where),
      .wdata(sum),
      .raddr(turn),
      .rdata(stored)
  );
  soff_ram_lut #(
      .WIDTH(48),
      .DEPTH(1 << TURN_W)
  ) shown (
      .clk(clk),
      .we(add),
      .waddr(where),
      .wdata(sum),
      .raddr(index[TURN_W-1:0]),
      .rdata(count)
  );
  wire unused = &{1'b0, index};
endmodule
