// Words with a write enable a byte, one write port and one read port. A read takes two cycles (memory, output register) and sees
// what was written in earlier cycles, not in its own.
//
// For synthesis eight bytes are one memory. The simulator's variant writes whole words, which is several times faster.
module soff_scratch_ram #(
    parameter BYTES = 4,  // up to 8, or a multiple of 8
    parameter DEPTH = 256  // words, at least 1
) (
    input wire clk,
    input wire re,
    input wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] raddr,
    output wire [8*BYTES-1:0] rdata,
    input wire [BYTES-1:0] we,
    input wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] waddr,
    input wire [8*BYTES-1:0] wdata
);
  localparam PART = (BYTES < 8) ? BYTES : 8;
  genvar p;
  generate
    for (p = 0; p < BYTES / PART; p = p + 1) begin : g_part
      reg [8*PART-1:0] mem[0:DEPTH-1];
      reg [8*PART-1:0] row;
      reg [8*PART-1:0] out;
      assign rdata[p*8*PART+:8*PART] = out;
      always @(posedge clk) begin
        if (re) row <= mem[raddr];
        out <= row;
      end
      wire [PART-1:0] part_we = we[p*PART+:PART];
      wire [8*PART-1:0] part_data = wdata[p*8*PART+:8*PART];
`ifdef SOFF_SIM
      genvar b;
      wire [8*PART-1:0] mask;
      for (b = 0; b < PART; b = b + 1) begin : g_mask
        assign mask[b*8+:8] = {8{part_we[b]}};
      end
      always @(posedge clk) begin
        if (|part_we) mem[waddr] <= (mem[waddr] & ~mask) | (part_data & mask);
      end
`else
      integer i;
      always @(posedge clk) begin
        for (i = 0; i < PART; i = i + 1) begin
          if (part_we[i]) mem[waddr][i*8+:8] <= part_data[i*8+:8];
        end
      end
`endif
    end
  endgenerate
endmodule
