// fmin (max = 0) or fmax (max = 1). Combinational. A NaN yields the other operand, two of them the canonical NaN;
// -0 is less than +0.
module soff_fp_minmax #(
    parameter EXP  = 8,
    parameter FRAC = 23
) (
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    input  wire              max,
    output wire [EXP+FRAC:0] y
);
    localparam integer W = 1 + EXP + FRAC;
    wire a_nan = &a[W-2:FRAC] && |a[FRAC-1:0];
    wire b_nan = &b[W-2:FRAC] && |b[FRAC-1:0];
    // Of two negative numbers the one with the larger bits is less; equal bits may go either way.
    wire less = a[W-1] != b[W-1] ? a[W-1] : (a[W-2:0] < b[W-2:0]) != a[W-1];
    wire take_b = a_nan || (!b_nan && less == max);
    assign y = a_nan && b_nan ? {1'b0, {EXP{1'b1}}, 1'b1, {(FRAC-1){1'b0}}} : take_b ? b : a;
endmodule
