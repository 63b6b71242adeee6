// Rounds to an integral value. mode 0 floor, 1 ceil, 2 trunc, 3 rint (ties to even), 4 round (ties away from zero).
//
// For 1 <= |a| the fraction bits of the packed number are cleared and, when it rounds up in magnitude, the
// lowest integer bit is added: a carry runs into the exponent and is right there.
module soff_fp_round #(
    parameter EXP     = 8,
    parameter FRAC    = 23,
    parameter LATENCY = 2
) (
    input  wire              clk,
    input  wire [EXP+FRAC:0] a,
    input  wire [2:0]        mode,
    output wire [EXP+FRAC:0] y
);
    localparam integer CUTS = 3;
    localparam integer W = 1 + EXP + FRAC;
    localparam integer BIAS = (1 << (EXP - 1)) - 1;
    localparam integer BELOW = BIAS - 1;

    // 1: which bits are fraction, one mask bit a place. In a format with few exponents some places are
    // fraction in every finite number.
    wire [EXP-1:0] exponent = a[W-2:FRAC];
    wire below_one = exponent < BIAS[EXP-1:0];
    wire half_binade = exponent == BELOW[EXP-1:0];
    wire nan = &exponent && |a[FRAC-1:0];
    wire [FRAC-1:0] mask;
    genvar i;
    generate
        for (i = 0; i < FRAC; i = i + 1) begin : masks
            localparam integer AT = BIAS + FRAC - i;
            if ((AT >> EXP) == 0) begin : reachable
                assign mask[i] = exponent < AT[EXP-1:0];
            end else begin : always_fraction
                assign mask[i] = !(&exponent);
            end
        end
    endgenerate

    wire below_one_1, half_binade_1, nan_1;
    wire [2:0] mode_1;
    wire [W-1:0] a_1;
    wire [FRAC-1:0] mask_1;
    soff_cut #(.WIDTH(6 + W + FRAC), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(1)) cut_1 (
        .clk(clk), .d({below_one, half_binade, nan, mode, a, mask}),
        .q({below_one_1, half_binade_1, nan_1, mode_1, a_1, mask_1}));

    // 2: the bits that decide. `unit` is the lowest integer bit.
    wire [FRAC:0] unit = {mask_1, 1'b1} & ~{1'b0, mask_1};
    wire [FRAC-1:0] first = mask_1 & ~{1'b0, mask_1[FRAC-1:1]};
    wire some = |a_1[W-2:0];
    wire frac_some = |a_1[FRAC-1:0];
    wire half = below_one_1 ? half_binade_1 : |(a_1[FRAC-1:0] & first);
    wire rest = below_one_1 ? (half_binade_1 ? frac_some : some) : |(a_1[FRAC-1:0] & mask_1 & ~first);
    wire odd = !below_one_1 && |(a_1[FRAC:0] & unit);
    reg up;
    always @(*) begin
        case (mode_1)
            3'd0: up = a_1[W-1] && (half || rest);
            3'd1: up = !a_1[W-1] && (half || rest);
            3'd2: up = 1'b0;
            3'd3: up = half && (rest || odd);
            default: up = half;
        endcase
    end

    wire below_one_2, nan_2, sign_2;
    wire [W-2:0] whole_2;
    wire [FRAC:0] add_2;
    soff_cut #(.WIDTH(3 + W - 1 + FRAC + 1), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(2), .LAST(2)) cut_2 (
        .clk(clk),
        .d({below_one_1, nan_1, a_1[W-1],
            below_one_1 ? {(W-1){1'b0}} : a_1[W-2:0] & ~{{EXP{1'b0}}, mask_1},
            below_one_1 ? {{FRAC{1'b0}}, up} : unit & {(FRAC+1){up}}}),
        .q({below_one_2, nan_2, sign_2, whole_2, add_2}));

    // 3: add, or 0 and 1.
    localparam [W-2:0] UNITY = {1'b0, {(EXP-1){1'b1}}, {FRAC{1'b0}}};
    wire [W-2:0] sum = whole_2 + {{(EXP-1){1'b0}}, add_2};
    wire [W-1:0] result = nan_2 ? {1'b0, {EXP{1'b1}}, 1'b1, {(FRAC-1){1'b0}}}
        : {sign_2, below_one_2 ? UNITY & {(W-1){add_2[0]}} : sum};
    soff_cut #(.WIDTH(W), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_3 (
        .clk(clk), .d(result), .q(y));
endmodule
