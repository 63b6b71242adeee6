// Converts between FP formats, rounded to nearest even; exact when the result's format holds every value.
module soff_fp_to_fp #(
    parameter EXP_IN   = 8,
    parameter FRAC_IN  = 23,
    parameter EXP_OUT  = 11,
    parameter FRAC_OUT = 52,
    parameter LATENCY  = 2
) (
    input  wire                      clk,
    input  wire [EXP_IN+FRAC_IN:0]   a,
    output wire [EXP_OUT+FRAC_OUT:0] y
);
    localparam integer CUTS = 3;
    localparam integer LW = $clog2(FRAC_IN + 1);
    localparam integer EMAX = EXP_IN > EXP_OUT ? EXP_IN : EXP_OUT;
    localparam integer EW = (EMAX > LW ? EMAX : LW) + 2;
    // The exponent changes by the difference of the biases.
    localparam integer SHIFT = (1 << (EXP_OUT - 1)) - (1 << (EXP_IN - 1));
    localparam [EW-1:0] SHIFT_E = SHIFT[EW-1:0];
    localparam [EW-1:0] ONE = {{(EW-1){1'b0}}, 1'b1};
    localparam integer SW = FRAC_IN + 1 > FRAC_OUT + 3 ? FRAC_IN + 1 : FRAC_OUT + 3;

    wire sign, zero, inf, nan;
    wire [EXP_IN-1:0] exponent;
    wire [FRAC_IN:0] sig;
    soff_fp_unpack #(.EXP(EXP_IN), .FRAC(FRAC_IN)) unpack_a (
        .a(a), .sign(sign), .exponent(exponent), .sig(sig), .zero(zero), .inf(inf), .nan(nan));

    // 1: with more exponents a subnormal becomes normal: count its leading zeros. With fewer, a small number
    // becomes subnormal: how far does it move down?
    wire [EW-1:0] exp_0 = {{(EW-EXP_IN){1'b0}}, exponent} + SHIFT_E;
    wire [LW-1:0] lead;
    wire [EW-1:0] exp_a;
    wire [EW-1:0] down;
    generate
        if (EXP_OUT > EXP_IN) begin : wider
            soff_lzc #(.WIDTH(FRAC_IN+1)) lzc (.a(sig), .count(lead));
            assign exp_a = exp_0;
            assign down = {EW{1'b0}};
        end else begin : narrower
            wire low = exp_0[EW-1] || exp_0 == {EW{1'b0}};
            assign lead = {LW{1'b0}};
            assign exp_a = low ? ONE : exp_0;
            assign down = low ? ONE - SHIFT_E - {{(EW-EXP_IN){1'b0}}, exponent} : {EW{1'b0}};
        end
    endgenerate
    wire [LW-1:0] lead_1;
    wire [EW-1:0] exp_1, down_1;
    wire [FRAC_IN:0] sig_1;
    soff_cut #(.WIDTH(LW + 2*EW + FRAC_IN + 1), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({lead, exp_a, down, sig}), .q({lead_1, exp_1, down_1, sig_1}));

    // 2: shift either way. Where the fraction is longer than the exponents gained, it may be both.
    wire [FRAC_IN:0] normal = sig_1 << lead_1;
    wire [EW-1:0] exp_n = exp_1 - {{(EW-LW){1'b0}}, lead_1};
    wire [SW:0] moved;
    wire [EW-1:0] exp_m;
    generate
        if (EXP_OUT > EXP_IN && SHIFT >= FRAC_IN || EXP_OUT == EXP_IN) begin : up
            wire unused_down = &{1'b0, down_1};
            assign moved = {normal, {(SW-FRAC_IN){1'b0}}};
            assign exp_m = exp_n;
        end else begin : up_or_down
            wire low = exp_n[EW-1] || exp_n == {EW{1'b0}};
            wire [EW-1:0] amount = EXP_OUT < EXP_IN ? down_1 : low ? ONE - exp_n : down_1;
            soff_shift_sticky #(.WIDTH(SW+1), .AMOUNT(EW)) denormalise (
                .a({normal, {(SW-FRAC_IN){1'b0}}}), .amount(amount), .y(moved));
            assign exp_m = low ? ONE : exp_n;
        end
    endgenerate
    wire sticky_2;
    wire [EW-1:0] exp_2;
    wire [FRAC_OUT+2:0] sig_2;
    soff_cut #(.WIDTH(1 + EW + FRAC_OUT + 3), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk), .d({|moved[SW-FRAC_OUT-3:0], exp_m, moved[SW -: FRAC_OUT+3]}), .q({sticky_2, exp_2, sig_2}));

    // 3: round.
    wire sign_2, nan_2, inf_2, zero_2;
    soff_cut #(.WIDTH(4), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(2)) side (
        .clk(clk), .d({sign, nan, inf, zero}), .q({sign_2, nan_2, inf_2, zero_2}));
    wire [EXP_OUT+FRAC_OUT:0] result;
    soff_fp_pack #(.EXP(EXP_OUT), .FRAC(FRAC_OUT), .EW(EW)) pack (
        .sign(sign_2), .exponent(exp_2), .sig(sig_2), .sticky(sticky_2),
        .nan(nan_2), .inf(inf_2), .zero(zero_2), .y(result));
    soff_cut #(.WIDTH(1+EXP_OUT+FRAC_OUT), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d(result), .q(y));
endmodule
