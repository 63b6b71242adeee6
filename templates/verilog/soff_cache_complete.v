// Finds lines of soff_cache that stores have filled: nothing is gained by keeping those. It follows the line that was stored to last;
// a line whose stores were mixed with stores to others is not found.
module soff_cache_complete #(
    parameter LINE_BYTES = 64,
    parameter WINDOW = 4,  // bytes of an access, rounded up to a power of two
    parameter WIN_W = 4,
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter WAYS = 4,
    parameter DEPTH = 8  // lines found and not yet taken; further ones are forgotten
) (
    input wire clk,
    input wire rst,
    input wire clear,
    // A store
    input wire store,
    input wire [SET_W-1:0] index,
    input wire [KEY_W-1:0] key,
    input wire [WAYS-1:0] way,
    input wire [WIN_W-1:0] window,
    input wire [WINDOW-1:0] mask,
    // Places of complete lines
    output wire out_valid,
    input wire out_ready,
    output wire [SET_W-1:0] out_index,
    output wire [WAYS-1:0] out_way
);
  localparam WINDOWS = LINE_BYTES / WINDOW;
  reg s_valid;
  reg [SET_W-1:0] s_index;
  reg [KEY_W-1:0] s_key;
  reg [WAYS-1:0] s_way;
  reg [LINE_BYTES-1:0] s_bytes;
  reg known;
  reg [SET_W-1:0] t_index;
  reg [KEY_W-1:0] t_key;
  reg [WAYS-1:0] t_way;
  reg [LINE_BYTES-1:0] t_bytes;

  wire [LINE_BYTES-1:0] bytes;
  genvar i;
  generate
    for (i = 0; i < WINDOWS; i = i + 1) begin : g_window
      localparam [31:0] INDEX = i;
      wire here;
      if (WINDOWS == 1) assign here = 1'b1;
      else assign here = window == INDEX[WIN_W-1:0];
      assign bytes[i*WINDOW+:WINDOW] = here ? mask : {WINDOW{1'b0}};
    end
  endgenerate
  wire unused = &{1'b0, window};

  wire same = known && s_index == t_index && s_key == t_key && s_way == t_way;
  wire found = known && (&t_bytes);
  wire unused_ready;

  always @(posedge clk) begin
    s_index <= index;
    s_key <= key;
    s_way <= way;
    s_bytes <= bytes;
    if (s_valid) begin
      t_index <= s_index;
      t_key <= s_key;
      t_way <= s_way;
      // What was found begins anew.
      t_bytes <= s_bytes | (t_bytes & {LINE_BYTES{same && !found}});
    end
    if (rst || clear) begin
      s_valid <= 1'b0;
      known <= 1'b0;
    end else begin
      s_valid <= store;
      if (s_valid) known <= 1'b1;
      else if (found) known <= 1'b0;
    end
  end

  soff_fifo #(
      .WIDTH(SET_W + WAYS),
      .DEPTH(DEPTH)
  ) lines (
      .clk(clk),
      .rst(rst || clear),
      .in_valid(found),
      .in_ready(unused_ready),
      .in_data({t_index, t_way}),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .out_data({out_index, out_way})
  );
endmodule
