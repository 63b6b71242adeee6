// Lines for one cache from TARGETS sources, channels or banks of a second level: line number modulo TARGETS is the source,
// the rest the line's number there. Lines are handed out in the order in which they were asked for.
//
// A source is only asked when there is room for its answer, so that no source ever waits.
module soff_line_reader #(
    parameter LINE_W = 28,  // bits of a line number
    parameter LINE_BYTES = 64,
    parameter TARGETS = 4,  // power of two, at least 2
    parameter DEPTH = 32  // lines asked of one source and not yet used, at most
) (
    input wire clk,
    input wire rst,
    input wire rd_valid,
    output wire rd_ready,
    input wire [LINE_W-1:0] rd_line,
    output wire rd_data_valid,
    input wire rd_data_ready,
    output wire [8*LINE_BYTES-1:0] rd_data,
    output wire [TARGETS-1:0] target_valid,
    input wire [TARGETS-1:0] target_ready,
    output wire [LINE_W-$clog2(TARGETS)-1:0] target_line,
    input wire [TARGETS-1:0] target_data_valid,
    input wire [TARGETS*8*LINE_BYTES-1:0] target_data
);
  localparam SELECT_W = $clog2(TARGETS);
  localparam COUNT_W = $clog2(DEPTH + 1);
  localparam [31:0] LIMIT = DEPTH;

  wire [TARGETS-1:0] chosen;
  wire [TARGETS-1:0] next;  // one-hot: where the next line comes from
  wire next_valid;
  wire order_ready;
  wire [TARGETS-1:0] room;
  wire [TARGETS-1:0] there;
  wire [TARGETS*8*LINE_BYTES-1:0] lines;
  wire [TARGETS-1:0] asked = target_valid & target_ready;
  wire [TARGETS-1:0] used = next & {TARGETS{rd_data_valid && rd_data_ready}};
  wire [TARGETS-1:0] unused_ready;

  assign target_line = rd_line[LINE_W-1:SELECT_W];
  assign target_valid = chosen & room & {TARGETS{rd_valid && order_ready}};
  assign rd_ready = |asked;

  soff_fifo_ram #(
      .WIDTH(TARGETS),
      .DEPTH(TARGETS * DEPTH),
      .BLOCK(0)
  ) order (
      .clk(clk),
      .rst(rst),
      .in_valid(rd_ready),
      .in_ready(order_ready),
      .in_data(chosen),
      .out_valid(next_valid),
      .out_ready(|used),
      .out_data(next)
  );
  genvar t;
  generate
    for (t = 0; t < TARGETS; t = t + 1) begin : g_target
      localparam [31:0] INDEX = t;
      reg [COUNT_W-1:0] count;
      assign chosen[t] = rd_line[SELECT_W-1:0] == INDEX[SELECT_W-1:0];
      assign room[t] = count != LIMIT[COUNT_W-1:0];
      always @(posedge clk) begin
        if (rst) count <= {COUNT_W{1'b0}};
        else if (asked[t] && !used[t]) count <= count + 1'b1;
        else if (!asked[t] && used[t]) count <= count - 1'b1;
      end
      soff_fifo_ram #(
          .WIDTH(8 * LINE_BYTES),
          .DEPTH(DEPTH)
      ) answers (
          .clk(clk),
          .rst(rst),
          .in_valid(target_data_valid[t]),
          .in_ready(unused_ready[t]),
          .in_data(target_data[t*8*LINE_BYTES+:8*LINE_BYTES]),
          .out_valid(there[t]),
          .out_ready(used[t]),
          .out_data(lines[t*8*LINE_BYTES+:8*LINE_BYTES])
      );
    end
  endgenerate
  assign rd_data_valid = next_valid && |(next & there);
  soff_select #(
      .N(TARGETS),
      .WIDTH(8 * LINE_BYTES)
  ) select (
      .onehot(next),
      .a(lines),
      .y(rd_data)
  );
endmodule
