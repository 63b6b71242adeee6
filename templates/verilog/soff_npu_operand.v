// Reads words of the activation memory at the addresses of DIMS nested loops into a small FIFO, as far ahead as that has
// room. `load` starts it; it is at rest when `idle`.
module soff_npu_operand #(
    parameter BYTES = 8,
    parameter ADDR_W = 16,
    parameter DIMS = 4,
    parameter COUNT_W = 16,
    parameter DEPTH = 8
) (
    input wire clk,
    input wire rst,
    input wire load,
    input wire [ADDR_W-1:0] base,
    input wire [DIMS*COUNT_W-1:0] counts,
    input wire [DIMS*ADDR_W-1:0] jumps,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-1:0] rd_addr,
    input wire rd_data_valid,
    input wire [8*BYTES-1:0] rd_data,
    output wire out_valid,
    input wire out_ready,
    output wire [8*BYTES-1:0] out_data,
    output wire idle
);
  localparam ROOM_W = $clog2(DEPTH + 1);
  localparam [31:0] SIZE = DEPTH;
  reg active;
  reg [ROOM_W-1:0] room;
  wire [DIMS-1:0] ends;
  wire asked = rd_valid && rd_ready;
  wire taken = out_valid && out_ready;
  wire fifo_ready;
  soff_npu_walk #(
      .DIMS(DIMS),
      .COUNT_W(COUNT_W),
      .ADDR_W(ADDR_W)
  ) walk (
      .clk(clk),
      .load(load),
      .step(asked),
      .base(base),
      .counts(counts),
      .jumps(jumps),
      .address(rd_addr),
      .ends(ends)
  );
  soff_fifo_ram #(
      .WIDTH(8 * BYTES),
      .DEPTH(DEPTH),
      .BLOCK(0)
  ) words (
      .clk(clk),
      .rst(rst),
      .in_valid(rd_data_valid),
      .in_ready(fifo_ready),
      .in_data(rd_data),
      .out_valid(out_valid),
      .out_ready(out_ready),
      .out_data(out_data)
  );
  assign rd_valid = active && room != {ROOM_W{1'b0}};
  assign idle = !active && room == SIZE[ROOM_W-1:0];
  always @(posedge clk) begin
    if (rst) active <= 1'b0;
    else if (load) active <= 1'b1;
    else if (asked && ends[DIMS-1]) active <= 1'b0;
    if (rst) room <= SIZE[ROOM_W-1:0];
    else if (asked && !taken) room <= room - 1'b1;
    else if (!asked && taken) room <= room + 1'b1;
  end
  generate
    if (DIMS > 1) begin : g_unused
      wire unused = &{1'b0, ends[DIMS-2:0]};
    end
  endgenerate
  wire unused = &{1'b0, fifo_ready};
endmodule
