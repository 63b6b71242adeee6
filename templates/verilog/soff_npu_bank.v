// One bank of the activation memory: a word is BYTES int8, one read and one write a cycle, a byte can be written alone.
module soff_npu_bank #(
    parameter BYTES = 8,
    parameter ADDR_W = 12
) (
    input wire clk,
    input wire re,
    input wire [ADDR_W-1:0] raddr,
    output reg [8*BYTES-1:0] rdata,
    input wire we,
    input wire [BYTES-1:0] mask,
    input wire [ADDR_W-1:0] waddr,
    input wire [8*BYTES-1:0] wdata
);
  (* ram_style = "ultra" *)
  reg [8*BYTES-1:0] words[0:(1<<ADDR_W)-1];
  integer i;
  always @(posedge clk) begin
    if (re) rdata <= words[raddr];
    if (we) for (i = 0; i < BYTES; i = i + 1) if (mask[i]) words[waddr][8*i+:8] <= wdata[8*i+:8];
  end
endmodule
