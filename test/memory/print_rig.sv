// Two printf ports of different widths at one token.
module print_rig (
    input wire clk,
    input wire rst,
    input wire valid,
    input wire [1:0] enable,
    input wire fire,
    input wire [71:0] wide,
    input wire [7:0] narrow,
    output wire [1:0] done
);
  soff_print_port #(.SITE(3), .DATA_W(72)) first (
      .clk(clk), .rst(rst), .t_valid(valid), .t_enable(enable[0]), .t_data(wide), .t_done(done[0]), .t_fire(fire)
  );
  soff_print_port #(.SITE(10), .DATA_W(8)) second (
      .clk(clk), .rst(rst), .t_valid(valid), .t_enable(enable[1]), .t_data(narrow), .t_done(done[1]), .t_fire(fire)
  );
endmodule
