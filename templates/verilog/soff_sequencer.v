// Life of one launch: start, hold the first work-item back until launch-wide values have settled, wait
// until all work-items have retired, flush the memory units, done.
`default_nettype none
module soff_sequencer #(
  parameter SETTLE = 0,    // cycles that launch-wide values need once the first work-item is there
  parameter DATAPATHS = 1,
  parameter COUNT_W = 64   // bits that count work-items
) (
  input  wire                 clk,
  input  wire                 rst,
  input  wire                 start,
  input  wire                 item_valid,   // the dispatcher offers a work-item
  output wire                 open,         // work-items may pass
  input  wire [         63:0] total,
  input  wire                 total_valid,
  input  wire [DATAPATHS-1:0] retire,       // one work-item of datapath i is finished
  output wire                 flush,
  input  wire                 flushed,
  output wire                 done
);
  localparam IDLE = 2'd0;
  localparam RUN = 2'd1;
  localparam FLUSH = 2'd2;

  reg  [ 1:0] state;
  reg  [COUNT_W-1:0] retired;
  reg  [COUNT_W-1:0] retiring;
  integer     k;

  generate
    if (SETTLE == 0) begin : g_now
      wire unused_item_valid = item_valid;
      assign open = 1'b1;
    end else begin : g_later
      // Once the first bit is set, it stays so until the next start.
      reg [SETTLE-1:0] settled;
      integer j;
      always @(posedge clk)
        if (rst | start) settled <= {SETTLE{1'b0}};
        else begin
          settled[0] <= settled[0] | item_valid;
          for (j = 1; j < SETTLE; j = j + 1) settled[j] <= settled[j-1];
        end
      assign open = settled[SETTLE-1];
    end
  endgenerate

  generate
    if (COUNT_W < 64) begin : g_short
      wire unused = &{1'b0, total[63:COUNT_W]};
    end
  endgenerate

  always @* begin
    retiring = {COUNT_W{1'b0}};
    for (k = 0; k < DATAPATHS; k = k + 1) retiring = retiring + {{COUNT_W-1{1'b0}}, retire[k]};
  end

  always @(posedge clk)
    if (rst) begin
      state   <= IDLE;
      retired <= {COUNT_W{1'b0}};
    end else begin
      retired <= start ? {COUNT_W{1'b0}} : retired + retiring;
      case (state)
        IDLE:    if (start) state <= RUN;
        RUN:     if (total_valid && retired == total[COUNT_W-1:0]) state <= FLUSH;
        default: if (flushed) state <= IDLE;
      endcase
    end

  assign flush  = state == FLUSH;
  assign done   = flush & flushed;

`ifdef SOFF_SIM
  // Cycles of the launch: until the first work-item, while there are more to hand out, until the last is finished, of the flush.
  reg [63:0] starting = 64'd0;
  reg [63:0] running = 64'd0;
  reg [63:0] ending = 64'd0;
  reg [63:0] flushing = 64'd0;
  reg begun = 1'b0;
  always @(posedge clk)
    if (!rst) begin
      if (start) begun <= 1'b0;
      else if (item_valid && open) begun <= 1'b1;
      if (state == FLUSH) flushing <= flushing + 64'd1;
      else if (state == RUN && total_valid) ending <= ending + 64'd1;
      else if (state == RUN && begun) running <= running + 64'd1;
      else if (state == RUN) starting <= starting + 64'd1;
    end
  final
    $display(
      "SOFF-STATE %m sequencer state=%0d retired=%0d total=%0d total_valid=%0d flushed=%0d starting=%0d running=%0d ending=%0d flushing=%0d",
      state, retired, total, total_valid, flushed, starting, running, ending, flushing);
`endif
endmodule
`default_nettype wire
