// Delays a word by CYCLES clock cycles. The data has no reset.
//
// A short line is a shift register. A long, wide one is a small RAM written and read at one rotating
// address, which costs fewer LUTs, switches fewer bits and simulates faster than shifting every word.
module soff_delay #(
    parameter WIDTH  = 32,
    parameter CYCLES = 1
) (
    input  wire             clk,
    input  wire [WIDTH-1:0] d,
    output wire [WIDTH-1:0] q
);
    generate
        if (CYCLES == 0) begin : none
            wire unused_clk = &{1'b0, clk};
            assign q = d;
        end else if (CYCLES < 4 || WIDTH < 8) begin : shift
            reg [WIDTH*CYCLES-1:0] stages;
            if (CYCLES == 1) begin : one
                always @(posedge clk) stages <= d;
            end else begin : more
                always @(posedge clk) stages <= {stages[WIDTH*(CYCLES-1)-1:0], d};
            end
            assign q = stages[WIDTH*CYCLES-1 -: WIDTH];
        end else begin : ring
            // The word read is CYCLES - 1 old, the output register makes it CYCLES.
            localparam integer LAST = CYCLES - 2;
            localparam integer AW = $clog2(CYCLES - 1);
            reg [WIDTH-1:0] words [0:LAST];
            reg [WIDTH-1:0] word_out;
            reg [AW-1:0] position;
            // Any phase will do, so that there is nothing to reset.
            initial position = {AW{1'b0}};
            always @(posedge clk) begin
                position <= position == LAST[AW-1:0] ? {AW{1'b0}} : position + 1'b1;
                word_out <= words[position];
                words[position] <= d;
            end
            assign q = word_out;
        end
    endgenerate
endmodule
