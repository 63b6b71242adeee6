// One bit a line of soff_cache: some byte of it is newer than memory. Banked LUT RAM, so that BANKS sets of all ways are
// seen at once when the cache is flushed.
module soff_cache_dirty #(
    parameter SET_W = 7,
    parameter WAYS = 4,
    parameter BANK_W = 3  // log2 of the sets seen at once; less than SET_W or equal
) (
    input wire clk,
    input wire [SET_W-1:0] index,
    input wire clear,  // every way of set `index` becomes clean
    input wire we,
    input wire [WAYS-1:0] way,
    input wire value,
    output wire [WAYS-1:0] dirty,  // of set `index`
    output wire [(1<<BANK_W)*WAYS-1:0] block  // of all sets that share the upper bits of `index`, bank by bank
);
  localparam BANKS = 1 << BANK_W;
  localparam ROW_W = SET_W - BANK_W;
  localparam ROWS = 1 << ROW_W;
  wire [((ROWS > 1) ? ROW_W : 1)-1:0] row;
  wire [BANKS-1:0] in_bank;

  genvar b, w;
  generate
    if (ROWS > 1) begin : g_row
      assign row = index[SET_W-1:BANK_W];
    end else begin : g_row
      assign row = 1'b0;
    end
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] BANK = b;
      if (BANKS > 1) assign in_bank[b] = index[BANK_W-1:0] == BANK[BANK_W-1:0];
      else assign in_bank[b] = 1'b1;
      for (w = 0; w < WAYS; w = w + 1) begin : g_way
        soff_ram_lut #(
            .WIDTH(1),
            .DEPTH(ROWS)
        ) ram (
            .clk(clk),
            .we(in_bank[b] && (clear || (we && way[w]))),
            .waddr(row),
            .wdata(value && !clear),
            .raddr(row),
            .rdata(block[b*WAYS+w])
        );
      end
    end
  endgenerate

  soff_select #(
      .N(BANKS),
      .WIDTH(WAYS)
  ) select (
      .onehot(in_bank),
      .a(block),
      .y(dirty)
  );
endmodule
