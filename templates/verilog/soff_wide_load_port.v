// One wide load of the kernel: lanes side by side, which may lie in two neighbouring lines of memory. The line with the even
// number and the one with the odd number are asked for through ports of their own, so that a token a cycle is served
// however the data lie. Requests are sent only when there is room for their answers.
`default_nettype none
module soff_wide_load_port #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,
  parameter LANES = 8,
  parameter LANE_BYTES = 4,
  parameter DEPTH = 16,   // answers of room: requests under way plus answers waiting
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
  output wire                          even_req_valid,
  input  wire                          even_req_ready,
  output wire [            ADDR_W-1:0] even_req_addr,
  input  wire                          even_resp_valid,
  input  wire [      8*LINE_BYTES-1:0] even_resp_data,
  output wire                          odd_req_valid,
  input  wire                          odd_req_ready,
  output wire [            ADDR_W-1:0] odd_req_addr,
  input  wire                          odd_resp_valid,
  input  wire [      8*LINE_BYTES-1:0] odd_resp_data,
  // answers
  output wire                          r_valid,
  input  wire                          r_pop,
  output wire [8*LANES*LANE_BYTES-1:0] r_data
);
  localparam COUNT_W = $clog2(DEPTH + 1);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam SHIFT_W = (PER_LINE > 1) ? $clog2(PER_LINE) : 1;
  localparam RESULT_W = 8 * LANES * LANE_BYTES;

  wire [SHIFT_W-1:0] shift;
  wire [  LANES-1:0] in_first;
  wire               odd;
  wire               need_even;
  wire               need_odd;
  wire               unused_lanes = &{1'b0, in_first};
  soff_wide_place #(
    .ADDR_W(ADDR_W),
    .LINE_BYTES(LINE_BYTES),
    .LANES(LANES),
    .LANE_BYTES(LANE_BYTES),
    .SHIFT_W(SHIFT_W)
  ) where (
    .addr(t_addr),
    .lanes(t_lanes),
    .shift(shift),
    .in_first(in_first),
    .odd(odd),
    .need_even(need_even),
    .need_odd(need_odd),
    .even_addr(even_req_addr),
    .odd_addr(odd_req_addr)
  );

  // ---- Requests
  reg  [COUNT_W-1:0] even_room;
  reg  [COUNT_W-1:0] odd_room;
  reg                even_sent;
  reg                odd_sent;
  wire               ask = t_valid & t_enable;
  wire               even_accept = even_req_valid & even_req_ready;
  wire               odd_accept = odd_req_valid & odd_req_ready;
  wire               even_pop;
  wire               odd_pop;

  assign even_req_valid = ask & need_even & ~even_sent & (even_room != {COUNT_W{1'b0}});
  assign odd_req_valid  = ask & need_odd & ~odd_sent & (odd_room != {COUNT_W{1'b0}});
  assign t_done = ~t_enable | ((~need_even | even_sent | even_accept) & (~need_odd | odd_sent | odd_accept));

  always @(posedge clk)
    if (rst) begin
      even_sent <= 1'b0;
      odd_sent <= 1'b0;
      even_room <= DEPTH[COUNT_W-1:0];
      odd_room <= DEPTH[COUNT_W-1:0];
    end else begin
      even_sent <= (even_sent | even_accept) & ~t_fire;
      odd_sent <= (odd_sent | odd_accept) & ~t_fire;
      if (even_accept & ~even_pop) even_room <= even_room - 1'b1;
      else if (even_pop & ~even_accept) even_room <= even_room + 1'b1;
      if (odd_accept & ~odd_pop) odd_room <= odd_room - 1'b1;
      else if (odd_pop & ~odd_accept) odd_room <= odd_room + 1'b1;
    end

  // ---- Answers: lines wait until both of a token are there; what each token wants of them waits beside.
  wire                    plan_valid;
  wire                    plan_pop;
  wire                    plan_even;
  wire                    plan_odd;
  wire                    plan_first_odd;
  wire [     SHIFT_W-1:0] plan_shift;
  wire                    even_valid;
  wire                    odd_valid;
  wire [8*LINE_BYTES-1:0] even_line;
  wire [8*LINE_BYTES-1:0] odd_line;
  wire                    unused_plan_ready;
  wire                    unused_even_ready;
  wire                    unused_odd_ready;
  wire                    out_ready;

  // As deep as the queue of live values beside it, which holds a token from the cycle it is sent until it is popped.
  soff_fifo #(
    .WIDTH(SHIFT_W + 3),
    .DEPTH(DEPTH)
  ) plans (
    .clk(clk),
    .rst(rst),
    .in_valid(t_fire & t_enable),
    .in_ready(unused_plan_ready),
    .in_data({need_even, need_odd, odd, shift}),
    .out_valid(plan_valid),
    .out_ready(plan_pop),
    .out_data({plan_even, plan_odd, plan_first_odd, plan_shift})
  );
  soff_fifo #(
    .WIDTH(8 * LINE_BYTES),
    .DEPTH(DEPTH)
  ) even_answers (
    .clk(clk),
    .rst(rst),
    .in_valid(even_resp_valid),
    .in_ready(unused_even_ready),
    .in_data(even_resp_data),
    .out_valid(even_valid),
    .out_ready(even_pop),
    .out_data(even_line)
  );
  soff_fifo #(
    .WIDTH(8 * LINE_BYTES),
    .DEPTH(DEPTH)
  ) odd_answers (
    .clk(clk),
    .rst(rst),
    .in_valid(odd_resp_valid),
    .in_ready(unused_odd_ready),
    .in_data(odd_resp_data),
    .out_valid(odd_valid),
    .out_ready(odd_pop),
    .out_data(odd_line)
  );

  wire there = plan_valid & (~plan_even | even_valid) & (~plan_odd | odd_valid);
  assign plan_pop = there & out_ready;
  assign even_pop = plan_pop & plan_even;
  assign odd_pop  = plan_pop & plan_odd;

  wire [ 8*LINE_BYTES-1:0] low = plan_first_odd ? odd_line : even_line;
  wire [ 8*LINE_BYTES-1:0] high = plan_first_odd ? even_line : odd_line;
  wire [16*LINE_BYTES-1:0] turned = {high, low} >> (plan_shift * (8 * LANE_BYTES));
  wire                     unused_turned = &{1'b0, turned};

  soff_fifo #(
    .WIDTH(RESULT_W),
    .DEPTH(2)
  ) out (
    .clk(clk),
    .rst(rst),
    .in_valid(there),
    .in_ready(out_ready),
    .in_data(turned[RESULT_W-1:0]),
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
  integer k;
  always @(posedge clk)
    if (rst) begin
      requests <= 64'd0;
      refused <= 64'd0;
    end else begin
      requests <= requests + {63'd0, even_accept} + {63'd0, odd_accept};
      if ((even_req_valid & ~even_req_ready) | (odd_req_valid & ~odd_req_ready)) refused <= refused + 64'd1;
      if (t_fire & t_enable)
        for (k = 0; k < LANES; k = k + 1)
          if (t_lanes[k]) soff_access(SITE, 64'(t_addr) + 64'(k * LANE_BYTES), BYTES, 1'b0);
    end
  final
    $display("SOFF-STATE %m load site=%0d requests=%0d refused=%0d even=%0d odd=%0d want=%0d answer=%0d", SITE, requests, refused,
             even_room, odd_room, ask, r_valid);
`else
  // These parameters matter to simulation only.
  wire [63:0] unused_place = {SITE[31:0], BYTES[31:0]};
`endif
endmodule
`default_nettype wire
