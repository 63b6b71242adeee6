// Who of N goes first: whoever was served least recently. One order serves any number of arbiters among the same N, as long
// as each of the N asks one arbiter at a time and holds its request: a request then loses at most N - 1 times, because
// those that win fall behind it.
module soff_scratch_turns #(
    parameter N = 4  // at least 1
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] served,
    output wire [N*N-1:0] earlier  // bit i*N+j: j goes before i
);
  genvar i, j;
  generate
    if (N == 1) begin : g_one
      wire unused = &{1'b0, clk, rst, served};
    end
    for (i = 0; i < N; i = i + 1) begin : g_row
      for (j = 0; j < N; j = j + 1) begin : g_column
        if (j == i) begin : g_self
          assign earlier[i*N+j] = 1'b0;
        end else if (j < i) begin : g_mirror
          assign earlier[i*N+j] = !g_row[j].g_column[i].g_state.second;
        end else begin : g_state
          // Both served or neither: the order between them stays, so that the whole remains an order.
          reg second;
          always @(posedge clk) begin
            if (rst) second <= 1'b0;
            else if (served[i] != served[j]) second <= served[i];
          end
          assign earlier[i*N+j] = second;
        end
      end
    end
  endgenerate
endmodule
