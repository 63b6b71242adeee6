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

    // 1: leading zeros; they count only when more exponents make subnormals normal.
    wire [LW-1:0] lead, lead_1;
    generate
        if (EXP_OUT > EXP_IN) begin : wider
            soff_lzc #(.WIDTH(FRAC_IN+1)) lzc (.a(sig), .count(lead));
        end else begin : narrower
            assign lead = {LW{1'b0}};
        end
    endgenerate
    wire [EW-1:0] exp_1;
    wire [FRAC_IN:0] sig_1;
    soff_cut #(.WIDTH(LW + EW + FRAC_IN + 1), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({lead, {{(EW-EXP_IN){1'b0}}, exponent} + SHIFT_E, sig}), .q({lead_1, exp_1, sig_1}));

    // 2: normalise, and shift what is subnormal in the result.
    wire [FRAC_IN:0] normal = sig_1 << lead_1;
    wire [EW-1:0] exp_n = exp_1 - {{(EW-LW){1'b0}}, lead_1};
    wire low = exp_n[EW-1] || exp_n == {EW{1'b0}};
    wire [SW:0] moved;
    wire [EW-1:0] exp_m;
    generate
        if (EXP_OUT < EXP_IN || (EXP_OUT > EXP_IN && SHIFT < FRAC_IN)) begin : may_be_low
            soff_shift_sticky #(.WIDTH(SW+1), .AMOUNT(EW)) denormalise (
                .a({normal, {(SW-FRAC_IN){1'b0}}}), .amount(low ? ONE - exp_n : {EW{1'b0}}), .y(moved));
            assign exp_m = low ? ONE : exp_n;
        end else begin : never_low
            wire unused_low = low;
            assign moved = {normal, {(SW-FRAC_IN){1'b0}}};
            assign exp_m = exp_n;
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
