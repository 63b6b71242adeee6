// y = square root of a, IEEE 754, rounded to nearest even. Non-restoring, one bit a step; a cut point after
// each. The square root of a negative number is NaN, that of -0 is -0.
module soff_fp_sqrt #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 15
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    output wire [EXP+FRAC:0] y
);
    // Hidden bit, fraction, guard.
    localparam integer STEPS = FRAC + 2;
    // Four registers stand before and behind the recurrence (fewer when there are not so many), the rest inside.
    localparam integer CUTS = 4;
    localparam integer AROUND = LATENCY > CUTS ? CUTS : LATENCY;
    localparam integer INSIDE = LATENCY - AROUND;
    localparam integer LW = $clog2(FRAC + 1);
    localparam integer EW = (EXP > LW ? EXP : LW) + 2;
    localparam integer BIAS = (1 << (EXP - 1)) - 1;
    localparam [EW-1:0] BIAS_E = BIAS[EW-1:0];

    wire sign, zero, inf, nan;
    wire [EXP-1:0] exponent;
    wire [FRAC:0] sig;
    soff_fp_unpack #(.EXP(EXP), .FRAC(FRAC)) unpack_a (
        .a(a), .sign(sign), .exponent(exponent), .sig(sig), .zero(zero), .inf(inf), .nan(nan));

    // 1, 2: normalise; an odd exponent doubles the significand. The radicand has two digits before the point.
    wire [LW-1:0] lead, lead_1;
    soff_lzc #(.WIDTH(FRAC+1)) lzc (.a(sig), .count(lead));
    wire [EXP-1:0] exp_1;
    wire [FRAC:0] sig_1;
    soff_cut #(.WIDTH(LW + EXP + FRAC + 1), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({lead, exponent, sig}), .q({lead_1, exp_1, sig_1}));

    // The bias is odd: an even biased exponent is an odd true one. Half of (true exponent - odd) + bias
    // is half of (biased exponent + bias), rounded down.
    wire [EW-1:0] biased = {{(EW-EXP){1'b0}}, exp_1} - {{(EW-LW){1'b0}}, lead_1};
    wire [EW-1:0] twice = biased + BIAS_E;
    wire unused_twice = &{1'b0, twice[EW-1], twice[0]};
    wire [FRAC:0] normal = sig_1 << lead_1;
    wire [FRAC+1:0] radicand;
    soff_cut #(.WIDTH(FRAC + 2), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk), .d(biased[0] ? {1'b0, normal} : {normal, 1'b0}), .q(radicand));

    // The recurrence: after step i there are i + 1 bits of root, and the remainder lies between -(2·root + 1)
    // and 2·root. `todo` are the radicand's bits that are still to come, two a step, then zeros.
    genvar i;
    generate
        for (i = 0; i < STEPS; i = i + 1) begin : step
            localparam integer LEFT = FRAC + 2 - 2 * (i + 1);
            localparam integer TW = LEFT > 0 ? LEFT : 1;
            wire [i:0] root;
            wire [i+2:0] rest;
            wire [TW-1:0] todo;
            wire [1:0] pair;
            wire [TW-1:0] todo_in;
            wire [i+3:0] total;
            wire unused = total[0];
            if (i == 0) begin : first
                assign pair = radicand[FRAC+1:FRAC];
                assign total = {1'b0, pair, 1'b1} + 4'b1101;
            end else begin : next
                wire [i+1:0] prior = step[i-1].rest;
                wire minus = !prior[i+1];
                if (LEFT >= -1) begin : digits
                    if (LEFT == -1) begin : odd
                        assign pair = {step[i-1].todo, 1'b0};
                    end else begin : even
                        assign pair = step[i-1].todo[LEFT+1:LEFT];
                    end
                end else begin : zeros
                    assign pair = 2'b00;
                    wire unused_todo = &{1'b0, step[i-1].todo};
                end
                // Minus 4·root + 1, or plus 4·root + 3.
                wire [i+2:0] term = {1'b0, step[i-1].root, !minus, 1'b1};
                assign total = {prior[i:0], pair, minus} + {term ^ {(i+3){minus}}, minus};
                wire unused_before = prior[i+1];
            end
            if (LEFT > 0) begin : more
                if (i == 0) begin : start
                    assign todo_in = radicand[TW-1:0];
                end else begin : on
                    assign todo_in = step[i-1].todo[TW-1:0];
                end
            end else begin : none
                assign todo_in = 1'b0;
            end
            if (i == 0) begin : cut_first
                soff_cut #(.WIDTH(1 + 3 + TW), .LATENCY(INSIDE), .CUTS(STEPS), .FIRST(1), .LAST(1)) cut (
                    .clk(clk), .d({!total[3], total[3:1], todo_in}), .q({root, rest, todo}));
            end else begin : cut_next
                soff_cut #(.WIDTH(i + 1 + i + 3 + TW), .LATENCY(INSIDE), .CUTS(STEPS),
                    .FIRST(1 + i), .LAST(1 + i)) cut (
                    .clk(clk), .d({step[i-1].root, !total[i+3], total[i+3:1], todo_in}), .q({root, rest, todo}));
            end
        end
    endgenerate
    wire unused_todo = &{1'b0, step[STEPS-1].todo};

    // A negative last remainder lacks 2·root + 1.
    wire [STEPS-1:0] root = step[STEPS-1].root;
    wire [STEPS+1:0] rest = step[STEPS-1].rest;
    wire [STEPS+1:0] restored = rest + ({1'b0, root, 1'b1} & {(STEPS+2){rest[STEPS+1]}});

    wire [STEPS-1:0] root_3;
    wire inexact_3;
    soff_cut #(.WIDTH(STEPS + 1), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d({root, |restored}), .q({root_3, inexact_3}));

    wire [EXP-1:0] exp_3;
    wire sign_3, nan_3, inf_3, zero_3;
    soff_delay #(.WIDTH(EXP), .CYCLES(INSIDE + AROUND * 3 / CUTS - AROUND / CUTS)) exponents (
        .clk(clk), .d(twice[EXP:1]), .q(exp_3));
    soff_delay #(.WIDTH(4), .CYCLES(INSIDE + AROUND * 3 / CUTS)) side (
        .clk(clk), .d({sign, nan || (sign && !zero), inf, zero}), .q({sign_3, nan_3, inf_3, zero_3}));
    wire [EXP+FRAC:0] result;
    soff_fp_pack #(.EXP(EXP), .FRAC(FRAC), .EW(EXP)) pack (
        .sign(sign_3), .exponent(exp_3), .sig({root_3, 1'b0}), .sticky(inexact_3),
        .nan(nan_3), .inf(inf_3), .zero(zero_3), .y(result));
    soff_cut #(.WIDTH(1+EXP+FRAC), .LATENCY(AROUND), .CUTS(CUTS), .FIRST(4), .LAST(4)) cut_4 (
        .clk(clk), .d(result), .q(y));
endmodule
