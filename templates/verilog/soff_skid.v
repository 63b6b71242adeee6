// Stream register: two words of room, one word a cycle, `in_ready` and `out_valid` are registers, so that no
// path runs through it in either direction.
module soff_skid #(
    parameter WIDTH = 32
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [WIDTH-1:0] in_data,
    output wire out_valid,
    input wire out_ready,
    output wire [WIDTH-1:0] out_data
);
  reg [WIDTH-1:0] front;  // what the consumer sees
  reg [WIDTH-1:0] spare;  // the word that was on its way when the consumer stopped
  reg front_valid;
  reg spare_valid;

  wire load_front = out_ready || !front_valid;

  always @(posedge clk) begin
    if (load_front) front <= spare_valid ? spare : in_data;
    if (!spare_valid) spare <= in_data;
    if (rst) begin
      front_valid <= 1'b0;
      spare_valid <= 1'b0;
    end else if (load_front) begin
      front_valid <= spare_valid || in_valid;
      spare_valid <= 1'b0;
    end else if (in_valid) begin
      spare_valid <= 1'b1;
    end
  end

  assign in_ready = !spare_valid;
  assign out_valid = front_valid;
  assign out_data = front;
endmodule
