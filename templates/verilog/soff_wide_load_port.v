// One wide load of the kernel: lanes side by side, which may lie in up to PARTS neighbouring lines of memory. Lines are asked
// for through PARTS ports, by line number modulo PARTS, so that a token a cycle is served however the data lie. Requests are
// sent only when there is room for their answers.
//
// REUSE is for memory that does not change while tokens are under way. A line that the token before has asked for is not
// asked for again (neighbouring tokens of a stream share lines; when no token is under way, all lines are forgotten), and
// requests wait in queues of their own, so that loads of one token that want the same bank do not hold each other up.
`default_nettype none
module soff_wide_load_port #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,
  parameter LANES = 8,
  parameter LANE_BYTES = 4,
  parameter PARTS = 2,
  parameter REUSE = 0,
  parameter DEPTH = 16,   // tokens that may wait for answers
  parameter ROOM = 32,    // lines of room a part: requests under way plus lines waiting
  parameter SITE = 0,     // number of the access in design.json
  parameter BYTES = 4     // bytes that a lane reads
) (
  input  wire                          clk,
  input  wire                          rst,
  // the token at hand
  input  wire                          t_valid,
  input  wire                          t_enable,
  input  wire [             LANES-1:0] t_lanes,
  input  wire [            ADDR_W-1:0] t_addr,
  output wire                          t_done,
  input  wire                          t_fire,
  // memory units
  output wire [             PARTS-1:0] req_valid,
  input  wire [             PARTS-1:0] req_ready,
  output wire [      PARTS*ADDR_W-1:0] req_addr,
  input  wire [             PARTS-1:0] resp_valid,
  input  wire [PARTS*8*LINE_BYTES-1:0] resp_data,
  // answers
  output wire                          r_valid,
  input  wire                          r_pop,
  output wire [8*LANES*LANE_BYTES-1:0] r_data
);
  localparam COUNT_W = $clog2(ROOM + 1);
  localparam [31:0] LIMIT = ROOM;
  localparam PLAN_W = $clog2(DEPTH + 1);
  localparam PART_W = $clog2(PARTS);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam SHIFT_W = (PER_LINE > 1) ? $clog2(PER_LINE) : 1;
  localparam RESULT_W = 8 * LANES * LANE_BYTES;
  localparam LINE_W = 8 * LINE_BYTES;

  wire [SHIFT_W-1:0] shift;
  wire [ PART_W-1:0] first;
  wire [  PARTS-1:0] need;
  soff_wide_place #(
    .ADDR_W(ADDR_W),
    .LINE_BYTES(LINE_BYTES),
    .LANES(LANES),
    .LANE_BYTES(LANE_BYTES),
    .PARTS(PARTS),
    .SHIFT_W(SHIFT_W)
  ) where (
    .addr(t_addr),
    .lanes(t_lanes),
    .shift(shift),
    .first(first),
    .need(need),
    .lines(ask_addr)
  );

  // ---- Requests
  wire             unused_low = &{1'b0, ask_addr};
  wire             ask = t_valid & t_enable;
  wire [PARTS-1:0] held;    // the line at hand is the last one that this part has asked for
  wire [PARTS-1:0] has_room;
  wire [PARTS-1:0] ask_valid;
  wire [PARTS-1:0] ask_ready;
  wire [PARTS*ADDR_W-1:0] ask_addr;
  reg  [PARTS-1:0] sent;
  wire [PARTS-1:0] accept = ask_valid & ask_ready;
  wire [PARTS-1:0] fetched = sent | accept;  // by the token at hand
  wire [PARTS-1:0] pop;

  assign ask_valid = {PARTS{ask}} & need & ~sent & ~held & has_room;
  assign t_done = ~t_enable | (&(~need | held | fetched));

  always @(posedge clk)
    if (rst) sent <= {PARTS{1'b0}};
    else sent <= t_fire ? {PARTS{1'b0}} : fetched;

  genvar p;
  generate
    for (p = 0; p < PARTS; p = p + 1) begin : g_room
      reg [COUNT_W-1:0] used;  // but for the line of the cycle before
      reg               newest;
      assign has_room[p] = used != LIMIT[COUNT_W-1:0] & ~(newest & used == LIMIT[COUNT_W-1:0] - 1'b1);
      always @(posedge clk) begin
        newest <= accept[p] & ~rst;
        if (rst) used <= {COUNT_W{1'b0}};
        else if (newest & ~pop[p]) used <= used + 1'b1;
        else if (pop[p] & ~newest) used <= used - 1'b1;
      end
    end
  endgenerate

  // ---- Answers: lines wait until all of a token are there; what each token wants of them waits beside.
  wire                    plan_valid;
  wire                    plan_pop;
  wire [       PARTS-1:0] plan_fetched;
  wire [      PART_W-1:0] plan_first;
  wire [     SHIFT_W-1:0] plan_shift;
  wire                    unused_plan_ready;
  wire                    out_ready;
  wire [       PARTS-1:0] there;
  wire [PARTS*LINE_W-1:0] lines;

  // As deep as the queue of live values beside it, which holds a token from the cycle it is sent until it is popped.
  soff_fifo #(
    .WIDTH(SHIFT_W + PART_W + PARTS),
    .DEPTH(DEPTH)
  ) plans (
    .clk(clk),
    .rst(rst),
    .in_valid(t_fire & t_enable),
    .in_ready(unused_plan_ready),
    .in_data({fetched, first, shift}),
    .out_valid(plan_valid),
    .out_ready(plan_pop),
    .out_data({plan_fetched, plan_first, plan_shift})
  );

  wire all_there = plan_valid & (&(~plan_fetched | there));
  assign plan_pop = all_there & out_ready;
  assign pop = plan_fetched & {PARTS{plan_pop}};

  reg [PLAN_W-1:0] under_way;  // tokens that have gone on, and whose answers are not put together
  wire             none = (under_way == {PLAN_W{1'b0}});
  wire             go_on = t_fire & t_enable;
  always @(posedge clk)
    if (rst) under_way <= {PLAN_W{1'b0}};
    else if (go_on & ~plan_pop) under_way <= under_way + 1'b1;
    else if (plan_pop & ~go_on) under_way <= under_way - 1'b1;

  generate
    for (p = 0; p < PARTS; p = p + 1) begin : g_part
      wire              unused_ready;
      wire [LINE_W-1:0] line;
      soff_fifo_ram #(
        .WIDTH(LINE_W),
        .DEPTH(ROOM)
      ) answers (
        .clk(clk),
        .rst(rst),
        .in_valid(resp_valid[p]),
        .in_ready(unused_ready),
        .in_data(resp_data[p*LINE_W+:LINE_W]),
        .out_valid(there[p]),
        .out_ready(pop[p]),
        .out_data(line)
      );
      if (REUSE != 0) begin : g_reuse
        localparam NUMBER_W = ADDR_W - $clog2(LINE_BYTES) - PART_W;
        localparam [31:0] PART = p;
        wire [NUMBER_W-1:0] number = ask_addr[p*ADDR_W+ADDR_W-1-:NUMBER_W];
        wire [NUMBER_W-1:0] asked;
        wire [NUMBER_W-1:0] upper = t_addr[ADDR_W-1-:NUMBER_W];  // this number or one less
        wire                behind;
        reg  [NUMBER_W-1:0] last;
        reg  [NUMBER_W-1:0] last_less;  // by one, so that nothing is added before it is compared
        reg                 known;
        if (p == PARTS - 1) assign behind = 1'b0;
        else assign behind = first > PART[PART_W-1:0];
        reg  [  LINE_W-1:0] copy;  // the last line that was popped: that of `last` when the plan's turn comes
        soff_fifo #(
          .WIDTH(NUMBER_W),
          .DEPTH(4)
        ) requests_ahead (
          .clk(clk),
          .rst(rst),
          .in_valid(ask_valid[p]),
          .in_ready(ask_ready[p]),
          .in_data(number),
          .out_valid(req_valid[p]),
          .out_ready(req_ready[p]),
          .out_data(asked)
        );
        assign req_addr[p*ADDR_W+:ADDR_W] = {asked, PART[PART_W-1:0], {$clog2(LINE_BYTES) {1'b0}}};
        assign held[p] = known & (behind ? last_less == upper : last == upper);
        assign lines[p*LINE_W+:LINE_W] = plan_fetched[p] ? line : copy;
        always @(posedge clk) begin
          if (accept[p]) last <= number;
          if (accept[p]) last_less <= number - 1'b1;
          if (pop[p]) copy <= line;
          if (rst) known <= 1'b0;
          else if (accept[p]) known <= 1'b1;
          else if (none & ~(|sent) & ~ask) known <= 1'b0;
        end
      end else begin : g_plain
        assign req_valid[p] = ask_valid[p];
        assign ask_ready[p] = req_ready[p];
        assign req_addr[p*ADDR_W+:ADDR_W] = ask_addr[p*ADDR_W+:ADDR_W];
        assign held[p] = 1'b0;
        assign lines[p*LINE_W+:LINE_W] = line;
        wire unused_none = none;
      end
    end
  endgenerate

  // Lines in order of memory, then lane 0 to the lowest place.
  wire [PARTS*LINE_W-1:0] turned;
  wire [PARTS*LINE_W-1:0] shifted = turned >> (plan_shift * (8 * LANE_BYTES));
  wire                    unused_turned = &{1'b0, shifted};
  genvar j;
  generate
    for (j = 0; j < PARTS; j = j + 1) begin : g_turn
      localparam [31:0] OFFSET = j;
      wire [PART_W-1:0] from = plan_first + OFFSET[PART_W-1:0];
      soff_mux #(
        .SEL_W(PART_W),
        .WIDTH(LINE_W)
      ) turn (
        .sel(from),
        .a(lines),
        .y(turned[j*LINE_W+:LINE_W])
      );
    end
  endgenerate

  soff_fifo #(
    .WIDTH(RESULT_W),
    .DEPTH(2)
  ) out (
    .clk(clk),
    .rst(rst),
    .in_valid(all_there),
    .in_ready(out_ready),
    .in_data(shifted[RESULT_W-1:0]),
    .out_valid(r_valid),
    .out_ready(r_pop),
    .out_data(r_data)
  );

`ifdef SOFF_SIM
  import "DPI-C" function void soff_access(
    input int site,
    input longint address,
    input int bytes,
    input bit write
  );
  reg [63:0] requests;
  reg [63:0] refused;
  reg [63:0] full;
  integer k;
  always @(posedge clk)
    if (rst) begin
      requests <= 64'd0;
      refused <= 64'd0;
      full <= 64'd0;
    end else begin
      if (|accept) requests <= requests + 64'($countones(accept));
      if (|(ask_valid & ~ask_ready)) refused <= refused + 64'd1;
      if (ask & |(need & ~sent & ~held & ~has_room)) full <= full + 64'd1;
      if (t_fire & t_enable)
        for (k = 0; k < LANES; k = k + 1)
          if (t_lanes[k]) soff_access(SITE, 64'(t_addr) + 64'(k * LANE_BYTES), BYTES, 1'b0);
    end
  final
    $display("SOFF-STATE %m load site=%0d requests=%0d refused=%0d full=%0d under_way=%0d want=%0d answer=%0d", SITE, requests,
             refused, full, under_way, ask, r_valid);
`else
  // These parameters matter to simulation only.
  wire [63:0] unused_place = {SITE[31:0], BYTES[31:0]};
`endif
endmodule
`default_nettype wire
