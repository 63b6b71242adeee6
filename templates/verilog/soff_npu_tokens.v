// Tokens between engines: counter e * ENGINES + f counts what engine e has given and engine f not yet taken.
module soff_npu_tokens #(
    parameter ENGINES = 6,
    parameter COUNT_W = 12
) (
    input wire clk,
    input wire rst,
    input wire [ENGINES*ENGINES-1:0] give,
    input wire [ENGINES*ENGINES-1:0] take,
    output wire [ENGINES*ENGINES-1:0] have
);
  genvar i;
  generate
    for (i = 0; i < ENGINES * ENGINES; i = i + 1) begin : g_pair
      if (i / ENGINES == i % ENGINES) begin : g_self
        assign have[i] = 1'b1;
        wire unused = &{1'b0, give[i], take[i]};
      end else begin : g_count
        reg [COUNT_W-1:0] count;
        assign have[i] = count != {COUNT_W{1'b0}};
        always @(posedge clk) begin
          if (rst) count <= {COUNT_W{1'b0}};
          else if (give[i] && !take[i]) count <= count + 1'b1;
          else if (!give[i] && take[i]) count <= count - 1'b1;
        end
      end
    end
  endgenerate
endmodule
