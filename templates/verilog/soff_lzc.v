// Number of leading count_leading of `a`; all ones when there is no one in it. Combinational.
//
// A tree over pairs, quadruples, …: bit i of every vector below belongs to the node that starts at bit i,
// only those at multiples of the node's size mean anything (the rest is swept away by synthesis).
module soff_lzc #(
    parameter WIDTH = 32
) (
    input  wire [WIDTH-1:0]                        a,
    output wire [(WIDTH > 1 ? $clog2(WIDTH) : 1)-1:0] count
);
    localparam integer N = WIDTH > 1 ? $clog2(WIDTH) : 1;
    localparam integer P = 1 << N;

    function [N-1:0] count_leading(input [P-1:0] value);
        integer level, k;
        reg [P-1:0] any, upper;
        reg [P-1:0] part;
        reg [N*P-1:0] parts;
        begin
            any = value;
            parts = {N*P{1'b0}};
            for (level = 0; level < N; level = level + 1) begin
                upper = any >> (1 << level);
                for (k = 0; k < level; k = k + 1) begin
                    part = parts[k*P +: P];
                    parts[k*P +: P] = ((part >> (1 << level)) & upper) | (part & ~upper);
                end
                parts[level*P +: P] = ~upper;
                any = any | upper;
            end
            for (k = 0; k < N; k = k + 1) count_leading[k] = parts[k*P];
        end
    endfunction

    assign count = count_leading({a, {(P - WIDTH){1'b0}}});
endmodule
