// An iCE40 board as its host sees it: a clock and a serial line.
`default_nettype none
module rig (
    input wire clk,
    input wire serial_rx,
    output wire serial_tx
);
  soff_board board (
      .clk_12mhz(clk),
      .serial_rx(serial_rx),
      .serial_tx(serial_tx),
      .led()
  );
endmodule
`default_nettype wire
