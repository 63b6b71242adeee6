// One of N words by a one-hot mask (zero when no bit is set). Combinational.
module soff_select #(
    parameter N = 2,
    parameter WIDTH = 8
) (
    input wire [N-1:0] onehot,
    input wire [N*WIDTH-1:0] a,
    output wire [WIDTH-1:0] y
);
  genvar b, i;
  generate
    if (N == 1) begin : g_one
      assign y = a;
      wire unused = &{1'b0, onehot};
    end else begin : g_many
      for (b = 0; b < WIDTH; b = b + 1) begin : g_bit
        wire [N-1:0] column;
        for (i = 0; i < N; i = i + 1) begin : g_column
          assign column[i] = a[i*WIDTH+b];
        end
        assign y[b] = |(column & onehot);
      end
    end
  endgenerate
endmodule
