// Deals tokens out to several datapaths. Work-groups stay together when GROUPED, because their barriers and their local memory
// are in one datapath: the first token of a group is offered to one datapath after the other until one takes it. Otherwise
// every token goes to the next datapath, in turn, that has room.
`default_nettype none
module soff_distribute #(
  parameter N = 2,        // datapaths
  parameter GROUPED = 0
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         in_valid,
  output wire         in_ready,
  input  wire         in_last,    // the last token of its work-group
  output wire [N-1:0] out_valid,
  input  wire [N-1:0] out_ready
);
  wire [N-1:0] target;  // one-hot
  wire         pass = in_valid & in_ready;

  assign out_valid = target & {N{in_valid}};
  assign in_ready  = (target & out_ready) != {N{1'b0}};

  generate
    if (GROUPED != 0) begin : g_groups
      // A datapath may need to be asked before it is ready: it looks for a slot then.
      reg [N-1:0] offered;
      reg in_group;
      assign target = offered;
      always @(posedge clk)
        if (rst) begin
          offered  <= {{(N - 1) {1'b0}}, 1'b1};
          in_group <= 1'b0;
        end else if (pass) begin
          in_group <= ~in_last;
          if (in_last) offered <= {offered[N-2:0], offered[N-1]};
        end else if (in_valid & ~in_group) offered <= {offered[N-2:0], offered[N-1]};
    end else begin : g_tokens
      reg  [N-1:0] latest;
      // Those behind the latest first, then from the beginning.
      wire [N-1:0] behind = out_ready & ~(latest | (latest - 1'b1));
      wire [N-1:0] candidates = behind != {N{1'b0}} ? behind : out_ready;
      wire         unused_last = in_last;
      assign target = candidates & (~candidates + 1'b1);
      always @(posedge clk)
        if (rst) latest <= {1'b1, {(N - 1) {1'b0}}};
        else if (pass) latest <= target;
    end
  endgenerate
endmodule
`default_nettype wire
