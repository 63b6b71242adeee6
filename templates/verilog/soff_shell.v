// What a kernel needs on a board with a serial line: host link, register access, a share of the memory, counters.
// The host's address says whom it means: 0x00000000 memory, 0x40000000 the kernel's registers, 0x80000000 the shell's.
`default_nettype none
module soff_shell #(
    parameter CLOCKS = 50,  // cycles of one bit on the line
    parameter ADDR_W = 25,  // bits of a memory address, at most 30
    parameter ID_W = 2,
    parameter QUEUE = 8,  // reads that the memory may have under way
    parameter DESIGN = 0  // number by which the host knows the design
) (
    input wire clk,
    input wire rst,
    input wire rx,
    output wire tx,
    output wire kernel_rst,
    output wire m_axi_awvalid,
    input wire m_axi_awready,
    output wire [11:0] m_axi_awaddr,
    output wire m_axi_wvalid,
    input wire m_axi_wready,
    output wire [31:0] m_axi_wdata,
    output wire [3:0] m_axi_wstrb,
    input wire m_axi_bvalid,
    output wire m_axi_bready,
    output wire m_axi_arvalid,
    input wire m_axi_arready,
    output wire [11:0] m_axi_araddr,
    input wire m_axi_rvalid,
    output wire m_axi_rready,
    input wire [31:0] m_axi_rdata,
    input wire s_axi_awvalid,
    output wire s_axi_awready,
    input wire [ID_W-1:0] s_axi_awid,
    input wire [ADDR_W-1:0] s_axi_awaddr,
    input wire s_axi_wvalid,
    output wire s_axi_wready,
    input wire [31:0] s_axi_wdata,
    input wire [3:0] s_axi_wstrb,
    input wire s_axi_wlast,
    output wire s_axi_bvalid,
    input wire s_axi_bready,
    output wire [ID_W-1:0] s_axi_bid,
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    input wire [ID_W-1:0] s_axi_arid,
    input wire [ADDR_W-1:0] s_axi_araddr,
    input wire [7:0] s_axi_arlen,
    output wire s_axi_rvalid,
    output wire [ID_W-1:0] s_axi_rid,
    output wire [31:0] s_axi_rdata,
    output wire s_axi_rlast,
    output wire mem_valid,
    input wire mem_ready,
    output wire mem_write,
    output wire [ADDR_W-3:0] mem_addr,
    output wire [31:0] mem_wdata,
    output wire [3:0] mem_strb,
    input wire mem_rvalid,
    input wire [31:0] mem_rdata
);
  localparam [31:0] MAGIC = 32'h46464f53;  // "SOFF"
  localparam [31:0] VERSION = 32'd1;
  localparam [31:0] DESIGN_NUMBER = DESIGN;

  wire bus_valid;
  wire bus_write;
  wire [31:0] bus_addr;
  wire [31:0] bus_wdata;
  wire broken;
  wire repeated;
  wire to_memory = bus_addr[31:30] == 2'b00;
  wire to_kernel = bus_addr[31:30] == 2'b01;
  wire to_shell = bus_addr[31];
  wire memory_ack;
  wire [31:0] memory_data;
  wire kernel_ack;
  reg shell_ack;
  reg [31:0] shell_data;
  soff_shell_link #(
      .CLOCKS(CLOCKS)
  ) link (
      .clk(clk),
      .rst(rst),
      .rx(rx),
      .tx(tx),
      .bus_valid(bus_valid),
      .bus_write(bus_write),
      .bus_addr(bus_addr),
      .bus_wdata(bus_wdata),
      .bus_ack(memory_ack || kernel_ack || shell_ack),
      .bus_rdata(to_memory ? memory_data : to_kernel ? m_axi_rdata : shell_data),
      .broken(broken),
      .repeated(repeated)
  );

  soff_shell_memory #(
      .ADDR_W(ADDR_W),
      .ID_W  (ID_W),
      .QUEUE (QUEUE)
  ) memory (
      .clk(clk),
      .rst(rst),
      .s_axi_awvalid(s_axi_awvalid),
      .s_axi_awready(s_axi_awready),
      .s_axi_awid(s_axi_awid),
      .s_axi_awaddr(s_axi_awaddr),
      .s_axi_wvalid(s_axi_wvalid),
      .s_axi_wready(s_axi_wready),
      .s_axi_wdata(s_axi_wdata),
      .s_axi_wstrb(s_axi_wstrb),
      .s_axi_wlast(s_axi_wlast),
      .s_axi_bvalid(s_axi_bvalid),
      .s_axi_bready(s_axi_bready),
      .s_axi_bid(s_axi_bid),
      .s_axi_arvalid(s_axi_arvalid),
      .s_axi_arready(s_axi_arready),
      .s_axi_arid(s_axi_arid),
      .s_axi_araddr(s_axi_araddr),
      .s_axi_arlen(s_axi_arlen),
      .s_axi_rvalid(s_axi_rvalid),
      .s_axi_rid(s_axi_rid),
      .s_axi_rdata(s_axi_rdata),
      .s_axi_rlast(s_axi_rlast),
      .bus_valid(bus_valid && to_memory),
      .bus_write(bus_write),
      .bus_addr(bus_addr[ADDR_W-1:0]),
      .bus_wdata(bus_wdata),
      .bus_ack(memory_ack),
      .bus_rdata(memory_data),
      .mem_valid(mem_valid),
      .mem_ready(mem_ready),
      .mem_write(mem_write),
      .mem_addr(mem_addr),
      .mem_wdata(mem_wdata),
      .mem_strb(mem_strb),
      .mem_rvalid(mem_rvalid),
      .mem_rdata(mem_rdata)
  );

  // ---- The kernel's registers: one transfer at a time.
  reg asked_address;
  reg asked_data;
  wire kernel = bus_valid && to_kernel;
  assign m_axi_awvalid = kernel && bus_write && !asked_address;
  assign m_axi_awaddr = bus_addr[11:0];
  assign m_axi_wvalid = kernel && bus_write && !asked_data;
  assign m_axi_wdata = bus_wdata;
  assign m_axi_wstrb = 4'hf;
  assign m_axi_bready = 1'b1;
  assign m_axi_arvalid = kernel && !bus_write && !asked_address;
  assign m_axi_araddr = bus_addr[11:0];
  assign m_axi_rready = 1'b1;
  assign kernel_ack = kernel && (bus_write ? m_axi_bvalid : m_axi_rvalid);
  always @(posedge clk) begin
    if (rst || !kernel || kernel_ack) begin
      asked_address <= 1'b0;
      asked_data <= 1'b0;
    end else begin
      if (m_axi_awvalid && m_axi_awready) asked_address <= 1'b1;
      if (m_axi_arvalid && m_axi_arready) asked_address <= 1'b1;
      if (m_axi_wvalid && m_axi_wready) asked_data <= 1'b1;
    end
  end

  // ---- The shell's registers. Writing any of them resets the kernel and the counters.
  reg [3:0] resetting;
  reg [31:0] words_read;
  reg [31:0] words_written;
  reg [15:0] broken_frames;
  reg [15:0] repeated_writes;
  assign kernel_rst = resetting != 4'd0;
  always @(posedge clk) begin
    shell_ack <= !rst && bus_valid && to_shell && !shell_ack;
    case (bus_addr[4:2])
      3'd0: shell_data <= MAGIC;
      3'd1: shell_data <= VERSION;
      3'd2: shell_data <= DESIGN_NUMBER;
      3'd3: shell_data <= words_read;
      3'd4: shell_data <= words_written;
      default: shell_data <= {repeated_writes, broken_frames};
    endcase
    if (rst) resetting <= 4'd15;
    else if (shell_ack && bus_write) resetting <= 4'd15;
    else if (kernel_rst) resetting <= resetting - 4'd1;
    if (kernel_rst) begin
      words_read <= 32'd0;
      words_written <= 32'd0;
    end else begin
      if (s_axi_rvalid) words_read <= words_read + 32'd1;
      if (s_axi_wvalid && s_axi_wready) words_written <= words_written + 32'd1;
    end
    if (rst) begin
      broken_frames <= 16'd0;
      repeated_writes <= 16'd0;
    end else begin
      if (broken) broken_frames <= broken_frames + 16'd1;
      if (repeated) repeated_writes <= repeated_writes + 16'd1;
    end
  end
  wire unused = &{1'b0, bus_addr};
endmodule
`default_nettype wire
