// Deals tokens out to several datapaths: to the next one, in turn, that has room. A work-group stays together when GROUPED:
// its barriers and its local memory are in one datapath.
`default_nettype none
module soff_distribute #(
  parameter N = 2,        // datapaths
  parameter GROUPED = 0   // whole work-groups; otherwise every token goes where there is room
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         in_valid,
  output wire         in_ready,
  input  wire         in_last,    // the last token of its work-group
  output wire [N-1:0] out_valid,
  input  wire [N-1:0] out_ready
);
  // One bit each: who was served last and has the group while in one.
  reg  [N-1:0] latest;
  reg          in_group;
  // Those behind the latest first, then from the beginning.
  wire [N-1:0] behind = out_ready & ~(latest | (latest - 1'b1));
  wire [N-1:0] candidates = behind != {N{1'b0}} ? behind : out_ready;
  wire [N-1:0] free = candidates & (~candidates + 1'b1);
  wire [N-1:0] target = in_group ? latest : free;
  wire         pass = in_valid & in_ready;

  assign out_valid = target & {N{in_valid}};
  assign in_ready  = (target & out_ready) != {N{1'b0}};

  always @(posedge clk)
    if (rst) begin
      latest <= {1'b1, {(N - 1) {1'b0}}};
      in_group <= 1'b0;
    end else if (pass) begin
      latest <= target;
      in_group <= GROUPED != 0 & ~in_last;
    end
endmodule
`default_nettype wire
