// Head of a ring: new tokens enter while fewer than TOKENS are inside. The back-edge FIFO has room for every token inside,
// so that the ring always drains, whoever goes first: tokens that come round again, or new ones where a ring is so
// short that its tokens would never let another in.
`default_nettype none
module soff_loop_entry #(
  parameter WIDTH = 1,   // bits of a token
  parameter TOKENS = 16,  // most tokens inside the ring
  parameter NEW_FIRST = 0 // new tokens before those that come round, which may be in the same cycle
) (
  input  wire             clk,
  input  wire             rst,
  // tokens from outside
  input  wire             in_valid,
  output wire             in_ready,
  input  wire [WIDTH-1:0] in_data,
  // tokens that start another iteration; always accepted
  input  wire             back_valid,
  input  wire [WIDTH-1:0] back_data,
  // a token leaves the ring
  input  wire             leave,
  // to the body. The data may change while not ready (another token goes first): an island follows.
  output wire             out_valid,
  input  wire             out_ready,
  output wire [WIDTH-1:0] out_data
);
  localparam COUNT_W = $clog2(TOKENS + 1);

  reg  [COUNT_W-1:0] held;
  wire               again_valid;
  wire [  WIDTH-1:0] again_data;
  wire               may_enter = held != TOKENS[COUNT_W-1:0];
  wire               enter = in_valid & in_ready;
  wire               take_again = NEW_FIRST != 0 ? ~(in_valid & may_enter) : again_valid;
  wire               unused_back_ready;

  soff_fifo #(
    .WIDTH(WIDTH),
    // One more where the body may take no time: a token comes back in the cycle in which it leaves the FIFO.
    .DEPTH(NEW_FIRST != 0 ? TOKENS + 1 : TOKENS)
  ) back (
    .clk(clk),
    .rst(rst),
    .in_valid(back_valid),
    .in_ready(unused_back_ready),
    .in_data(back_data),
    .out_valid(again_valid),
    .out_ready(out_ready & take_again),
    .out_data(again_data)
  );

  assign in_ready  = out_ready & may_enter & (NEW_FIRST != 0 ? 1'b1 : ~again_valid);
  assign out_valid = again_valid | (in_valid & may_enter);
  assign out_data  = take_again ? again_data : in_data;

  always @(posedge clk)
    if (rst) held <= {COUNT_W{1'b0}};
    else if (enter & ~leave) held <= held + {{(COUNT_W - 1) {1'b0}}, 1'b1};
    else if (leave & ~enter) held <= held - {{(COUNT_W - 1) {1'b0}}, 1'b1};

`ifdef SOFF_SIM
  // Every cycle is one of: an iteration starts; one could, but the body has no room (blocked); all that may be inside are under
  // way (waiting); some are, and nobody else comes (idle); nobody is inside.
  reg [63:0] iterations = 64'd0;
  reg [63:0] entered = 64'd0;
  reg [63:0] full = 64'd0;
  reg [63:0] blocked = 64'd0;
  reg [63:0] waiting = 64'd0;
  reg [63:0] idle = 64'd0;
  reg [63:0] occupied = 64'd0;
  always @(posedge clk)
    if (!rst && (in_valid || held != {COUNT_W{1'b0}})) begin
      if (!out_valid) begin
        if (may_enter) idle <= idle + 64'd1;
        else waiting <= waiting + 64'd1;
      end else if (out_ready) iterations <= iterations + 64'd1;
      else blocked <= blocked + 64'd1;
      if (enter) entered <= entered + 64'd1;
      if (in_valid & ~may_enter) full <= full + 64'd1;
      occupied <= occupied + {{(64 - COUNT_W) {1'b0}}, held};
      if (unused_back_ready == 1'b0 && back_valid) $fatal(1, "SOFF-FAULT %m: the back edge has no room");
    end
  final
    $display(
      "SOFF-STATE %m loop iterations=%0d entered=%0d full=%0d blocked=%0d waiting=%0d idle=%0d occupied=%0d inside=%0d again=%0d out_ready=%0d",
      iterations, entered, full, blocked, waiting, idle, occupied, held, again_valid, out_ready);
`endif
endmodule
`default_nettype wire
