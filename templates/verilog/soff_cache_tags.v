// Directory of soff_cache: WAYS tags a set in LUT RAM. An access is looked up in one cycle (`index`, `key`; taken over with `load`)
// and at hand in the next (`at_index`, `at_key`), when the directory is changed. What the access at hand changes while the one
// behind it is looked up is handed over, so that every access sees what all before it did.
//
// Replacement: bit-PLRU (a way used is marked; when all are, the others are unmarked; the victim is the first unmarked way),
// which takes never-used ways first because `clear` unmarks everything.
module soff_cache_tags #(
    parameter SET_W = 7,
    parameter KEY_W = 21,
    parameter WAYS = 4,
    parameter FETCHED = 1  // keep the `fetched` flag of a line
) (
    input wire clk,
    // Looked up
    input wire [SET_W-1:0] index,
    input wire [KEY_W-1:0] key,
    input wire load,  // it will be at hand
    input wire same_set,  // it follows the access at hand at once, and has its set
    input wire same_key,  // and its key
    // At hand
    input wire [SET_W-1:0] at_index,
    input wire [KEY_W-1:0] at_key,
    input wire force_way,  // choose `way_in`, whose line leaves
    input wire [WAYS-1:0] way_in,
    input wire clear,  // every way of the set becomes invalid
    input wire install,  // the chosen way gets `at_key` and `new_fetched`; with `force_way` it becomes invalid
    input wire new_fetched,
    input wire touch,  // the chosen way was used
    output wire hit,
    output wire hit_fetched,
    output wire [WAYS-1:0] way,  // one-hot: the way hit, or else the victim
    output wire [WAYS-1:0] old_way,  // the victim (or way_in)
    output wire [KEY_W-1:0] old_key
);
  localparam WORD = KEY_W + 1 + ((FETCHED != 0) ? 1 : 0);

  wire [WORD-1:0] new_word;
  wire [WAYS-1:0] match;
  wire [WAYS-1:0] fetched;
  wire [WAYS*KEY_W-1:0] keys;
  reg handed;  // the access before had this set
  reg handed_match;  // and left the line that is wanted now
  reg handed_fetched;
  reg [WAYS-1:0] handed_way;
  wire [WAYS-1:0] late = handed_way & {WAYS{handed}};

  always @(posedge clk) begin
    if (load) begin
      handed <= same_set;
      handed_match <= same_key && !force_way;
      handed_way <= way;
      handed_fetched <= new_fetched || hit_fetched;
    end
  end

  genvar w;
  generate
    if (FETCHED != 0) begin : g_word
      assign new_word = {new_fetched, !clear && !force_way, at_key};
    end else begin : g_word
      assign new_word = {!clear && !force_way, at_key};
      wire unused = handed_fetched;
    end
    for (w = 0; w < WAYS; w = w + 1) begin : g_way
      wire [WORD-1:0] word;
      reg match_read;
      reg [KEY_W-1:0] key_read;
      soff_ram_lut #(
          .WIDTH(WORD),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || (install && way[w])),
          .waddr(at_index),
          .wdata(new_word),
          .raddr(index),
          .rdata(word)
      );
      always @(posedge clk) begin
        if (load) begin
          match_read <= word[KEY_W] && word[KEY_W-1:0] == key;
          key_read <= word[KEY_W-1:0];
        end
      end
      assign keys[w*KEY_W+:KEY_W] = key_read;
      assign match[w] = late[w] ? handed_match : match_read;
      if (FETCHED != 0) begin : g_fetched
        reg fetched_read;
        always @(posedge clk) if (load) fetched_read <= word[KEY_W+1];
        assign fetched[w] = late[w] ? handed_fetched : fetched_read;
      end else begin : g_fetched
        assign fetched[w] = 1'b1;
      end
    end

    if (WAYS == 1) begin : g_direct
      // The victim may be the line of the access before.
      reg [KEY_W-1:0] key_before;
      always @(posedge clk) if (load) key_before <= at_key;
      assign old_way = 1'b1;
      assign old_key = handed ? key_before : keys;
      wire unused = &{1'b0, touch, way_in};
    end else begin : g_replace
      wire [WAYS-1:0] read;
      reg [WAYS-1:0] used_read;
      reg [WAYS-1:0] used_before;
      wire [WAYS-1:0] used = handed ? used_before : used_read;
      wire [WAYS-1:0] used_now = used | way;
      wire [WAYS-1:0] used_next = touch ? ((&used_now) ? way : used_now) : used;
      soff_ram_lut #(
          .WIDTH(WAYS),
          .DEPTH(1 << SET_W)
      ) ram (
          .clk(clk),
          .we(clear || touch),
          .waddr(at_index),
          .wdata(clear ? {WAYS{1'b0}} : used_next),
          .raddr(index),
          .rdata(read)
      );
      always @(posedge clk) begin
        if (load) begin
          used_read <= read;
          used_before <= used_next;
        end
      end
      // The way used last is marked, so that the victim is never the line of the access before, whose key is not read yet.
      for (w = 0; w < WAYS; w = w + 1) begin : g_victim
        wire before_used;  // all ways before are used
        if (w == 0) assign before_used = 1'b1;
        else assign before_used = &used[w-1:0];
        assign old_way[w] = force_way ? way_in[w] : !used[w] && before_used;
      end
      soff_select #(
          .N(WAYS),
          .WIDTH(KEY_W)
      ) select (
          .onehot(old_way),
          .a(keys),
          .y(old_key)
      );
    end
  endgenerate

  assign hit = |match;
  assign hit_fetched = |(match & fetched);
  assign way = (hit && !force_way) ? match : old_way;
endmodule
