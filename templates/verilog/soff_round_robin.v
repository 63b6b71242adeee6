// Round-robin choice among N requests. The grant depends on requests and state only, and once given it stays until
// `accept`: a request, once raised, is held until it is accepted.
module soff_round_robin #(
    parameter N = 4
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] request,
    input wire accept,
    output wire [N-1:0] grant
);
  generate
    if (N == 1) begin : g_one
      assign grant = request;
      wire unused = &{1'b0, clk, rst, accept};
    end else begin : g_many
      reg [N-1:0] above;  // requests that come before the others: those above the last one served
      reg [N-1:0] held;
      reg hold;
      wire [N-1:0] preferred = request & above;
      wire [N-1:0] pool = |preferred ? preferred : request;
      wire [N-1:0] lowest = pool & (~pool + {{N - 1{1'b0}}, 1'b1});
      assign grant = hold ? held : lowest;
      always @(posedge clk) begin
        held <= grant;
        if (rst) begin
          above <= {N{1'b0}};
          hold <= 1'b0;
        end else begin
          hold <= |grant && !accept;
          // Everything above the granted bit: the complement of (grant - 1) without the bit itself.
          if (|grant && accept) above <= ~((grant - {{N - 1{1'b0}}, 1'b1}) | grant);
        end
      end
    end
  endgenerate
endmodule
