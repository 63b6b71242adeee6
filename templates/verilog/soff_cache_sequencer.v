// What soff_cache does between requests: invalidate (at reset, at `start`, after a flush) and flush. Both go through the directory's
// stages like requests, a set or a line a cycle.
//
// A flush goes through the dirty bits way by way, a word of them (2^BANK_W neighbouring sets) at a time: lines that follow each
// other in memory lie in neighbouring sets, and where they came one after the other, in one way, so that they leave in address
// order and the channel can merge them.
module soff_cache_sequencer #(
    parameter SET_W = 7,
    parameter WAYS = 4,
    parameter BANK_W = 3,
    parameter WRITES = 1
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire flush,
    output reg flushed,
    input wire idle,  // no request at the entry or in the directory, no line about to leave early
    input wire drained,  // nothing in the directory, no write unacknowledged
    input wire accepted,  // a request passed the directory
    input wire ready,  // the directory takes what is offered
    input wire [WAYS-1:0] soiled,  // a line of this way has become dirty
    output wire running,
    output reg sweep,  // offer: invalidate set `index`
    output reg take,  // offer: the line of set `index` and this way leaves
    output reg [SET_W-1:0] index,
    output reg [WAYS-1:0] way,
    output wire [SET_W-1:0] scan_index,  // a set of the word to be read
    input wire [(WAYS<<BANK_W)-1:0] block  // that word
);
  localparam [2:0] SWEEP = 3'd0, SETTLE = 3'd1, RUN = 3'd2, SCAN = 3'd3, DRAIN = 3'd4, SETTLED = 3'd5;
  localparam BANKS = 1 << BANK_W;
  localparam ROW_W = (SET_W > BANK_W) ? SET_W - BANK_W : 1;
  localparam [WAYS-1:0] FIRST_WAY = 1;

  reg [2:0] state;
  reg clean;  // everything is invalid
  reg [SET_W-1:0] swept;

  // Where the scan is, the word read last, and the word whose lines are leaving.
  reg [ROW_W-1:0] row;
  reg [WAYS-1:0] column;  // one-hot; none when the scan is through
  reg ahead;
  reg [BANKS-1:0] ahead_bits;
  reg [ROW_W-1:0] ahead_row;
  reg [WAYS-1:0] ahead_way;
  reg [BANKS-1:0] bits;
  reg [ROW_W-1:0] bits_row;
  reg [WAYS-1:0] bits_way;

  wire [BANKS-1:0] picked;
  wire [BANKS-1:0] more;  // set, and not the first that is
  wire [BANKS-1:0] first;
  wire [BANK_W-1:0] bank;
  wire any;
  wire last_row;
  wire [SET_W-1:0] found;
  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      assign picked[b] = |(block[b*WAYS+:WAYS] & column);
      if (b == 0) assign more[b] = 1'b0;
      else assign more[b] = bits[b] && (|bits[b-1:0]);
    end
    if (SET_W > BANK_W) begin : g_rows
      assign found = {bits_row, bank};
      assign scan_index = {row, {BANK_W{1'b0}}};
      assign last_row = &row;
    end else begin : g_row
      assign found = bank;
      assign scan_index = {SET_W{1'b0}};
      assign last_row = 1'b1;
      wire unused = &{1'b0, bits_row};
    end
  endgenerate
  soff_first #(
      .N(BANKS)
  ) find (
      .a(bits),
      .any(any),
      .mask(first),
      .index(bank)
  );

  assign running = state == RUN;
  wire moves = !take || ready;  // the next line may be offered
  wire unused_first = &{1'b0, first};
  wire next_bits = !any || (moves && more == {BANKS{1'b0}});
  wire next_ahead = next_bits || !ahead;
  wire [WAYS:0] next_column = {1'b0, column} << 1;
  wire unused = next_column[WAYS];

  always @(posedge clk) begin
    if (state != SCAN) begin
      row <= {ROW_W{1'b0}};
      column <= FIRST_WAY;
      ahead <= 1'b0;
      bits <= {BANKS{1'b0}};
    end else begin
      if (next_bits) begin
        bits <= ahead_bits & {BANKS{ahead}};
        bits_row <= ahead_row;
        bits_way <= ahead_way;
      end else if (moves) begin
        bits <= more;
      end
      if (next_ahead) begin
        ahead <= |(column & soiled);
        ahead_bits <= picked;
        ahead_row <= row;
        ahead_way <= column;
        if (last_row || (column & soiled) == {WAYS{1'b0}}) begin
          row <= {ROW_W{1'b0}};
          column <= next_column[WAYS-1:0];
        end else begin
          row <= row + 1'b1;
        end
      end
    end
  end

  always @(posedge clk) begin
    sweep <= state == SWEEP && !rst;
    if (state == SWEEP) begin
      index <= swept;
    end else if (moves) begin
      index <= found;
      way <= bits_way;
    end
    if (rst) take <= 1'b0;
    else if (moves) take <= state == SCAN && any;
  end

  always @(posedge clk) begin
    if (rst) begin
      state <= SWEEP;
      swept <= {SET_W{1'b0}};
      flushed <= 1'b0;
      clean <= 1'b0;
    end else begin
      if (!flush) flushed <= 1'b0;
      if (accepted) clean <= 1'b0;
      case (state)
        SWEEP: begin
          swept <= swept + 1'b1;
          if (&swept) state <= SETTLE;
        end
        SETTLE: state <= SETTLED;
        SETTLED: begin
          state <= RUN;
          clean <= 1'b1;
        end
        RUN: begin
          if (start) begin
            if (!clean || accepted) state <= SWEEP;
          end else if (flush && !flushed && idle) begin
            state <= (WRITES != 0) ? SCAN : DRAIN;
          end
        end
        SCAN: if (column == {WAYS{1'b0}} && !ahead && !any && !take) state <= DRAIN;
        default: begin  // DRAIN
          if (drained) begin
            flushed <= flush;
            state <= SWEEP;
          end
        end
      endcase
    end
  end
endmodule
