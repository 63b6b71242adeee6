// Block RAM as a shell's memory: a word a cycle, reads answered in the next.
`default_nettype none
module soff_shell_ram #(
    parameter WORDS = 4096  // power of two
) (
    input wire clk,
    input wire rst,
    input wire mem_valid,
    output wire mem_ready,
    input wire mem_write,
    input wire [$clog2(WORDS)-1:0] mem_addr,
    input wire [31:0] mem_wdata,
    input wire [3:0] mem_strb,
    output reg mem_rvalid,
    output wire [31:0] mem_rdata
);
  assign mem_ready = 1'b1;
  always @(posedge clk) mem_rvalid <= !rst && mem_valid && !mem_write;
  genvar b;
  generate
    for (b = 0; b < 4; b = b + 1) begin : g_byte
      reg [7:0] bytes[0:WORDS-1];
      reg [7:0] read;
      assign mem_rdata[8*b+:8] = read;
      always @(posedge clk) begin
        if (mem_valid && mem_write && mem_strb[b]) bytes[mem_addr] <= mem_wdata[8*b+:8];
        read <= bytes[mem_addr];
      end
    end
  endgenerate
endmodule
`default_nettype wire
