// Memory channel for units without caches (soff_direct): lines are beats, and every line is a transfer of its own. The
// ports are soff_channel's.
`default_nettype none
module soff_direct_channel #(
    parameter NR = 1,  // reading units, 0 or more
    parameter NW = 1,  // writing units, 0 or more
    parameter ADDR_W = 17,
    parameter LINE_BYTES = 4,  // of the bus as well
    parameter ID_W = 2  // at least log2 of NR and of NW
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
    output wire [8*LINE_BYTES-1:0] m_axi_wdata,
    output wire [LINE_BYTES-1:0] m_axi_wstrb,
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
    input wire [8*LINE_BYTES-1:0] m_axi_rdata,
    input wire [1:0] m_axi_rresp,
    input wire m_axi_rlast,
    output reg error
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LINE_W = ADDR_W - OFF_W;
  localparam [31:0] SIZE = OFF_W;

  always @(posedge clk) begin
    if (rst) error <= 1'b0;
    else if ((m_axi_rvalid && m_axi_rresp[1]) || (m_axi_bvalid && m_axi_bresp[1])) error <= 1'b1;
  end
  assign m_axi_rready = 1'b1;
  assign m_axi_bready = 1'b1;
  assign rd_data = m_axi_rdata;
  assign m_axi_arlen = 8'd0;
  assign m_axi_arsize = SIZE[2:0];
  assign m_axi_arburst = 2'b01;  // INCR
  assign m_axi_arlock = 1'b0;
  assign m_axi_arcache = 4'b0011;  // normal, not cacheable, bufferable
  assign m_axi_arprot = 3'b000;
  assign m_axi_arqos = 4'b0000;
  assign m_axi_awlen = 8'd0;
  assign m_axi_awsize = SIZE[2:0];
  assign m_axi_awburst = 2'b01;
  assign m_axi_awlock = 1'b0;
  assign m_axi_awcache = 4'b0011;
  assign m_axi_awprot = 3'b000;
  assign m_axi_awqos = 4'b0000;
  assign m_axi_wlast = 1'b1;
  wire unused = &{1'b0, m_axi_rlast, m_axi_rresp[0], m_axi_bresp[0]};

  genvar i;
  generate
    if (NR > 0) begin : g_read
      wire [NR-1:0] grant;
      wire [LINE_W-1:0] line;
      wire any;
      wire [NR-1:0] mask;
      localparam UNIT_W = (NR > 1) ? $clog2(NR) : 1;
      wire [UNIT_W-1:0] unit;
      wire [31:0] number = {{32 - UNIT_W{1'b0}}, unit};
      reg valid;
      reg [LINE_W-1:0] at;
      reg [ID_W-1:0] id;
      wire free = !valid || m_axi_arready;
      soff_round_robin #(
          .N(NR)
      ) turn (
          .clk(clk),
          .rst(rst),
          .request(rd_valid),
          .accept(free),
          .grant(grant)
      );
      soff_select #(
          .N(NR),
          .WIDTH(LINE_W)
      ) select (
          .onehot(grant),
          .a(rd_line),
          .y(line)
      );
      soff_first #(
          .N(NR)
      ) encode (
          .a(grant),
          .any(any),
          .mask(mask),
          .index(unit)
      );
      assign rd_ready = grant & {NR{free}};
      assign m_axi_arvalid = valid;
      assign m_axi_arid = id;
      assign m_axi_araddr = {at, {OFF_W{1'b0}}};
      always @(posedge clk) begin
        if (free) begin
          at <= line;
          id <= number[ID_W-1:0];
        end
        if (rst) valid <= 1'b0;
        else if (free) valid <= any;
      end
      for (i = 0; i < NR; i = i + 1) begin : g_answer
        localparam [31:0] INDEX = i;
        assign rd_data_valid[i] = m_axi_rvalid && m_axi_rid == INDEX[ID_W-1:0];
      end
      wire unused_mask = &{1'b0, mask, number[31:ID_W]};
    end else begin : g_read
      assign rd_ready = 1'b0;
      assign rd_data_valid = 1'b0;
      assign m_axi_arvalid = 1'b0;
      assign m_axi_arid = {ID_W{1'b0}};
      assign m_axi_araddr = {ADDR_W{1'b0}};
      wire unused_read = &{1'b0, rd_valid, rd_line, m_axi_arready, m_axi_rid};
    end

    if (NW > 0) begin : g_write
      localparam DATA_W = 9 * LINE_BYTES;
      wire [NW-1:0] grant;
      wire [NW*(LINE_W+DATA_W)-1:0] offers;
      wire [LINE_W+DATA_W-1:0] chosen;
      wire any;
      wire [NW-1:0] mask;
      localparam UNIT_W = (NW > 1) ? $clog2(NW) : 1;
      wire [UNIT_W-1:0] unit;
      wire [31:0] number = {{32 - UNIT_W{1'b0}}, unit};
      reg address_valid;
      reg data_valid;
      reg [LINE_W+DATA_W-1:0] held;
      reg [ID_W-1:0] id;
      // Address and data go out together and may be taken apart.
      wire free = (!address_valid || m_axi_awready) && (!data_valid || m_axi_wready);
      for (i = 0; i < NW; i = i + 1) begin : g_offer
        localparam [31:0] INDEX = i;
        assign offers[i*(LINE_W+DATA_W)+:LINE_W+DATA_W] = {
          wr_line[i*LINE_W+:LINE_W], wr_strb[i*LINE_BYTES+:LINE_BYTES], wr_data[i*8*LINE_BYTES+:8*LINE_BYTES]
        };
        assign wr_ack[i] = m_axi_bvalid && m_axi_bid == INDEX[ID_W-1:0];
      end
      soff_round_robin #(
          .N(NW)
      ) turn (
          .clk(clk),
          .rst(rst),
          .request(wr_valid),
          .accept(free),
          .grant(grant)
      );
      soff_select #(
          .N(NW),
          .WIDTH(LINE_W + DATA_W)
      ) select (
          .onehot(grant),
          .a(offers),
          .y(chosen)
      );
      soff_first #(
          .N(NW)
      ) encode (
          .a(grant),
          .any(any),
          .mask(mask),
          .index(unit)
      );
      assign wr_ready = grant & {NW{free}};
      assign m_axi_awvalid = address_valid;
      assign m_axi_awid = id;
      assign m_axi_awaddr = {held[DATA_W+:LINE_W], {OFF_W{1'b0}}};
      assign m_axi_wvalid = data_valid;
      assign m_axi_wstrb = held[8*LINE_BYTES+:LINE_BYTES];
      assign m_axi_wdata = held[8*LINE_BYTES-1:0];
      always @(posedge clk) begin
        if (free) begin
          held <= chosen;
          id <= number[ID_W-1:0];
        end
        if (rst) begin
          address_valid <= 1'b0;
          data_valid <= 1'b0;
        end else if (free) begin
          address_valid <= any;
          data_valid <= any;
        end else begin
          if (m_axi_awready) address_valid <= 1'b0;
          if (m_axi_wready) data_valid <= 1'b0;
        end
      end
      wire unused_mask = &{1'b0, mask, number[31:ID_W]};
    end else begin : g_write
      assign wr_ready = 1'b0;
      assign wr_ack = 1'b0;
      assign m_axi_awvalid = 1'b0;
      assign m_axi_awid = {ID_W{1'b0}};
      assign m_axi_awaddr = {ADDR_W{1'b0}};
      assign m_axi_wvalid = 1'b0;
      assign m_axi_wdata = {8 * LINE_BYTES{1'b0}};
      assign m_axi_wstrb = {LINE_BYTES{1'b0}};
      wire unused_write = &{1'b0, wr_valid, wr_line, wr_data, wr_strb, m_axi_awready, m_axi_wready, m_axi_bid};
    end
    if (NR == 0 && NW == 0) begin : g_nothing
      wire unused_clk = &{1'b0, clk};
    end
  endgenerate
endmodule
`default_nettype wire
