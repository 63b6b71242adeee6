// Windows a channel: TI lanes that add up products, add up values or keep the largest over the positions of a window.
// A window's positions come one after the other; `last` gives the result 2 cycles after its word.
module soff_npu_lanes #(
    parameter TI = 8,
    parameter TAPS_W = 10
) (
    input wire clk,
    input wire fill,
    input wire [TAPS_W-1:0] fill_at,
    input wire [8*TI-1:0] fill_data,
    input wire in_valid,
    input wire in_max,
    input wire in_weighted,
    input wire in_first,
    input wire [TAPS_W-1:0] in_tap,
    input wire [8*TI-1:0] in_data,
    output wire [32*TI-1:0] results
);
  reg [8*TI-1:0] taps[0:(1<<TAPS_W)-1];
  reg [8*TI-1:0] weights;
  reg [8*TI-1:0] data;
  reg max1;
  reg weighted1;
  reg first1;
  reg valid1;
  reg max2;
  reg first2;
  reg valid2;
  always @(posedge clk) begin
    if (fill) taps[fill_at] <= fill_data;
    if (in_valid) begin
      weights <= taps[in_tap];
      data <= in_data;
      max1 <= in_max;
      weighted1 <= in_weighted;
      first1 <= in_first;
    end
    valid1 <= in_valid;
    max2 <= max1;
    first2 <= first1;
    valid2 <= valid1;
  end
  genvar i;
  generate
    for (i = 0; i < TI; i = i + 1) begin : g_lane
      wire signed [7:0] x = data[8*i+:8];
      wire signed [7:0] w = weights[8*i+:8];
      wire signed [31:0] wide = {{24{x[7]}}, x};
      wire signed [15:0] product = x * w;
      reg signed [31:0] term;
      reg signed [31:0] sum;
      wire signed [31:0] next = first2 ? term : max2 ? (term > sum ? term : sum) : sum + term;
      always @(posedge clk) begin
        if (valid1) term <= weighted1 ? {{16{product[15]}}, product} : wide;
        if (valid2) sum <= next;
      end
      assign results[32*i+:32] = next;
    end
  endgenerate
endmodule
