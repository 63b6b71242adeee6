// The ULX3S as its host sees it: a clock, a serial line, and an SDRAM beside the FPGA.
`default_nettype none
module rig (
    input wire clk,
    input wire serial_rx,
    output wire serial_tx
);
  wire sdram_clk, sdram_cke, sdram_csn, sdram_rasn, sdram_casn, sdram_wen;
  wire [12:0] sdram_a;
  wire [1:0] sdram_ba, sdram_dqm;
  wire [15:0] sdram_d;
  wire [7:0] unused_led;
  soff_board board (
      .clk_25mhz(clk),
      .serial_rx(serial_rx),
      .serial_tx(serial_tx),
      .led(unused_led),
      .sdram_clk(sdram_clk),
      .sdram_cke(sdram_cke),
      .sdram_csn(sdram_csn),
      .sdram_rasn(sdram_rasn),
      .sdram_casn(sdram_casn),
      .sdram_wen(sdram_wen),
      .sdram_a(sdram_a),
      .sdram_ba(sdram_ba),
      .sdram_dqm(sdram_dqm),
      .sdram_d(sdram_d)
  );
  sdram_model sdram (
      .clk(sdram_clk),
      .cke(sdram_cke),
      .command({sdram_csn, sdram_rasn, sdram_casn, sdram_wen}),
      .a(sdram_a),
      .ba(sdram_ba),
      .dqm(sdram_dqm),
      .dq(sdram_d)
  );
endmodule
`default_nettype wire
