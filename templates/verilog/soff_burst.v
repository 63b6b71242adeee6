// Merges consecutive lines of one unit into bursts of at most MAX_LINES that do not cross 4 KiB. A burst grows until it is
// taken: whoever has to wait for the bus gets longer bursts, and nothing waits for a burst to grow.
module soff_burst #(
    parameter LINE_W = 28,
    parameter MAX_LINES = 16,
    parameter PAGE_W = 6,  // log2 of lines in 4 KiB
    parameter COUNT_W = 8
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [LINE_W-1:0] in_line,
    output wire out_valid,
    input wire out_ready,
    output wire [LINE_W-1:0] out_line,
    output wire [COUNT_W-1:0] out_count
);
  localparam [31:0] MAX = MAX_LINES;

  reg valid;
  reg open;  // may grow: neither full nor at the end of its page
  reg [LINE_W-1:0] line;
  reg [LINE_W-1:0] next;
  reg [COUNT_W-1:0] count;

  wire load = !valid || out_ready;
  wire grow = open && in_line == next;
  wire more = in_valid && (load || grow);
  wire [COUNT_W-1:0] new_count = load ? {{COUNT_W - 1{1'b0}}, 1'b1} : count + 1'b1;

  assign in_ready = load || grow;
  assign out_valid = valid;
  assign out_line = line;
  assign out_count = count;

  always @(posedge clk) begin
    if (load) line <= in_line;
    if (more) begin
      next <= in_line + {{LINE_W - 1{1'b0}}, 1'b1};
      count <= new_count;
      open <= new_count != MAX[COUNT_W-1:0] && !(&in_line[PAGE_W-1:0]);
    end
    if (rst) valid <= 1'b0;
    else if (load) valid <= in_valid;
  end
endmodule
