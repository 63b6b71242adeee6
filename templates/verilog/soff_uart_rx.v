// Receives bytes from a serial line: 8 data bits, no parity, one stop bit. A byte without its stop bit is dropped.
`default_nettype none
module soff_uart_rx #(
    parameter CLOCKS = 50  // cycles of one bit, at least 4
) (
    input wire clk,
    input wire rst,
    input wire line,
    output reg valid,  // one cycle
    output wire [7:0] data
);
  localparam W = $clog2(CLOCKS);
  localparam [31:0] FULL = CLOCKS - 1;
  localparam [31:0] HALF = CLOCKS / 2 - 1;

  reg [1:0] sync;  // the line is of another clock
  reg [W-1:0] timer;
  reg [3:0] left;  // bits still to come, the stop bit included; 0: idle
  reg starting;
  reg [7:0] bits;
  assign data = bits;

  always @(posedge clk) begin
    if (rst) begin
      sync <= 2'b11;
      timer <= {W{1'b0}};
      left <= 4'd0;
      starting <= 1'b0;
      valid <= 1'b0;
      bits <= 8'd0;
    end else begin
      sync <= {sync[0], line};
      valid <= 1'b0;
      if (starting) begin
        // The middle of the start bit: a spike is no start.
        if (timer == {W{1'b0}}) begin
          starting <= 1'b0;
          left <= sync[1] ? 4'd0 : 4'd9;
          timer <= FULL[W-1:0];
        end else timer <= timer - 1'b1;
      end else if (left != 4'd0) begin
        if (timer == {W{1'b0}}) begin
          timer <= FULL[W-1:0];
          left <= left - 4'd1;
          if (left == 4'd1) valid <= sync[1];
          else bits <= {sync[1], bits[7:1]};
        end else timer <= timer - 1'b1;
      end else if (!sync[1]) begin
        starting <= 1'b1;
        timer <= HALF[W-1:0];
      end
    end
  end
endmodule
`default_nettype wire
