// One of N words by a one-hot mask (zero when no bit is set). Combinational.
module soff_select #(
    parameter N = 2,
    parameter WIDTH = 8
) (
    input wire [N-1:0] onehot,
    input wire [N*WIDTH-1:0] a,
    output reg [WIDTH-1:0] y
);
  integer i;
  always @* begin
    y = {WIDTH{1'b0}};
    for (i = 0; i < N; i = i + 1) y = y | (a[i*WIDTH+:WIDTH] & {WIDTH{onehot[i]}});
  end
endmodule
