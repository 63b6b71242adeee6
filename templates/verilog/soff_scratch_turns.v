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
  wire [N*N-1:0] second;  // bit i*N+j, i less than j: j goes before i
  wire unused = &{1'b0, second, clk, rst, served};
  genvar i, j;
  generate
    for (i = 0; i < N; i = i + 1) begin : g_row
      for (j = 0; j < N; j = j + 1) begin : g_column
        if (j > i) begin : g_state
          // Both served or neither: the order between them stays, so that the whole remains an order.
          reg late;
          always @(posedge clk) begin
            if (rst) late <= 1'b0;
            else if (served[i] != served[j]) late <= served[i];
          end
          assign second[i*N+j] = late;
          assign earlier[i*N+j] = late;
        end else begin : g_mirror
          assign second[i*N+j] = 1'b0;
          assign earlier[i*N+j] = (j < i) && !second[j*N+i];
        end
      end
    end
  endgenerate
endmodule
