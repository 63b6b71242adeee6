// q = a / b and r = a % b, truncated towards zero. Non-restoring, one quotient bit a step; a cut point
// after each.
//
// Division by zero: q is all ones, r = a. The most negative number by -1: q is it again, r = 0.
module soff_int_div #(
    parameter WIDTH   = 32,
    parameter SIGNED  = 0,
    parameter LATENCY = 18
) (
    input  wire             clk,
    input  wire [WIDTH-1:0] a,
    input  wire [WIDTH-1:0] b,
    output wire [WIDTH-1:0] q,
    output wire [WIDTH-1:0] r
);
    // One register stands before and one behind the recurrence, the rest inside.
    localparam integer BEHIND = LATENCY > 0 ? 1 : 0;
    localparam integer BEFORE = LATENCY > 1 ? 1 : 0;
    localparam integer INSIDE = LATENCY - BEFORE - BEHIND;

    // 1: magnitudes.
    wire a_sign = SIGNED != 0 && a[WIDTH-1];
    wire b_sign = SIGNED != 0 && b[WIDTH-1];
    wire by_zero = b == {WIDTH{1'b0}};
    wire [WIDTH:0] a_size = ({a, 1'b1} ^ {{WIDTH{a_sign}}, 1'b0}) + {{WIDTH{1'b0}}, a_sign};
    wire [WIDTH:0] b_size = ({b, 1'b1} ^ {{WIDTH{b_sign}}, 1'b0}) + {{WIDTH{1'b0}}, b_sign};
    wire unused_size = &{1'b0, a_size[0], b_size[0]};
    wire [WIDTH-1:0] dividend, divisor;
    soff_delay #(.WIDTH(2*WIDTH), .CYCLES(BEFORE)) cut_1 (
        .clk(clk), .d({a_size[WIDTH:1], b_size[WIDTH:1]}), .q({dividend, divisor}));

    // The recurrence. `bits` are the dividend's bits still to come above the quotient's bits so far. A
    // remainder lies in [-divisor, divisor); its sign says whether to subtract or to add next.
    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : step
            wire [WIDTH-1:0] d, bits, d_in, bits_in;
            wire [WIDTH:0] rest;
            wire [WIDTH:0] prior;
            if (i == 0) begin : first
                assign d_in = divisor;
                assign bits_in = dividend;
                assign prior = {(WIDTH+1){1'b0}};
            end else begin : next
                assign d_in = step[i-1].d;
                assign bits_in = step[i-1].bits;
                assign prior = step[i-1].rest;
            end
            wire minus = !prior[WIDTH];
            wire [WIDTH+1:0] total = {prior[WIDTH-1:0], bits_in[WIDTH-1], minus}
                + {minus, d_in ^ {WIDTH{minus}}, minus};
            wire unused_total = total[0];
            wire [WIDTH:0] shifted = {bits_in, !total[WIDTH+1]};
            wire unused_shifted = shifted[WIDTH];
            soff_cut #(.WIDTH(3*WIDTH + 1), .LATENCY(INSIDE), .CUTS(WIDTH), .FIRST(1 + i), .LAST(1 + i)) cut (
                .clk(clk), .d({d_in, shifted[WIDTH-1:0], total[WIDTH+1:1]}), .q({d, bits, rest}));
        end
    endgenerate

    // A negative last remainder lacks one divisor.
    wire [WIDTH:0] rest = step[WIDTH-1].rest;
    wire [WIDTH-1:0] q_size = step[WIDTH-1].bits;
    wire [WIDTH-1:0] r_size = rest[WIDTH-1:0] + (step[WIDTH-1].d & {WIDTH{rest[WIDTH]}});

    // Last: signs.
    wire r_negative, q_negative, by_zero_3;
    soff_delay #(.WIDTH(3), .CYCLES(BEFORE + INSIDE)) side (
        .clk(clk), .d({a_sign, a_sign != b_sign && !by_zero, by_zero}), .q({r_negative, q_negative, by_zero_3}));
    wire [WIDTH:0] q_signed = ({q_size, 1'b1} ^ {{WIDTH{q_negative}}, 1'b0}) + {{WIDTH{1'b0}}, q_negative};
    wire [WIDTH:0] r_signed = ({r_size, 1'b1} ^ {{WIDTH{r_negative}}, 1'b0}) + {{WIDTH{1'b0}}, r_negative};
    wire unused_signed = &{1'b0, q_signed[0], r_signed[0]};
    soff_delay #(.WIDTH(2*WIDTH), .CYCLES(BEHIND)) cut_3 (
        .clk(clk), .d({q_signed[WIDTH:1] | {WIDTH{by_zero_3}}, r_signed[WIDTH:1]}), .q({q, r}));
endmodule
