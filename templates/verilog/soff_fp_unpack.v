// Takes an FP number apart. Combinational. A subnormal has exponent 1 and a hidden bit of 0.
module soff_fp_unpack #(
    parameter EXP  = 8,
    parameter FRAC = 23
) (
    input  wire [EXP+FRAC:0] a,
    output wire              sign,
    output wire [EXP-1:0]    exponent,
    output wire [FRAC:0]     sig,
    output wire              zero,
    output wire              inf,
    output wire              nan
);
    wire [EXP-1:0] field = a[EXP+FRAC-1:FRAC];
    wire normal = |field;
    wire last = &field;
    wire some = |a[FRAC-1:0];
    assign sign = a[EXP+FRAC];
    // Not by way of `normal`: the exponents are what everybody waits for.
    assign exponent = {field[EXP-1:1], field[0] || ~|field[EXP-1:1]};
    assign sig = {normal, a[FRAC-1:0]};
    assign zero = !normal && !some;
    assign inf = last && !some;
    assign nan = last && some;
endmodule
