// One memory channel: the line ports of NR reading and NW writing units become one AXI4 master. Reads and writes are
// independent: a unit that needs one after the other waits for the acknowledgement (soff_cache does).
module soff_channel #(
    parameter NR = 1,  // reading units, 0 or more
    parameter NW = 1,  // writing units, 0 or more
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,  // AXI_BYTES times a power of two
    parameter AXI_BYTES = 64,
    parameter ID_W = 4,  // at least log2 of NR and of NW
    parameter MAX_BURST = 16,  // beats, a power of two up to 256
    parameter QUEUE = 32  // lines that may wait, each unit
) (
    input wire clk,
    input wire rst,
    input wire [((NR > 0) ? NR : 1)-1:0] rd_valid,
    output wire [((NR > 0) ? NR : 1)-1:0] rd_ready,
    input wire [((NR > 0) ? NR*(ADDR_W-$clog2(LINE_BYTES)) : 1)-1:0] rd_line,
    output wire [((NR > 0) ? NR : 1)-1:0] rd_data_valid,
    output wire [8*LINE_BYTES-1:0] rd_data,
    input wire [((NW > 0) ? NW : 1)-1:0] wr_valid,
    output wire [((NW > 0) ? NW : 1)-1:0] wr_ready,
    input wire [((NW > 0) ? NW*(ADDR_W-$clog2(LINE_BYTES)) : 1)-1:0] wr_line,
    input wire [((NW > 0) ? NW*8*LINE_BYTES : 1)-1:0] wr_data,
    input wire [((NW > 0) ? NW*LINE_BYTES : 1)-1:0] wr_strb,
    output wire [((NW > 0) ? NW : 1)-1:0] wr_ack,
    output wire m_axi_awvalid,
    input wire m_axi_awready,
    output wire [ID_W-1:0] m_axi_awid,
    output wire [ADDR_W-1:0] m_axi_awaddr,
    output wire [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output wire m_axi_awlock,
    output wire [3:0] m_axi_awcache,
    output wire [2:0] m_axi_awprot,
    output wire [3:0] m_axi_awqos,
    output wire m_axi_wvalid,
    input wire m_axi_wready,
    output wire [8*AXI_BYTES-1:0] m_axi_wdata,
    output wire [AXI_BYTES-1:0] m_axi_wstrb,
    output wire m_axi_wlast,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    input wire [ID_W-1:0] m_axi_bid,
    input wire [1:0] m_axi_bresp,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    output wire [ID_W-1:0] m_axi_arid,
    output wire [ADDR_W-1:0] m_axi_araddr,
    output wire [7:0] m_axi_arlen,
    output wire [2:0] m_axi_arsize,
    output wire [1:0] m_axi_arburst,
    output wire m_axi_arlock,
    output wire [3:0] m_axi_arcache,
    output wire [2:0] m_axi_arprot,
    output wire [3:0] m_axi_arqos,
    input wire m_axi_rvalid,
    output wire m_axi_rready,
    input wire [ID_W-1:0] m_axi_rid,
    input wire [8*AXI_BYTES-1:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    output wire error
);
  wire read_error;
  wire write_error;
  assign error = read_error || write_error;

  generate
    if (NR > 0) begin : g_read
      soff_axi_read #(
          .N(NR),
          .ADDR_W(ADDR_W),
          .LINE_BYTES(LINE_BYTES),
          .AXI_BYTES(AXI_BYTES),
          .ID_W(ID_W),
          .MAX_BURST(MAX_BURST),
          .QUEUE(QUEUE)
      ) read (
          .clk(clk),
          .rst(rst),
          .rd_valid(rd_valid),
          .rd_ready(rd_ready),
          .rd_line(rd_line),
          .rd_data_valid(rd_data_valid),
          .rd_data(rd_data),
          .m_axi_arvalid(m_axi_arvalid),
          .m_axi_arready(m_axi_arready),
          .m_axi_arid(m_axi_arid),
          .m_axi_araddr(m_axi_araddr),
          .m_axi_arlen(m_axi_arlen),
          .m_axi_arsize(m_axi_arsize),
          .m_axi_arburst(m_axi_arburst),
          .m_axi_arlock(m_axi_arlock),
          .m_axi_arcache(m_axi_arcache),
          .m_axi_arprot(m_axi_arprot),
          .m_axi_arqos(m_axi_arqos),
          .m_axi_rvalid(m_axi_rvalid),
          .m_axi_rready(m_axi_rready),
          .m_axi_rid(m_axi_rid),
          .m_axi_rdata(m_axi_rdata),
          .m_axi_rresp(m_axi_rresp),
          .m_axi_rlast(m_axi_rlast),
          .error(read_error)
      );
    end else begin : g_no_read
      assign rd_ready = 1'b0;
      assign rd_data_valid = 1'b0;
      assign rd_data = {8 * LINE_BYTES{1'b0}};
      assign m_axi_arvalid = 1'b0;
      assign m_axi_arid = {ID_W{1'b0}};
      assign m_axi_araddr = {ADDR_W{1'b0}};
      assign m_axi_arlen = 8'd0;
      assign m_axi_arsize = 3'd0;
      assign m_axi_arburst = 2'b01;
      assign m_axi_arlock = 1'b0;
      assign m_axi_arcache = 4'b0011;
      assign m_axi_arprot = 3'b000;
      assign m_axi_arqos = 4'b0000;
      assign m_axi_rready = 1'b1;
      assign read_error = 1'b0;
      wire unused = &{1'b0, rd_valid, rd_line, m_axi_arready, m_axi_rvalid, m_axi_rid, m_axi_rdata, m_axi_rresp, m_axi_rlast};
    end

    if (NW > 0) begin : g_write
      soff_axi_write #(
          .N(NW),
          .ADDR_W(ADDR_W),
          .LINE_BYTES(LINE_BYTES),
          .AXI_BYTES(AXI_BYTES),
          .ID_W(ID_W),
          .MAX_BURST(MAX_BURST),
          .QUEUE(QUEUE),
          .BURSTS(4 * QUEUE)
      ) write (
          .clk(clk),
          .rst(rst),
          .wr_valid(wr_valid),
          .wr_ready(wr_ready),
          .wr_line(wr_line),
          .wr_data(wr_data),
          .wr_strb(wr_strb),
          .wr_ack(wr_ack),
          .m_axi_awvalid(m_axi_awvalid),
          .m_axi_awready(m_axi_awready),
          .m_axi_awid(m_axi_awid),
          .m_axi_awaddr(m_axi_awaddr),
          .m_axi_awlen(m_axi_awlen),
          .m_axi_awsize(m_axi_awsize),
          .m_axi_awburst(m_axi_awburst),
          .m_axi_awlock(m_axi_awlock),
          .m_axi_awcache(m_axi_awcache),
          .m_axi_awprot(m_axi_awprot),
          .m_axi_awqos(m_axi_awqos),
          .m_axi_wvalid(m_axi_wvalid),
          .m_axi_wready(m_axi_wready),
          .m_axi_wdata(m_axi_wdata),
          .m_axi_wstrb(m_axi_wstrb),
          .m_axi_wlast(m_axi_wlast),
          .m_axi_bvalid(m_axi_bvalid),
          .m_axi_bready(m_axi_bready),
          .m_axi_bid(m_axi_bid),
          .m_axi_bresp(m_axi_bresp),
          .error(write_error)
      );
    end else begin : g_no_write
      assign wr_ready = 1'b0;
      assign wr_ack = 1'b0;
      assign m_axi_awvalid = 1'b0;
      assign m_axi_awid = {ID_W{1'b0}};
      assign m_axi_awaddr = {ADDR_W{1'b0}};
      assign m_axi_awlen = 8'd0;
      assign m_axi_awsize = 3'd0;
      assign m_axi_awburst = 2'b01;
      assign m_axi_awlock = 1'b0;
      assign m_axi_awcache = 4'b0011;
      assign m_axi_awprot = 3'b000;
      assign m_axi_awqos = 4'b0000;
      assign m_axi_wvalid = 1'b0;
      assign m_axi_wdata = {8 * AXI_BYTES{1'b0}};
      assign m_axi_wstrb = {AXI_BYTES{1'b0}};
      assign m_axi_wlast = 1'b0;
      assign m_axi_bready = 1'b1;
      assign write_error = 1'b0;
      wire unused = &{1'b0, wr_valid, wr_line, wr_data, wr_strb, m_axi_awready, m_axi_wready, m_axi_bvalid, m_axi_bid, m_axi_bresp};
    end

    if (NR == 0 && NW == 0) begin : g_nothing
      wire unused = &{1'b0, clk, rst};
    end
  endgenerate
endmodule
