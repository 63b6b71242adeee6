// Control of one island: a free-running pipeline between two streams. A token is admitted only when
// the output FIFO has room for everything under way, so that nothing inside ever stalls.
`default_nettype none
module soff_island #(
  parameter WIDTH = 1,    // bits of a token at the output
  parameter LATENCY = 0,  // cycles from admission to `result`
  parameter DEPTH = 2     // tokens of room in the output FIFO; at least LATENCY + 2 for one token a cycle
) (
  input  wire             clk,
  input  wire             rst,
  input  wire             in_valid,
  output wire             in_ready,
  input  wire [WIDTH-1:0] result,
  output wire             out_valid,
  input  wire             out_ready,
  output wire [WIDTH-1:0] out_data
);
  localparam COUNT_W = $clog2(DEPTH + 1);

  reg  [COUNT_W-1:0] room;
  wire               admit = in_valid & in_ready;
  wire               leave = out_valid & out_ready;
  wire               arrive;
  wire               unused_fifo_ready;

  assign in_ready = room != {COUNT_W{1'b0}};

  always @(posedge clk)
    if (rst) room <= DEPTH[COUNT_W-1:0];
    else if (admit & ~leave) room <= room - {{(COUNT_W - 1) {1'b0}}, 1'b1};
    else if (leave & ~admit) room <= room + {{(COUNT_W - 1) {1'b0}}, 1'b1};

  generate
    if (LATENCY == 0) begin : g_direct
      assign arrive = admit;
    end else begin : g_pipe
      reg [LATENCY-1:0] under_way;
      wire [LATENCY:0] shifted = {under_way, admit};
      always @(posedge clk)
        if (rst) under_way <= {LATENCY{1'b0}};
        else under_way <= shifted[LATENCY-1:0];
      assign arrive = shifted[LATENCY];
    end
  endgenerate

  soff_fifo #(
    .WIDTH(WIDTH),
    .DEPTH(DEPTH)
  ) fifo (
    .clk(clk),
    .rst(rst),
    .in_valid(arrive),
    .in_ready(unused_fifo_ready),
    .in_data(result),
    .out_valid(out_valid),
    .out_ready(out_ready),
    .out_data(out_data)
  );

`ifdef SOFF_SIM
  reg [63:0] tokens;
  reg [63:0] blocked;
  always @(posedge clk)
    if (rst) begin
      tokens <= 64'd0;
      blocked <= 64'd0;
    end else begin
      if (admit) tokens <= tokens + 64'd1;
      if (in_valid & ~in_ready) blocked <= blocked + 64'd1;
    end
  final
    $display("SOFF-STATE %m island tokens=%0d blocked=%0d room=%0d in_valid=%0d out_valid=%0d out_ready=%0d", tokens,
             blocked, room, in_valid, out_valid, out_ready);
`endif
endmodule
`default_nettype wire
