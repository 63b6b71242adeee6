// One wide store of the kernel: lanes side by side, which may lie in two neighbouring lines of memory; the one with the even
// number and the one with the odd number are written through ports of their own.
`default_nettype none
module soff_wide_store_port #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,
  parameter LANES = 8,
  parameter LANE_BYTES = 4,
  parameter SITE = 0,     // number of the access in design.json
  parameter BYTES = 4     // bytes that a lane writes
) (
  input  wire                          clk,
  input  wire                          rst,
  // the token at hand
  input  wire                          t_valid,
  input  wire                          t_enable,
  input  wire [             LANES-1:0] t_lanes,
  input  wire [            ADDR_W-1:0] t_addr,
  input  wire [8*LANES*LANE_BYTES-1:0] t_data,
  output wire                          t_done,
  input  wire                          t_fire,
  // memory units
  output wire                          even_req_valid,
  input  wire                          even_req_ready,
  output wire [            ADDR_W-1:0] even_req_addr,
  output wire [      8*LINE_BYTES-1:0] even_req_data,
  output wire [        LINE_BYTES-1:0] even_req_mask,
  output wire                          odd_req_valid,
  input  wire                          odd_req_ready,
  output wire [            ADDR_W-1:0] odd_req_addr,
  output wire [      8*LINE_BYTES-1:0] odd_req_data,
  output wire [        LINE_BYTES-1:0] odd_req_mask
);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam SHIFT_W = (PER_LINE > 1) ? $clog2(PER_LINE) : 1;
  localparam TOTAL = LANES * LANE_BYTES;

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

  reg  even_sent;
  reg  odd_sent;
  wire ask = t_valid & t_enable;
  wire even_accept = even_req_valid & even_req_ready;
  wire odd_accept = odd_req_valid & odd_req_ready;

  assign even_req_valid = ask & need_even & ~even_sent;
  assign odd_req_valid  = ask & need_odd & ~odd_sent;
  assign t_done = ~t_enable | ((~need_even | even_sent | even_accept) & (~need_odd | odd_sent | odd_accept));

  always @(posedge clk)
    if (rst) begin
      even_sent <= 1'b0;
      odd_sent <= 1'b0;
    end else begin
      even_sent <= (even_sent | even_accept) & ~t_fire;
      odd_sent <= (odd_sent | odd_accept) & ~t_fire;
    end

  // The lanes at their place in two lines, and which bytes they write.
  wire [16*LINE_BYTES-1:0] data = {{16 * LINE_BYTES - 8 * TOTAL{1'b0}}, t_data} << (shift * (8 * LANE_BYTES));
  wire [TOTAL-1:0] bytes;
  wire [2*LINE_BYTES-1:0] mask = {{2 * LINE_BYTES - TOTAL{1'b0}}, bytes} << (shift * LANE_BYTES);
  genvar k;
  generate
    for (k = 0; k < LANES; k = k + 1) begin : g_lane
      localparam [31:0] WRITTEN = BYTES;
      wire [LANE_BYTES-1:0] all;
      genvar b;
      for (b = 0; b < LANE_BYTES; b = b + 1) begin : g_byte
        assign all[b] = b < WRITTEN;
      end
      assign bytes[k*LANE_BYTES+:LANE_BYTES] = t_lanes[k] ? all : {LANE_BYTES{1'b0}};
    end
  endgenerate
  wire [8*LINE_BYTES-1:0] first_data = data[8*LINE_BYTES-1:0];
  wire [8*LINE_BYTES-1:0] second_data = data[16*LINE_BYTES-1:8*LINE_BYTES];
  wire [  LINE_BYTES-1:0] first_mask = mask[LINE_BYTES-1:0];
  wire [  LINE_BYTES-1:0] second_mask = mask[2*LINE_BYTES-1:LINE_BYTES];

  assign even_req_data = odd ? second_data : first_data;
  assign odd_req_data  = odd ? first_data : second_data;
  assign even_req_mask = odd ? second_mask : first_mask;
  assign odd_req_mask  = odd ? first_mask : second_mask;

`ifdef SOFF_SIM
  import "DPI-C" function void soff_access(
    input int site,
    input longint address,
    input int bytes,
    input bit write
  );
  reg [63:0] requests;
  reg [63:0] refused;
  integer j;
  always @(posedge clk)
    if (rst) begin
      requests <= 64'd0;
      refused <= 64'd0;
    end else begin
      requests <= requests + {63'd0, even_accept} + {63'd0, odd_accept};
      if ((even_req_valid & ~even_req_ready) | (odd_req_valid & ~odd_req_ready)) refused <= refused + 64'd1;
      if (t_fire & t_enable)
        for (j = 0; j < LANES; j = j + 1)
          if (t_lanes[j]) soff_access(SITE, 64'(t_addr) + 64'(j * LANE_BYTES), BYTES, 1'b1);
    end
  final
    $display("SOFF-STATE %m store site=%0d requests=%0d refused=%0d want=%0d", SITE, requests, refused, ask);
`else
  // These parameters matter to simulation only.
  wire [31:0] unused_place = SITE[31:0];
`endif
endmodule
`default_nettype wire
