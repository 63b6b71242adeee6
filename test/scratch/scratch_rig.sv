// Test rig of soff_scratch. Port widths do not depend on the parameters, so that one C++ bench fits all.
module scratch_rig #(
    parameter CLIENTS = 2,
    parameter ADDR_W = 14,
    parameter BYTES = 16384,
    parameter DATA_BYTES = 4,
    parameter BANKS = 4,
    parameter KINDS = 4,
    parameter ATOMICS = 0,
    parameter FADD = 0,
    parameter GRAIN_BYTES = 4
) (
    input wire clk,
    input wire rst,
    input wire [CLIENTS-1:0] req_valid,
    output wire [CLIENTS-1:0] req_ready,
    input wire [31:0] req_addr[0:CLIENTS-1],
    input wire [1023:0] req_data[0:CLIENTS-1],
    input wire [127:0] req_mask[0:CLIENTS-1],
    input wire [63:0] req_compare[0:CLIENTS-1],
    input wire [3:0] req_op[0:CLIENTS-1],
    output wire [CLIENTS-1:0] resp_valid,
    output wire [1023:0] resp_data[0:CLIENTS-1]
);
  localparam DW = 8 * DATA_BYTES;
  wire [CLIENTS*ADDR_W-1:0] addr;
  wire [CLIENTS*DW-1:0] data;
  wire [CLIENTS*DATA_BYTES-1:0] mask;
  wire [CLIENTS*64-1:0] compare;
  wire [CLIENTS*4-1:0] op;
  wire [CLIENTS*DW-1:0] answer;
  genvar c;
  generate
    for (c = 0; c < CLIENTS; c = c + 1) begin : g_client
      assign addr[c*ADDR_W+:ADDR_W] = req_addr[c][ADDR_W-1:0];
      assign data[c*DW+:DW] = req_data[c][DW-1:0];
      assign mask[c*DATA_BYTES+:DATA_BYTES] = req_mask[c][DATA_BYTES-1:0];
      assign compare[c*64+:64] = req_compare[c];
      assign op[c*4+:4] = req_op[c];
      assign resp_data[c][DW-1:0] = answer[c*DW+:DW];
      if (DW < 1024) assign resp_data[c][1023:DW] = 0;
    end
  endgenerate
  soff_scratch #(
      .N(CLIENTS), .ADDR_W(ADDR_W), .BYTES(BYTES), .DATA_BYTES(DATA_BYTES), .BANKS(BANKS), .KINDS(KINDS[2*CLIENTS-1:0]),
      .ATOMICS(ATOMICS), .FADD(FADD), .GRAIN_BYTES(GRAIN_BYTES)
  ) scratch (
      .clk(clk), .rst(rst), .c_req_valid(req_valid), .c_req_ready(req_ready), .c_req_addr(addr), .c_req_data(data),
      .c_req_mask(mask), .c_req_compare(compare), .c_req_op(op), .c_resp_valid(resp_valid), .c_resp_data(answer)
  );
endmodule
