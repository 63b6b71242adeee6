// One bank of soff_scratch: in every cycle a store and a load or atomic, chosen by the caller, always taken.
//
// Cycle 1 after the choice: the request stands in a register, the RAM is addressed; a store is written. Cycle 3: `word` is
// the old word. An atomic's result is there BUSY + 1 cycles after the choice and is written at once. An access of the same
// word that comes within the last three of these cycles reads the RAM too early and gets the result handed over; one that
// would come even earlier is not chosen (the row is `busy`). A store is free to come: it counts as later than every atomic
// under way, whose write then spares the bytes stored. Only in the cycle of an atomic's write is there no place for it.
module soff_scratch_bank #(
    parameter DATA_BYTES = 4,
    parameter ROWS = 256,
    parameter GRAIN_LOG = 2,
    parameter LANE_W = 1,
    parameter STORES = 1,
    parameter ATOMICS = 0,
    parameter FADD = 0,
    parameter ALU_LATENCY = 1,
    parameter BUSY = 2 + ((DATA_BYTES > 4 || FADD != 0) ? 1 : 0) + ALU_LATENCY  // cycles after the choice before an atomic's write
) (
    input wire clk,
    input wire rst,
    // The load or atomic chosen in this cycle
    input wire r_valid,
    input wire r_atomic,
    input wire [((ROWS > 1) ? $clog2(ROWS) : 1)-1:0] r_row,
    input wire [LANE_W-1:0] r_lane,
    input wire [3:0] r_op,
    input wire r_wide,
    input wire [63:0] r_operand,
    input wire [63:0] r_compare,
    input wire [DATA_BYTES-1:0] r_mask,  // in place
    output wire atomic_ready,  // an atomic may be chosen
    // The store chosen in this cycle, in place
    input wire w_wanted,  // some store waits for this bank
    input wire w_valid,
    input wire [((ROWS > 1) ? $clog2(ROWS) : 1)-1:0] w_row,
    input wire [8*DATA_BYTES-1:0] w_data,
    input wire [DATA_BYTES-1:0] w_mask,
    output wire store_ready,  // a store may be chosen
    output wire [8*DATA_BYTES-1:0] word,
    output wire [BUSY-1:0] busy,
    output wire [BUSY*((ROWS>1)?$clog2(ROWS):1)-1:0] busy_row
);
  localparam ROW_W = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam FORWARD = (DATA_BYTES <= 8) ? 1 : 0;  // wide words are not worth the multiplexers

  reg re;
  reg [ROW_W-1:0] raddr;
  always @(posedge clk) begin
    raddr <= r_row;
    if (rst) re <= 1'b0;
    else re <= r_valid;
  end

  wire [8*DATA_BYTES-1:0] stored;  // what the RAM says
  wire store_now;
  wire [ROW_W-1:0] store_row;
  wire [8*DATA_BYTES-1:0] store_data;
  wire [DATA_BYTES-1:0] store_mask;
  wire [DATA_BYTES-1:0] we;
  wire [ROW_W-1:0] waddr;
  wire [8*DATA_BYTES-1:0] wdata;
  soff_scratch_ram #(
      .BYTES(DATA_BYTES),
      .DEPTH(ROWS)
  ) ram (
      .clk(clk),
      .re(re),
      .raddr(raddr),
      .rdata(stored),
      .we(we),
      .waddr(waddr),
      .wdata(wdata)
  );

  genvar s, i;
  generate
    if (STORES != 0) begin : g_store
      reg now;
      reg [ROW_W-1:0] row;
      reg [8*DATA_BYTES-1:0] data;
      reg [DATA_BYTES-1:0] mask;
      always @(posedge clk) begin
        row <= w_row;
        data <= w_data;
        mask <= w_mask & {DATA_BYTES{w_valid}};
        if (rst) now <= 1'b0;
        else now <= w_valid;
      end
      assign store_now = now;
      assign store_row = row;
      assign store_data = data;
      assign store_mask = now ? mask : {DATA_BYTES{1'b0}};
    end else begin : g_no_store
      assign store_now = 1'b0;
      assign store_row = {ROW_W{1'b0}};
      assign store_data = {8 * DATA_BYTES{1'b0}};
      assign store_mask = {DATA_BYTES{1'b0}};
      wire unused = &{1'b0, w_valid, w_row, w_data, w_mask};
    end

    if (ATOMICS != 0) begin : g_atomic
      localparam WIDTH = (DATA_BYTES >= 8) ? 64 : 32;
      localparam PICK = BUSY - ALU_LATENCY;  // cycles from the request's register to the operation

      // Where the atomics are: bit 0 addresses the RAM, bit BUSY writes.
      reg [BUSY:0] live;
      reg [(BUSY+1)*ROW_W-1:0] rows;
      reg [(BUSY+1)*DATA_BYTES-1:0] masks;
      wire [BUSY*DATA_BYTES-1:0] spared;
      for (s = 0; s < BUSY; s = s + 1) begin : g_stage
        wire same = store_now && store_row == rows[s*ROW_W+:ROW_W];
        assign spared[s*DATA_BYTES+:DATA_BYTES] = masks[s*DATA_BYTES+:DATA_BYTES] & ~(same ? store_mask : {DATA_BYTES{1'b0}});
      end
      always @(posedge clk) begin
        rows <= {rows[BUSY*ROW_W-1:0], r_row};
        masks <= {spared, r_mask};
        if (rst) live <= {BUSY + 1{1'b0}};
        else live <= {live[BUSY-1:0], r_valid && r_atomic};
      end
      assign busy_row = rows[BUSY*ROW_W-1:0];
      for (s = 0; s < BUSY; s = s + 1) begin : g_busy
        if (FORWARD != 0 && s >= BUSY - 3) assign busy[s] = 1'b0;
        else assign busy[s] = live[s];
      end

      // The old value, its operation, and the result in place.
      wire [LANE_W-1:0] lane;
      wire [8*DATA_BYTES-1:0] old;
      wire [WIDTH-1:0] result;
      soff_delay #(
          .WIDTH(LANE_W),
          .CYCLES(3)
      ) lanes (
          .clk(clk),
          .d(r_lane),
          .q(lane)
      );
      soff_scratch_pick #(
          .DATA_BYTES(DATA_BYTES),
          .GRAIN_LOG(GRAIN_LOG),
          .LANE_W(LANE_W)
      ) pick (
          .lane(lane),
          .word(word),
          .value(old)
      );
      wire [WIDTH-1:0] old_late;
      soff_delay #(
          .WIDTH(WIDTH),
          .CYCLES(PICK - 2)
      ) wait_old (
          .clk(clk),
          .d(old[WIDTH-1:0]),
          .q(old_late)
      );
      wire [3:0] op;
      wire wide;
      wire [WIDTH-1:0] operand;
      wire [WIDTH-1:0] compare;
      soff_delay #(
          .WIDTH(2 * WIDTH + 5),
          .CYCLES(PICK)
      ) wait_operands (
          .clk(clk),
          .d({r_op, r_wide, r_operand[WIDTH-1:0], r_compare[WIDTH-1:0]}),
          .q({op, wide, operand, compare})
      );
      wire wide_late;
      soff_delay #(
          .WIDTH(1),
          .CYCLES(ALU_LATENCY + 1)
      ) wait_wide (
          .clk(clk),
          .d(wide),
          .q(wide_late)
      );
      soff_atomic_alu #(
          .WIDTH(WIDTH),
          .FADD(FADD),
          .LATENCY(ALU_LATENCY)
      ) alu (
          .clk(clk),
          .op(op),
          .wide(wide),
          .old(old_late),
          .operand(operand),
          .compare(compare),
          .result(result)
      );
      wire [8*DATA_BYTES-1:0] placed;
      for (i = 0; i < 8 * DATA_BYTES / WIDTH; i = i + 1) begin : g_copy
        if (WIDTH == 64) assign placed[i*64+:64] = {wide_late ? result[WIDTH-1:32] : result[31:0], result[31:0]};
        else assign placed[i*32+:32] = result;
      end

      // An access whose row is read when results of that row are not in it yet: the bytes that each of the last three will
      // write, the youngest first. Stores between them and the access have struck out theirs.
      if (FORWARD != 0) begin : g_forward
        reg [8*DATA_BYTES-1:0] placed_1;
        reg [8*DATA_BYTES-1:0] placed_2;
        reg [DATA_BYTES-1:0] young;
        reg [DATA_BYTES-1:0] middle;
        reg [DATA_BYTES-1:0] old_one;
        reg [2*DATA_BYTES-1:0] source;
        wire [3*DATA_BYTES-1:0] covers;
        for (s = 0; s < 3; s = s + 1) begin : g_covers
          wire same = live[BUSY-2+s] && rows[(BUSY-2+s)*ROW_W+:ROW_W] == raddr;
          assign covers[s*DATA_BYTES+:DATA_BYTES] = masks[(BUSY-2+s)*DATA_BYTES+:DATA_BYTES] & {DATA_BYTES{same}};
        end
        always @(posedge clk) begin
          placed_1 <= placed;
          placed_2 <= placed_1;
          {old_one, middle, young} <= covers;
        end
        for (i = 0; i < DATA_BYTES; i = i + 1) begin : g_byte
          always @(posedge clk) source[2*i+:2] <= young[i] ? 2'd1 : middle[i] ? 2'd2 : {2{old_one[i]}};
          soff_mux #(
              .SEL_W(2),
              .WIDTH(8)
          ) choose (
              .sel(source[2*i+:2]),
              .a({placed_2[8*i+:8], placed_1[8*i+:8], placed[8*i+:8], stored[8*i+:8]}),
              .y(word[8*i+:8])
          );
        end
      end else begin : g_no_forward
        assign word = stored;
      end
      wire writing = live[BUSY];
      assign we = writing ? masks[BUSY*DATA_BYTES+:DATA_BYTES] : store_mask;
      assign waddr = writing ? rows[BUSY*ROW_W+:ROW_W] : store_row;
      assign wdata = writing ? placed : store_data;
      wire unused = &{1'b0, wide_late, old, r_operand, r_compare};

      // A store that finds the write port taken asks for a cycle without an atomic, one at a time.
      if (STORES != 0) begin : g_hole
        reg hole;
        reg [BUSY-1:0] holes;
        assign store_ready = !live[BUSY-1];
        assign atomic_ready = !hole;
        always @(posedge clk) begin
          if (rst) begin
            hole <= 1'b0;
            holes <= {BUSY{1'b0}};
          end else begin
            hole <= w_wanted && !store_ready && !hole && holes == {BUSY{1'b0}};
            holes <= {holes[BUSY-2:0], hole};
          end
        end
      end else begin : g_no_hole
        assign store_ready = 1'b1;
        assign atomic_ready = 1'b1;
        wire unused_wanted = w_wanted;
      end
    end else begin : g_no_atomic
      assign word = stored;
      assign busy = {BUSY{1'b0}};
      assign busy_row = {BUSY * ROW_W{1'b0}};
      assign we = store_mask;
      assign waddr = store_row;
      assign wdata = store_data;
      assign store_ready = 1'b1;
      assign atomic_ready = 1'b1;
      wire unused = &{1'b0, r_atomic, r_lane, r_op, r_wide, r_operand, r_compare, r_mask, w_wanted, store_now};
    end
  endgenerate
endmodule
