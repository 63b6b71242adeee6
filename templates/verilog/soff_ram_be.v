// Synchronous memory with one address, lane enables and read-first behaviour: with `en` the old row appears in the
// next cycle while the enabled lanes are replaced. `LANE_W` 9 uses the parity bits of block RAM. Built of memories of
// eight lanes, the width of one block.
module soff_ram_be #(
    parameter LANES = 64,  // up to 8, or a multiple of 8
    parameter LANE_W = 9,
    parameter DEPTH = 512
) (
    input wire clk,
    input wire en,
    input wire [$clog2(DEPTH)-1:0] addr,
    input wire [LANES-1:0] we,
    input wire [LANES*LANE_W-1:0] wdata,
    output wire [LANES*LANE_W-1:0] rdata
);
  localparam PART = (LANES < 8) ? LANES : 8;
  localparam PART_W = PART * LANE_W;
  genvar p;
  generate
    for (p = 0; p < LANES / PART; p = p + 1) begin : g_part
      (* ram_style = "block" *)
      reg [PART_W-1:0] mem[0:DEPTH-1];
      reg [PART_W-1:0] row;
      wire [PART-1:0] part_we = we[p*PART+:PART];
      wire [PART_W-1:0] part_data = wdata[p*PART_W+:PART_W];
      integer i;
      always @(posedge clk) begin
        if (en) begin
          row <= mem[addr];
          for (i = 0; i < PART; i = i + 1) begin
            if (part_we[i]) mem[addr][i*LANE_W+:LANE_W] <= part_data[i*LANE_W+:LANE_W];
          end
        end
      end
      assign rdata[p*PART_W+:PART_W] = row;
    end
  endgenerate
endmodule
