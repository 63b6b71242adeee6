// Fetches the program and hands every instruction to the queue of its engine. The instruction whose engine is END ends
// the run: `done` once all engines are at rest.
module soff_npu_fetch #(
    parameter WIDTH = 512,
    parameter ENGINES = 7,
    parameter ENGINE_W = 3,  // the lowest bits of an instruction
    parameter LINE_W = 28,
    parameter COUNT_W = 24
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire [LINE_W-1:0] line,
    input wire [COUNT_W-1:0] count,  // instructions less one
    output wire rd_valid,
    input wire rd_ready,
    output wire [LINE_W-1:0] rd_line,
    input wire rd_data_valid,
    input wire [WIDTH-1:0] rd_data,
    output wire [ENGINES-1:0] out_valid,
    input wire [ENGINES-1:0] out_ready,
    output wire [WIDTH-1:0] out_data,
    input wire at_rest,
    output reg done
);
  wire head;
  wire in_ready;
  wire tag;
  wire reader_idle;
  wire [ENGINE_W-1:0] engine = out_data[ENGINE_W-1:0];
  wire [ENGINES-1:0] mine;
  wire is_end = mine == {ENGINES{1'b0}};
  reg [3:0] calm;  // a signal may be on its way from one engine to the next
  wire finish = head && is_end && (&calm);
  genvar i;
  generate
    for (i = 0; i < ENGINES; i = i + 1) begin : g_engine
      localparam [31:0] INDEX = i;
      assign mine[i] = engine == INDEX[ENGINE_W-1:0];
      assign out_valid[i] = head && mine[i];
    end
  endgenerate
  soff_npu_reader #(
      .LINE_W(LINE_W),
      .LINE_BYTES(WIDTH / 8),
      .COUNT_W(COUNT_W),
      .TAG_W(1),
      .DEPTH(32)
  ) reader (
      .clk(clk),
      .rst(rst),
      .in_valid(start),
      .in_ready(in_ready),
      .in_line(line),
      .in_count(count),
      .in_tag(1'b0),
      .rd_valid(rd_valid),
      .rd_ready(rd_ready),
      .rd_line(rd_line),
      .rd_data_valid(rd_data_valid),
      .rd_data(rd_data),
      .out_valid(head),
      .out_ready(|(mine & out_ready) || finish),
      .out_data(out_data),
      .out_tag(tag),
      .idle(reader_idle)
  );
  always @(posedge clk) begin
    if (rst || !at_rest || !head || !is_end) calm <= 4'd0;
    else if (!(&calm)) calm <= calm + 4'd1;
    done <= !rst && finish;
  end
  wire unused = &{1'b0, tag, in_ready, reader_idle};
endmodule
