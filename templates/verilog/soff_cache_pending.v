// Write-backs of soff_cache that memory has not acknowledged yet. A line must not be fetched while it is among them.
//
// Evictions are numbered as they leave the directory, and acknowledged in that order: eviction n is pending while n lies
// between the two counters. Each set remembers its last SLOTS evictions as (hash of the key, number). A stale number
// that wraps round, or a hash that collides, only makes a fetch wait until what is under way is acknowledged.
module soff_cache_pending #(
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter SLOTS = 4,
    parameter NUMBER_W = 10
) (
    input wire clk,
    input wire [SET_W-1:0] index,
    input wire [KEY_W-1:0] key,
    input wire [NUMBER_W-1:0] next_number,  // of the next eviction
    input wire [NUMBER_W-1:0] acked,  // of the next acknowledgement
    input wire [NUMBER_W-1:0] outstanding,  // next_number - acked
    input wire clear,
    input wire evict,
    input wire [KEY_W-1:0] evict_key,
    output wire match,  // the line (key, set) is being written back
    output wire room  // an eviction of set `index` can be remembered
);
  localparam HASH_W = (KEY_W < 12) ? KEY_W : 12;
  localparam WORD = HASH_W + NUMBER_W;

  wire [HASH_W-1:0] hash;
  wire [HASH_W-1:0] evict_hash;
  wire [SLOTS-1:0] pending;
  wire [SLOTS-1:0] same;
  wire [SLOTS-1:0] free = ~pending;
  wire [SLOTS-1:0] chosen = free & (pending + {{SLOTS - 1{1'b0}}, 1'b1});

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
      wire [NUMBER_W-1:0] age = slot_number - acked;
      soff_ram_lut #(
          .WIDTH(WORD),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || (evict && chosen[s])),
          .waddr(index),
          .wdata({evict_hash, next_number}),
          .raddr(index),
          .rdata({slot_hash, slot_number})
      );
      assign pending[s] = age < outstanding;
      assign same[s] = slot_hash == hash;
    end
  endgenerate

  assign match = |(pending & same);
  assign room = |free;
endmodule
