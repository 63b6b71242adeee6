// Write-backs of soff_cache that memory has not acknowledged yet. A line must not be fetched while it is among them.
//
// Evictions are numbered as they leave the directory, and acknowledged in that order: eviction n is pending while n lies
// between the two counters. Each set remembers its last SLOTS evictions as (hash of the key, number). A stale number
// that wraps round, or a hash that collides, only makes a fetch wait until what is under way is acknowledged.
//
// Looked up in one cycle, at hand from the next on, like soff_cache_tags; an acknowledgement is seen a cycle late. An access
// right behind an eviction of its set must not be taken over in that cycle, but for one to the line that takes the place.
module soff_cache_pending #(
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter SLOTS = 4,
    parameter NUMBER_W = 10
) (
    input wire clk,
    input wire [SET_W-1:0] index,
    input wire [KEY_W-1:0] key,
    input wire load,  // it will be at hand
    input wire [SET_W-1:0] at_index,
    input wire [NUMBER_W-1:0] next_number,  // of the next eviction
    input wire [NUMBER_W-1:0] acked,  // of the next acknowledgement
    input wire clear,
    input wire evict,
    input wire [KEY_W-1:0] evict_key,
    output wire match,  // the line at hand is being written back
    output wire room  // an eviction of the set at hand can be remembered
);
  localparam HASH_W = (KEY_W < 12) ? KEY_W : 12;
  localparam WORD = HASH_W + NUMBER_W;

  wire wraps = next_number < acked;
  wire [HASH_W-1:0] hash;
  wire [HASH_W-1:0] evict_hash;
  wire [SLOTS-1:0] read_pending;
  wire [SLOTS-1:0] read_same;
  wire [SLOTS-1:0] held_pending;
  reg [SLOTS-1:0] pending;
  reg [SLOTS-1:0] same;
  wire [SLOTS-1:0] free = ~pending;
  wire [SLOTS-1:0] chosen;  // the first that is free

  soff_xor_fold #(
      .IN_W(KEY_W),
      .OUT_W(HASH_W)
  ) fold_key (
      .a(key),
      .y(hash)
  );
  soff_xor_fold #(
      .IN_W(KEY_W),
      .OUT_W(HASH_W)
  ) fold_evicted (
      .a(evict_key),
      .y(evict_hash)
  );

  genvar s;
  generate
    for (s = 0; s < SLOTS; s = s + 1) begin : g_slot
      wire [HASH_W-1:0] slot_hash;
      wire [NUMBER_W-1:0] slot_number;
      reg [NUMBER_W-1:0] number;
      soff_ram_lut #(
          .WIDTH(WORD),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || (evict && chosen[s])),
          .waddr(at_index),
          .wdata({evict_hash, next_number}),
          .raddr(index),
          .rdata({slot_hash, slot_number})
      );
      // acked <= number < next_number, going round.
      assign read_pending[s] = wraps ? slot_number >= acked || slot_number < next_number
                                     : slot_number >= acked && slot_number < next_number;
      assign held_pending[s] = wraps ? number >= acked || number < next_number : number >= acked && number < next_number;
      if (s == 0) assign chosen[s] = free[s];
      else assign chosen[s] = free[s] && (&pending[s-1:0]);
      assign read_same[s] = slot_hash == hash;
      always @(posedge clk) if (load) number <= slot_number;
    end
  endgenerate

  always @(posedge clk) begin
    if (load) same <= read_same;
    pending <= load ? read_pending : held_pending;
  end
  assign match = |(pending & same);
  assign room = |free;
endmodule
