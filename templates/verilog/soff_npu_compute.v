// The compute engine: five nested loops over words of the activation memory, one word a cycle, with positions outside of
// the image replaced by the pad value. The two inner loops are a group. Mode 0: a group is the pixels of one step, its
// weights those of one input block and kernel position, and the results add up in the accumulators. Modes 1 (products),
// 2 (sums), 3 (largest): a group is the window of one pixel, a channel a lane; or, by columns, the innermost loop is a column
// of the window and a group is a row of columns.
module soff_npu_compute #(
    parameter TI = 8,
    parameter TO = 8,
    parameter ADDR_W = 16,
    parameter LINE_BYTES = 64,
    parameter DEPTH_W = 9,
    parameter TAPS_W = 10,
    parameter COLUMNS = 3,
    parameter COLUMN_W = $clog2(COLUMNS),
    parameter COUNT_W = 16,
    parameter MASK_W = 6,
    parameter TAG_W = 16
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [MASK_W-1:0] in_signal,
    input wire [TAG_W-1:0] in_tag,
    input wire [1:0] in_mode,
    input wire in_fill,  // mode 1: read the window's weights first
    input wire [TAPS_W-1:0] in_fill_last,  // how many, less one
    input wire in_columns,
    input wire [COLUMN_W-1:0] in_lead,  // by columns: those of the window, less one
    input wire [3:0] in_stride,  // by columns: from one window to the next, less one
    input wire in_half,
    input wire in_accumulate,
    input wire [7:0] in_pad,
    input wire [ADDR_W-1:0] in_word,
    input wire [15:0] in_y,
    input wire [15:0] in_x,
    input wire [15:0] in_height,
    input wire [15:0] in_width,
    input wire [5*COUNT_W-1:0] in_counts,
    input wire [5*ADDR_W-1:0] in_jumps,
    input wire [5*16-1:0] in_y_jumps,
    input wire [5*16-1:0] in_x_jumps,
    // Weights: lines for the array have tag 0, those of a channel's window tag 1.
    input wire weight_valid,
    output wire weight_ready,
    input wire weight_tag,
    input wire [8*LINE_BYTES-1:0] weight_data,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-1:0] rd_addr,
    input wire [8*TI-1:0] rd_data,
    // The post engine reads results.
    input wire sum_re,
    input wire sum_half,
    input wire [DEPTH_W-1:0] sum_at,
    output wire [32*TO-1:0] sum_data,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam CHUNKS = (TI * TO > LINE_BYTES) ? TI * TO / LINE_BYTES : 1;
  localparam CHUNK_W = (CHUNKS > 1) ? $clog2(CHUNKS) : 1;
  localparam [31:0] LAST_CHUNK = CHUNKS - 1;
  localparam RATIO = LINE_BYTES / TI;
  localparam PART_W = (RATIO > 1) ? $clog2(RATIO) : 1;
  localparam [31:0] LAST_PART = RATIO - 1;
  localparam [31:0] LAST_COLUMN = COLUMNS - 1;

  // ---- Instruction
  reg active;
  reg [1:0] mode;
  reg columns;
  reg [COLUMN_W-1:0] lead;
  reg [3:0] stride;
  reg half;
  reg accumulate;
  reg [7:0] pad;
  reg [15:0] height;
  reg [15:0] width;
  reg [5*COUNT_W-1:0] counts;
  reg [5*ADDR_W-1:0] jumps;
  reg [5*16-1:0] y_jumps;
  reg [5*16-1:0] x_jumps;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  wire issue;
  wire [4:0] ends;
  wire finish = issue && ends[4];
  wire accept = in_valid && in_ready;
  assign in_ready = !active || finish;
  always @(posedge clk) begin
    if (accept) begin
      mode <= in_mode;
      columns <= in_columns;
      lead <= in_lead;
      stride <= in_stride;
      half <= in_half;
      accumulate <= in_accumulate;
      pad <= in_pad;
      height <= in_height;
      width <= in_width;
      counts <= in_counts;
      jumps <= in_jumps;
      y_jumps <= in_y_jumps;
      x_jumps <= in_x_jumps;
      signal <= in_signal;
      tag <= in_tag;
    end
    if (rst) active <= 1'b0;
    else if (accept) active <= 1'b1;
    else if (finish) active <= 1'b0;
  end

  // ---- Addresses
  wire [15:0] y;
  wire [15:0] x;
  wire [4:0] y_ends;
  wire [4:0] x_ends;
  soff_npu_walk #(
      .DIMS(5),
      .COUNT_W(COUNT_W),
      .ADDR_W(ADDR_W)
  ) walk (
      .clk(clk),
      .load(accept),
      .step(issue),
      .base(in_word),
      .counts(counts),
      .jumps(jumps),
      .address(rd_addr),
      .ends(ends)
  );
  soff_npu_walk #(
      .DIMS(5),
      .COUNT_W(COUNT_W),
      .ADDR_W(16)
  ) walk_y (
      .clk(clk),
      .load(accept),
      .step(issue),
      .base(in_y),
      .counts(counts),
      .jumps(y_jumps),
      .address(y),
      .ends(y_ends)
  );
  soff_npu_walk #(
      .DIMS(5),
      .COUNT_W(COUNT_W),
      .ADDR_W(16)
  ) walk_x (
      .clk(clk),
      .load(accept),
      .step(issue),
      .base(in_x),
      .counts(counts),
      .jumps(x_jumps),
      .address(x),
      .ends(x_ends)
  );
  wire in_image = y < height && x < width;
  wire dense = mode == 2'd0;
  wire group_end = ends[1];
  reg group_start;  // the next word is the first of its group
  reg column_start;
  reg [COLUMN_W-1:0] missing;  // columns until the first window of the row is complete
  reg [3:0] skipped;  // columns until the next one is
  wire column_end = ends[0];
  wire complete = columns ? column_end && missing == {COLUMN_W{1'b0}} && skipped == 4'd0 : group_end;
  reg first_group;
  reg [DEPTH_W-1:0] pixel;
  reg [TAPS_W-1:0] position;

  // ---- Weights of the array
  reg full;
  reg claimed;
  reg [CHUNK_W-1:0] chunk;
  wire swap;
  wire take_line = weight_valid && !weight_tag && !full;
  wire last_chunk = chunk == LAST_CHUNK[CHUNK_W-1:0];
  // An accumulator is read three cycles before its last change is written.
  reg [1:0] since;
  wire may_start = full && !claimed && since == 2'd0;

  // ---- Weights of windows
  reg filling;
  reg [2:0] settle;  // words under way still use the old ones
  reg [TAPS_W-1:0] fill_at;
  reg [COLUMN_W-1:0] fill_column;
  reg [PART_W-1:0] part;
  wire last_part = part == LAST_PART[PART_W-1:0];
  wire fill = filling && settle == 3'd0 && weight_valid && weight_tag;
  reg [TAPS_W-1:0] fill_last;
  wire fill_next = !columns || fill_column == LAST_COLUMN[COLUMN_W-1:0];
  wire fill_end = fill && fill_next && fill_at == fill_last;
  wire [8*TI-1:0] fill_data;
  generate
    if (RATIO > 1) begin : g_part
      assign fill_data = weight_data[part*8*TI+:8*TI];
    end else begin : g_whole
      assign fill_data = weight_data;
    end
  endgenerate
  assign weight_ready = take_line || (fill && (last_part || fill_end));

  wire can = active && !filling && (!dense || !group_start || may_start);
  assign rd_valid = can && in_image;
  assign issue = can && (!in_image || rd_ready);

  always @(posedge clk) begin
    if (accept) fill_last <= in_fill_last;
    if (accept) group_start <= 1'b1;
    else if (issue) group_start <= group_end;
    if (accept) first_group <= 1'b1;
    else if (issue && group_end) first_group <= 1'b0;
    if (accept || (issue && group_end && dense)) pixel <= {DEPTH_W{1'b0}};
    else if (issue && (dense || complete)) pixel <= pixel + 1'b1;
    if (accept) column_start <= 1'b1;
    else if (issue) column_start <= column_end;
    if (accept) missing <= in_lead;
    else if (issue && group_end) missing <= lead;
    else if (issue && column_end && missing != {COLUMN_W{1'b0}}) missing <= missing - 1'b1;
    if (accept || (issue && group_end)) skipped <= 4'd0;
    else if (issue && column_end && missing == {COLUMN_W{1'b0}}) skipped <= skipped == 4'd0 ? stride : skipped - 4'd1;
    if (accept || (issue && (columns ? column_end : group_end))) position <= {TAPS_W{1'b0}};
    else if (issue) position <= position + 1'b1;

    if (rst) full <= 1'b0;
    else if (take_line && last_chunk) full <= 1'b1;
    else if (swap) full <= 1'b0;
    if (rst || swap) claimed <= 1'b0;
    else if (issue && dense && group_start) claimed <= 1'b1;
    if (rst) chunk <= {CHUNK_W{1'b0}};
    else if (take_line) chunk <= last_chunk ? {CHUNK_W{1'b0}} : chunk + 1'b1;
    if (rst) since <= 2'd0;
    else if (issue && dense && group_start) since <= 2'd3;
    else if (since != 2'd0) since <= since - 2'd1;

    if (rst) filling <= 1'b0;
    else if (accept) filling <= in_fill;
    else if (fill_end) filling <= 1'b0;
    if (accept) settle <= 3'd7;
    else if (settle != 3'd0) settle <= settle - 3'd1;
    if (accept) fill_at <= {TAPS_W{1'b0}};
    else if (fill && fill_next) fill_at <= fill_at + 1'b1;
    if (accept) fill_column <= in_columns ? {COLUMN_W{1'b0}} : LAST_COLUMN[COLUMN_W-1:0];
    else if (fill && columns) fill_column <= fill_next ? {COLUMN_W{1'b0}} : fill_column + 1'b1;
    if (accept || (fill && (last_part || fill_end))) part <= {PART_W{1'b0}};
    else if (fill) part <= part + 1'b1;
  end

  // ---- What goes along with a word: stage s is s cycles after its issue
  localparam CONTROL_W = 8 + 2 + 1 + DEPTH_W + TAPS_W + 5 + 3 + COLUMN_W;
  wire [CONTROL_W-1:0] control = {
    accumulate, columns, lead, column_end,
    pad, mode, half, pixel, position, first_group && !accumulate, columns ? column_start : group_start, complete, !in_image,
    ends[4]
  };
  reg [5:1] valid;
  reg [CONTROL_W-1:0] control1, control2, control3, control4, control5;
  reg [MASK_W+TAG_W-1:0] note1, note2, note3, note4, note5;
  always @(posedge clk) begin
    if (rst) valid <= 5'd0;
    else valid <= {valid[4:1], issue};
    control1 <= control;
    control2 <= control1;
    control3 <= control2;
    control4 <= control3;
    control5 <= control4;
    note1 <= {signal, tag};
    note2 <= note1;
    note3 <= note2;
    note4 <= note3;
    note5 <= note4;
  end
  wire [7:0] pad2;
  wire [1:0] mode2;
  wire accumulate2, columns2, column_end2;
  wire [COLUMN_W-1:0] lead2;
  wire half2, first2, start2, last2, outside2, end2;
  wire [DEPTH_W-1:0] pixel2;
  wire [TAPS_W-1:0] position2;
  assign {accumulate2, columns2, lead2, column_end2, pad2, mode2, half2, pixel2, position2, first2, start2, last2, outside2, end2} = control2;
  wire [7:0] pad4;
  wire [1:0] mode4;
  wire accumulate4, columns4, column_end4;
  wire [COLUMN_W-1:0] lead4;
  wire half4, first4, start4, last4, outside4, end4;
  wire [DEPTH_W-1:0] pixel4;
  wire [TAPS_W-1:0] position4;
  assign {accumulate4, columns4, lead4, column_end4, pad4, mode4, half4, pixel4, position4, first4, start4, last4, outside4, end4} = control4;
  wire [7:0] pad5;
  wire [1:0] mode5;
  wire accumulate5, columns5, column_end5;
  wire [COLUMN_W-1:0] lead5;
  wire half5, first5, start5, last5, outside5, end5;
  wire [DEPTH_W-1:0] pixel5;
  wire [TAPS_W-1:0] position5;
  assign {accumulate5, columns5, lead5, column_end5, pad5, mode5, half5, pixel5, position5, first5, start5, last5, outside5, end5} = control5;

  wire [8*TI-1:0] word2 = outside2 ? {TI{pad2}} : rd_data;
  wire dense2 = mode2 == 2'd0;
  assign swap = valid[2] && dense2 && start2;
  wire [32*TO-1:0] dots;
  soff_npu_array #(
      .TI(TI),
      .TO(TO),
      .LINE_BYTES(LINE_BYTES)
  ) array (
      .clk(clk),
      .load(take_line),
      .load_at(chunk),
      .load_data(weight_data),
      .in_valid(valid[2] && dense2),
      .in_swap(start2),
      .in_data(word2),
      .sums(dots)
  );
  wire [32*TI-1:0] windows;
  soff_npu_lanes #(
      .TI(TI),
      .TAPS_W(TAPS_W),
      .COLUMNS(COLUMNS)
  ) lanes (
      .clk(clk),
      .fill(fill),
      .fill_at(fill_at),
      .fill_column(fill_column),
      .fill_data(fill_data),
      .in_valid(valid[2] && !dense2),
      .in_columns(columns2),
      .in_lead(lead2),
      .in_column_end(column_end2),
      .in_max(mode2 == 2'd3),
      .in_weighted(mode2 == 2'd1),
      .in_first(start2),
      .in_tap(position2),
      .in_data(word2),
      .results(windows)
  );
  // The lanes' results are a cycle earlier than the array's.
  wire dense4 = mode4 == 2'd0;
  wire dense5 = mode5 == 2'd0;
  reg [32*TI-1:0] windows5;
  always @(posedge clk) if (valid[4] && !dense4 && last4) windows5 <= windows;
  wire [32*TO-1:0] result;
  generate
    if (TO > TI) begin : g_wider
      assign result = dense5 ? dots : {dots[32*TO-1:32*TI], windows5};
    end else begin : g_same
      assign result = dense5 ? dots : windows5;
    end
  endgenerate
  soff_npu_sums #(
      .LANES(TO),
      .DEPTH_W(DEPTH_W)
  ) sums (
      .clk(clk),
      .fetch(valid[4] && (dense4 ? !first4 : last4 && accumulate4)),
      .fetch_half(half4),
      .fetch_at(pixel4),
      .we(valid[5] && (dense5 || last5)),
      .replace(dense5 ? first5 : !accumulate5),
      .half(half5),
      .at(pixel5),
      .data(result),
      .re(sum_re),
      .read_half(sum_half),
      .read_at(sum_at),
      .read_data(sum_data)
  );
  assign done = valid[5] && end5;
  assign {done_signal, done_tag} = note5;
  assign idle = !active && valid == 5'd0;
  wire unused = &{1'b0, y_ends, x_ends, ends[3:2], ends[0], pad4, position4, start4, outside4, end4, pad5, position5,
                  start5, outside5, half2, first2, last2, pixel2, end2, accumulate2, columns4, lead4, column_end4, columns5, lead5, column_end5};

`ifdef SOFF_SIM
  final
    $display("SOFF-STATE %m compute active=%0d mode=%0d filling=%0d full=%0d claimed=%0d weight_valid=%0d weight_tag=%0d",
             active, mode, filling, full, claimed, weight_valid, weight_tag);
`endif
endmodule
