// Launch-wide: log2 of the places that the work-items of a group need. Settles in four cycles.
`default_nettype none
module soff_group_shape (
  input  wire        clk,
  input  wire [95:0] local_size,  // x lowest, at most 1024 work-items together; 0 counts as 1
  output wire [ 3:0] group_log    // 0 to 10
);
  wire [10:0] x = local_size[31:0] == 32'd0 ? 11'd1 : local_size[10:0];
  wire [10:0] y = local_size[63:32] == 32'd0 ? 11'd1 : local_size[42:32];
  wire [10:0] z = local_size[95:64] == 32'd0 ? 11'd1 : local_size[74:64];
  reg  [10:0] plane;
  reg  [10:0] items;
  always @(posedge clk) begin
    plane <= x * y;
    items <= plane * z;
  end
  soff_ceil_log2 #(
    .WIDTH(11),
    .LOG_W(4)
  ) places (
    .clk(clk),
    .value(items),
    .log(group_log)
  );
endmodule
`default_nettype wire
