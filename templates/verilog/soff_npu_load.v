// The load engine: lines of DRAM to words of the activation memory. Stretches of lines lie wherever two outer loops say.
module soff_npu_load #(
    parameter BYTES = 8,
    parameter ADDR_W = 16,
    parameter LINE_W = 28,
    parameter LINE_BYTES = 64,
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
    input wire [LINE_W-1:0] in_line,
    input wire [COUNT_W-1:0] in_lines,  // of a stretch, less one
    input wire [2*COUNT_W-1:0] in_counts,
    input wire [2*LINE_W-1:0] in_line_jumps,
    input wire [ADDR_W-1:0] in_word,
    input wire [2*ADDR_W-1:0] in_word_jumps,  // from the word behind a stretch
    output wire rd_valid,
    input wire rd_ready,
    output wire [LINE_W-1:0] rd_line,
    input wire rd_data_valid,
    input wire [8*LINE_BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [ADDR_W-1:0] wr_addr,
    output wire [8*BYTES-1:0] wr_data,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam RATIO = LINE_BYTES / BYTES;
  localparam PART_W = (RATIO > 1) ? $clog2(RATIO) : 1;
  localparam [31:0] LAST_PART = RATIO - 1;

  reg active;
  reg asking;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  reg [COUNT_W-1:0] lines;
  reg [2*COUNT_W-1:0] counts;
  reg [2*LINE_W-1:0] line_jumps;
  reg [2*ADDR_W-1:0] word_jumps;
  wire accept = in_valid && in_ready;
  assign in_ready = !active;

  // ---- Stretches
  wire want_ready;
  wire [LINE_W-1:0] stretch;
  wire [1:0] stretch_ends;
  wire ask = asking && want_ready;
  soff_npu_walk #(
      .DIMS(2),
      .COUNT_W(COUNT_W),
      .ADDR_W(LINE_W)
  ) stretches (
      .clk(clk),
      .load(accept),
      .step(ask),
      .base(in_line),
      .counts(counts),
      .jumps(line_jumps),
      .address(stretch),
      .ends(stretch_ends)
  );
  wire head;
  wire [8*LINE_BYTES-1:0] line;
  wire line_tag;
  wire reader_idle;
  wire take;
  soff_npu_reader #(
      .LINE_W(LINE_W),
      .LINE_BYTES(LINE_BYTES),
      .COUNT_W(COUNT_W),
      .TAG_W(1),
      .DEPTH(64)
  ) reader (
      .clk(clk),
      .rst(rst),
      .in_valid(asking),
      .in_ready(want_ready),
      .in_line(stretch),
      .in_count(lines),
      .in_tag(1'b0),
      .rd_valid(rd_valid),
      .rd_ready(rd_ready),
      .rd_line(rd_line),
      .rd_data_valid(rd_data_valid),
      .rd_data(rd_data),
      .out_valid(head),
      .out_ready(take),
      .out_data(line),
      .out_tag(line_tag),
      .idle(reader_idle)
  );

  // ---- Words
  reg [PART_W-1:0] part;
  wire last_part = part == LAST_PART[PART_W-1:0];
  wire [3:0] ends;
  wire write = wr_valid && wr_ready;
  soff_npu_walk #(
      .DIMS(4),
      .COUNT_W(COUNT_W),
      .ADDR_W(ADDR_W)
  ) words (
      .clk(clk),
      .load(accept),
      .step(write),
      .base(in_word),
      .counts({counts, lines, LAST_PART[COUNT_W-1:0]}),
      .jumps({word_jumps, {2{{ADDR_W - 1{1'b0}}, 1'b1}}}),
      .address(wr_addr),
      .ends(ends)
  );
  assign wr_valid = head && active;
  assign take = write && last_part;
  generate
    if (RATIO > 1) begin : g_part
      assign wr_data = line[part*8*BYTES+:8*BYTES];
    end else begin : g_whole
      assign wr_data = line;
    end
  endgenerate
  assign done = write && ends[3];
  assign done_signal = signal;
  assign done_tag = tag;
  assign idle = !active;
  always @(posedge clk) begin
    if (accept) begin
      signal <= in_signal;
      tag <= in_tag;
      lines <= in_lines;
      counts <= in_counts;
      line_jumps <= in_line_jumps;
      word_jumps <= in_word_jumps;
    end
    if (accept) part <= {PART_W{1'b0}};
    else if (write) part <= last_part ? {PART_W{1'b0}} : part + 1'b1;
    if (rst) active <= 1'b0;
    else if (accept) active <= 1'b1;
    else if (done) active <= 1'b0;
    if (rst) asking <= 1'b0;
    else if (accept) asking <= 1'b1;
    else if (ask && stretch_ends[1]) asking <= 1'b0;
  end
  wire unused = &{1'b0, line_tag, reader_idle, ends[2:0], stretch_ends[0]};

`ifdef SOFF_SIM
  final $display("SOFF-STATE %m load active=%0d asking=%0d head=%0d", active, asking, head);
`endif
endmodule
