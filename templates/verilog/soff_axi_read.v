// Read half of soff_channel: line requests of N units to AXI4 read bursts. The id is the unit's index. Beats of different
// ids may interleave; a line goes out when its last beat is there. RREADY is constant: units have room for what they ask.
module soff_axi_read #(
    parameter N = 2,
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,
    parameter AXI_BYTES = 64,
    parameter ID_W = 4,
    parameter MAX_BURST = 16,
    parameter QUEUE = 32,  // line requests that may wait, each unit
    parameter EAGER = 8  // bursts under way up to which a unit's lines are asked for without waiting for more
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] rd_valid,
    output wire [N-1:0] rd_ready,
    input wire [N*(ADDR_W-$clog2(LINE_BYTES))-1:0] rd_line,
    output reg [N-1:0] rd_data_valid,
    output reg [8*LINE_BYTES-1:0] rd_data,
    output reg m_axi_arvalid,
    input wire m_axi_arready,
    output wire [ID_W-1:0] m_axi_arid,
    output wire [ADDR_W-1:0] m_axi_araddr,
    output reg [7:0] m_axi_arlen,
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
    output reg error
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LINE_W = ADDR_W - OFF_W;
  localparam RATIO = LINE_BYTES / AXI_BYTES;  // beats a line
  localparam RATIO_LOG = $clog2(RATIO);
  localparam MAX_LINES = (MAX_BURST > RATIO) ? MAX_BURST / RATIO : 1;
  localparam COUNT_W = $clog2(MAX_LINES + 1);
  localparam UNIT_W = (N > 1) ? $clog2(N) : 1;
  localparam [31:0] SIZE = $clog2(AXI_BYTES);
  localparam BURST_W = LINE_W + COUNT_W;

  // ---- Addresses
  wire [N-1:0] burst_valid;
  wire [N-1:0] grant;
  wire [N*BURST_W-1:0] bursts;
  wire [BURST_W-1:0] chosen;
  wire free = !m_axi_arvalid || m_axi_arready;
  wire [UNIT_W-1:0] from = m_axi_rid[UNIT_W-1:0];
  genvar i, b;
  generate
    for (i = 0; i < N; i = i + 1) begin : g_unit
      wire line_valid;
      wire line_ready;
      wire [LINE_W-1:0] line;
      // Few under way: latency counts. Many: long bursts spare the memory's command queue.
      localparam [31:0] INDEX = i;
      reg [9:0] under_way;
      wire asked = grant[i] && free;
      wire ended = m_axi_rvalid && m_axi_rlast && from == INDEX[UNIT_W-1:0];
      always @(posedge clk) begin
        if (rst) under_way <= 10'd0;
        else if (asked && !ended) under_way <= under_way + 10'd1;
        else if (!asked && ended) under_way <= under_way - 10'd1;
      end
      soff_fifo #(
          .WIDTH(LINE_W),
          .DEPTH(QUEUE)
      ) lines (
          .clk(clk),
          .rst(rst),
          .in_valid(rd_valid[i]),
          .in_ready(rd_ready[i]),
          .in_data(rd_line[i*LINE_W+:LINE_W]),
          .out_valid(line_valid),
          .out_ready(line_ready),
          .out_data(line)
      );
      soff_burst #(
          .LINE_W(LINE_W),
          .MAX_LINES(MAX_LINES),
          .PAGE_W(12 - OFF_W),
          .COUNT_W(COUNT_W),
          .PATIENCE(4)
      ) burst (
          .clk(clk),
          .rst(rst),
          .eager(under_way < EAGER),
          .in_valid(line_valid),
          .in_ready(line_ready),
          .in_line(line),
          .out_valid(burst_valid[i]),
          .out_ready(asked),
          .out_line(bursts[i*BURST_W+COUNT_W+:LINE_W]),
          .out_count(bursts[i*BURST_W+:COUNT_W])
      );
    end
  endgenerate
  soff_round_robin #(
      .N(N)
  ) turn (
      .clk(clk),
      .rst(rst),
      .request(burst_valid),
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

  reg [UNIT_W-1:0] ar_unit;
  reg [LINE_W-1:0] ar_line;
  wire [8:0] beats = {{9 - COUNT_W{1'b0}}, chosen[COUNT_W-1:0]} << RATIO_LOG;
  wire [8:0] beats_less_one = beats - 9'd1;
  always @(posedge clk) begin
    if (free) begin
      ar_unit <= unit;
      ar_line <= chosen[COUNT_W+:LINE_W];
      m_axi_arlen <= beats_less_one[7:0];
    end
    if (rst) m_axi_arvalid <= 1'b0;
    else if (free) m_axi_arvalid <= any_unit;
  end
  assign m_axi_araddr = {ar_line, {OFF_W{1'b0}}};
  assign m_axi_arsize = SIZE[2:0];
  assign m_axi_arburst = 2'b01;  // INCR
  assign m_axi_arlock = 1'b0;
  assign m_axi_arcache = 4'b0011;  // normal, not cacheable, bufferable
  assign m_axi_arprot = 3'b000;
  assign m_axi_arqos = 4'b0000;
  generate
    if (ID_W > UNIT_W) assign m_axi_arid = {{ID_W - UNIT_W{1'b0}}, ar_unit};
    else assign m_axi_arid = ar_unit;
  endgenerate

  // ---- Data
  assign m_axi_rready = 1'b1;
  wire [N-1:0] line_done;
  wire [8*LINE_BYTES-1:0] assembled;
  wire [RATIO*N-1:0] here;  // beat b of unit i arrives, at b * N + i
  generate
    for (i = 0; i < N; i = i + 1) begin : g_done
      localparam [31:0] INDEX = i;
      wire mine = m_axi_rvalid && from == INDEX[UNIT_W-1:0];
      if (RATIO == 1) begin : g_whole
        assign line_done[i] = mine;
      end else begin : g_count
        reg [RATIO_LOG-1:0] beat;
        always @(posedge clk) begin
          if (rst) beat <= {RATIO_LOG{1'b0}};
          else if (mine) beat <= beat + 1'b1;
        end
        assign line_done[i] = mine && (&beat);
        for (b = 0; b < RATIO; b = b + 1) begin : g_here
          localparam [31:0] BEAT = b;
          assign here[b*N+i] = mine && beat == BEAT[RATIO_LOG-1:0];
        end
      end
    end
    if (RATIO == 1) begin : g_whole_line
      assign here = m_axi_rvalid ? {N{1'b1}} : {N{1'b0}};
      assign assembled = m_axi_rdata;
      wire unused = &{1'b0, here};
    end else begin : g_assemble
      for (b = 0; b < RATIO - 1; b = b + 1) begin : g_beat
        soff_ram_lut #(
            .WIDTH(8 * AXI_BYTES),
            .DEPTH(N)
        ) ram (
            .clk(clk),
            .we(|here[b*N+:N]),
            .waddr(from),
            .wdata(m_axi_rdata),
            .raddr(from),
            .rdata(assembled[b*8*AXI_BYTES+:8*AXI_BYTES])
        );
      end
      assign assembled[(RATIO-1)*8*AXI_BYTES+:8*AXI_BYTES] = m_axi_rdata;
      wire unused = &{1'b0, here[(RATIO-1)*N+:N]};
    end
  endgenerate
  wire unused = &{1'b0, m_axi_rid, m_axi_rresp[0], unit_mask, beats_less_one[8]};

  always @(posedge clk) begin
    rd_data <= assembled;
    if (rst) begin
      rd_data_valid <= {N{1'b0}};
      error <= 1'b0;
    end else begin
      rd_data_valid <= line_done;
      if (m_axi_rvalid && m_axi_rresp[1]) error <= 1'b1;
    end
  end
endmodule
