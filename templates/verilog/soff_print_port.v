// One printf of the kernel: hands the arguments of the token at hand to the simulation's harness, once, when the token goes
// on. It never makes a token wait, and in a circuit nothing is left of it.
`default_nettype none
module soff_print_port #(
  parameter SITE = 0,    // number of the printf in design.json
  parameter DATA_W = 32  // bits of all arguments, at least 1
) (
  input  wire              clk,
  input  wire              rst,
  // the token at hand
  input  wire              t_valid,
  input  wire              t_enable,
  input  wire [DATA_W-1:0] t_data,
  output wire              t_done,
  input  wire              t_fire
);
  assign t_done = 1'b1;

`ifdef SOFF_SIM
  // Sixty-four bits a call, low ones first: one C function takes any width.
  import "DPI-C" function void soff_print(
    input int site,
    input int part,
    input int parts,
    input longint data
  );
  localparam PARTS = (DATA_W + 63) / 64;
  wire [64*PARTS:0] data = {{64 * PARTS + 1 - DATA_W{1'b0}}, t_data};
  wire unused_top = data[64*PARTS];
  always @(posedge clk)
    if (!rst & t_valid & t_enable & t_fire)
      for (int part = 0; part < PARTS; part = part + 1) soff_print(SITE, part, PARTS, data[64*part+:64]);
`else
  wire unused = &{1'b0, SITE[31:0], clk, rst, t_valid, t_enable, t_fire, t_data};
`endif
endmodule
`default_nettype wire
