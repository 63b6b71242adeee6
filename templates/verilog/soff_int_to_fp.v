// Converts an integer, rounded to nearest even.
module soff_int_to_fp #(
    parameter INT     = 32,
    parameter SIGNED  = 1,
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 3
) (
    input  wire              clk,
    input  wire [INT-1:0]    a,
    output wire [EXP+FRAC:0] y
);
    localparam integer CUTS = 4;
    localparam integer LW = INT > 1 ? $clog2(INT) : 1;
    localparam integer EW = (EXP > LW ? EXP : LW) + 2;
    localparam integer TOP = (1 << (EXP - 1)) - 1 + INT - 1;
    localparam integer NW = INT > FRAC + 3 ? INT : FRAC + 3;

    // 1: magnitude.
    wire sign = SIGNED != 0 && a[INT-1];
    wire [INT:0] negated = ({a, 1'b1} ^ {{INT{sign}}, 1'b0}) + {{INT{1'b0}}, sign};
    wire unused_negated = negated[0];
    wire sign_1;
    wire [INT-1:0] size_1;
    soff_cut #(.WIDTH(1 + INT), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({sign, negated[INT:1]}), .q({sign_1, size_1}));

    // 2: where it begins.
    wire [LW-1:0] zeros, zeros_2;
    soff_lzc #(.WIDTH(INT)) lzc (.a(size_1), .count(zeros));
    wire sign_2;
    wire [INT-1:0] size_2;
    soff_cut #(.WIDTH(1 + INT + LW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk), .d({sign_1, size_1, zeros}), .q({sign_2, size_2, zeros_2}));

    // 3: normalise.
    wire [INT-1:0] normal = size_2 << zeros_2;
    wire [EW-1:0] exponent = TOP[EW-1:0] - {{(EW-LW){1'b0}}, zeros_2};
    wire [NW-1:0] wide = {normal, {(NW-INT){1'b0}}};
    wire sticky;
    generate
        if (NW > FRAC + 3) begin : rounds
            assign sticky = |wide[NW-FRAC-4:0];
        end else begin : exact
            assign sticky = 1'b0;
        end
    endgenerate
    wire sign_3, sticky_3;
    wire [EW-1:0] exp_3;
    wire [FRAC+2:0] sig_3;
    soff_cut #(.WIDTH(2 + EW + FRAC + 3), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d({sign_2, sticky, exponent, wide[NW-1 -: FRAC+3]}), .q({sign_3, sticky_3, exp_3, sig_3}));

    // 4: round.
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EW)) pack (
        .sign(sign_3), .exponent(exp_3), .sig(sig_3), .sticky(sticky_3),
        .nan(1'b0), .inf(1'b0), .zero(!sig_3[FRAC+2]), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(4), .LAST(4)) cut_4 (
        .clk(clk), .d(result), .q(y));
endmodule
