// Directory of soff_cache: WAYS tags a set in LUT RAM, looked up and changed within one cycle, so that the next access
// sees what this one did. Replacement: bit-PLRU (a way used is marked; when all are, the others are unmarked; the victim
// is the first unmarked way), which takes never-used ways first because `clear` unmarks everything.
module soff_cache_tags #(
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter WAYS = 4,
    parameter FETCHED = 1  // keep the `fetched` flag of a line
) (
    input wire clk,
    input wire [SET_W-1:0] index,
    input wire [KEY_W-1:0] key,
    input wire force_way,  // choose `way_in` instead of looking up
    input wire [WAYS-1:0] way_in,
    input wire clear,  // every way of set `index` becomes invalid
    input wire install,  // the chosen way gets `key` and `new_fetched`
    input wire new_fetched,
    input wire touch,  // the chosen way was used
    output wire hit,
    output wire hit_fetched,
    output wire [WAYS-1:0] way,  // one-hot: the way hit, or else the victim
    output wire old_valid,  // of the victim (or of way_in)
    output wire [WAYS-1:0] old_way,
    output wire [KEY_W-1:0] old_key
);
  localparam WORD = KEY_W + 1 + ((FETCHED != 0) ? 1 : 0);

  wire [WAYS-1:0] match;
  wire [WAYS-1:0] valid;
  wire [WAYS-1:0] fetched;
  wire [WAYS*KEY_W-1:0] keys;
  wire [WORD-1:0] new_word;

  genvar w;
  generate
    if (FETCHED != 0) begin : g_word
      assign new_word = {new_fetched, !clear, key};
    end else begin : g_word
      assign new_word = {!clear, key};
      wire unused = new_fetched;
    end
    for (w = 0; w < WAYS; w = w + 1) begin : g_way
      wire [WORD-1:0] word;
      soff_ram_lut #(
          .WIDTH(WORD),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || (install && way[w])),
          .waddr(index),
          .wdata(new_word),
          .raddr(index),
          .rdata(word)
      );
      assign valid[w] = word[KEY_W];
      assign keys[w*KEY_W+:KEY_W] = word[KEY_W-1:0];
      assign match[w] = word[KEY_W] && word[KEY_W-1:0] == key;
      if (FETCHED != 0) assign fetched[w] = word[KEY_W+1];
      else assign fetched[w] = 1'b1;
    end

    if (WAYS == 1) begin : g_direct
      assign old_way = 1'b1;
      wire unused = &{1'b0, touch, force_way, way_in};
    end else begin : g_replace
      wire [WAYS-1:0] used;
      wire [WAYS-1:0] used_now = used | way;
      soff_ram_lut #(
          .WIDTH(WAYS),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || touch),
          .waddr(index),
          .wdata(clear ? {WAYS{1'b0}} : (&used_now) ? way : used_now),
          .raddr(index),
          .rdata(used)
      );
      assign old_way = force_way ? way_in : ~used & (used + {{WAYS - 1{1'b0}}, 1'b1});
    end
  endgenerate

  assign hit = |match;
  assign hit_fetched = |(match & fetched);
  assign way = (hit && !force_way) ? match : old_way;
  assign old_valid = |(valid & old_way);
  soff_select #(
      .N(WAYS),
      .WIDTH(KEY_W)
  ) select (
      .onehot(old_way),
      .a(keys),
      .y(old_key)
  );
endmodule
