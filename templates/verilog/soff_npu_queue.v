// Instruction queue of one engine: the head is offered once every engine that it waits for has given a token.
module soff_npu_queue #(
    parameter WIDTH = 512,
    parameter DEPTH = 8,
    parameter ENGINES = 6,
    parameter WAIT_AT = 3  // lowest bit of the mask of engines to wait for
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [WIDTH-1:0] in_data,
    input wire [ENGINES-1:0] have,
    output wire [ENGINES-1:0] take,
    output wire out_valid,
    input wire out_ready,
    output wire [WIDTH-1:0] out_data,
    output wire idle
);
  wire head;
  wire [ENGINES-1:0] wanted = out_data[WAIT_AT+:ENGINES];
  wire free = &(have | ~wanted);
  soff_fifo #(
      .WIDTH(WIDTH),
      .DEPTH(DEPTH)
  ) queue (
      .clk(clk),
      .rst(rst),
      .in_valid(in_valid),
      .in_ready(in_ready),
      .in_data(in_data),
      .out_valid(head),
      .out_ready(out_ready && free),
      .out_data(out_data)
  );
  assign out_valid = head && free;
  assign take = wanted & {ENGINES{out_valid && out_ready}};
  assign idle = !head;
endmodule
