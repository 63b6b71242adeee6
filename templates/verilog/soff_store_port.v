// One store of the kernel: sends the request of the token at hand. Acceptance gives it its place in
// the memory unit's order; there is no answer.
`default_nettype none
module soff_store_port #(
  parameter ADDR_W = 40,
  parameter DATA_W = 32,  // bits of the data
  parameter SITE = 0,     // number of the access in design.json
  parameter CHECK = 1,    // simulation checks the address against the launch's buffers
  parameter BYTES = 4     // bytes that the kernel writes
) (
  input  wire              clk,
  input  wire              rst,
  // the token at hand
  input  wire              t_valid,
  input  wire              t_enable,
  input  wire [ADDR_W-1:0] t_addr,
  input  wire [DATA_W-1:0] t_data,
  output wire              t_done,
  input  wire              t_fire,
  // memory unit
  output wire              req_valid,
  input  wire              req_ready,
  output wire [ADDR_W-1:0] req_addr,
  output wire [DATA_W-1:0] req_data
);
  reg  sent;
  wire accept = req_valid & req_ready;

  assign req_valid = t_valid & t_enable & ~sent;
  assign req_addr  = t_addr;
  assign req_data  = t_data;
  assign t_done    = ~t_enable | sent | accept;

  always @(posedge clk)
    if (rst) sent <= 1'b0;
    else sent <= (sent | accept) & ~t_fire;

`ifdef SOFF_SIM
  import "DPI-C" function void soff_access(
    input int site,
    input longint address,
    input int bytes,
    input bit write
  );
  reg [63:0] requests;
  reg [63:0] refused;
  always @(posedge clk)
    if (rst) begin
      requests <= 64'd0;
      refused <= 64'd0;
    end else begin
      if (accept) begin
        requests <= requests + 64'd1;
        if (CHECK != 0) soff_access(SITE, 64'(t_addr), BYTES, 1'b1);
      end
      if (req_valid & ~req_ready) refused <= refused + 64'd1;
    end
  final
    $display("SOFF-STATE %m store site=%0d requests=%0d refused=%0d want=%0d ready=%0d", SITE, requests, refused, req_valid,
             req_ready);
`else
  // These parameters matter to simulation only.
  wire [95:0] unused_place = {SITE[31:0], BYTES[31:0], CHECK[31:0]};
`endif
endmodule
`default_nettype wire
