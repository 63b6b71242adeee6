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
            reg [WIDTH*CYCLES-1:0] line;
            if (CYCLES == 1) begin : one
                always @(posedge clk) line <= d;
            end else begin : more
                always @(posedge clk) line <= {line[WIDTH*(CYCLES-1)-1:0], d};
            end
            assign q = line[WIDTH*CYCLES-1 -: WIDTH];
        end else begin : ring
            // The word read is CYCLES - 1 old, the output register makes it CYCLES.
            localparam integer LAST = CYCLES - 2;
            localparam integer AW = $clog2(CYCLES - 1);
            reg [WIDTH-1:0] ram [0:LAST];
            reg [WIDTH-1:0] out;
            reg [AW-1:0] at;
            // Any phase will do, so that there is nothing to reset.
            initial at = {AW{1'b0}};
            always @(posedge clk) begin
                at <= at == LAST[AW-1:0] ? {AW{1'b0}} : at + 1'b1;
                out <= ram[at];
                ram[at] <= d;
            end
            assign q = out;
        end
    endgenerate
endmodule
