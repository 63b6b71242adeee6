// Streams stretches of DRAM lines through a FIFO, in order and ahead of their use: a descriptor is a first line and how
// many more. Lines are only asked for when the FIFO has room for them. Each leaves with the tag of its descriptor.
module soff_npu_reader #(
    parameter LINE_W = 28,
    parameter LINE_BYTES = 64,
    parameter COUNT_W = 24,
    parameter TAG_W = 1,
    parameter DEPTH = 512
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [LINE_W-1:0] in_line,
    input wire [COUNT_W-1:0] in_count,  // lines less one
    input wire [TAG_W-1:0] in_tag,
    output wire rd_valid,
    input wire rd_ready,
    output wire [LINE_W-1:0] rd_line,
    input wire rd_data_valid,
    input wire [8*LINE_BYTES-1:0] rd_data,
    output wire out_valid,
    input wire out_ready,
    output wire [8*LINE_BYTES-1:0] out_data,
    output wire [TAG_W-1:0] out_tag,
    output wire idle  // nothing asked for, nothing kept
);
  localparam ROOM_W = $clog2(DEPTH + 1);
  localparam [31:0] SIZE = DEPTH;

  // ---- Requests
  reg active;
  reg [LINE_W-1:0] line;
  reg [COUNT_W-1:0] left;
  reg [ROOM_W-1:0] room;
  wire tags_ready;
  wire asked = rd_valid && rd_ready;
  wire finished = asked && left == {COUNT_W{1'b0}};
  wire accept = in_valid && in_ready;
  wire taken = out_valid && out_ready;
  assign in_ready = (!active || finished) && tags_ready;
  assign rd_valid = active && room != {ROOM_W{1'b0}};
  assign rd_line = line;
  always @(posedge clk) begin
    if (accept) begin
      line <= in_line;
      left <= in_count;
    end else if (asked) begin
      line <= line + 1'b1;
      left <= left - 1'b1;
    end
    if (rst) active <= 1'b0;
    else if (accept) active <= 1'b1;
    else if (finished) active <= 1'b0;
    if (rst) room <= SIZE[ROOM_W-1:0];
    else if (asked && !taken) room <= room - 1'b1;
    else if (!asked && taken) room <= room + 1'b1;
  end

  // ---- Lines
  wire fifo_ready;
  wire head_valid;
  wire tag_valid;
  wire [COUNT_W-1:0] tag_count;
  reg [COUNT_W-1:0] passed;
  wire tag_end = passed == tag_count;
  soff_fifo_ram #(
      .WIDTH(8 * LINE_BYTES),
      .DEPTH(DEPTH)
  ) lines (
      .clk(clk),
      .rst(rst),
      .in_valid(rd_data_valid),
      .in_ready(fifo_ready),
      .in_data(rd_data),
      .out_valid(head_valid),
      .out_ready(out_ready && tag_valid),
      .out_data(out_data)
  );
  soff_fifo #(
      .WIDTH(TAG_W + COUNT_W),
      .DEPTH(16)
  ) tags (
      .clk(clk),
      .rst(rst),
      .in_valid(accept),
      .in_ready(tags_ready),
      .in_data({in_tag, in_count}),
      .out_valid(tag_valid),
      .out_ready(taken && tag_end),
      .out_data({out_tag, tag_count})
  );
  assign out_valid = head_valid && tag_valid;
  always @(posedge clk) begin
    if (rst) passed <= {COUNT_W{1'b0}};
    else if (taken) passed <= tag_end ? {COUNT_W{1'b0}} : passed + 1'b1;
  end
  assign idle = !active && !tag_valid;
  wire unused = &{1'b0, fifo_ready};

`ifdef SOFF_SIM
  final $display("SOFF-STATE %m reader active=%0d left=%0d room=%0d head=%0d", active, left, room, out_valid);
`endif
endmodule
