// Accumulator memory in two halves, one filled while the other is emptied: rows of LANES int32. A write adds to what was
// read a cycle before, or replaces it.
module soff_npu_sums #(
    parameter LANES = 8,
    parameter DEPTH_W = 9
) (
    input wire clk,
    input wire fetch,  // the row that the next cycle adds to
    input wire fetch_half,
    input wire [DEPTH_W-1:0] fetch_at,
    input wire we,
    input wire replace,
    input wire half,
    input wire [DEPTH_W-1:0] at,
    input wire [32*LANES-1:0] data,
    input wire re,
    input wire read_half,
    input wire [DEPTH_W-1:0] read_at,
    output wire [32*LANES-1:0] read_data  // a cycle later
);
  reg [32*LANES-1:0] rows0[0:(1<<DEPTH_W)-1];
  reg [32*LANES-1:0] rows1[0:(1<<DEPTH_W)-1];
  reg [32*LANES-1:0] old0;
  reg [32*LANES-1:0] old1;
  reg was_half;
  wire read0 = re && !read_half;
  wire read1 = re && read_half;
  wire [32*LANES-1:0] sum;
  genvar i;
  generate
    for (i = 0; i < LANES; i = i + 1) begin : g_lane
      wire [31:0] old = half ? old1[32*i+:32] : old0[32*i+:32];
      assign sum[32*i+:32] = replace ? data[32*i+:32] : data[32*i+:32] + old;
    end
  endgenerate
  always @(posedge clk) begin
    if (we && !half) rows0[at] <= sum;
    if (we && half) rows1[at] <= sum;
    if (read0 || (fetch && !fetch_half)) old0 <= rows0[read0 ? read_at : fetch_at];
    if (read1 || (fetch && fetch_half)) old1 <= rows1[read1 ? read_at : fetch_at];
    was_half <= read_half;
  end
  assign read_data = was_half ? old1 : old0;
endmodule
