// Small memory with asynchronous read: one port writes, one port reads. Meant for LUT RAM.
module soff_ram_lut #(
    parameter WIDTH = 8,
    parameter DEPTH = 32
) (
    input wire clk,
    input wire we,
    input wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] waddr,
    input wire [WIDTH-1:0] wdata,
    input wire [((DEPTH > 1) ? $clog2(DEPTH) : 1)-1:0] raddr,
    output wire [WIDTH-1:0] rdata
);
`ifdef SOFF_NO_LUT_RAM
  reg [WIDTH-1:0] mem[0:DEPTH-1];
`else
  (* ram_style = "distributed" *)
  reg [WIDTH-1:0] mem[0:DEPTH-1];
`endif

  always @(posedge clk) if (we) mem[waddr] <= wdata;

  assign rdata = mem[raddr];
endmodule
