// Stands for the single-port RAM of an iCE40 UltraPlus in simulation (Lattice FPGA-TN-02022): 16K words of 16 bits, a mask bit a
// nibble, data one cycle after the address.
`default_nettype none
module SB_SPRAM256KA (
    input wire CLOCK,
    input wire [13:0] ADDRESS,
    input wire [15:0] DATAIN,
    input wire [3:0] MASKWREN,
    input wire WREN,
    input wire CHIPSELECT,
    input wire STANDBY,
    input wire SLEEP,
    input wire POWEROFF,
    output reg [15:0] DATAOUT
);
  reg [15:0] words[0:16383];
  integer i;
  always @(posedge CLOCK)
    if (CHIPSELECT && !STANDBY && !SLEEP && POWEROFF) begin
      if (WREN) begin
        for (i = 0; i < 4; i = i + 1) if (MASKWREN[i]) words[ADDRESS][4*i+:4] <= DATAIN[4*i+:4];
      end else DATAOUT <= words[ADDRESS];
    end
endmodule
`default_nettype wire
