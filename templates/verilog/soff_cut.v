// The registers of the cut points FIRST to LAST of an operator that has CUTS of them, when it is asked
// for LATENCY cycles: registers are spread evenly over the cut points, the last one comes first, and
// what exceeds one register a cut point becomes delay at the last one.
module soff_cut #(
    parameter WIDTH   = 32,
    parameter LATENCY = 1,
    parameter CUTS    = 1,
    parameter FIRST   = 1,
    parameter LAST    = 1
) (
    input  wire             clk,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    localparam SPREAD = LATENCY > CUTS ? CUTS : LATENCY;
    localparam EXTRA = LAST == CUTS ? LATENCY - SPREAD : 0;
    soff_delay #(.WIDTH(WIDTH), .CYCLES(LAST * SPREAD / CUTS - (FIRST - 1) * SPREAD / CUTS + EXTRA))
        registers (.clk(clk), .d(d), .q(q));
endmodule
