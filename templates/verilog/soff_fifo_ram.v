// FIFO for wide words, as little logic as a RAM allows: the head is the RAM's own output, so there is no bypass and no
// further register. BLOCK = 0: LUT RAM, a word is there one cycle after it came; 1: block RAM, two cycles.
module soff_fifo_ram #(
    parameter WIDTH = 512,
    parameter DEPTH = 32,
    parameter BLOCK = (DEPTH > 32) ? 1 : 0
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
  localparam ADDR_W = (DEPTH > 1) ? $clog2(DEPTH) : 1;
  localparam COUNT_W = $clog2(DEPTH + 1);
  localparam [31:0] LAST = DEPTH - 1;
  localparam [31:0] SIZE = DEPTH;

  reg [ADDR_W-1:0] head;
  reg [ADDR_W-1:0] tail;
  reg [COUNT_W-1:0] count;  // words accepted and not yet taken
  reg full;

  wire push = in_valid && !full;
  wire pop = out_valid && out_ready;
  wire [COUNT_W-1:0] new_count = (push && !pop) ? count + 1'b1 : (!push && pop) ? count - 1'b1 : count;
  wire advance;  // the word at `head` leaves the RAM

  assign in_ready = !full;

  always @(posedge clk) begin
    if (rst) begin
      head <= {ADDR_W{1'b0}};
      tail <= {ADDR_W{1'b0}};
      count <= {COUNT_W{1'b0}};
      full <= 1'b0;
    end else begin
      if (push) tail <= (tail == LAST[ADDR_W-1:0]) ? {ADDR_W{1'b0}} : tail + 1'b1;
      if (advance) head <= (head == LAST[ADDR_W-1:0]) ? {ADDR_W{1'b0}} : head + 1'b1;
      count <= new_count;
      full <= new_count == SIZE[COUNT_W-1:0];
    end
  end

  generate
    if (BLOCK == 0) begin : g_lut
      soff_ram_lut #(
          .WIDTH(WIDTH),
          .DEPTH(DEPTH)
      ) ram (
          .clk(clk),
          .we(push),
          .waddr(tail),
          .wdata(in_data),
          .raddr(head),
          .rdata(out_data)
      );
      reg valid;
      always @(posedge clk) begin
        if (rst) valid <= 1'b0;
        else valid <= new_count != {COUNT_W{1'b0}};
      end
      assign out_valid = valid;
      assign advance = pop;
    end else begin : g_block
      (* ram_style = "block" *)
      reg [WIDTH-1:0] mem[0:DEPTH-1];
      reg [WIDTH-1:0] data;
      reg valid;  // `data` is the head
      reg some;  // the RAM holds a word besides it
      wire load = some && (!valid || out_ready);
      wire [COUNT_W-1:0] held = {{COUNT_W - 1{1'b0}}, (valid && !out_ready) || load};
      always @(posedge clk) begin
        if (push) mem[tail] <= in_data;
        if (load) data <= mem[head];
        if (rst) begin
          valid <= 1'b0;
          some <= 1'b0;
        end else begin
          valid <= load || (valid && !out_ready);
          some <= new_count != held;
        end
      end
      assign out_valid = valid;
      assign out_data = data;
      assign advance = load;
    end
  endgenerate
endmodule
