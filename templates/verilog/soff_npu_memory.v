// The activation memory: BANKS banks side by side in the address, NR readers and NW writers. A bank serves one reader and
// one writer a cycle, the one with the lowest index first; the others keep asking. Data come READ_LATENCY = 2 cycles
// after the request was taken.
module soff_npu_memory #(
    parameter BYTES = 8,
    parameter ADDR_W = 16,
    parameter BANKS = 4,
    parameter NR = 5,
    parameter NW = 3
) (
    input wire clk,
    input wire rst,
    input wire [NR-1:0] rd_valid,
    output wire [NR-1:0] rd_ready,
    input wire [NR*ADDR_W-1:0] rd_addr,
    output reg [NR-1:0] rd_data_valid,
    output reg [NR*8*BYTES-1:0] rd_data,
    input wire [NW-1:0] wr_valid,
    output wire [NW-1:0] wr_ready,
    input wire [NW*ADDR_W-1:0] wr_addr,
    input wire [NW*BYTES-1:0] wr_mask,
    input wire [NW*8*BYTES-1:0] wr_data
);
  localparam BANK_W = (BANKS > 1) ? $clog2(BANKS) : 1;
  localparam ROW_W = (BANKS > 1) ? ADDR_W - BANK_W : ADDR_W;

  wire [NR*BANKS-1:0] rd_grant;  // reader r has bank b: bit r * BANKS + b
  wire [NW*BANKS-1:0] wr_grant;
  wire [BANKS*8*BYTES-1:0] rows;
  genvar b, r;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] INDEX = b;
      wire [NR-1:0] read_here;
      wire [NW-1:0] write_here;
      wire [NR-1:0] read_first = read_here & (~read_here + 1'b1);
      wire [NW-1:0] write_first = write_here & (~write_here + 1'b1);
      for (r = 0; r < NR; r = r + 1) begin : g_reader
        if (BANKS > 1) begin : g_of
          assign read_here[r] = rd_valid[r] && rd_addr[r*ADDR_W+ROW_W+:BANK_W] == INDEX[BANK_W-1:0];
        end else begin : g_one
          assign read_here[r] = rd_valid[r];
        end
        assign rd_grant[r*BANKS+b] = read_first[r];
      end
      for (r = 0; r < NW; r = r + 1) begin : g_writer
        if (BANKS > 1) begin : g_of
          assign write_here[r] = wr_valid[r] && wr_addr[r*ADDR_W+ROW_W+:BANK_W] == INDEX[BANK_W-1:0];
        end else begin : g_one
          assign write_here[r] = wr_valid[r];
        end
        assign wr_grant[r*BANKS+b] = write_first[r];
      end
      reg [ROW_W-1:0] raddr;
      reg [ROW_W-1:0] waddr;
      reg [BYTES-1:0] mask;
      reg [8*BYTES-1:0] wdata;
      integer k, w;
      always @* begin
        raddr = rd_addr[0+:ROW_W];
        for (k = 1; k < NR; k = k + 1) if (read_first[k]) raddr = rd_addr[k*ADDR_W+:ROW_W];
      end
      always @* begin
        waddr = wr_addr[0+:ROW_W];
        mask = wr_mask[0+:BYTES];
        wdata = wr_data[0+:8*BYTES];
        for (w = 1; w < NW; w = w + 1)
          if (write_first[w]) begin
            waddr = wr_addr[w*ADDR_W+:ROW_W];
            mask = wr_mask[w*BYTES+:BYTES];
            wdata = wr_data[w*8*BYTES+:8*BYTES];
          end
      end
      soff_npu_bank #(
          .BYTES (BYTES),
          .ADDR_W(ROW_W)
      ) bank (
          .clk(clk),
          .re(|read_here),
          .raddr(raddr),
          .rdata(rows[b*8*BYTES+:8*BYTES]),
          .we(|write_here),
          .mask(mask),
          .waddr(waddr),
          .wdata(wdata)
      );
    end

    for (r = 0; r < NW; r = r + 1) begin : g_write_port
      assign wr_ready[r] = |wr_grant[r*BANKS+:BANKS];
    end
    for (r = 0; r < NR; r = r + 1) begin : g_read_port
      assign rd_ready[r] = |rd_grant[r*BANKS+:BANKS];
      reg taken;
      always @(posedge clk) begin
        if (rst) taken <= 1'b0;
        else taken <= rd_ready[r];
        if (rst) rd_data_valid[r] <= 1'b0;
        else rd_data_valid[r] <= taken;
      end
      if (BANKS > 1) begin : g_select
        reg [BANK_W-1:0] from;
        always @(posedge clk) begin
          from <= rd_addr[r*ADDR_W+ROW_W+:BANK_W];
          if (taken) rd_data[r*8*BYTES+:8*BYTES] <= rows[from*8*BYTES+:8*BYTES];
        end
      end else begin : g_whole
        always @(posedge clk) if (taken) rd_data[r*8*BYTES+:8*BYTES] <= rows;
      end
    end
  endgenerate
endmodule
