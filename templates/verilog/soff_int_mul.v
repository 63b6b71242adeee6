// y = a · b, the low Y_WIDTH bits of the unsigned product (the same as the signed one's when Y_WIDTH is no
// more than the operands' width).
//
// The product is cut into tiles of 24 x 17 bits, which is what a DSP block of any family multiplies at
// full speed, and the tiles are added in a tree; the cut points lie after the tiles, after the sums of a row and
// after each level of the tree.
module soff_int_mul #(
    parameter A_WIDTH = 32,
    parameter B_WIDTH = 32,
    parameter Y_WIDTH = 32,
    parameter LATENCY = 2
) (
    input  wire               clk,
    input  wire [A_WIDTH-1:0] a,
    input  wire [B_WIDTH-1:0] b,
    output wire [Y_WIDTH-1:0] y
);
    localparam integer TA = 24;
    localparam integer TB = 17;
    // The wider operand gets the wider side of the tiles.
    localparam integer XW = A_WIDTH >= B_WIDTH ? A_WIDTH : B_WIDTH;
    localparam integer ZW = A_WIDTH >= B_WIDTH ? B_WIDTH : A_WIDTH;
    localparam integer COLS = (XW + TA - 1) / TA;
    localparam integer ROWS = (ZW + TB - 1) / TB;
    localparam integer LEVELS = $clog2(ROWS);
    // A tile is as deep as two additions.
    localparam integer CUTS = 2 + (COLS > 1 ? 1 : 0) + LEVELS;
    localparam integer FULL = COLS * TA + ROWS * TB;
    // No wider than the result, but with room for a tile.
    localparam integer LEAST = Y_WIDTH > TA + TB ? Y_WIDTH : TA + TB;
    localparam integer IW = LEAST < FULL ? LEAST : FULL;

    wire [XW-1:0] x;
    wire [ZW-1:0] z;
    wire [IW-1:0] product;

    generate
        if (A_WIDTH >= B_WIDTH) begin : straight
            assign x = a;
            assign z = b;
        end else begin : crossed
            assign x = b;
            assign z = a;
        end

        if (COLS == 1 && ROWS == 1) begin : single
            wire [XW+ZW-1:0] tile;
            soff_cut #(.WIDTH(XW + ZW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(2)) cut_tile (
                .clk(clk), .d({{ZW{1'b0}}, x} * {{XW{1'b0}}, z}), .q(tile));
            assign product = {{(IW-XW-ZW){1'b0}}, tile};
        end else begin : tiled
            wire [COLS*TA-1:0] xs = {{(COLS*TA-XW){1'b0}}, x};
            wire [ROWS*TB-1:0] zs = {{(ROWS*TB-ZW){1'b0}}, z};
            wire [ROWS*COLS*(TA+TB)-1:0] tiles;
            wire [ROWS*COLS*(TA+TB)-1:0] tiles_1;
            genvar i, j;
            for (j = 0; j < ROWS; j = j + 1) begin : row
                for (i = 0; i < COLS; i = i + 1) begin : col
                    // A tile beyond the result is left out.
                    if (TA * i + TB * j < IW) begin : used
                        assign tiles[(j*COLS+i)*(TA+TB) +: TA+TB] =
                            {{TB{1'b0}}, xs[i*TA +: TA]} * {{TA{1'b0}}, zs[j*TB +: TB]};
                    end else begin : beyond
                        assign tiles[(j*COLS+i)*(TA+TB) +: TA+TB] = {(TA+TB){1'b0}};
                    end
                end
            end
            soff_cut #(.WIDTH(ROWS*COLS*(TA+TB)), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(1), .LAST(2)) cut_tiles (
                .clk(clk), .d(tiles), .q(tiles_1));

            // Tiles of one parity in a row do not overlap: one adder a row.
            reg [ROWS*IW-1:0] even, odd, rows;
            integer m, n;
            always @(*) begin
                even = {ROWS*IW{1'b0}};
                odd = {ROWS*IW{1'b0}};
                for (m = 0; m < ROWS; m = m + 1) begin
                    for (n = 0; n < COLS; n = n + 1) begin
                        if (n % 2 == 0)
                            even[m*IW +: IW] = even[m*IW +: IW]
                                | ({{(IW-TA-TB){1'b0}}, tiles_1[(m*COLS+n)*(TA+TB) +: TA+TB]} << (TA*n + TB*m));
                        else
                            odd[m*IW +: IW] = odd[m*IW +: IW]
                                | ({{(IW-TA-TB){1'b0}}, tiles_1[(m*COLS+n)*(TA+TB) +: TA+TB]} << (TA*n + TB*m));
                    end
                    rows[m*IW +: IW] = even[m*IW +: IW] + odd[m*IW +: IW];
                end
            end

            genvar level, k;
            for (level = 0; level <= LEVELS; level = level + 1) begin : tree
                localparam integer N = (ROWS + (1 << level) - 1) >> level;
                wire [N*IW-1:0] sums;
                if (level == 0) begin : first
                    if (COLS > 1) begin : added
                        soff_cut #(.WIDTH(N*IW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(3), .LAST(3)) cut_rows (
                            .clk(clk), .d(rows), .q(sums));
                    end else begin : alone
                        assign sums = rows;
                    end
                end else begin : later
                    localparam integer BEFORE = (ROWS + (1 << (level - 1)) - 1) >> (level - 1);
                    wire [N*IW-1:0] pairs;
                    for (k = 0; k < N; k = k + 1) begin : pair
                        if (2 * k + 1 < BEFORE) begin : two
                            assign pairs[k*IW +: IW] =
                                tree[level-1].sums[2*k*IW +: IW] + tree[level-1].sums[(2*k+1)*IW +: IW];
                        end else begin : one
                            assign pairs[k*IW +: IW] = tree[level-1].sums[2*k*IW +: IW];
                        end
                    end
                    localparam integer AT = CUTS - LEVELS + level;
                    soff_cut #(.WIDTH(N*IW), .LATENCY(LATENCY), .CUTS(CUTS), .FIRST(AT), .LAST(AT)) cut_sums (
                        .clk(clk), .d(pairs), .q(sums));
                end
            end
            assign product = tree[LEVELS].sums;
        end

        if (Y_WIDTH > IW) begin : extend
            assign y = {{(Y_WIDTH-IW){1'b0}}, product};
        end else if (Y_WIDTH == IW) begin : exact
            assign y = product;
        end else begin : truncate
            wire unused_high = &{1'b0, product[IW-1:Y_WIDTH]};
            assign y = product[Y_WIDTH-1:0];
        end
    endgenerate
endmodule
