// Where the lanes of a wide access lie: which of two neighbouring lines of memory are touched, and by which lanes.
`default_nettype none
module soff_wide_place #(
  parameter ADDR_W = 40,
  parameter LINE_BYTES = 64,  // a power of two
  parameter LANES = 8,        // LANES * LANE_BYTES <= LINE_BYTES
  parameter LANE_BYTES = 4,   // a power of two; the address is a multiple of it
  parameter SHIFT_W = 4       // $clog2(LINE_BYTES / LANE_BYTES), at least 1
) (
  input  wire [ADDR_W-1:0]  addr,
  input  wire [ LANES-1:0]  lanes,     // lanes that take part
  output wire [SHIFT_W-1:0] shift,     // lanes of the first line before lane 0
  output wire [ LANES-1:0]  in_first,  // lanes that lie in the line of lane 0
  output wire               odd,       // that line has an odd number
  output wire               need_even,
  output wire               need_odd,
  output wire [ADDR_W-1:0]  even_addr,
  output wire [ADDR_W-1:0]  odd_addr
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LANE_LOG = $clog2(LANE_BYTES);
  localparam PER_LINE = LINE_BYTES / LANE_BYTES;
  localparam [31:0] COUNT = PER_LINE;

  wire [ADDR_W-OFF_W-1:0] first = addr[ADDR_W-1:OFF_W];
  wire [ADDR_W-OFF_W-1:0] second = first + 1'b1;
  wire                    need_first = |(lanes & in_first);
  wire                    need_second = |(lanes & ~in_first);
  wire                    unused_low = &{1'b0, addr};

  generate
    if (PER_LINE > 1) begin : g_shift
      assign shift = addr[OFF_W-1:LANE_LOG];
    end else begin : g_shift
      assign shift = {SHIFT_W{1'b0}};
    end
    genvar k;
    for (k = 0; k < LANES; k = k + 1) begin : g_lane
      localparam [31:0] LANE = k;
      wire [SHIFT_W:0] position = {1'b0, shift} + LANE[SHIFT_W:0];
      assign in_first[k] = position < COUNT[SHIFT_W:0];
    end
  endgenerate

  assign odd       = first[0];
  assign need_even = odd ? need_second : need_first;
  assign need_odd  = odd ? need_first : need_second;
  assign even_addr = {odd ? second : first, {OFF_W{1'b0}}};
  assign odd_addr  = {odd ? first : second, {OFF_W{1'b0}}};
endmodule
`default_nettype wire
