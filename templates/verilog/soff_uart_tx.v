// Sends bytes on a serial line: 8 data bits, no parity, one stop bit.
`default_nettype none
module soff_uart_tx #(
    parameter CLOCKS = 50  // cycles of one bit, at least 4
) (
    input wire clk,
    input wire rst,
    input wire valid,
    output wire ready,
    input wire [7:0] data,
    output wire line
);
  localparam W = $clog2(CLOCKS);
  localparam [31:0] FULL = CLOCKS - 1;

  reg [W-1:0] timer;
  reg [3:0] left;  // bits still to go
  reg [9:0] bits;
  assign ready = left == 4'd0;
  assign line = bits[0];

  always @(posedge clk) begin
    if (rst) begin
      timer <= {W{1'b0}};
      left <= 4'd0;
      bits <= 10'h3ff;
    end else if (ready) begin
      if (valid) begin
        bits <= {1'b1, data, 1'b0};
        left <= 4'd10;
        timer <= FULL[W-1:0];
      end
    end else if (timer == {W{1'b0}}) begin
      timer <= FULL[W-1:0];
      left <= left - 4'd1;
      bits <= {1'b1, bits[9:1]};
    end else timer <= timer - 1'b1;
  end
endmodule
`default_nettype wire
