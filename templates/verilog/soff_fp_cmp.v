// Compares two FP numbers. Combinational. `un`: one is NaN, then lt = eq = 0. The zeros are equal.
module soff_fp_cmp #(
    parameter EXP  = 8,
    parameter FRAC = 23
) (
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    output wire              lt,
    output wire              eq,
    output wire              un
);
    localparam integer W = 1 + EXP + FRAC;
    wire a_nan = &a[W-2:FRAC] && |a[FRAC-1:0];
    wire b_nan = &b[W-2:FRAC] && |b[FRAC-1:0];
    wire zeros = ~|a[W-2:0] && ~|b[W-2:0];
    wire same = a[W-2:0] == b[W-2:0];
    wire less = a[W-2:0] < b[W-2:0];
    assign un = a_nan || b_nan;
    assign eq = !un && (zeros || (same && a[W-1] == b[W-1]));
    assign lt = !un && !zeros && (a[W-1] != b[W-1] ? a[W-1] : a[W-1] ? !less && !same : less);
endmodule
