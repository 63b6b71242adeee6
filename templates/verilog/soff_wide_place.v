// Where the lanes of a wide access lie: which of PARTS neighbouring lines of memory are touched. Part p stands for the line
// among them whose number is p modulo PARTS.
`default_nettype none
module soff_wide_place #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,  // a power of two
  parameter LANES = 8,        // LANES * LANE_BYTES <= (PARTS - 1) * LINE_BYTES
  parameter LANE_BYTES = 4,   // a power of two; the address is a multiple of it
  parameter PARTS = 2,        // a power of two, at least 2
  parameter SHIFT_W = 4       // $clog2(LINE_BYTES / LANE_BYTES), at least 1
) (
  input  wire [        ADDR_W-1:0] addr,
  input  wire [         LANES-1:0] lanes,  // lanes that take part
  output wire [       SHIFT_W-1:0] shift,  // lanes of the first line before lane 0
  output wire [ $clog2(PARTS)-1:0] first,  // part of lane 0
  output wire [         PARTS-1:0] need,
  output wire [  PARTS*ADDR_W-1:0] lines   // address of each part's line
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LANE_LOG = $clog2(LANE_BYTES);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam PER_LOG = $clog2(PER_LINE);
  localparam PART_W = $clog2(PARTS);
  localparam POSITION_W = PER_LOG + PART_W;
  localparam UPPER_W = ADDR_W - OFF_W - PART_W;

  wire [UPPER_W-1:0] upper = addr[ADDR_W-1:OFF_W+PART_W];
  wire [UPPER_W-1:0] next = upper + 1'b1;
  wire               unused_low = &{1'b0, addr};
  wire [POSITION_W-1:0] start;  // of lane 0, from the beginning of the lines in which it is part `first`
  wire [LANES*PARTS-1:0] touched;

  assign first = addr[OFF_W+:PART_W];
  genvar k, p;
  generate
    if (PER_LINE > 1) begin : g_shift
      assign shift = addr[OFF_W-1:LANE_LOG];
      assign start = {first, shift};
    end else begin : g_shift
      assign shift = {SHIFT_W{1'b0}};
      assign start = first;
    end
    for (k = 0; k < LANES; k = k + 1) begin : g_lane
      localparam [31:0] LANE = k;
      // Wraps round as the numbers of the parts do.
      wire [POSITION_W-1:0] position = start + LANE[POSITION_W-1:0];
      wire [PART_W-1:0] part = position[PER_LOG+:PART_W];
      wire unused_position = &{1'b0, position};
      for (p = 0; p < PARTS; p = p + 1) begin : g_part
        localparam [31:0] PART = p;
        assign touched[p*LANES+k] = lanes[k] & (part == PART[PART_W-1:0]);
      end
    end
    for (p = 0; p < PARTS; p = p + 1) begin : g_line
      localparam [31:0] PART = p;
      assign need[p] = |touched[p*LANES+:LANES];
      wire behind;  // lane 0 lies in a part of higher number
      if (p == PARTS - 1) assign behind = 1'b0;
      else assign behind = first > PART[PART_W-1:0];
      assign lines[p*ADDR_W+:ADDR_W] = {behind ? next : upper, PART[PART_W-1:0], {OFF_W{1'b0}}};
    end
  endgenerate
endmodule
`default_nettype wire
