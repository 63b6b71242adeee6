// Test rig of the memory system: three units (read-write, read-only, write-only), each behind an arbiter of CLIENTS
// clients, on one channel. With ATOMICS the first one has them too. Port widths do not depend on the parameters, so that one C++ bench fits all.
module memory_rig #(
    parameter CLIENTS = 2,
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,
    parameter AXI_BYTES = 64,
    parameter SETS = 128,
    parameter WAYS = 4,
    parameter DATA_BYTES = 4,
    parameter GRAIN_BYTES = 4,
    parameter INFLIGHT = 256,
    parameter FILLS = 256,
    parameter MAX_BURST = 16,
    parameter ATOMICS = 0,
    parameter FADD = 0
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire flush,
    output wire [2:0] flushed,
    input wire [3*CLIENTS-1:0] req_valid,
    output wire [3*CLIENTS-1:0] req_ready,
    input wire [63:0] req_addr[0:3*CLIENTS-1],
    input wire [3*CLIENTS-1:0] req_write,
    input wire [1023:0] req_wdata[0:3*CLIENTS-1],
    input wire [127:0] req_wmask[0:3*CLIENTS-1],
    input wire [3:0] req_op[0:3*CLIENTS-1],
    input wire [63:0] req_compare[0:3*CLIENTS-1],
    output wire [3*CLIENTS-1:0] resp_valid,
    output wire [1023:0] resp_data[0:2],
    output wire m_axi_awvalid,
    input wire m_axi_awready,
    output wire [3:0] m_axi_awid,
    output wire [63:0] m_axi_awaddr,
    output wire [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output wire m_axi_wvalid,
    input wire m_axi_wready,
    output wire [1023:0] m_axi_wdata,
    output wire [127:0] m_axi_wstrb,
    output wire m_axi_wlast,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    input wire [3:0] m_axi_bid,
    input wire [1:0] m_axi_bresp,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    output wire [3:0] m_axi_arid,
    output wire [63:0] m_axi_araddr,
    output wire [7:0] m_axi_arlen,
    output wire [2:0] m_axi_arsize,
    output wire [1:0] m_axi_arburst,
    input wire m_axi_rvalid,
    output wire m_axi_rready,
    input wire [3:0] m_axi_rid,
    input wire [1023:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    output wire error
);
  localparam LINE_W = ADDR_W - $clog2(LINE_BYTES);
  localparam TAG_W = (CLIENTS > 1) ? $clog2(CLIENTS) : 1;
  localparam DW = 8 * DATA_BYTES;

  // Unit 0 reads and writes, unit 1 reads, unit 2 writes.
  wire [2:0] u_rd_valid, u_rd_ready, u_rd_data_valid, u_wr_valid, u_wr_ready, u_wr_ack;
  wire [LINE_W-1:0] u_rd_line[0:2], u_wr_line[0:2];
  wire [8*LINE_BYTES-1:0] u_wr_data[0:2];
  wire [LINE_BYTES-1:0] u_wr_strb[0:2];
  wire [8*LINE_BYTES-1:0] line_data;

  genvar u, c;
  generate
    for (u = 0; u < 3; u = u + 1) begin : g_unit
      wire [CLIENTS*ADDR_W-1:0] addr;
      wire [CLIENTS*DW-1:0] wdata;
      wire [CLIENTS*DATA_BYTES-1:0] wmask;
      wire [CLIENTS*4-1:0] op;
      wire [CLIENTS*64-1:0] compare;
      for (c = 0; c < CLIENTS; c = c + 1) begin : g_client
        assign addr[c*ADDR_W+:ADDR_W] = req_addr[u*CLIENTS+c][ADDR_W-1:0];
        assign wdata[c*DW+:DW] = req_wdata[u*CLIENTS+c][DW-1:0];
        assign op[c*4+:4] = req_op[u*CLIENTS+c];
        assign compare[c*64+:64] = req_compare[u*CLIENTS+c];
        assign wmask[c*DATA_BYTES+:DATA_BYTES] = req_wmask[u*CLIENTS+c][DATA_BYTES-1:0];
      end
      wire a_valid, a_ready, a_write, r_valid;
      wire [ADDR_W-1:0] a_addr;
      wire [DW-1:0] a_wdata, r_data, client_data;
      wire [DATA_BYTES-1:0] a_wmask;
      wire [TAG_W-1:0] a_tag, r_tag;
      wire [3:0] a_op;
      wire [63:0] a_compare;
      localparam UNIT_ATOMICS = u == 0 ? ATOMICS : 0;
      soff_mem_arbiter #(
          .N(CLIENTS), .ADDR_W(ADDR_W), .DATA_BYTES(DATA_BYTES), .TAG_W(TAG_W), .ATOMICS(UNIT_ATOMICS)
      ) arbiter (
          .clk(clk), .rst(rst),
          .c_req_valid(req_valid[u*CLIENTS+:CLIENTS]), .c_req_ready(req_ready[u*CLIENTS+:CLIENTS]),
          .c_req_addr(addr), .c_req_write(req_write[u*CLIENTS+:CLIENTS]), .c_req_wdata(wdata), .c_req_wmask(wmask),
          .c_req_op(op), .c_req_compare(compare),
          .c_resp_valid(resp_valid[u*CLIENTS+:CLIENTS]), .c_resp_data(client_data),
          .req_valid(a_valid), .req_ready(a_ready), .req_addr(a_addr), .req_write(a_write), .req_wdata(a_wdata),
          .req_wmask(a_wmask), .req_tag(a_tag), .req_op(a_op), .req_compare(a_compare),
          .resp_valid(r_valid), .resp_data(r_data), .resp_tag(r_tag)
      );
      // What the arbiter offers holds until it is taken.
      reg offered;
      reg [ADDR_W+9*DATA_BYTES+TAG_W+68:0] offer;
      wire [ADDR_W+9*DATA_BYTES+TAG_W+68:0] now = {a_op, a_compare, a_tag, a_write, a_wmask, a_wdata, a_addr};
      always @(posedge clk) begin
        offer <= now;
        offered <= a_valid && !a_ready && !rst;
        if (offered && !rst && (!a_valid || now != offer)) $fatal(1, "unit %0d: a request changed while it waited", u);
      end
      assign resp_data[u] = {{(1024 - DW) {1'b0}}, client_data};
      soff_cache #(
          .ADDR_W(ADDR_W), .LINE_BYTES(LINE_BYTES), .SETS(SETS), .WAYS(WAYS), .DATA_BYTES(DATA_BYTES),
          .GRAIN_BYTES(GRAIN_BYTES), .TAG_W(TAG_W), .INFLIGHT(INFLIGHT), .FILLS(FILLS),
          .READS(u != 2), .WRITES(u != 1), .ATOMICS(UNIT_ATOMICS), .FADD(FADD)
      ) cache (
          .clk(clk), .rst(rst), .start(start), .flush(flush), .flushed(flushed[u]),
          .req_valid(a_valid), .req_ready(a_ready), .req_addr(a_addr), .req_write(a_write), .req_wdata(a_wdata),
          .req_wmask(a_wmask), .req_tag(a_tag), .req_op(a_op), .req_compare(a_compare),
          .resp_valid(r_valid), .resp_data(r_data), .resp_tag(r_tag),
          .rd_valid(u_rd_valid[u]), .rd_ready(u_rd_ready[u]), .rd_line(u_rd_line[u]),
          .rd_data_valid(u_rd_data_valid[u]), .rd_data_ready(), .rd_data(line_data),
          .wr_valid(u_wr_valid[u]), .wr_ready(u_wr_ready[u]), .wr_line(u_wr_line[u]), .wr_data(u_wr_data[u]),
          .wr_strb(u_wr_strb[u]), .wr_ack(u_wr_ack[u])
      );
    end
  endgenerate
  assign u_rd_ready[2] = 1'b0;
  assign u_rd_data_valid[2] = 1'b0;
  assign u_wr_ready[1] = 1'b0;
  assign u_wr_ack[1] = 1'b0;

  wire [ADDR_W-1:0] awaddr, araddr;
  wire [8*AXI_BYTES-1:0] wdata;
  wire [AXI_BYTES-1:0] wstrb;
  assign m_axi_awaddr = {{(64 - ADDR_W) {1'b0}}, awaddr};
  assign m_axi_araddr = {{(64 - ADDR_W) {1'b0}}, araddr};
  assign m_axi_wdata = {{(1024 - 8 * AXI_BYTES) {1'b0}}, wdata};
  assign m_axi_wstrb = {{(128 - AXI_BYTES) {1'b0}}, wstrb};

  soff_channel #(
      .NR(2), .NW(2), .ADDR_W(ADDR_W), .LINE_BYTES(LINE_BYTES), .AXI_BYTES(AXI_BYTES), .ID_W(4), .MAX_BURST(MAX_BURST)
  ) channel (
      .clk(clk), .rst(rst),
      .rd_valid(u_rd_valid[1:0]), .rd_ready(u_rd_ready[1:0]), .rd_line({u_rd_line[1], u_rd_line[0]}),
      .rd_data_valid(u_rd_data_valid[1:0]), .rd_data(line_data),
      .wr_valid({u_wr_valid[2], u_wr_valid[0]}), .wr_ready({u_wr_ready[2], u_wr_ready[0]}),
      .wr_line({u_wr_line[2], u_wr_line[0]}), .wr_data({u_wr_data[2], u_wr_data[0]}),
      .wr_strb({u_wr_strb[2], u_wr_strb[0]}), .wr_ack({u_wr_ack[2], u_wr_ack[0]}),
      .m_axi_awvalid(m_axi_awvalid), .m_axi_awready(m_axi_awready), .m_axi_awid(m_axi_awid), .m_axi_awaddr(awaddr),
      .m_axi_awlen(m_axi_awlen), .m_axi_awsize(m_axi_awsize), .m_axi_awburst(m_axi_awburst), .m_axi_awlock(),
      .m_axi_awcache(), .m_axi_awprot(), .m_axi_awqos(),
      .m_axi_wvalid(m_axi_wvalid), .m_axi_wready(m_axi_wready), .m_axi_wdata(wdata), .m_axi_wstrb(wstrb),
      .m_axi_wlast(m_axi_wlast),
      .m_axi_bvalid(m_axi_bvalid), .m_axi_bready(m_axi_bready), .m_axi_bid(m_axi_bid), .m_axi_bresp(m_axi_bresp),
      .m_axi_arvalid(m_axi_arvalid), .m_axi_arready(m_axi_arready), .m_axi_arid(m_axi_arid), .m_axi_araddr(araddr),
      .m_axi_arlen(m_axi_arlen), .m_axi_arsize(m_axi_arsize), .m_axi_arburst(m_axi_arburst), .m_axi_arlock(),
      .m_axi_arcache(), .m_axi_arprot(), .m_axi_arqos(),
      .m_axi_rvalid(m_axi_rvalid), .m_axi_rready(m_axi_rready), .m_axi_rid(m_axi_rid),
      .m_axi_rdata(m_axi_rdata[8*AXI_BYTES-1:0]), .m_axi_rresp(m_axi_rresp), .m_axi_rlast(m_axi_rlast),
      .error(error)
  );
endmodule
