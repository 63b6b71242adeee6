// Synchronous memory with one address, lane enables and read-first behaviour: with `en` the old row appears in the
// next cycle while the enabled lanes are replaced. `LANE_W` 9 uses the parity bits of block RAM.
module soff_ram_be #(
    parameter LANES = 64,
    parameter LANE_W = 9,
    parameter DEPTH = 512
) (
    input wire clk,
    input wire en,
    input wire [$clog2(DEPTH)-1:0] addr,
    input wire [LANES-1:0] we,
    input wire [LANES*LANE_W-1:0] wdata,
    output reg [LANES*LANE_W-1:0] rdata
);
  (* ram_style = "block" *)
  reg [LANES*LANE_W-1:0] mem[0:DEPTH-1];
  integer i;

  always @(posedge clk) begin
    if (en) begin
      rdata <= mem[addr];
      for (i = 0; i < LANES; i = i + 1) begin
        if (we[i]) mem[addr][i*LANE_W+:LANE_W] <= wdata[i*LANE_W+:LANE_W];
      end
    end
  end
endmodule
