// Atomics at the far end of soff_cache. One enters when its row is read (`enter`), is computed, and has the row's write port
// STAGES cycles later. Until then accesses behind it that must not come too early are held; others overlap with it. A load
// or an atomic of the same window, two cycles behind whose reading the result is there, gets it handed over.
module soff_cache_atomic #(
    parameter ROW_W = 9,
    parameter WINDOW = 4,  // bytes of a window, power of two, at least 4
    parameter WIN_W = 4,  // bits of a window's number, at least 1
    parameter ROT_W = 1,  // bits of a lane's number, at least 1
    parameter GRAIN = 4,  // bytes of a lane
    parameter FADD = 0,  // 0 no floating point, 1 every format that fits, 2 float only, 3 double only
    parameter ALU_LATENCY = (FADD != 0) ? 7 : 1
) (
    input wire clk,
    input wire rst,
    // The oldest access
    input wire [ROW_W-1:0] row,
    input wire [WIN_W-1:0] window,
    input wire whole,  // it takes or replaces the whole row
    input wire writes,  // it wants the write port in this cycle
    input wire merges,  // it will want the write port in the next cycle, for certain
    input wire stores,  // it is a store
    output wire hold,
    input wire enter,
    input wire [ROT_W-1:0] rotate,
    input wire [3:0] op,
    input wire [8*WINDOW-1:0] operand,  // in place in its window
    input wire [WINDOW-1:0] mask,
    input wire [63:0] compare,
    input wire [8*WINDOW-1:0] read,  // the window as the row has it, two cycles after the access
    output wire [8*WINDOW-1:0] old,  // the same with the results that were not in the row yet
    // What is written
    output wire writing,
    output wire [ROW_W-1:0] write_row,
    output wire [WIN_W-1:0] write_window,
    output wire [8*WINDOW-1:0] write_data,
    output wire [WINDOW-1:0] write_mask
);
  localparam WIDTH = (WINDOW >= 8) ? 64 : 32;
  localparam PICK = (WINDOW > 4 || FADD != 0) ? 1 : 0;  // a stage for the choice of the lane
  localparam STAGES = 2 + PICK + ALU_LATENCY;
  localparam PLACE_W = ROW_W + WIN_W + WINDOW;
  localparam FORWARD = (WINDOW <= 8) ? 1 : 0;  // wide windows are not worth the multiplexers

  // Where the atomics under way write; the last stage is writing.
  reg [STAGES-1:0] live;
  reg [STAGES*PLACE_W-1:0] places;
  wire [STAGES-1:0] meets;
  wire [STAGES-1:0] blocks;
  genvar s, i;
  generate
    for (s = 0; s < STAGES; s = s + 1) begin : g_stage
      wire [ROW_W-1:0] its_row = places[s*PLACE_W+WIN_W+WINDOW+:ROW_W];
      wire [WIN_W-1:0] its_window = places[s*PLACE_W+WINDOW+:WIN_W];
      assign meets[s] = live[s] && its_row == row && (whole || its_window == window);
      // The last three will have their results when a load or atomic needs them.
      if (FORWARD != 0 && s >= STAGES - 3) assign blocks[s] = meets[s] && (whole || stores);
      else assign blocks[s] = meets[s];
    end
  endgenerate
  always @(posedge clk) begin
    places <= {places[(STAGES-1)*PLACE_W-1:0], row, window, mask};
    if (rst) live <= {STAGES{1'b0}};
    else live <= {live[STAGES-2:0], enter};
  end
  assign writing = live[STAGES-1];
  assign {write_row, write_window, write_mask} = places[(STAGES-1)*PLACE_W+:PLACE_W];
  assign hold = |blocks || (writing && writes) || (merges && |live);

  // The operation.
  wire [8*WINDOW-1:0] low_operand;
  wire [8*WINDOW-1:0] low_old;
  wire [ROT_W-1:0] rotate_late;
  wire unused_high = &{1'b0, low_operand, low_old, compare};
  wire wide;
  soff_scratch_pick #(
      .DATA_BYTES(WINDOW),
      .GRAIN_LOG($clog2(GRAIN)),
      .LANE_W(ROT_W)
  ) pick_operand (
      .lane(rotate),
      .word(operand),
      .value(low_operand)
  );
  soff_delay #(
      .WIDTH(ROT_W),
      .CYCLES(2)
  ) wait_rotate (
      .clk(clk),
      .d(rotate),
      .q(rotate_late)
  );
  soff_scratch_pick #(
      .DATA_BYTES(WINDOW),
      .GRAIN_LOG($clog2(GRAIN)),
      .LANE_W(ROT_W)
  ) pick_old (
      .lane(rotate_late),
      .word(old),
      .value(low_old)
  );
  generate
    if (WIDTH == 64) begin : g_wide
      // Four bytes never lie on both sides of the middle of eight.
      wire [WINDOW/8-1:0] across;
      for (i = 0; i < WINDOW / 8; i = i + 1) begin : g_group
        assign across[i] = mask[8*i+3] && mask[8*i+4];
      end
      assign wide = |across;
    end else begin : g_wide
      assign wide = 1'b0;
    end
  endgenerate
  wire [WIDTH-1:0] alu_old;
  wire [WIDTH-1:0] alu_operand;
  wire [WIDTH-1:0] alu_compare;
  wire [3:0] alu_op;
  wire alu_wide;
  wire wide_late;
  wire [WIDTH-1:0] result;
  soff_delay #(
      .WIDTH(2 * WIDTH + 5),
      .CYCLES(1 + PICK)
  ) wait_operands (
      .clk(clk),
      .d({op, wide, low_operand[WIDTH-1:0], compare[WIDTH-1:0]}),
      .q({alu_op, alu_wide, alu_operand, alu_compare})
  );
  soff_delay #(
      .WIDTH(WIDTH),
      .CYCLES(PICK)
  ) wait_old (
      .clk(clk),
      .d(low_old[WIDTH-1:0]),
      .q(alu_old)
  );
  soff_atomic_alu #(
      .WIDTH(WIDTH),
      .FADD(FADD),
      .LATENCY(ALU_LATENCY)
  ) alu (
      .clk(clk),
      .op(alu_op),
      .wide(alu_wide),
      .old(alu_old),
      .operand(alu_operand),
      .compare(alu_compare),
      .result(result)
  );
  soff_delay #(
      .WIDTH(1),
      .CYCLES(ALU_LATENCY + 1)
  ) wait_wide (
      .clk(clk),
      .d(alu_wide),
      .q(wide_late)
  );
  generate
    if (FORWARD != 0) begin : g_forward
      // From the results, the youngest first; a second step of a merge, or a fill, meets none.
      reg [8*WINDOW-1:0] data_1;
      reg [8*WINDOW-1:0] data_2;
      reg [3*WINDOW-1:0] covers;
      reg [2*WINDOW-1:0] source;
      wire [WINDOW-1:0] young = covers[0+:WINDOW];
      wire [WINDOW-1:0] middle = covers[WINDOW+:WINDOW];
      wire [WINDOW-1:0] oldest = covers[2*WINDOW+:WINDOW];
      for (s = 0; s < 3; s = s + 1) begin : g_covers
        localparam AT = STAGES - 3 + s;
        always @(posedge clk) covers[s*WINDOW+:WINDOW] <= places[AT*PLACE_W+:WINDOW] & {WINDOW{meets[AT]}};
      end
      always @(posedge clk) begin
        data_1 <= write_data;
        data_2 <= data_1;
      end
      for (i = 0; i < WINDOW; i = i + 1) begin : g_byte
        always @(posedge clk) source[2*i+:2] <= young[i] ? 2'd1 : middle[i] ? 2'd2 : {2{oldest[i]}};
        soff_mux #(
            .SEL_W(2),
            .WIDTH(8)
        ) choose (
            .sel(source[2*i+:2]),
            .a({data_2[8*i+:8], data_1[8*i+:8], write_data[8*i+:8], read[8*i+:8]}),
            .y(old[8*i+:8])
        );
      end
    end else begin : g_no_forward
      wire unused_read = stores;
      assign old = read;
    end
    for (i = 0; i < 8 * WINDOW / WIDTH; i = i + 1) begin : g_copy
      if (WIDTH == 64) begin : g_eight
        assign write_data[i*64+:64] = {wide_late ? result[WIDTH-1:32] : result[31:0], result[31:0]};
      end else begin : g_four
        assign write_data[i*32+:32] = result;
        wire unused = wide_late;
      end
    end
  endgenerate
endmodule
