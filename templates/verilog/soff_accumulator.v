// The accumulators of a decoupled loop, a word for every work-item inside. An iteration is let in when the one before it of
// the same work-item has left its result; iterations of other work-items may be under way meanwhile. In order: one that
// waits holds those behind it up.
`default_nettype none
module soff_accumulator #(
  parameter WIDTH = 32,   // bits of a word
  parameter SLOTS = 64,   // work-items inside at most
  parameter SLOT_W = 6,   // $clog2(SLOTS)
  parameter LATENCY = 1   // cycles from out_valid & out_ready to `next`
) (
  input  wire              clk,
  input  wire              rst,
  input  wire              in_valid,
  output wire              in_ready,
  input  wire [SLOT_W-1:0] in_slot,
  input  wire              in_first,   // the work-item's first iteration: begins with in_init
  input  wire [ WIDTH-1:0] in_init,
  output wire              out_valid,
  input  wire              out_ready,
  output wire [ WIDTH-1:0] out_value,
  input  wire [ WIDTH-1:0] next        // what the iteration that was let in LATENCY cycles ago leaves
);
  wire              free;
  wire              admit = out_valid & out_ready;
  wire              done;
  wire [SLOT_W-1:0] done_slot;
  wire [ WIDTH-1:0] word;

  assign out_valid = in_valid & free;
  assign in_ready  = out_ready & free;
  assign out_value = in_first ? in_init : word;

  soff_ram_lut #(
    .WIDTH(WIDTH),
    .DEPTH(SLOTS)
  ) words (
    .clk(clk),
    .we(done),
    .waddr(done_slot),
    .wdata(next),
    .raddr(in_slot),
    .rdata(word)
  );

  generate
    if (LATENCY == 0) begin : g_direct
      wire unused_rst = rst;
      assign free = 1'b1;
      assign done = admit;
      assign done_slot = in_slot;
    end else begin : g_pipe
      reg  [  SLOTS-1:0] busy;
      reg  [LATENCY-1:0] under_way;
      wire [  LATENCY:0] shifted = {under_way, admit};
      assign free = ~busy[in_slot];
      assign done = shifted[LATENCY];
      always @(posedge clk)
        if (rst) begin
          busy <= {SLOTS{1'b0}};
          under_way <= {LATENCY{1'b0}};
        end else begin
          under_way <= shifted[LATENCY-1:0];
          if (done) busy[done_slot] <= 1'b0;
          if (admit) busy[in_slot] <= 1'b1;
        end
      soff_delay #(
        .WIDTH(SLOT_W),
        .CYCLES(LATENCY)
      ) slot_delay (
        .clk(clk),
        .d(in_slot),
        .q(done_slot)
      );
    end
  endgenerate

`ifdef SOFF_SIM
  reg [63:0] iterations;
  reg [63:0] waited;
  always @(posedge clk)
    if (rst) begin
      iterations <= 64'd0;
      waited <= 64'd0;
    end else begin
      if (admit) iterations <= iterations + 64'd1;
      if (in_valid & ~free) waited <= waited + 64'd1;
    end
  final
    $display("SOFF-STATE %m accumulator taken=%0d waited=%0d in_valid=%0d free=%0d out_ready=%0d", iterations, waited,
             in_valid, free, out_ready);
`endif
endmodule
`default_nettype wire
