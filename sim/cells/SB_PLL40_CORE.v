// Stands for the PLL of an iCE40 in simulation, where the board's oscillator runs as fast as the kernel.
`default_nettype none
module SB_PLL40_CORE #(
    parameter FEEDBACK_PATH = "SIMPLE",
    parameter DIVR = 0,
    parameter DIVF = 0,
    parameter DIVQ = 0,
    parameter FILTER_RANGE = 0
) (
    input wire REFERENCECLK,
    input wire RESETB,
    input wire BYPASS,
    output wire PLLOUTGLOBAL,
    output wire LOCK
);
  assign PLLOUTGLOBAL = REFERENCECLK;
  assign LOCK = 1'b1;
endmodule
`default_nettype wire
