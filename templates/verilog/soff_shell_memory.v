// The kernel's AXI4 master and the host link share one memory. Bursts are taken one after the other, answers come in
// order. The memory takes one word at a time and answers reads in order.
//
// Kernels keep RREADY high (soff_axi_read), so the answers of the memory pass straight through.
`default_nettype none
module soff_shell_memory #(
    parameter ADDR_W = 25,
    parameter ID_W   = 2,
    parameter QUEUE  = 8    // reads that the memory may have under way
) (
    input wire clk,
    input wire rst,
    input wire s_axi_awvalid,
    output wire s_axi_awready,
    input wire [ID_W-1:0] s_axi_awid,
    input wire [ADDR_W-1:0] s_axi_awaddr,
    input wire s_axi_wvalid,
    output wire s_axi_wready,
    input wire [31:0] s_axi_wdata,
    input wire [3:0] s_axi_wstrb,
    input wire s_axi_wlast,
    output reg s_axi_bvalid,
    input wire s_axi_bready,
    output reg [ID_W-1:0] s_axi_bid,
    input wire s_axi_arvalid,
    output wire s_axi_arready,
    input wire [ID_W-1:0] s_axi_arid,
    input wire [ADDR_W-1:0] s_axi_araddr,
    input wire [7:0] s_axi_arlen,
    output wire s_axi_rvalid,
    output wire [ID_W-1:0] s_axi_rid,
    output wire [31:0] s_axi_rdata,
    output wire s_axi_rlast,
    // the host: one word at a time, ended by bus_ack
    input wire bus_valid,
    input wire bus_write,
    input wire [ADDR_W-1:0] bus_addr,
    input wire [31:0] bus_wdata,
    output wire bus_ack,
    output wire [31:0] bus_rdata,
    // the memory, by words
    output wire mem_valid,
    input wire mem_ready,
    output wire mem_write,
    output wire [ADDR_W-3:0] mem_addr,
    output wire [31:0] mem_wdata,
    output wire [3:0] mem_strb,
    input wire mem_rvalid,
    input wire [31:0] mem_rdata
);
  localparam [1:0] IDLE = 2'd0;
  localparam [1:0] READ = 2'd1;
  localparam [1:0] WRITE = 2'd2;
  localparam [1:0] HOST = 2'd3;

  reg [1:0] state;
  reg wrote;  // the last burst was a write: reads have the next turn
  reg [ADDR_W-3:0] address;
  reg [7:0] left;
  reg [ID_W-1:0] id;
  reg asked;  // the host's read is with the memory

  wire take_aw = state == IDLE && s_axi_awvalid && !s_axi_bvalid && !(s_axi_arvalid && wrote);
  wire take_ar = state == IDLE && s_axi_arvalid && !take_aw;
  assign s_axi_awready = take_aw;
  assign s_axi_arready = take_ar;

  wire track_ready;
  wire reading = state == READ || (state == HOST && !bus_write && !asked);
  wire writing = (state == WRITE && s_axi_wvalid) || (state == HOST && bus_write);
  assign mem_valid = writing || (reading && track_ready);
  assign mem_write = writing;
  assign mem_addr = address;
  assign mem_wdata = state == HOST ? bus_wdata : s_axi_wdata;
  assign mem_strb = state == HOST ? 4'hf : s_axi_wstrb;
  wire go = mem_valid && mem_ready;
  assign s_axi_wready = state == WRITE && mem_ready;

  // Whose answer comes next.
  wire tracked;
  wire of_host;
  wire [ID_W-1:0] of_id;
  wire of_last;
  soff_fifo #(
      .WIDTH(ID_W + 2),
      .DEPTH(QUEUE)
  ) track (
      .clk(clk),
      .rst(rst),
      .in_valid(go && !mem_write),
      .in_ready(track_ready),
      .in_data({state == HOST, left == 8'd0, id}),
      .out_valid(tracked),
      .out_ready(mem_rvalid),
      .out_data({of_host, of_last, of_id})
  );
  assign s_axi_rvalid = mem_rvalid && !of_host;
  assign s_axi_rid = of_id;
  assign s_axi_rdata = mem_rdata;
  assign s_axi_rlast = of_last;
  assign bus_rdata = mem_rdata;
  assign bus_ack = state == HOST && (bus_write ? go : mem_rvalid && of_host);

  always @(posedge clk) begin
    if (rst) begin
      state <= IDLE;
      wrote <= 1'b0;
      s_axi_bvalid <= 1'b0;
      asked <= 1'b0;
    end else begin
      if (s_axi_bready) s_axi_bvalid <= 1'b0;
      case (state)
        IDLE: begin
          asked <= 1'b0;
          wrote <= take_aw;
          if (take_aw) state <= WRITE;
          else if (take_ar) state <= READ;
          else if (bus_valid) state <= HOST;
        end
        READ: if (go && left == 8'd0) state <= IDLE;
        WRITE: if (go && s_axi_wlast) begin
          state <= IDLE;
          s_axi_bvalid <= 1'b1;
        end
        default: begin
          if (go) asked <= 1'b1;
          if (bus_ack) state <= IDLE;
        end
      endcase
    end
    if (state == IDLE) begin
      address <= take_aw ? s_axi_awaddr[ADDR_W-1:2] : take_ar ? s_axi_araddr[ADDR_W-1:2] : bus_addr[ADDR_W-1:2];
      left <= take_ar ? s_axi_arlen : 8'd0;
      id <= take_aw ? s_axi_awid : s_axi_arid;
    end else if (go) begin
      address <= address + 1'b1;
      left <= left - 8'd1;
    end
    if (state == WRITE) s_axi_bid <= id;
  end
  wire unused = &{1'b0, tracked, s_axi_awaddr[1:0], s_axi_araddr[1:0], bus_addr[1:0]};
endmodule
`default_nettype wire
