// y = a · b + c with one rounding, IEEE 754, to nearest even.
//
// c is aligned to the product while the multiplier works: it may stand wholly above it (then the product is
// sticky), wholly below it (then c is), or anywhere between. The window is exact but for its lowest, sticky bit.
module soff_fp_fma #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 6
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    input  wire [EXP+FRAC:0] c,
    output wire [EXP+FRAC:0] y
);
    localparam integer M = FRAC + 1;
    localparam integer COLS = (M + 23) / 24;
    localparam integer ROWS = (M + 16) / 17;
    localparam integer TREE = 1 + (COLS > 1 ? 1 : 0) + $clog2(ROWS);
    localparam integer MUL = TREE > 2 ? TREE : 2;
    localparam integer CUTS = MUL + 4;
    localparam integer SPREAD = LATENCY > CUTS ? CUTS : LATENCY;
    // Cycles in the multiplier, and of these before the first cut of what goes on beside it.
    localparam integer IN_MUL = MUL * SPREAD / CUTS;
    localparam integer FIRST = IN_MUL > 1 ? 1 : 0;

    // From the top: c, two places, the product, two places, sticky. The two places below matter when a
    // subnormal operand leaves the product with few significant bits.
    localparam integer VW = M + 2 + 2*M + 2 + 1;
    localparam integer LW = $clog2(VW);
    localparam integer EW = EXP + 3 > LW + 2 ? EXP + 3 : LW + 2;

    wire a_sign, a_zero, a_inf, a_nan, b_sign, b_zero, b_inf, b_nan, c_sign, c_zero, c_inf, c_nan;
    wire [EXP-1:0] a_exp, b_exp, c_exp;
    wire [FRAC:0] a_sig, b_sig, c_sig;
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_a (
        .a(a), .sign(a_sign), .exponent(a_exp), .sig(a_sig), .zero(a_zero), .inf(a_inf), .nan(a_nan));
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_b (
        .a(b), .sign(b_sign), .exponent(b_exp), .sig(b_sig), .zero(b_zero), .inf(b_inf), .nan(b_nan));
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_c (
        .a(c), .sign(c_sign), .exponent(c_exp), .sig(c_sig), .zero(c_zero), .inf(c_inf), .nan(c_nan));
    wire unused_zero = &{1'b0, c_zero};

    wire [2*M-1:0] product;
    soff_int_mul #(.A_WIDTH(M), .B_WIDTH(M), .Y_WIDTH(2*M), .LATENCY(IN_MUL)) multiply (
        .clk(clk), .a(a_sig), .b(b_sig), .y(product));

    // Beside the multiplier, 1: exponent of the window's top when the product is in its place, and from it
    // the distance down to c. The product's bit 2·FRAC has a_exp + b_exp - bias and is FRAC + 4 below the top.
    localparam integer OFFSET = FRAC + 4 - ((1 << (EXP - 1)) - 1);
    localparam [EW-1:0] OFFSET_E = OFFSET[EW-1:0];
    wire [EW-1:0] both = {{(EW-EXP){1'b0}}, a_exp} + {{(EW-EXP){1'b0}}, b_exp};
    wire [EW-1:0] c_low = {{(EW-EXP){1'b0}}, c_exp} - OFFSET_E;
    wire [EW-1:0] high = both + OFFSET_E;
    wire [EW-1:0] distance = both - c_low;
    wire p_sign = a_sign != b_sign;
    wire p_zero = a_zero || b_zero;
    wire p_inf = a_inf || b_inf;

    wire p_sign_1, c_sign_1, nan_1, inf_1, inf_sign_1, p_zero_1;
    wire [EW-1:0] high_1, distance_1;
    wire [EXP-1:0] c_exp_1;
    wire [FRAC:0] c_sig_1;
    soff_delay #(.WIDTH(6 + 2*EW + EXP + M), .CYCLES(FIRST)) cut_1 (
        .clk(clk),
        .d({p_sign, c_sign, a_nan || b_nan || c_nan || (a_inf && b_zero) || (a_zero && b_inf)
                || (p_inf && c_inf && p_sign != c_sign), p_inf || c_inf, c_inf ? c_sign : p_sign, p_zero,
            high, c_exp, distance, c_sig}),
        .q({p_sign_1, c_sign_1, nan_1, inf_1, inf_sign_1, p_zero_1, high_1, c_exp_1, distance_1, c_sig_1}));

    // 2: align c. When it is far above the product it sets the exponent; so it does for a product of zero.
    wire far_1 = distance_1[EW-1] || p_zero_1;
    wire [VW-1:0] c_aligned;
    soff_shift_sticky #(.WIDTH(VW), .AMOUNT(EW-1)) align (
        .a({c_sig_1, {(VW-M){1'b0}}}), .amount(distance_1[EW-2:0] & {(EW-1){!far_1}}), .y(c_aligned));

    wire sub_2, far_2, p_zero_2;
    wire [EW-1:0] top_2;
    wire [VW-1:0] c_2;
    soff_delay #(.WIDTH(3 + EW + VW), .CYCLES(IN_MUL - FIRST)) cut_2 (
        .clk(clk), .d({p_sign_1 != c_sign_1, far_1, p_zero_1, far_1 ? {{(EW-EXP){1'b0}}, c_exp_1} : high_1, c_aligned}),
        .q({sub_2, far_2, p_zero_2, top_2, c_2}));

    // 3: add; for a subtraction both differences, one of which is not negative. The lowest bit of the
    // first sum carries the +1 of the negation in.
    wire [VW-1:0] p_2 = far_2 ? {{(VW-1){1'b0}}, !p_zero_2} : {{(M+2){1'b0}}, product, 3'b000};
    wire [VW+1:0] sum = {1'b0, p_2, sub_2} + {sub_2, c_2 ^ {VW{sub_2}}, sub_2};
    wire [VW-1:0] reverse = c_2 - p_2;
    wire unused_carry_in = sum[0];
    wire [VW-1:0] stop;
    genvar i;
    generate
        for (i = 0; i < VW; i = i + 1) begin : stops
            // Shifted that far, the exponent is 1.
            localparam integer AT = VW - i;
            assign stop[i] = top_2 == AT[EW-1:0];
        end
    endgenerate

    wire negative_3;
    wire [EW-1:0] top_3;
    wire [VW-1:0] size_3, stop_3;
    soff_cut #(.WIDTH(1 + EW + 2*VW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(MUL+1), .LAST(MUL+1)) cut_3 (
        .clk(clk), .d({sum[VW+1], top_2, sum[VW+1] ? reverse : sum[VW:1], stop}),
        .q({negative_3, top_3, size_3, stop_3}));

    // 4: how far to the leading one.
    wire [LW-1:0] zeros;
    soff_lzc #(.WIDTH(VW)) lzc (.a(size_3 | stop_3), .count(zeros));

    wire negative_4, none_4;
    wire [EW-1:0] top_4;
    wire [VW-1:0] size_4;
    wire [LW-1:0] zeros_4;
    soff_cut #(.WIDTH(2 + EW + VW + LW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(MUL+2), .LAST(MUL+2)) cut_4 (
        .clk(clk), .d({negative_3, size_3 == {VW{1'b0}}, top_3, size_3, zeros}),
        .q({negative_4, none_4, top_4, size_4, zeros_4}));

    // 5: normalise.
    wire [VW-1:0] normal = size_4 << zeros_4;
    wire [EW-1:0] exponent = top_4 - {{(EW-LW){1'b0}}, zeros_4};
    wire p_sign_4, c_sign_4;
    soff_delay #(.WIDTH(2), .CYCLES((MUL + 2) * SPREAD / CUTS - FIRST)) signs (
        .clk(clk), .d({p_sign_1, c_sign_1}), .q({p_sign_4, c_sign_4}));
    // An exact zero from different signs is +0.
    wire sign = none_4 ? p_sign_4 && c_sign_4 : negative_4 ? c_sign_4 : p_sign_4;

    wire sign_5, none_5, sticky_5;
    wire [EW-1:0] exp_5;
    wire [FRAC+2:0] sig_5;
    soff_cut #(.WIDTH(3 + EW + FRAC + 3), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(MUL+3), .LAST(MUL+3)) cut_5 (
        .clk(clk), .d({sign, none_4, |normal[VW-FRAC-4:0], exponent, normal[VW-1 -: FRAC+3]}),
        .q({sign_5, none_5, sticky_5, exp_5, sig_5}));

    // 6: round. An infinity has the sign of whichever operand is infinite.
    wire nan_5, inf_5, inf_sign_5;
    soff_delay #(.WIDTH(3), .CYCLES((MUL + 3) * SPREAD / CUTS - FIRST)) side (
        .clk(clk), .d({nan_1, inf_1, inf_sign_1}), .q({nan_5, inf_5, inf_sign_5}));
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EW)) pack (
        .sign(inf_5 ? inf_sign_5 : sign_5), .exponent(exp_5), .sig(sig_5), .sticky(sticky_5),
        .nan(nan_5), .inf(inf_5), .zero(none_5), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(CUTS), .LAST(CUTS)) cut_6 (
        .clk(clk), .d(result), .q(y));
endmodule
