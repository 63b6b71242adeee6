// Rows of bytes, each byte with a mark, at one synchronous address. Read-first: with `en` the old row appears in the
// next cycle while the enabled bytes and their marks are replaced. Without MARKS the marks read as zero.
//
// For synthesis eight bytes and their marks are one memory of nine-bit lanes, the width of one block RAM, whose parity
// bits hold the marks. The simulator's variant does the same with whole words, which is several times faster.
module soff_ram_rows #(
    parameter BYTES = 64,  // up to 8, or a multiple of 8
    parameter MARKS = 1,
    parameter DEPTH = 512
) (
    input wire clk,
    input wire en,
    input wire [$clog2(DEPTH)-1:0] addr,
    input wire [BYTES-1:0] we,
    input wire [8*BYTES-1:0] wdata,
    input wire [BYTES-1:0] wmark,
    output wire [8*BYTES-1:0] rdata,
    output wire [BYTES-1:0] rmark
);
  localparam PART = (BYTES < 8) ? BYTES : 8;
  genvar p, b;
  generate
`ifdef SOFF_SIM
    if (MARKS != 0) begin : g_marks
      reg [BYTES-1:0] marks[0:DEPTH-1];
      reg [BYTES-1:0] row;
      always @(posedge clk) begin
        if (en) begin
          row <= marks[addr];
          if (|we) marks[addr] <= (marks[addr] & ~we) | (wmark & we);
        end
      end
      assign rmark = row;
    end else begin : g_marks
      assign rmark = {BYTES{1'b0}};
      wire unused = &{1'b0, wmark};
    end
    for (p = 0; p < BYTES / PART; p = p + 1) begin : g_part
      reg [8*PART-1:0] mem[0:DEPTH-1];
      reg [8*PART-1:0] row;
      wire [8*PART-1:0] mask;
      for (b = 0; b < PART; b = b + 1) begin : g_mask
        assign mask[b*8+:8] = {8{we[p*PART+b]}};
      end
      always @(posedge clk) begin
        if (en) begin
          row <= mem[addr];
          if (|we[p*PART+:PART]) mem[addr] <= (mem[addr] & ~mask) | (wdata[p*8*PART+:8*PART] & mask);
        end
      end
      assign rdata[p*8*PART+:8*PART] = row;
    end
`else
    localparam LANE = (MARKS != 0) ? 9 : 8;
    for (p = 0; p < BYTES / PART; p = p + 1) begin : g_part
      (* ram_style = "block" *)
      reg [LANE*PART-1:0] mem[0:DEPTH-1];
      reg [LANE*PART-1:0] row;
      wire [LANE*PART-1:0] lanes;
      wire [PART-1:0] part_we = we[p*PART+:PART];
      integer i;
      for (b = 0; b < PART; b = b + 1) begin : g_lane
        assign lanes[b*LANE+:8] = wdata[(p*PART+b)*8+:8];
        assign rdata[(p*PART+b)*8+:8] = row[b*LANE+:8];
        if (MARKS != 0) begin : g_mark
          assign lanes[b*LANE+8] = wmark[p*PART+b];
          assign rmark[p*PART+b] = row[b*LANE+8];
        end else begin : g_mark
          assign rmark[p*PART+b] = 1'b0;
          wire unused = wmark[p*PART+b];
        end
      end
      always @(posedge clk) begin
        if (en) begin
          row <= mem[addr];
          for (i = 0; i < PART; i = i + 1) begin
            if (part_we[i]) mem[addr][i*LANE+:LANE] <= lanes[i*LANE+:LANE];
          end
        end
      end
    end
`endif
  endgenerate
endmodule
