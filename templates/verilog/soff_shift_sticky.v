// Logical right shift; the lowest bit of the result is the OR of itself and of every bit shifted out.
// Any amount is right, also one beyond WIDTH. Combinational.
module soff_shift_sticky #(
    parameter WIDTH  = 32,
    parameter AMOUNT = 5
) (
    input  wire [WIDTH-1:0]  a,
    input  wire [AMOUNT-1:0] amount,
    output wire [WIDTH-1:0]  y
);
    genvar k;
    generate
        for (k = 0; k < AMOUNT; k = k + 1) begin : stage
            // Shifts by 2^k if bit k of the amount says so.
            localparam integer ALL = (k >= 16 || (1 << k) >= WIDTH) ? 1 : 0;
            localparam integer BY = (ALL != 0) ? WIDTH : (1 << k);
            wire [WIDTH-1:0] x;
            wire lost_x;
            wire [WIDTH-1:0] shifted;
            wire lost;
            if (k == 0) begin : first
                assign x = a;
                assign lost_x = 1'b0;
            end else begin : next
                assign x = stage[k-1].shifted;
                assign lost_x = stage[k-1].lost;
            end
            assign lost = lost_x | (amount[k] & (|x[BY-1:0]));
            if (ALL != 0) begin : whole
                assign shifted = amount[k] ? {WIDTH{1'b0}} : x;
            end else begin : part
                assign shifted = amount[k] ? {{BY{1'b0}}, x[WIDTH-1:BY]} : x;
            end
        end
        if (WIDTH > 1) begin : wide
            assign y = {stage[AMOUNT-1].shifted[WIDTH-1:1], stage[AMOUNT-1].shifted[0] | stage[AMOUNT-1].lost};
        end else begin : narrow
            assign y = stage[AMOUNT-1].shifted | stage[AMOUNT-1].lost;
        end
    endgenerate
endmodule
