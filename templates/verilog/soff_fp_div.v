// y = a / b, IEEE 754, rounded to nearest even. Non-restoring division, one quotient bit a step; a cut
// point after each step.
module soff_fp_div #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 17
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    output wire [EXP+FRAC:0] y
);
    // One bit before the binary point, FRAC after it, guard, and one more because the first may be 0.
    localparam integer STEPS = FRAC + 3;
    // Four registers stand before and behind the recurrence (fewer when there are not so many), the rest inside.
    localparam integer CUTS = 4;
    localparam integer AROUND = LATENCY > CUTS ? CUTS : LATENCY;
    localparam integer INSIDE = LATENCY - AROUND;
    localparam integer LW = $clog2(FRAC + 1);
    localparam integer EW = (EXP > LW ? EXP : LW) + 3;
    localparam integer BIAS = (1 << (EXP - 1)) - 1;
    localparam [EW-1:0] BIAS_E = BIAS[EW-1:0];
    localparam [EW-1:0] ONE = {{(EW-1){1'b0}}, 1'b1};

    wire a_sign, a_zero, a_inf, a_nan, b_sign, b_zero, b_inf, b_nan;
    wire [EXP-1:0] a_exp, b_exp;
    wire [FRAC:0] a_sig, b_sig;
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_a (
        .a(a), .sign(a_sign), .exponent(a_exp), .sig(a_sig), .zero(a_zero), .inf(a_inf), .nan(a_nan));
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_b (
        .a(b), .sign(b_sign), .exponent(b_exp), .sig(b_sig), .zero(b_zero), .inf(b_inf), .nan(b_nan));

    // 1, 2: normalise both.
    wire [LW-1:0] a_lead, b_lead, a_lead_1, b_lead_1;
    soff_lzc #(.WIDTH(FRAC+1)) lead_a (.a(a_sig), .count(a_lead));
    soff_lzc #(.WIDTH(FRAC+1)) lead_b (.a(b_sig), .count(b_lead));
    wire [EW-1:0] exp_1;
    wire [FRAC:0] a_sig_1, b_sig_1;
    soff_cut #(.WIDTH(2*LW + EW + 2*(FRAC+1)), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk),
        .d({a_lead, b_lead, {{(EW-EXP){1'b0}}, a_exp} - {{(EW-EXP){1'b0}}, b_exp} + BIAS_E, a_sig, b_sig}),
        .q({a_lead_1, b_lead_1, exp_1, a_sig_1, b_sig_1}));

    wire [FRAC:0] dividend, divisor;
    soff_cut #(.WIDTH(2*(FRAC+1)), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk), .d({a_sig_1 << a_lead_1, b_sig_1 << b_lead_1}), .q({dividend, divisor}));

    // The recurrence. A remainder lies in [-divisor, divisor); its sign says whether to subtract or to add
    // next. Remainder and quotient bits so far move along together.
    genvar i;
    generate
        for (i = 0; i < STEPS; i = i + 1) begin : step
            wire [FRAC:0] d;
            wire [FRAC+1:0] rest;
            wire [i:0] quotient;
            wire [FRAC:0] d_in;
            wire [FRAC+2:0] total;
            if (i == 0) begin : first
                assign d_in = divisor;
                assign total = {1'b0, dividend, 1'b1} + {1'b1, ~d_in, 1'b1};
                wire unused = total[0];
                soff_cut #(.WIDTH(1 + FRAC + 2 + FRAC + 1), .LATENCY(INSIDE), .CUTS(STEPS),
                    .FIRST(1), .LAST(1)) cut (
                    .clk(clk), .d({!total[FRAC+2], total[FRAC+2:1], d_in}), .q({quotient, rest, d}));
            end else begin : next
                wire [FRAC+1:0] prior = step[i-1].rest;
                wire minus = !prior[FRAC+1];
                assign d_in = step[i-1].d;
                assign total = {prior[FRAC:0], 1'b0, minus} + {minus, d_in ^ {(FRAC+1){minus}}, minus};
                wire unused = total[0];
                soff_cut #(.WIDTH(i + 1 + FRAC + 2 + FRAC + 1), .LATENCY(INSIDE), .CUTS(STEPS),
                    .FIRST(1 + i), .LAST(1 + i)) cut (
                    .clk(clk), .d({step[i-1].quotient, !total[FRAC+2], total[FRAC+2:1], d_in}),
                    .q({quotient, rest, d}));
            end
        end
    endgenerate

    // Beside it: the exponent of the quotient's first bit, and how far a subnormal result moves down.
    wire [EW-1:0] exp_2 = exp_1 + {{(EW-LW){1'b0}}, b_lead_1} - {{(EW-LW){1'b0}}, a_lead_1};
    wire low = exp_2[EW-1] || exp_2 == {EW{1'b0}};
    wire [EW-1:0] exp_s, down_s;
    soff_delay #(.WIDTH(2*EW), .CYCLES(INSIDE + AROUND * 2 / CUTS - AROUND / CUTS)) exponents (
        .clk(clk), .d({low ? ONE : exp_2, low ? ONE - exp_2 : {EW{1'b0}}}), .q({exp_s, down_s}));

    // A negative last remainder lacks one divisor.
    wire [FRAC+1:0] rest = step[STEPS-1].rest;
    wire [FRAC+1:0] restored = rest + ({1'b0, step[STEPS-1].d} & {(FRAC+2){rest[FRAC+1]}});
    wire [FRAC+3:0] moved;
    soff_shift_sticky #(.WIDTH(FRAC+4), .AMOUNT(EW)) denormalise (
        .a({step[STEPS-1].quotient, 1'b0}), .amount(down_s), .y(moved));

    wire [EW-1:0] exp_3;
    wire [FRAC+3:0] sig_3;
    wire inexact_3;
    soff_cut #(.WIDTH(EW + FRAC + 5), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d({exp_s, moved, |restored}), .q({exp_3, sig_3, inexact_3}));

    wire sign_3, nan_3, inf_3, zero_3;
    soff_delay #(.WIDTH(4), .CYCLES(INSIDE + AROUND * 3 / CUTS)) side (
        .clk(clk),
        .d({a_sign != b_sign, a_nan || b_nan || (a_inf && b_inf) || (a_zero && b_zero),
            a_inf || b_zero, a_zero || b_inf}),
        .q({sign_3, nan_3, inf_3, zero_3}));
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EW), .NORMALISE(1)) pack (
        .sign(sign_3), .exponent(exp_3), .sig(sig_3[FRAC+3:1]), .sticky(sig_3[0] || inexact_3),
        .nan(nan_3), .inf(inf_3), .zero(zero_3), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(4), .LAST(4)) cut_4 (
        .clk(clk), .d(result), .q(y));
endmodule
