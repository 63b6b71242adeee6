// N clients of one memory unit. Combinational towards the unit, because the order in which requests are accepted is the
// order in which they take effect. Round robin; the grant depends on the clients' valids and on state only. The
// answer finds its client by the tag.
module soff_mem_arbiter #(
    parameter N = 2,
    parameter ADDR_W = 34,
    parameter DATA_BYTES = 4,
    parameter TAG_W = 1,
    parameter ATOMICS = 0
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] c_req_valid,
    output wire [N-1:0] c_req_ready,
    input wire [N*ADDR_W-1:0] c_req_addr,
    input wire [N-1:0] c_req_write,
    input wire [N*8*DATA_BYTES-1:0] c_req_wdata,
    input wire [N*DATA_BYTES-1:0] c_req_wmask,
    input wire [N*4-1:0] c_req_op,  // 0, or an atomic
    input wire [N*64-1:0] c_req_compare,
    output wire [N-1:0] c_resp_valid,
    output wire [8*DATA_BYTES-1:0] c_resp_data,
    output wire req_valid,
    input wire req_ready,
    output wire [ADDR_W-1:0] req_addr,
    output wire req_write,
    output wire [8*DATA_BYTES-1:0] req_wdata,
    output wire [DATA_BYTES-1:0] req_wmask,
    output wire [TAG_W-1:0] req_tag,
    output wire [3:0] req_op,
    output wire [63:0] req_compare,
    input wire resp_valid,
    input wire [8*DATA_BYTES-1:0] resp_data,
    input wire [TAG_W-1:0] resp_tag
);
  localparam BUNDLE = ADDR_W + 1 + 9 * DATA_BYTES + TAG_W;

  wire [N-1:0] grant;
  soff_round_robin #(
      .N(N)
  ) choice (
      .clk(clk),
      .rst(rst),
      .request(c_req_valid),
      .accept(req_ready),
      .grant(grant)
  );

  wire [N*BUNDLE-1:0] bundles;
  genvar i;
  generate
    for (i = 0; i < N; i = i + 1) begin : g_client
      localparam [31:0] INDEX = i;
      assign bundles[i*BUNDLE+:BUNDLE] = {
        INDEX[TAG_W-1:0],
        c_req_write[i],
        c_req_wmask[i*DATA_BYTES+:DATA_BYTES],
        c_req_wdata[i*8*DATA_BYTES+:8*DATA_BYTES],
        c_req_addr[i*ADDR_W+:ADDR_W]
      };
      assign c_resp_valid[i] = resp_valid && resp_tag == INDEX[TAG_W-1:0];
    end
  endgenerate

  wire [BUNDLE-1:0] chosen;
  soff_select #(
      .N(N),
      .WIDTH(BUNDLE)
  ) select (
      .onehot(grant),
      .a(bundles),
      .y(chosen)
  );

  generate
    if (ATOMICS != 0) begin : g_atomic
      soff_select #(
          .N(N),
          .WIDTH(4)
      ) select_op (
          .onehot(grant),
          .a(c_req_op),
          .y(req_op)
      );
      soff_select #(
          .N(N),
          .WIDTH(64)
      ) select_compare (
          .onehot(grant),
          .a(c_req_compare),
          .y(req_compare)
      );
    end else begin : g_no_atomic
      assign req_op = 4'd0;
      assign req_compare = 64'd0;
      wire unused = &{1'b0, c_req_op, c_req_compare};
    end
  endgenerate

  assign {req_tag, req_write, req_wmask, req_wdata, req_addr} = chosen;
  assign req_valid = |c_req_valid;
  assign c_req_ready = grant & {N{req_ready}};
  assign c_resp_data = resp_data;
endmodule
