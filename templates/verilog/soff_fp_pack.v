// Rounds to nearest even and packs: the last stage of the FP operators. Combinational.
//
// `sig` has its binary point after the top bit: hidden bit, FRAC bits, then two more that are rounded
// away together with `sticky`. `exponent` is biased, unsigned, at least 1, and belongs to the top bit. With
// the top bit 0, the value is subnormal when exponent = 1; when it is larger, NORMALISE = 1 moves the
// significand up by one place (then the next bit is 1); NORMALISE = 0 says that this never happens.
module soff_fp_pack #(
    parameter EXP       = 8,
    parameter FRAC      = 23,
    parameter EW        = 10,
    parameter NORMALISE = 0
) (
    input  wire              sign,
    input  wire [EW-1:0]     exponent,
    input  wire [FRAC+2:0]   sig,
    input  wire              sticky,
    input  wire              nan,
    input  wire              inf,
    input  wire              zero,
    output wire [EXP+FRAC:0] y
);
    localparam integer MAX = (1 << EXP) - 1;

    wire top = sig[FRAC+2];
    wire [FRAC-1:0] frac;
    wire guard;
    wire rest;
    wire [EXP-1:0] field;
    wire over;

    generate
        if (NORMALISE != 0) begin : normalise
            wire up = !top && exponent != {{(EW-1){1'b0}}, 1'b1};
            assign frac = up ? sig[FRAC:1] : sig[FRAC+1:2];
            assign guard = up ? sig[0] : sig[1];
            assign rest = sticky || (!up && sig[0]);
            // One less without the top bit, which makes 0 of the subnormal's 1.
            assign field = exponent[EXP-1:0] - {{(EXP-1){1'b0}}, !top};
            assign over = top ? exponent >= MAX[EW-1:0] : exponent > MAX[EW-1:0];
        end else begin : plain
            assign frac = sig[FRAC+1:2];
            assign guard = sig[1];
            assign rest = sticky || sig[0];
            assign field = exponent[EXP-1:0] & {EXP{top}};
            assign over = exponent >= MAX[EW-1:0];
        end
    endgenerate

    // A carry out of the fraction is the next binade, and infinity after the last one.
    wire [EXP+FRAC-1:0] rounded = {field, frac} + {{(EXP+FRAC-1){1'b0}}, guard && (rest || frac[0])};
    assign y = nan ? {1'b0, {EXP{1'b1}}, 1'b1, {(FRAC-1){1'b0}}}
        : inf || (over && !zero) ? {sign, {EXP{1'b1}}, {FRAC{1'b0}}}
        : zero ? {sign, {(EXP+FRAC){1'b0}}}
        : {sign, rounded};
endmodule
