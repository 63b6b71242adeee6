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
    function [WIDTH-1:0] shifted(input [WIDTH-1:0] value, input [AMOUNT-1:0] by);
        integer k;
        reg [WIDTH-1:0] x;
        reg lost;
        begin
            x = value;
            lost = 1'b0;
            for (k = 0; k < AMOUNT; k = k + 1) begin
                if (by[k]) begin
                    if (k >= 16 || (1 << k) >= WIDTH) begin
                        lost = lost | (|x);
                        x = {WIDTH{1'b0}};
                    end else begin
                        lost = lost | (|(x & ~({WIDTH{1'b1}} << (1 << k))));
                        x = x >> (1 << k);
                    end
                end
            end
            x[0] = x[0] | lost;
            shifted = x;
        end
    endfunction

    assign y = shifted(a, amount);
endmodule
