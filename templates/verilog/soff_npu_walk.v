// Addresses of DIMS nested loops, one a step: when the loops inside loop k have come round, jump k is added. The jumps
// take back what the inner loops have added, so that one adder serves any pattern. Fields hold still until the last step.
module soff_npu_walk #(
    parameter DIMS = 4,
    parameter COUNT_W = 16,
    parameter ADDR_W = 24
) (
    input wire clk,
    input wire load,
    input wire step,
    input wire [ADDR_W-1:0] base,
    input wire [DIMS*COUNT_W-1:0] counts,  // rounds less one, innermost loop lowest
    input wire [DIMS*ADDR_W-1:0] jumps,
    output reg [ADDR_W-1:0] address,
    output reg [DIMS-1:0] ends  // bit k: loops 0 .. k are all in their last round
);
  reg [DIMS*COUNT_W-1:0] rounds;
  reg [DIMS*COUNT_W-1:0] next_rounds;
  reg [ADDR_W-1:0] jump;
  reg inner;  // all loops inside loop k are in their last round
  integer k;
  always @* begin
    inner = 1'b1;
    jump = jumps[0+:ADDR_W];
    next_rounds = rounds;
    for (k = 0; k < DIMS; k = k + 1) begin
      if (inner) begin
        jump = jumps[k*ADDR_W+:ADDR_W];
        inner = rounds[k*COUNT_W+:COUNT_W] == counts[k*COUNT_W+:COUNT_W];
        next_rounds[k*COUNT_W+:COUNT_W] = inner ? {COUNT_W{1'b0}} : rounds[k*COUNT_W+:COUNT_W] + 1'b1;
      end
      ends[k] = inner;
    end
  end
  always @(posedge clk) begin
    if (load) begin
      address <= base;
      rounds <= {DIMS * COUNT_W{1'b0}};
    end else if (step) begin
      address <= address + jump;
      rounds <= next_rounds;
    end
  end
endmodule
