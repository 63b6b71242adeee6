// The store engine: words of the activation memory to lines of DRAM. An instruction is done when all its lines are acknowledged.
module soff_npu_store #(
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
    input wire [2*LINE_W-1:0] in_line_jumps,  // from the last line of a stretch
    input wire [ADDR_W-1:0] in_word,
    input wire [2*ADDR_W-1:0] in_word_jumps,  // from the last word of a stretch
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-1:0] rd_addr,
    input wire rd_data_valid,
    input wire [8*BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [LINE_W-1:0] wr_line,
    output wire [8*LINE_BYTES-1:0] wr_data,
    input wire wr_ack,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam RATIO = LINE_BYTES / BYTES;
  localparam PART_W = (RATIO > 1) ? $clog2(RATIO) : 1;
  localparam [31:0] LAST_PART = RATIO - 1;

  reg active;
  reg sending;
  reg [15:0] owed;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  reg [COUNT_W-1:0] lines;
  reg [2*COUNT_W-1:0] counts;
  reg [2*LINE_W-1:0] line_jumps;
  reg [ADDR_W-1:0] word;
  reg [2*ADDR_W-1:0] word_jumps;
  reg begun;  // the operand reader takes the registered fields
  wire accept = in_valid && in_ready;
  assign in_ready = !active;

  wire word_valid;
  wire [8*BYTES-1:0] data;
  wire operand_idle;
  wire take;
  soff_npu_operand #(
      .BYTES(BYTES),
      .ADDR_W(ADDR_W),
      .DIMS(4),
      .COUNT_W(COUNT_W),
      .DEPTH(8)
  ) operand (
      .clk(clk),
      .rst(rst),
      .load(begun),
      .base(word),
      .counts({counts, lines, LAST_PART[COUNT_W-1:0]}),
      .jumps({word_jumps, {2{{ADDR_W - 1{1'b0}}, 1'b1}}}),
      .rd_valid(rd_valid),
      .rd_ready(rd_ready),
      .rd_addr(rd_addr),
      .rd_data_valid(rd_data_valid),
      .rd_data(rd_data),
      .out_valid(word_valid),
      .out_ready(take),
      .out_data(data),
      .idle(operand_idle)
  );
  wire send = wr_valid && wr_ready;
  wire [2:0] ends;
  soff_npu_walk #(
      .DIMS(3),
      .COUNT_W(COUNT_W),
      .ADDR_W(LINE_W)
  ) places (
      .clk(clk),
      .load(accept),
      .step(send),
      .base(in_line),
      .counts({counts, lines}),
      .jumps({line_jumps, {LINE_W - 1{1'b0}}, 1'b1}),
      .address(wr_line),
      .ends(ends)
  );
  generate
    if (RATIO > 1) begin : g_pack
      reg [PART_W-1:0] part;
      reg [8*(LINE_BYTES-BYTES)-1:0] kept;
      wire last_part = part == LAST_PART[PART_W-1:0];
      assign wr_valid = word_valid && last_part;
      assign take = last_part ? wr_ready : 1'b1;
      assign wr_data = {data, kept};
      always @(posedge clk) begin
        if (accept) part <= {PART_W{1'b0}};
        else if (word_valid && take) part <= last_part ? {PART_W{1'b0}} : part + 1'b1;
        if (word_valid && !last_part) kept[part*8*BYTES+:8*BYTES] <= data;
      end
    end else begin : g_whole
      assign wr_valid = word_valid;
      assign take = wr_ready;
      assign wr_data = data;
    end
  endgenerate
  assign done = active && !begun && !sending && owed == 16'd0;
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
      word <= in_word;
      word_jumps <= in_word_jumps;
    end
    begun <= !rst && accept;
    if (rst) active <= 1'b0;
    else if (accept) active <= 1'b1;
    else if (done) active <= 1'b0;
    if (rst) sending <= 1'b0;
    else if (accept) sending <= 1'b1;
    else if (send && ends[2]) sending <= 1'b0;
    if (rst) owed <= 16'd0;
    else if (send && !wr_ack) owed <= owed + 16'd1;
    else if (!send && wr_ack) owed <= owed - 16'd1;
  end
  wire unused = &{1'b0, operand_idle, ends[1:0]};

`ifdef SOFF_SIM
  final $display("SOFF-STATE %m store active=%0d sending=%0d owed=%0d", active, sending, owed);
`endif
endmodule
