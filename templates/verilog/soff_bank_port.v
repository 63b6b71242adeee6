// One client of a memory unit with several banks: line number modulo BANKS is the bank. Requests go to their bank with the
// bits of its number taken out of the address; answers come back in the order of the requests, whichever bank is faster.
//
// A request is only sent when there is room to remember its bank, and each bank's answers have as much room: so no bank ever
// waits for the client.
module soff_bank_port #(
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,
    parameter BANKS = 2,  // power of two, at least 2
    parameter DATA_W = 32,  // bits of an answer
    parameter ANSWERS = 1,  // 0: a client without answers
    parameter DEPTH = 64  // requests under way and answers waiting
) (
    input wire clk,
    input wire rst,
    input wire req_valid,
    output wire req_ready,
    input wire [ADDR_W-1:0] req_addr,
    output wire resp_valid,
    output wire [DATA_W-1:0] resp_data,
    output wire [BANKS-1:0] bank_req_valid,
    input wire [BANKS-1:0] bank_req_ready,
    output wire [ADDR_W-$clog2(BANKS)-1:0] bank_req_addr,
    input wire [BANKS-1:0] bank_resp_valid,
    input wire [BANKS*DATA_W-1:0] bank_resp_data
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam BANK_W = $clog2(BANKS);

  wire [BANK_W-1:0] bank = req_addr[OFF_W+:BANK_W];
  wire room;  // for one more answer
  wire [BANKS-1:0] chosen;
  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] INDEX = b;
      assign chosen[b] = bank == INDEX[BANK_W-1:0];
    end
  endgenerate
  assign bank_req_valid = chosen & {BANKS{req_valid && room}};
  assign bank_req_addr = {req_addr[ADDR_W-1:OFF_W+BANK_W], req_addr[OFF_W-1:0]};
  assign req_ready = room && |(chosen & bank_req_ready);

  generate
    if (ANSWERS != 0) begin : g_answers
      wire [BANKS-1:0] valid;
      wire [BANKS*DATA_W-1:0] data;
      wire [BANKS-1:0] next;  // one-hot: where the next answer comes from
      wire next_valid;
      wire [BANKS-1:0] unused_ready;
      soff_fifo #(
          .WIDTH(BANKS),
          .DEPTH(DEPTH)
      ) order (
          .clk(clk),
          .rst(rst),
          .in_valid(req_valid && req_ready),
          .in_ready(room),
          .in_data(chosen),
          .out_valid(next_valid),
          .out_ready(resp_valid),
          .out_data(next)
      );
      for (b = 0; b < BANKS; b = b + 1) begin : g_answer
        soff_fifo #(
            .WIDTH(DATA_W),
            .DEPTH(DEPTH)
        ) answers (
            .clk(clk),
            .rst(rst),
            .in_valid(bank_resp_valid[b]),
            .in_ready(unused_ready[b]),
            .in_data(bank_resp_data[b*DATA_W+:DATA_W]),
            .out_valid(valid[b]),
            .out_ready(next_valid && next[b]),
            .out_data(data[b*DATA_W+:DATA_W])
        );
      end
      assign resp_valid = next_valid && |(next & valid);
      soff_select #(
          .N(BANKS),
          .WIDTH(DATA_W)
      ) select (
          .onehot(next),
          .a(data),
          .y(resp_data)
      );
    end else begin : g_no_answers
      assign room = 1'b1;
      assign resp_valid = 1'b0;
      assign resp_data = {DATA_W{1'b0}};
      wire unused = &{1'b0, clk, rst, bank_resp_valid, bank_resp_data};
    end
  endgenerate
endmodule
