// Rows of bytes, each with a mark, like soff_ram_rows, but written at an address of their own: what atomics need, which write
// rows long after they read them. A read sees what was written in earlier cycles.
module soff_cache_rows #(
    parameter BYTES = 64,  // up to 8, or a multiple of 8
    parameter DEPTH = 512  // rows, at least 2
) (
    input wire clk,
    input wire re,
    input wire [$clog2(DEPTH)-1:0] raddr,
    output wire [8*BYTES-1:0] rdata,
    output wire [BYTES-1:0] rmark,
    input wire [$clog2(DEPTH)-1:0] waddr,
    input wire [BYTES-1:0] we,
    input wire [8*BYTES-1:0] wdata,
    input wire [BYTES-1:0] wmark
);
  localparam PART = (BYTES < 8) ? BYTES : 8;
  genvar p, b;
  generate
`ifdef SOFF_SIM
    for (p = 0; p < BYTES / PART; p = p + 1) begin : g_part
      reg [9*PART-1:0] mem[0:DEPTH-1];
      reg [9*PART-1:0] row;
      wire [9*PART-1:0] mask;
      for (b = 0; b < PART; b = b + 1) begin : g_mask
        assign mask[b*8+:8] = {8{we[p*PART+b]}};
      end
      assign mask[8*PART+:PART] = we[p*PART+:PART];
      wire [9*PART-1:0] lanes = {wmark[p*PART+:PART], wdata[p*8*PART+:8*PART]};
      always @(posedge clk) begin
        if (re) row <= mem[raddr];
        if (|we[p*PART+:PART]) mem[waddr] <= (mem[waddr] & ~mask) | (lanes & mask);
      end
      assign {rmark[p*PART+:PART], rdata[p*8*PART+:8*PART]} = row;
    end
`else
    for (p = 0; p < BYTES / PART; p = p + 1) begin : g_part
      (* ram_style = "block" *)
      reg [9*PART-1:0] mem[0:DEPTH-1];
      reg [9*PART-1:0] row;
      wire [9*PART-1:0] lanes;
      wire [PART-1:0] part_we = we[p*PART+:PART];
      integer i;
      for (b = 0; b < PART; b = b + 1) begin : g_lane
        assign lanes[b*9+:9] = {wmark[p*PART+b], wdata[(p*PART+b)*8+:8]};
        assign {rmark[p*PART+b], rdata[(p*PART+b)*8+:8]} = row[b*9+:9];
      end
      always @(posedge clk) begin
        if (re) row <= mem[raddr];
        for (i = 0; i < PART; i = i + 1) begin
          if (part_we[i]) mem[waddr][i*9+:9] <= lanes[i*9+:9];
        end
      end
    end
`endif
  endgenerate
endmodule
