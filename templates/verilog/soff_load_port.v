// One load of the kernel: sends the request of the token at hand, and keeps the answers in order.
// A request is sent only when there is room for its answer, so that the memory unit never waits.
`default_nettype none
module soff_load_port #(
  parameter ADDR_W = 40,
  parameter DATA_W = 32,  // bits of the answer
  parameter DEPTH = 16,   // answers of room: requests under way plus answers waiting
  parameter SITE = 0,     // number of the access in design.json
  parameter CHECK = 1,    // simulation checks the address against the launch's buffers
  parameter BYTES = 4     // bytes that the kernel reads
) (
  input  wire              clk,
  input  wire              rst,
  // the token at hand
  input  wire              t_valid,
  input  wire              t_enable,
  input  wire [ADDR_W-1:0] t_addr,
  output wire              t_done,
  input  wire              t_fire,
  // memory unit
  output wire              req_valid,
  input  wire              req_ready,
  output wire [ADDR_W-1:0] req_addr,
  input  wire              resp_valid,
  input  wire [DATA_W-1:0] resp_data,
  // answers
  output wire              r_valid,
  input  wire              r_pop,
  output wire [DATA_W-1:0] r_data
);
  localparam COUNT_W = $clog2(DEPTH + 1);

  reg  [COUNT_W-1:0] room;
  reg                sent;
  wire               accept = req_valid & req_ready;
  wire               unused_fifo_ready;

  assign req_valid = t_valid & t_enable & ~sent & (room != {COUNT_W{1'b0}});
  assign req_addr  = t_addr;
  assign t_done    = ~t_enable | sent | accept;

  always @(posedge clk)
    if (rst) sent <= 1'b0;
    else sent <= (sent | accept) & ~t_fire;

  always @(posedge clk)
    if (rst) room <= DEPTH[COUNT_W-1:0];
    else if (accept & ~r_pop) room <= room - {{(COUNT_W - 1) {1'b0}}, 1'b1};
    else if (r_pop & ~accept) room <= room + {{(COUNT_W - 1) {1'b0}}, 1'b1};

  soff_fifo #(
    .WIDTH(DATA_W),
    .DEPTH(DEPTH)
  ) answers (
    .clk(clk),
    .rst(rst),
    .in_valid(resp_valid),
    .in_ready(unused_fifo_ready),
    .in_data(resp_data),
    .out_valid(r_valid),
    .out_ready(r_pop),
    .out_data(r_data)
  );

`ifdef SOFF_SIM
  import "DPI-C" function void soff_access(
    input int site,
    input longint address,
    input int bytes,
    input bit write
  );
  reg [63:0] requests;
  reg [63:0] refused;
  reg [63:0] full;
  always @(posedge clk)
    if (rst) begin
      requests <= 64'd0;
      refused <= 64'd0;
      full <= 64'd0;
    end else begin
      if (accept) begin
        requests <= requests + 64'd1;
        if (CHECK != 0) soff_access(SITE, 64'(t_addr), BYTES, 1'b0);
      end
      if (req_valid & ~req_ready) refused <= refused + 64'd1;
      if (t_valid & t_enable & ~sent & (room == {COUNT_W{1'b0}})) full <= full + 64'd1;
    end
  final
    $display("SOFF-STATE %m load site=%0d requests=%0d refused=%0d full=%0d room=%0d want=%0d ready=%0d answer=%0d", SITE,
             requests, refused, full, room, t_valid & t_enable & ~sent, req_ready, r_valid);
`else
  // These parameters matter to simulation only.
  wire [95:0] unused_place = {SITE[31:0], BYTES[31:0], CHECK[31:0]};
`endif
endmodule
`default_nettype wire
