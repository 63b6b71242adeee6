// One bit a line of soff_cache: some byte of it is newer than memory. The bits of 2^BANK_W neighbouring sets are one word,
// so that a flush sees them at once.
module soff_cache_dirty #(
    parameter SET_W = 7,
    parameter WAYS = 4,
    parameter BANK_W = 3  // log2 of the sets in a word, at least 1, SET_W at most
) (
    input wire clk,
    input wire [SET_W-1:0] index,
    input wire clear,  // every line of the word becomes clean
    input wire we,
    input wire [WAYS-1:0] way,
    input wire value,
    output wire [WAYS-1:0] dirty,  // of set `index`
    output wire [(WAYS<<BANK_W)-1:0] block  // the word, set by set
);
  localparam BANKS = 1 << BANK_W;
  localparam ROWS = 1 << (SET_W - BANK_W);
  wire [((ROWS > 1) ? $clog2(ROWS) : 1)-1:0] row;
  wire [BANKS*WAYS-1:0] chosen;

  genvar b;
  generate
    if (ROWS > 1) begin : g_row
      assign row = index[SET_W-1:BANK_W];
    end else begin : g_row
      assign row = 1'b0;
    end
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] BANK = b;
      assign chosen[b*WAYS+:WAYS] = (index[BANK_W-1:0] == BANK[BANK_W-1:0]) ? way : {WAYS{1'b0}};
    end
  endgenerate

  soff_ram_lut #(
      .WIDTH(BANKS * WAYS),
      .DEPTH(ROWS)
  ) ram (
      .clk(clk),
      .we(clear || we),
      .waddr(row),
      .wdata(clear ? {BANKS * WAYS{1'b0}} : value ? block | chosen : block & ~chosen),
      .raddr(row),
      .rdata(block)
  );
  soff_mux #(
      .SEL_W(BANK_W),
      .WIDTH(WAYS)
  ) mux (
      .sel(index[BANK_W-1:0]),
      .a(block),
      .y(dirty)
  );
endmodule
