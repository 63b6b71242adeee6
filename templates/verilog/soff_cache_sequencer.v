// What soff_cache does between requests: invalidate (at reset, at `start`, after a flush) and flush.
//
// A flush scans the dirty bits block by block. From a dirty line it goes on to the lines that follow it in memory as long
// as they are here and dirty, so that they leave in address order and the channel can merge them.
module soff_cache_sequencer #(
    parameter LINE_W = 28,
    parameter SETS = 128,
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter WAYS = 4,
    parameter BANK_W = 3,
    parameter WRITES = 1,
    parameter HOP = 0  // 1: a cycle more for each line that is followed, and a shorter path
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire flush,
    output reg flushed,
    input wire idle,  // no request at the entry
    input wire drained,  // nothing in the queue, no write unacknowledged
    input wire accepted,  // a request passed the directory
    output wire running,
    output wire sweep,
    output wire take,
    output wire follow,
    output reg [SET_W-1:0] index,
    output reg [KEY_W-1:0] key,
    output reg [WAYS-1:0] way,
    input wire [(WAYS<<BANK_W)-1:0] block,  // dirty bits around `index`
    input wire follow_hit,  // the line followed is here and dirty
    input wire go,  // take or follow was carried out
    input wire [LINE_W-1:0] line  // the line that take or follow is about
);
  localparam [2:0] SWEEP = 3'd0, RUN = 3'd1, SCAN = 3'd2, TAKE = 3'd3, FOLLOW = 3'd4, DRAIN = 3'd5, HOPPING = 3'd6;
  localparam BANKS = 1 << BANK_W;
  localparam [SET_W-1:0] BANK_BITS = BANKS - 1;

  reg [2:0] state;
  reg clean;  // everything is invalid
  reg [SET_W-1:0] scan;  // first set of the block being scanned

  assign running = state == RUN;
  assign sweep = state == SWEEP;
  assign take = state == TAKE;
  assign follow = state == FOLLOW;

  wire any;
  wire [BANKS*WAYS-1:0] first;
  wire [BANKS-1:0] bank_hit;
  wire [WAYS-1:0] way_hit;
  wire [((BANK_W > 0) ? BANK_W : 1)-1:0] bank;
  wire bank_any;
  wire [BANKS-1:0] bank_mask;
  wire [((BANKS * WAYS > 1) ? $clog2(BANKS * WAYS) : 1)-1:0] first_index;
  wire unused = &{1'b0, bank_any, bank_mask, first_index};
  soff_first #(
      .N(BANKS * WAYS)
  ) find (
      .a(block),
      .any(any),
      .mask(first),
      .index(first_index)
  );
  genvar b, w;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      assign bank_hit[b] = |first[b*WAYS+:WAYS];
    end
    for (w = 0; w < WAYS; w = w + 1) begin : g_way
      wire [BANKS-1:0] column;
      for (b = 0; b < BANKS; b = b + 1) begin : g_column
        assign column[b] = first[b*WAYS+w];
      end
      assign way_hit[w] = |column;
    end
  endgenerate
  soff_first #(
      .N(BANKS)
  ) find_bank (
      .a(bank_hit),
      .any(bank_any),
      .mask(bank_mask),
      .index(bank)
  );
  wire [SET_W-1:0] found_set;
  generate
    if (SET_W > BANK_W) assign found_set = {index[SET_W-1:BANK_W], bank};
    else assign found_set = bank;
  endgenerate

  wire [SET_W-1:0] next_set;
  wire [KEY_W-1:0] next_key;
  wire [LINE_W-1:0] next_line = line + {{LINE_W - 1{1'b0}}, 1'b1};
  wire [LINE_W-1:0] split_line;
  generate
    if (HOP != 0) begin : g_hop
      reg [LINE_W-1:0] held;
      always @(posedge clk) held <= next_line;
      assign split_line = held;
    end else begin : g_hop
      assign split_line = next_line;
    end
  endgenerate
  soff_cache_split #(
      .LINE_W(LINE_W),
      .SETS(SETS)
  ) split (
      .line(split_line),
      .index(next_set),
      .key(next_key)
  );

  always @(posedge clk) begin
    if (rst) begin
      state <= SWEEP;
      index <= {SET_W{1'b0}};
      flushed <= 1'b0;
      clean <= 1'b0;
    end else begin
      if (!flush) flushed <= 1'b0;
      if (accepted) clean <= 1'b0;
      case (state)
        SWEEP: begin
          index <= index + 1'b1;
          if (&index) begin
            state <= RUN;
            clean <= 1'b1;
          end
        end
        RUN: begin
          index <= {SET_W{1'b0}};
          scan <= {SET_W{1'b0}};
          if (start) begin
            if (!clean || accepted) state <= SWEEP;
          end else if (flush && !flushed && idle) begin
            state <= (WRITES != 0) ? SCAN : DRAIN;
          end
        end
        SCAN: begin
          way <= way_hit;
          if (any) begin
            index <= found_set;
            state <= TAKE;
          end else begin
            index <= scan + BANK_BITS + 1'b1;
            scan <= scan + BANK_BITS + 1'b1;
            if (&(scan | BANK_BITS)) state <= DRAIN;
          end
        end
        TAKE: begin
          if (go) begin
            index <= next_set;
            key <= next_key;
            state <= (HOP != 0) ? HOPPING : FOLLOW;
          end
        end
        HOPPING: begin
          index <= next_set;
          key <= next_key;
          state <= FOLLOW;
        end
        FOLLOW: begin
          if (go) begin
            index <= next_set;
            key <= next_key;
            if (HOP != 0) state <= HOPPING;
          end else if (!follow_hit) begin
            index <= scan;
            state <= SCAN;
          end
        end
        default: begin  // DRAIN
          index <= {SET_W{1'b0}};
          if (drained) begin
            flushed <= flush;
            state <= SWEEP;
          end
        end
      endcase
    end
  end
endmodule
