// Line number to set and key of soff_cache. The key is the upper part; the set is the lower part plus five times the folded
// key: power-of-two strides spread over the sets, and neighbouring lines stay neighbours, so that they are evicted in
// address order. With a factor of one, rows of a matrix padded by a line less than a power of two would meet in one set.
// soff_cache_join is the inverse.
module soff_cache_split #(
    parameter LINE_W = 28,
    parameter SETS = 128
) (
    input wire [LINE_W-1:0] line,
    output wire [((SETS > 1) ? $clog2(SETS) : 1)-1:0] index,
    output wire [LINE_W-$clog2(SETS)-1:0] key
);
  localparam INDEX_W = $clog2(SETS);
  localparam KEY_W = LINE_W - INDEX_W;
  generate
    if (SETS > 1) begin : g_fold
      wire [INDEX_W-1:0] folded;
      assign key = line[LINE_W-1:INDEX_W];
      soff_xor_fold #(
          .IN_W(KEY_W),
          .OUT_W(INDEX_W)
      ) fold (
          .a(key),
          .y(folded)
      );
      assign index = line[INDEX_W-1:0] + folded + (folded << 2);
    end else begin : g_one
      assign key = line;
      assign index = 1'b0;
    end
  endgenerate
endmodule
