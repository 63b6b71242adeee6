// y = a + b, IEEE 754, rounded to nearest even. Single path: the smaller magnitude is aligned to the larger one.
//
// Subnormal results need no step of their own: a one placed where the exponent would become 1 stops
// the count of leading zeros there.
module soff_fp_add #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 5
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    output wire [EXP+FRAC:0] y
);
    // Twelfths of the way at which the cut points lie: with fewer registers, stages that together stay short merge.
    localparam integer CUTS = 12;
    // Carry, hidden bit, fraction, guard, round, sticky.
    localparam integer SW = FRAC + 5;
    localparam integer LW = $clog2(SW);
    localparam integer EW = EXP + 1;

    // 1: which is larger, by how many binades.
    wire a_sign, a_inf, a_nan, a_zero, b_sign, b_inf, b_nan, b_zero;
    wire [EXP-1:0] a_exp, b_exp;
    wire [FRAC:0] a_sig, b_sig;
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_a (
        .a(a), .sign(a_sign), .exponent(a_exp), .sig(a_sig), .zero(a_zero), .inf(a_inf), .nan(a_nan));
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_b (
        .a(b), .sign(b_sign), .exponent(b_exp), .sig(b_sig), .zero(b_zero), .inf(b_inf), .nan(b_nan));
    wire unused_zero = &{1'b0, a_zero, b_zero};

    wire swap = a[EXP+FRAC-1:0] < b[EXP+FRAC-1:0];
    wire same = a[EXP+FRAC-1:0] == b[EXP+FRAC-1:0];
    wire sub = a_sign != b_sign;
    wire cancel = same && sub;
    wire [EXP-1:0] a_less_b = a_exp - b_exp;
    wire [EXP-1:0] b_less_a = b_exp - a_exp;

    wire sign_1, sub_1, cancel_1, nan_1, inf_1;
    wire [EXP-1:0] exp_1, distance_1;
    wire [FRAC:0] large_1, small_1;
    soff_cut #(.WIDTH(5 + 2*EXP + 2*(FRAC+1)), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(3)) cut_1 (
        .clk(clk),
        .d({(swap ? b_sign : a_sign) && !cancel, sub, cancel,
            a_nan || b_nan || (a_inf && b_inf && sub), a_inf || b_inf,
            swap ? b_exp : a_exp, swap ? b_less_a : a_less_b,
            swap ? b_sig : a_sig, swap ? a_sig : b_sig}),
        .q({sign_1, sub_1, cancel_1, nan_1, inf_1, exp_1, distance_1, large_1, small_1}));

    // 2: align.
    wire [FRAC+3:0] aligned;
    soff_shift_sticky #(.WIDTH(FRAC+4), .AMOUNT(EXP)) align (
        .a({small_1, 3'b000}), .amount(distance_1), .y(aligned));

    wire sub_2;
    wire [EXP-1:0] exp_2;
    wire [FRAC:0] large_2;
    wire [FRAC+3:0] small_2;
    soff_cut #(.WIDTH(1 + EXP + 2*FRAC + 5), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(4), .LAST(5)) cut_2 (
        .clk(clk), .d({sub_1, exp_1, large_1, aligned}), .q({sub_2, exp_2, large_2, small_2}));

    // 3: add; a negated small operand is inverted, its +1 comes in by the bit appended to both.
    wire [SW:0] total = {1'b0, large_2, 3'b000, sub_2} + {{1'b0, small_2} ^ {SW{sub_2}}, sub_2};
    wire unused_carry_in = total[0];
    wire [SW-1:0] stop;
    genvar i;
    generate
        for (i = 0; i < SW; i = i + 1) begin : stops
            localparam integer AT = SW - 1 - i;
            if ((AT >> EXP) == 0) begin : reachable
                assign stop[i] = exp_2 == AT[EXP-1:0];
            end else begin : never
                assign stop[i] = 1'b0;
            end
        end
    endgenerate

    wire [EXP-1:0] exp_3;
    wire [SW-1:0] sum_3, stop_3;
    soff_cut #(.WIDTH(EXP + 2*SW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(6), .LAST(6)) cut_3 (
        .clk(clk), .d({exp_2, total[SW:1], stop}), .q({exp_3, sum_3, stop_3}));

    // 4: how far to the leading one.
    wire [LW-1:0] zeros;
    soff_lzc #(.WIDTH(SW)) lzc (.a(sum_3 | stop_3), .count(zeros));

    wire [EXP-1:0] exp_4;
    wire [SW-1:0] sum_4;
    wire [LW-1:0] zeros_4;
    soff_cut #(.WIDTH(EXP + SW + LW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(7), .LAST(8)) cut_4 (
        .clk(clk), .d({exp_3, sum_3, zeros}), .q({exp_4, sum_4, zeros_4}));

    // 5: normalise. The top bit is the carry's, one binade up.
    wire [SW-1:0] normal = sum_4 << zeros_4;
    wire [EW+LW-1:0] moved = {{(LW+1){1'b0}}, exp_4} + {{(EW+LW-1){1'b0}}, 1'b1} - {{EW{1'b0}}, zeros_4};
    wire unused_moved = &{1'b0, moved[EW+LW-1:EW]};

    wire [EW-1:0] exp_5;
    wire [FRAC+2:0] sig_5;
    wire sticky_5;
    soff_cut #(.WIDTH(EW + FRAC + 4), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(9), .LAST(10)) cut_5 (
        .clk(clk), .d({moved[EW-1:0], normal[SW-1:2], |normal[1:0]}), .q({exp_5, sig_5, sticky_5}));

    // 6: round.
    wire sign_5, cancel_5, nan_5, inf_5;
    soff_cut #(.WIDTH(4), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(4), .LAST(10)) side (
        .clk(clk), .d({sign_1, cancel_1, nan_1, inf_1}), .q({sign_5, cancel_5, nan_5, inf_5}));
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EW)) pack (
        .sign(sign_5), .exponent(exp_5), .sig(sig_5), .sticky(sticky_5),
        .nan(nan_5), .inf(inf_5), .zero(cancel_5), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(11), .LAST(12)) cut_6 (
        .clk(clk), .d(result), .q(y));
endmodule
