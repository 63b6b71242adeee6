// One bit a line of soff_cache: some byte of it is newer than memory. The bits of 2^BANK_W neighbouring sets are one word,
// so that a flush sees them at once. Looked up in one cycle and changed in the next, like soff_cache_tags.
module soff_cache_dirty #(
    parameter SET_W = 7,
    parameter WAYS = 4,
    parameter BANK_W = 3  // log2 of the sets in a word, at least 1, SET_W at most
) (
    input wire clk,
    // Looked up
    input wire [SET_W-1:0] index,
    input wire load,  // it will be at hand
    input wire same_set,  // it follows the access at hand at once, and has its set
    output wire [(WAYS<<BANK_W)-1:0] block,  // the word, set by set
    // At hand
    input wire [SET_W-1:0] at_index,
    input wire clear,  // every line of the word becomes clean
    input wire we,
    input wire [WAYS-1:0] way,
    input wire value,
    output wire [WAYS-1:0] dirty  // of its set
);
  localparam BANKS = 1 << BANK_W;
  localparam ROWS = 1 << (SET_W - BANK_W);
  localparam ROW_W = (ROWS > 1) ? $clog2(ROWS) : 1;
  wire [ROW_W-1:0] row;
  wire [ROW_W-1:0] at_row;
  wire [BANKS*WAYS-1:0] chosen;
  wire [WAYS-1:0] read;
  reg [BANKS*WAYS-1:0] block_read;
  reg [BANKS*WAYS-1:0] block_before;
  reg [WAYS-1:0] dirty_read;
  reg [WAYS-1:0] dirty_before;
  reg block_handed;  // the access before changed this word
  reg dirty_handed;  // the access before had this set
  wire [BANKS*WAYS-1:0] at_block = block_handed ? block_before : block_read;
  wire [BANKS*WAYS-1:0] block_next = value ? at_block | chosen : at_block & ~chosen;
  wire [WAYS-1:0] dirty_next = !we ? dirty : value ? dirty | way : dirty & ~way;

  genvar b;
  generate
    if (ROWS > 1) begin : g_row
      assign row = index[SET_W-1:BANK_W];
      assign at_row = at_index[SET_W-1:BANK_W];
    end else begin : g_row
      assign row = 1'b0;
      assign at_row = 1'b0;
    end
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] BANK = b;
      assign chosen[b*WAYS+:WAYS] = (at_index[BANK_W-1:0] == BANK[BANK_W-1:0]) ? way : {WAYS{1'b0}};
    end
  endgenerate

  soff_ram_lut #(
      .WIDTH(BANKS * WAYS),
      .DEPTH(ROWS)
  ) ram (
      .clk(clk),
      .we(clear || we),
      .waddr(at_row),
      .wdata(clear ? {BANKS * WAYS{1'b0}} : block_next),
      .raddr(row),
      .rdata(block)
  );
  soff_mux #(
      .SEL_W(BANK_W),
      .WIDTH(WAYS)
  ) mux (
      .sel(index[BANK_W-1:0]),
      .a(block),
      .y(read)
  );
  assign dirty = dirty_handed ? dirty_before : dirty_read;
  always @(posedge clk) begin
    if (load) begin
      block_read <= block;
      block_before <= block_next;
      block_handed <= we && row == at_row;
      dirty_read <= read;
      dirty_before <= dirty_next;
      dirty_handed <= same_set;
    end
  end
endmodule
