// Windows a channel: TI lanes that add up products, add up values or keep the largest over the positions of a window.
// Plain: a window's positions come one after the other, and `last` goes with the last one. By columns: the words are those
// of one column of the image, each is used for all COLUMNS columns of the kernel at once, and the columns' results go
// down a chain to the window that they complete, so that a word is read once for all windows side by side.
// The result is there 2 cycles after the word that completes it.
module soff_npu_lanes #(
    parameter TI = 8,
    parameter TAPS_W = 10,
    parameter COLUMNS = 3,  // at least 2
    parameter COLUMN_W = $clog2(COLUMNS)
) (
    input wire clk,
    input wire fill,
    input wire [TAPS_W-1:0] fill_at,
    input wire [COLUMN_W-1:0] fill_column,
    input wire [8*TI-1:0] fill_data,
    input wire in_valid,
    input wire in_columns,
    input wire [COLUMN_W-1:0] in_lead,  // columns of the kernel less one
    input wire in_max,
    input wire in_weighted,
    input wire in_first,  // of the window, or of the column
    input wire in_column_end,
    input wire [TAPS_W-1:0] in_tap,
    input wire [8*TI-1:0] in_data,
    output wire [32*TI-1:0] results
);
  localparam [31:0] LAST = COLUMNS - 1;
  reg [8*TI-1:0] data;
  reg [COLUMNS-2:0] joined2;  // columns whose chain the next one goes on with
  reg columns1, max1, max2, weighted1, first1, first2, end1, end2, valid1, valid2;
  reg [COLUMN_W-1:0] lead1;
  wire [COLUMNS-1:0] on;  // columns that the kernel has: the last ones
  wire [COLUMNS*8*TI-1:0] weights;
  genvar i, k;
  generate
    for (k = 0; k < COLUMNS; k = k + 1) begin : g_column
      localparam [31:0] INDEX = k;
      localparam [31:0] FROM_LAST = COLUMNS - 1 - k;
      reg [8*TI-1:0] taps[0:(1<<TAPS_W)-1];
      reg [8*TI-1:0] word;
      always @(posedge clk) begin
        if (fill && fill_column == INDEX[COLUMN_W-1:0]) taps[fill_at] <= fill_data;
        if (in_valid) word <= taps[in_tap];
      end
      assign weights[k*8*TI+:8*TI] = word;
      assign on[k] = columns1 ? {1'b0, lead1} + 1'b1 > FROM_LAST[COLUMN_W:0] : INDEX == LAST;
    end
  endgenerate
  always @(posedge clk) begin
    if (in_valid) begin
      data <= in_data;
      columns1 <= in_columns;
      lead1 <= in_lead;
      max1 <= in_max;
      weighted1 <= in_weighted;
      first1 <= in_first;
      end1 <= in_column_end;
    end
    valid1 <= in_valid;
    valid2 <= valid1;
    joined2 <= columns1 ? on[COLUMNS-2:0] : {COLUMNS - 1{1'b0}};
    max2 <= max1;
    first2 <= first1;
    end2 <= end1;
  end
  generate
    for (i = 0; i < TI; i = i + 1) begin : g_lane
      wire signed [7:0] x = data[8*i+:8];
      wire signed [31:0] wide = {{24{x[7]}}, x};
      for (k = 0; k < COLUMNS; k = k + 1) begin : g_term
        wire signed [7:0] w = weights[8*(k*TI+i)+:8];
        wire signed [15:0] product = x * w;
        reg signed [31:0] term;
        reg signed [31:0] column;
        wire signed [31:0] next = first2 ? term : max2 ? (term > column ? term : column) : column + term;
        wire signed [31:0] whole;
        if (k == 0) begin : g_first
          assign whole = next;
        end else begin : g_next
          wire signed [31:0] before_it = g_term[k-1].g_chain.chain;
          assign whole = !joined2[k-1] ? next : max2 ? (next > before_it ? next : before_it) : next + before_it;
        end
        always @(posedge clk) begin
          if (valid1) term <= !on[k] ? (max1 ? -32'sd128 : 32'sd0) : weighted1 ? {{16{product[15]}}, product} : wide;
          if (valid2) column <= next;
        end
        if (k < COLUMNS - 1) begin : g_chain
          reg signed [31:0] chain;  // windows that want the columns behind this one
          always @(posedge clk) if (valid2 && end2) chain <= whole;
        end
      end
      assign results[32*i+:32] = g_term[COLUMNS-1].whole;
    end
  endgenerate
endmodule
