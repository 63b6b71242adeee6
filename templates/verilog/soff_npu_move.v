// The move engine: copies bytes or whole words within the activation memory between the addresses of two sets of five
// nested loops, or writes one value. Addresses count bytes.
module soff_npu_move #(
    parameter BYTES = 8,
    parameter ADDR_W = 16,
    parameter COUNT_W = 16,
    parameter MASK_W = 6,
    parameter TAG_W = 16,
    parameter BYTE_W = ADDR_W + $clog2(BYTES)
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [MASK_W-1:0] in_signal,
    input wire [TAG_W-1:0] in_tag,
    input wire in_words,
    input wire in_constant,
    input wire [7:0] in_value,
    input wire [5*COUNT_W-1:0] in_counts,
    input wire [BYTE_W-1:0] in_from,
    input wire [5*BYTE_W-1:0] in_from_jumps,
    input wire [BYTE_W-1:0] in_to,
    input wire [5*BYTE_W-1:0] in_to_jumps,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-1:0] rd_addr,
    input wire rd_data_valid,
    input wire [8*BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [ADDR_W-1:0] wr_addr,
    output wire [BYTES-1:0] wr_mask,
    output wire [8*BYTES-1:0] wr_data,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam LANE_W = $clog2(BYTES);
  localparam [3:0] ROOM = 4'd8;
  reg active;
  reg asking;
  reg words, constant;
  reg [7:0] value;
  reg [5*COUNT_W-1:0] counts;
  reg [5*BYTE_W-1:0] from_jumps, to_jumps;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  wire accept = in_valid && in_ready;
  assign in_ready = !active;
  assign idle = !active;

  // ---- From
  reg [3:0] room;
  wire [BYTE_W-1:0] from;
  wire [4:0] from_ends;
  wire asked = rd_valid && rd_ready;
  soff_npu_walk #(
      .DIMS(5),
      .COUNT_W(COUNT_W),
      .ADDR_W(BYTE_W)
  ) walk_from (
      .clk(clk),
      .load(accept),
      .step(asked),
      .base(in_from),
      .counts(counts),
      .jumps(from_jumps),
      .address(from),
      .ends(from_ends)
  );
  assign rd_valid = asking && room != 4'd0;
  assign rd_addr = from[BYTE_W-1:LANE_W];
  wire have;
  wire lane_have;
  wire [LANE_W-1:0] lane;
  wire [8*BYTES-1:0] word;
  wire fifo_ready;
  wire lanes_ready;
  wire write = wr_valid && wr_ready;
  wire taken = write && !constant;
  soff_fifo_ram #(
      .WIDTH(8 * BYTES),
      .DEPTH(8),
      .BLOCK(0)
  ) words_read (
      .clk(clk),
      .rst(rst),
      .in_valid(rd_data_valid),
      .in_ready(fifo_ready),
      .in_data(rd_data),
      .out_valid(have),
      .out_ready(taken),
      .out_data(word)
  );
  soff_fifo #(
      .WIDTH(LANE_W),
      .DEPTH(8)
  ) lanes (
      .clk(clk),
      .rst(rst),
      .in_valid(asked),
      .in_ready(lanes_ready),
      .in_data(from[LANE_W-1:0]),
      .out_valid(lane_have),
      .out_ready(taken),
      .out_data(lane)
  );

  // ---- To
  wire [BYTE_W-1:0] to;
  wire [4:0] to_ends;
  soff_npu_walk #(
      .DIMS(5),
      .COUNT_W(COUNT_W),
      .ADDR_W(BYTE_W)
  ) walk_to (
      .clk(clk),
      .load(accept),
      .step(write),
      .base(in_to),
      .counts(counts),
      .jumps(to_jumps),
      .address(to),
      .ends(to_ends)
  );
  wire [7:0] picked = constant ? value : word[lane*8+:8];
  assign wr_valid = active && (constant || have);
  assign wr_addr = to[BYTE_W-1:LANE_W];
  assign wr_mask = words ? {BYTES{1'b1}} : {{BYTES - 1{1'b0}}, 1'b1} << to[LANE_W-1:0];
  assign wr_data = (words && !constant) ? word : {BYTES{picked}};
  assign done = write && to_ends[4];
  assign done_signal = signal;
  assign done_tag = tag;
  always @(posedge clk) begin
    if (accept) begin
      words <= in_words;
      constant <= in_constant;
      value <= in_value;
      counts <= in_counts;
      from_jumps <= in_from_jumps;
      to_jumps <= in_to_jumps;
      signal <= in_signal;
      tag <= in_tag;
    end
    if (rst) active <= 1'b0;
    else if (accept) active <= 1'b1;
    else if (done) active <= 1'b0;
    if (rst) asking <= 1'b0;
    else if (accept) asking <= !in_constant;
    else if (asked && from_ends[4]) asking <= 1'b0;
    if (rst) room <= ROOM;
    else if (asked && !taken) room <= room - 4'd1;
    else if (!asked && taken) room <= room + 4'd1;
  end
  wire unused = &{1'b0, lane_have, fifo_ready, lanes_ready, from_ends[3:0], to_ends[3:0]};

`ifdef SOFF_SIM
  final $display("SOFF-STATE %m move active=%0d asking=%0d room=%0d", active, asking, room);
`endif
endmodule
