// Number of leading zeros of `a`; all ones when there is no one in it. Combinational.
//
// A tree: a node knows whether there is a one in its bits and how many zeros stand before it. (No Verilog function: a
// simulator compiles the instances of a module without one to the same code, once.)
module soff_lzc #(
    parameter WIDTH = 32
) (
    input  wire [WIDTH-1:0]                        a,
    output wire [(WIDTH > 1 ? $clog2(WIDTH) : 1)-1:0] count
);
    localparam integer N = WIDTH > 1 ? $clog2(WIDTH) : 1;
    localparam integer P = 1 << N;

    wire [P-1:0] padded = {a, {(P - WIDTH){1'b0}}};

    genvar l, n;
    generate
        for (l = 0; l < N; l = l + 1) begin : level
            localparam integer NODES = P >> (l + 1);
            wire [NODES-1:0] any;
            wire [NODES*(l+1)-1:0] zeros;
            for (n = 0; n < NODES; n = n + 1) begin : node
                wire upper;
                if (l == 0) begin : leaf
                    assign upper  = padded[2*n+1];
                    assign any[n] = upper | padded[2*n];
                end else begin : inner
                    assign upper  = level[l-1].any[2*n+1];
                    assign any[n] = upper | level[l-1].any[2*n];
                    assign zeros[n*(l+1)+:l] = upper ? level[l-1].zeros[(2*n+1)*l+:l] : level[l-1].zeros[2*n*l+:l];
                end
                assign zeros[n*(l+1)+l] = ~upper;
            end
        end
    endgenerate

    assign count = level[N-1].zeros;
    wire unused = &{1'b0, level[N-1].any};
endmodule
