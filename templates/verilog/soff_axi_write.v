// Write half of soff_channel: lines of N units to AXI4 write bursts. The id is the unit's index. An address is only sent
// when the data of its whole burst are already here, so the data bus never waits for a unit. BREADY is constant.
module soff_axi_write #(
    parameter N = 2,
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,
    parameter AXI_BYTES = 64,
    parameter ID_W = 4,
    parameter MAX_BURST = 16,
    parameter QUEUE = 32,  // lines that may wait, each unit: two of the longest bursts
    parameter BURSTS = 128  // bursts under way, each unit
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] wr_valid,
    output wire [N-1:0] wr_ready,
    input wire [N*(ADDR_W-$clog2(LINE_BYTES))-1:0] wr_line,
    input wire [N*8*LINE_BYTES-1:0] wr_data,
    input wire [N*LINE_BYTES-1:0] wr_strb,
    output wire [N-1:0] wr_ack,
    output reg m_axi_awvalid,
    input wire m_axi_awready,
    output wire [ID_W-1:0] m_axi_awid,
    output wire [ADDR_W-1:0] m_axi_awaddr,
    output reg [7:0] m_axi_awlen,
    output wire [2:0] m_axi_awsize,
    output wire [1:0] m_axi_awburst,
    output wire m_axi_awlock,
    output wire [3:0] m_axi_awcache,
    output wire [2:0] m_axi_awprot,
    output wire [3:0] m_axi_awqos,
    output reg m_axi_wvalid,
    input wire m_axi_wready,
    output reg [8*AXI_BYTES-1:0] m_axi_wdata,
    output reg [AXI_BYTES-1:0] m_axi_wstrb,
    output reg m_axi_wlast,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    input wire [ID_W-1:0] m_axi_bid,
    input wire [1:0] m_axi_bresp,
    output reg error
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LINE_W = ADDR_W - OFF_W;
  localparam RATIO = LINE_BYTES / AXI_BYTES;
  localparam RATIO_LOG = $clog2(RATIO);
  localparam WANTED = (MAX_BURST > RATIO) ? MAX_BURST / RATIO : 1;
  localparam MAX_LINES = (WANTED < QUEUE / 2) ? WANTED : QUEUE / 2;
  localparam COUNT_W = $clog2(MAX_LINES + 1);
  localparam UNIT_W = (N > 1) ? $clog2(N) : 1;
  localparam [31:0] SIZE = $clog2(AXI_BYTES);
  localparam BURST_W = LINE_W + COUNT_W;
  localparam DATA_W = 9 * LINE_BYTES;
  localparam ACK_W = $clog2(BURSTS * MAX_LINES + MAX_LINES + 1);

  wire [N-1:0] burst_valid;
  wire [N-1:0] can_track;  // room to remember the burst until its response
  wire [N-1:0] grant;
  wire [N-1:0] data_valid;
  wire [N-1:0] data_take;
  wire [N*BURST_W-1:0] bursts;
  wire [N*DATA_W-1:0] heads;
  wire [BURST_W-1:0] chosen;
  wire order_ready;
  wire free = (!m_axi_awvalid || m_axi_awready) && order_ready;
  wire issue = |grant && free;

  reg b_valid;
  reg [UNIT_W-1:0] b_unit;
  genvar i, k;
  generate
    for (i = 0; i < N; i = i + 1) begin : g_unit
      localparam [31:0] INDEX = i;
      wire line_valid;
      wire line_ready;
      wire lines_ready;
      wire datas_ready;
      wire [LINE_W-1:0] line;
      wire [COUNT_W-1:0] oldest;
      wire oldest_valid;
      // Addresses and data wait apart: addresses leave when they join a burst, data when the bus takes them.
      assign wr_ready[i] = lines_ready && datas_ready;
      soff_fifo #(
          .WIDTH(LINE_W),
          .DEPTH(QUEUE)
      ) lines (
          .clk(clk),
          .rst(rst),
          .in_valid(wr_valid[i] && datas_ready),
          .in_ready(lines_ready),
          .in_data(wr_line[i*LINE_W+:LINE_W]),
          .out_valid(line_valid),
          .out_ready(line_ready),
          .out_data(line)
      );
      soff_fifo_ram #(
          .WIDTH(DATA_W),
          .DEPTH(QUEUE)
      ) datas (
          .clk(clk),
          .rst(rst),
          .in_valid(wr_valid[i] && lines_ready),
          .in_ready(datas_ready),
          .in_data({wr_strb[i*LINE_BYTES+:LINE_BYTES], wr_data[i*8*LINE_BYTES+:8*LINE_BYTES]}),
          .out_valid(data_valid[i]),
          .out_ready(data_take[i]),
          .out_data(heads[i*DATA_W+:DATA_W])
      );
      soff_burst #(
          .LINE_W(LINE_W),
          .MAX_LINES(MAX_LINES),
          .PAGE_W(12 - OFF_W),
          .COUNT_W(COUNT_W)
      ) burst (
          .clk(clk),
          .rst(rst),
          .eager(!oldest_valid),
          .in_valid(line_valid),
          .in_ready(line_ready),
          .in_line(line),
          .out_valid(burst_valid[i]),
          .out_ready(grant[i] && free),
          .out_line(bursts[i*BURST_W+COUNT_W+:LINE_W]),
          .out_count(bursts[i*BURST_W+:COUNT_W])
      );

      // Lines of the bursts under way; each response is turned into as many pulses.
      wire mine = b_valid && b_unit == INDEX[UNIT_W-1:0];
      reg [ACK_W-1:0] owed;
      soff_fifo_ram #(
          .WIDTH(COUNT_W),
          .DEPTH(BURSTS),
          .BLOCK(0)
      ) track (
          .clk(clk),
          .rst(rst),
          .in_valid(grant[i] && free),
          .in_ready(can_track[i]),
          .in_data(chosen[COUNT_W-1:0]),
          .out_valid(oldest_valid),
          .out_ready(mine),
          .out_data(oldest)
      );
      wire [ACK_W-1:0] more = (mine && oldest_valid) ? {{ACK_W - COUNT_W{1'b0}}, oldest} : {ACK_W{1'b0}};
      assign wr_ack[i] = owed != {ACK_W{1'b0}};
      always @(posedge clk) begin
        if (rst) owed <= {ACK_W{1'b0}};
        else owed <= owed + more - {{ACK_W - 1{1'b0}}, wr_ack[i]};
      end
    end
  endgenerate

  // ---- Addresses
  soff_round_robin #(
      .N(N)
  ) turn (
      .clk(clk),
      .rst(rst),
      .request(burst_valid & can_track),
      .accept(free),
      .grant(grant)
  );
  soff_select #(
      .N(N),
      .WIDTH(BURST_W)
  ) select_burst (
      .onehot(grant),
      .a(bursts),
      .y(chosen)
  );
  wire any_unit;
  wire [N-1:0] unit_mask;
  wire [UNIT_W-1:0] unit;
  soff_first #(
      .N(N)
  ) encode (
      .a(grant),
      .any(any_unit),
      .mask(unit_mask),
      .index(unit)
  );
  reg [UNIT_W-1:0] aw_unit;
  reg [LINE_W-1:0] aw_line;
  wire [8:0] beats = {{9 - COUNT_W{1'b0}}, chosen[COUNT_W-1:0]} << RATIO_LOG;
  wire [8:0] beats_less_one = beats - 9'd1;
  always @(posedge clk) begin
    if (free) begin
      aw_unit <= unit;
      aw_line <= chosen[COUNT_W+:LINE_W];
      m_axi_awlen <= beats_less_one[7:0];
    end
    if (rst) m_axi_awvalid <= 1'b0;
    else if (issue) m_axi_awvalid <= 1'b1;
    else if (m_axi_awready) m_axi_awvalid <= 1'b0;
  end
  assign m_axi_awaddr = {aw_line, {OFF_W{1'b0}}};
  assign m_axi_awsize = SIZE[2:0];
  assign m_axi_awburst = 2'b01;  // INCR
  assign m_axi_awlock = 1'b0;
  assign m_axi_awcache = 4'b0011;  // normal, not cacheable, bufferable
  assign m_axi_awprot = 3'b000;
  assign m_axi_awqos = 4'b0000;
  generate
    if (ID_W > UNIT_W) assign m_axi_awid = {{ID_W - UNIT_W{1'b0}}, aw_unit};
    else assign m_axi_awid = aw_unit;
  endgenerate

  // ---- Data, in the order of the addresses
  wire order_valid;
  wire [N-1:0] w_unit;
  wire [7:0] w_len;
  wire [DATA_W-1:0] head;
  wire w_free = !m_axi_wvalid || m_axi_wready;
  wire beat_go = order_valid && w_free && |(w_unit & data_valid);
  reg [7:0] beat;
  wire burst_end = beat == w_len;
  wire line_end;
  soff_fifo #(
      .WIDTH(N + 8),
      .DEPTH(16)
  ) order (
      .clk(clk),
      .rst(rst),
      .in_valid(issue),
      .in_ready(order_ready),
      .in_data({grant, beats_less_one[7:0]}),
      .out_valid(order_valid),
      .out_ready(beat_go && burst_end),
      .out_data({w_unit, w_len})
  );
  soff_select #(
      .N(N),
      .WIDTH(DATA_W)
  ) select_data (
      .onehot(w_unit),
      .a(heads),
      .y(head)
  );
  assign data_take = w_unit & {N{beat_go && line_end}};
  wire [8*AXI_BYTES-1:0] beat_data;
  wire [AXI_BYTES-1:0] beat_strb;
  generate
    if (RATIO == 1) begin : g_whole
      assign line_end = 1'b1;
      assign {beat_strb, beat_data} = head;
    end else begin : g_part
      wire [RATIO-1:0] part;
      for (k = 0; k < RATIO; k = k + 1) begin : g_is
        localparam [31:0] PART = k;
        assign part[k] = beat[RATIO_LOG-1:0] == PART[RATIO_LOG-1:0];
      end
      assign line_end = part[RATIO-1];
      soff_select #(
          .N(RATIO),
          .WIDTH(8 * AXI_BYTES)
      ) select_data_part (
          .onehot(part),
          .a(head[8*LINE_BYTES-1:0]),
          .y(beat_data)
      );
      soff_select #(
          .N(RATIO),
          .WIDTH(AXI_BYTES)
      ) select_strb_part (
          .onehot(part),
          .a(head[DATA_W-1:8*LINE_BYTES]),
          .y(beat_strb)
      );
    end
  endgenerate
  always @(posedge clk) begin
    if (w_free) begin
      m_axi_wdata <= beat_data;
      m_axi_wstrb <= beat_strb;
      m_axi_wlast <= burst_end;
    end
    if (rst) begin
      m_axi_wvalid <= 1'b0;
      beat <= 8'd0;
    end else begin
      if (w_free) m_axi_wvalid <= beat_go;
      if (beat_go) beat <= burst_end ? 8'd0 : beat + 8'd1;
    end
  end

  // ---- Responses
  assign m_axi_bready = 1'b1;
  always @(posedge clk) begin
    b_unit <= m_axi_bid[UNIT_W-1:0];
    if (rst) begin
      b_valid <= 1'b0;
      error <= 1'b0;
    end else begin
      b_valid <= m_axi_bvalid;
      if (m_axi_bvalid && m_axi_bresp[1]) error <= 1'b1;
    end
  end
  wire unused = &{1'b0, m_axi_bid, m_axi_bresp[0], any_unit, unit_mask, beats_less_one[8]};
endmodule
