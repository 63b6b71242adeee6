// Set and key of soff_cache back to the line number: the inverse of soff_cache_split.
module soff_cache_join #(
    parameter LINE_W = 28,
    parameter SETS = 128
) (
    input wire [((SETS > 1) ? $clog2(SETS) : 1)-1:0] index,
    input wire [LINE_W-$clog2(SETS)-1:0] key,
    output wire [LINE_W-1:0] line
);
  localparam INDEX_W = $clog2(SETS);
  localparam KEY_W = LINE_W - INDEX_W;
  generate
    if (SETS > 1) begin : g_fold
      wire [INDEX_W-1:0] folded;
      soff_xor_fold #(
          .IN_W(KEY_W),
          .OUT_W(INDEX_W)
      ) fold (
          .a(key),
          .y(folded)
      );
      wire [INDEX_W-1:0] low = index - folded - (folded << 2);
      assign line = {key, low};
    end else begin : g_one
      assign line = key;
      wire unused = index;
    end
  endgenerate
endmodule
