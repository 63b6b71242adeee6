// y = a · b, IEEE 754, rounded to nearest even.
//
// Nothing is normalised before the multiplier. While it works, the operands' leading and trailing zeros
// tell where the product's leading one will be (give or take one place), how far a subnormal result must be
// shifted, and whether the bits below the rounding position hold a one: trailing zeros of a product add up.
module soff_fp_mul #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 4
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    input  wire [EXP+FRAC:0] b,
    output wire [EXP+FRAC:0] y
);
    localparam integer M = FRAC + 1;
    localparam integer COLS = (M + 23) / 24;
    localparam integer ROWS = (M + 16) / 17;
    localparam integer TREE = 1 + (COLS > 1 ? 1 : 0) + $clog2(ROWS);
    localparam integer MUL = TREE > 2 ? TREE : 2;
    localparam integer CUTS = MUL + 2;
    localparam integer SPREAD = LATENCY > CUTS ? CUTS : LATENCY;
    // Cycles in the multiplier, and of these before the first cut of what goes on beside it.
    localparam integer IN_MUL = MUL * SPREAD / CUTS;
    localparam integer FIRST = IN_MUL > 1 ? 1 : 0;

    localparam integer LW = $clog2(M);
    // Exponents and shift amounts, signed.
    localparam integer EW = (EXP > LW ? EXP : LW) + 3;
    localparam [EW-1:0] ONE = {{(EW-1){1'b0}}, 1'b1};

    wire a_sign, a_zero, a_inf, a_nan, b_sign, b_zero, b_inf, b_nan;
    wire [EXP-1:0] a_exp, b_exp;
    wire [FRAC:0] a_sig, b_sig;
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_a (
        .a(a), .sign(a_sign), .exponent(a_exp), .sig(a_sig), .zero(a_zero), .inf(a_inf), .nan(a_nan));
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_b (
        .a(b), .sign(b_sign), .exponent(b_exp), .sig(b_sig), .zero(b_zero), .inf(b_inf), .nan(b_nan));

    wire [2*M-1:0] product;
    soff_int_mul #(.A_WIDTH(M), .B_WIDTH(M), .Y_WIDTH(2*M), .LATENCY(IN_MUL)) multiply (
        .clk(clk), .a(a_sig), .b(b_sig), .y(product));

    // Beside the multiplier, 1: count zeros, add exponents.
    wire [LW-1:0] a_lead, b_lead, a_trail, b_trail;
    reg [FRAC:0] a_mirror, b_mirror;
    integer i;
    always @(*) begin
        for (i = 0; i <= FRAC; i = i + 1) begin
            a_mirror[i] = a_sig[FRAC-i];
            b_mirror[i] = b_sig[FRAC-i];
        end
    end
    soff_lzc #(.WIDTH(M)) lead_a (.a(a_sig), .count(a_lead));
    soff_lzc #(.WIDTH(M)) lead_b (.a(b_sig), .count(b_lead));
    soff_lzc #(.WIDTH(M)) trail_a (.a(a_mirror), .count(a_trail));
    soff_lzc #(.WIDTH(M)) trail_b (.a(b_mirror), .count(b_trail));
    // Of the product's bit 2·FRAC, and the same plus REACH.
    localparam integer REACH = FRAC + 3;
    localparam integer LESS = ((1 << (EXP - 1)) - 1) - REACH;
    localparam [EW-1:0] REACH_E = REACH[EW-1:0];
    localparam [EW-1:0] LESS_E = LESS[EW-1:0];
    wire [EW-1:0] reached = {{(EW-EXP){1'b0}}, a_exp} + {{(EW-EXP){1'b0}}, b_exp} - LESS_E;

    wire sign_1, nan_1, inf_1, zero_1;
    wire [EW-1:0] reached_1;
    wire [LW-1:0] lead_1, a_trail_1, b_trail_1;
    // With two subnormal operands the exponent alone decides, so that their leading zeros need not be added.
    soff_delay #(.WIDTH(4 + EW + 3*LW), .CYCLES(FIRST)) cut_1 (
        .clk(clk),
        .d({a_sign != b_sign, a_nan || b_nan || (a_inf && b_zero) || (a_zero && b_inf), a_inf || b_inf,
            a_zero || b_zero, reached, a_lead | b_lead, a_trail, b_trail}),
        .q({sign_1, nan_1, inf_1, zero_1, reached_1, lead_1, a_trail_1, b_trail_1}));

    // 2: left shift by the leading zeros, but no further than to exponent 1: negative for a subnormal result,
    // at most REACH to the right. Amounts count from REACH places to the right. The bits that fall below the
    // window are the product's KEPT - amount lowest; both possible amounts are tried at once.
    localparam integer AW = $clog2(2*FRAC + 4);
    localparam integer KEPT = 2*FRAC + 2;
    localparam [EW-1:0] KEPT_E = KEPT[EW-1:0];
    wire [EW-1:0] lead = {{(EW-LW){1'b0}}, lead_1};
    wire [EW-1:0] by_lead = lead + REACH_E;
    wire [EW-1:0] trail = {{(EW-LW){1'b0}}, a_trail_1} + {{(EW-LW){1'b0}}, b_trail_1};
    wire limited = $signed(reached_1) < $signed(by_lead);
    wire lost_limited = $signed(trail + reached_1) < $signed(KEPT_E);
    wire lost_lead = $signed(trail + by_lead) < $signed(KEPT_E);
    wire [EW-1:0] amount = limited ? reached_1 & {EW{!reached_1[EW-1]}} : by_lead;
    wire [EW-1:0] exp_top = limited ? ONE : reached_1 - by_lead + ONE;
    wire unused_amount = &{1'b0, amount[EW-1:AW]};

    wire [AW-1:0] amount_2;
    wire [EW-1:0] exp_2;
    wire sticky_2;
    soff_delay #(.WIDTH(AW + EW + 1), .CYCLES(IN_MUL - FIRST)) cut_2 (
        .clk(clk), .d({amount[AW-1:0], exp_top, limited ? lost_limited : lost_lead}),
        .q({amount_2, exp_2, sticky_2}));

    // 3: shift.
    wire [3*FRAC+5:0] moved = {{REACH{1'b0}}, product, 1'b0} << amount_2;
    wire unused_moved = &{1'b0, moved[2*FRAC+2:0]};
    wire [FRAC+2:0] sig_3;
    wire [EW-1:0] exp_3;
    wire sticky_3;
    soff_cut #(.WIDTH(FRAC + 4 + EW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(MUL+1), .LAST(MUL+1)) cut_3 (
        .clk(clk), .d({moved[3*FRAC+5 -: FRAC+3], exp_2, sticky_2}), .q({sig_3, exp_3, sticky_3}));

    // 4: round.
    wire sign_3, nan_3, inf_3, zero_3;
    soff_delay #(.WIDTH(4), .CYCLES((MUL + 1) * SPREAD / CUTS - FIRST)) side (
        .clk(clk), .d({sign_1, nan_1, inf_1, zero_1}), .q({sign_3, nan_3, inf_3, zero_3}));
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EW), .NORMALISE(1)) pack (
        .sign(sign_3), .exponent(exp_3), .sig(sig_3), .sticky(sticky_3),
        .nan(nan_3), .inf(inf_3), .zero(zero_3), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(CUTS), .LAST(CUTS)) cut_4 (
        .clk(clk), .d(result), .q(y));
endmodule
