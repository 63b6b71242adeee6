// Merges consecutive lines of one unit into bursts of at most MAX_LINES that do not cross 4 KiB.
//
// A burst is offered at once while `eager`, and otherwise when it cannot grow any more: it is full, at the end of its
// page, the line behind it is another one, or none has come for PATIENCE cycles. It may still grow until it is taken.
module soff_burst #(
    parameter LINE_W = 28,
    parameter MAX_LINES = 16,
    parameter PAGE_W = 6,  // log2 of lines in 4 KiB
    parameter COUNT_W = 5,  // bits of a count up to MAX_LINES
    parameter PATIENCE = 8
) (
    input wire clk,
    input wire rst,
    input wire eager,
    input wire in_valid,
    output wire in_ready,
    input wire [LINE_W-1:0] in_line,
    output wire out_valid,
    input wire out_ready,
    output wire [LINE_W-1:0] out_line,
    output wire [COUNT_W-1:0] out_count
);
  localparam [31:0] MAX = MAX_LINES;
  localparam WAIT_W = $clog2(PATIENCE + 1);
  localparam [31:0] LIMIT = PATIENCE;

  reg valid;
  reg due;
  reg open;  // may grow: neither full nor at the end of its page
  reg [WAIT_W-1:0] waited;
  reg [LINE_W-1:0] line;
  reg [LINE_W-1:0] next;
  reg [COUNT_W-1:0] count;

  wire grow = open && in_line == next;
  wire stuck = in_valid && !grow;  // the line behind is another one, and stays
  wire load = !valid || (out_valid && out_ready);
  wire more = in_valid && (load || grow);
  wire [COUNT_W-1:0] new_count = load ? {{COUNT_W - 1{1'b0}}, 1'b1} : count + 1'b1;
  wire new_open = new_count != MAX[COUNT_W-1:0] && !(&in_line[PAGE_W-1:0]);

  assign in_ready = load || grow;
  assign out_valid = valid && (due || stuck);
  assign out_line = line;
  assign out_count = count;

  always @(posedge clk) begin
    if (load) line <= in_line;
    if (more) begin
      next <= in_line + {{LINE_W - 1{1'b0}}, 1'b1};
      count <= new_count;
      open <= new_open;
      waited <= {WAIT_W{1'b0}};
    end else begin
      waited <= waited + 1'b1;
    end
    if (load) due <= eager || !new_open;
    else if (eager || (more && !new_open) || waited == LIMIT[WAIT_W-1:0]) due <= 1'b1;
    if (rst) valid <= 1'b0;
    else if (load) valid <= in_valid;
  end
endmodule
