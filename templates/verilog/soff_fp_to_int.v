// Converts to an integer: truncates, saturates, NaN gives 0.
module soff_fp_to_int #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter INT     = 32,
    parameter SIGNED  = 1,
    parameter LATENCY = 2
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    output wire [INT-1:0]    y
);
    localparam integer CUTS = 3;
    localparam integer BIAS = (1 << (EXP - 1)) - 1;
    localparam integer LW = INT > 1 ? $clog2(INT) : 1;
    localparam integer EW = (EXP > LW ? EXP : LW) + 2;
    // The exponent from which on the value is out of range, and that of the integer's top bit.
    localparam integer OVER = BIAS + INT - (SIGNED != 0 ? 1 : 0);
    localparam integer TOP = BIAS + INT - 1;

    wire sign = a[EXP+FRAC];
    wire [EXP-1:0] field = a[EXP+FRAC-1:FRAC];
    wire [EW-1:0] exponent = {{(EW-EXP){1'b0}}, field};
    wire last = &field;
    wire nan = last && |a[FRAC-1:0];

    // 1: the significand's place. Its hidden bit starts at the integer's top bit.
    wire below_one = exponent < BIAS[EW-1:0];
    wire over = last || exponent >= OVER[EW-1:0];
    wire [EW-1:0] down = TOP[EW-1:0] - exponent;
    wire unused_down = &{1'b0, down[EW-1:LW]};

    wire zero_1, over_1, negative_1;
    wire [LW-1:0] down_1;
    wire [FRAC-1:0] frac_1;
    soff_cut #(.WIDTH(3 + LW + FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({below_one || nan || (SIGNED == 0 && sign), over, sign, down[LW-1:0], a[FRAC-1:0]}),
        .q({zero_1, over_1, negative_1, down_1, frac_1}));

    // 2: shift.
    wire [INT+FRAC:0] placed = {1'b1, frac_1, {INT{1'b0}}};
    wire unused_placed = &{1'b0, placed[FRAC:0]};
    wire [INT-1:0] shifted = placed[INT+FRAC:FRAC+1] >> down_1;
    wire zero_2, over_2, negative_2;
    wire [INT-1:0] size_2;
    soff_cut #(.WIDTH(3 + INT), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk), .d({zero_1, over_1, negative_1, shifted}), .q({zero_2, over_2, negative_2, size_2}));

    // 3: negate, saturate.
    wire [INT-1:0] limit;
    wire [INT-1:0] value;
    generate
        if (SIGNED != 0) begin : with_sign
            wire [INT:0] negated = {size_2, 1'b1} ^ {{INT{negative_2}}, 1'b0};
            wire [INT:0] total = negated + {{INT{1'b0}}, negative_2};
            wire unused_total = total[0];
            if (INT > 1) begin : wide
                assign limit = {negative_2, {(INT-1){!negative_2}}};
            end else begin : narrow
                assign limit = negative_2;
            end
            assign value = total[INT:1];
        end else begin : without
            wire unused_negative = negative_2;
            assign limit = {INT{1'b1}};
            assign value = size_2;
        end
    endgenerate
    wire [INT-1:0] result = zero_2 ? {INT{1'b0}} : over_2 ? limit : value;
    soff_cut #(.WIDTH(INT), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d(result), .q(y));
endmodule
