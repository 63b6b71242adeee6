// One wide store of the kernel: lanes side by side, which may lie in up to PARTS neighbouring lines of memory; each line is
// written through the port of its number modulo PARTS.
`default_nettype none
module soff_wide_store_port #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,
  parameter LANES = 8,
  parameter LANE_BYTES = 4,
  parameter PARTS = 2,
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
  output wire [             PARTS-1:0] req_valid,
  input  wire [             PARTS-1:0] req_ready,
  output wire [      PARTS*ADDR_W-1:0] req_addr,
  output wire [PARTS*8*LINE_BYTES-1:0] req_data,
  output wire [  PARTS*LINE_BYTES-1:0] req_mask
);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam PART_W = $clog2(PARTS);
  localparam SHIFT_W = (PER_LINE > 1) ? $clog2(PER_LINE) : 1;
  localparam TOTAL = LANES * LANE_BYTES;
  localparam WINDOW = PARTS * LINE_BYTES;

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
    .lines(req_addr)
  );

  reg  [PARTS-1:0] sent;
  wire             ask = t_valid & t_enable;
  wire [PARTS-1:0] accept = req_valid & req_ready;

  assign req_valid = {PARTS{ask}} & need & ~sent;
  assign t_done = ~t_enable | (&(~need | sent | accept));

  always @(posedge clk)
    if (rst) sent <= {PARTS{1'b0}};
    else sent <= t_fire ? {PARTS{1'b0}} : sent | accept;

  // The lanes at their place in the lines, and which bytes they write.
  wire [8*WINDOW-1:0] data = {{8 * WINDOW - 8 * TOTAL{1'b0}}, t_data} << (shift * (8 * LANE_BYTES));
  wire [TOTAL-1:0] bytes;
  wire [WINDOW-1:0] mask = {{WINDOW - TOTAL{1'b0}}, bytes} << (shift * LANE_BYTES);
  genvar k, p;
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
    for (p = 0; p < PARTS; p = p + 1) begin : g_part
      localparam [31:0] PART = p;
      wire [PART_W-1:0] from = PART[PART_W-1:0] - first;
      soff_mux #(
        .SEL_W(PART_W),
        .WIDTH(8 * LINE_BYTES)
      ) turn_data (
        .sel(from),
        .a(data),
        .y(req_data[p*8*LINE_BYTES+:8*LINE_BYTES])
      );
      soff_mux #(
        .SEL_W(PART_W),
        .WIDTH(LINE_BYTES)
      ) turn_mask (
        .sel(from),
        .a(mask),
        .y(req_mask[p*LINE_BYTES+:LINE_BYTES])
      );
    end
  endgenerate

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
      if (|accept) requests <= requests + 64'($countones(accept));
      if (|(req_valid & ~req_ready)) refused <= refused + 64'd1;
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
