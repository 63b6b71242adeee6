// The post engine: accumulators or words of the activation memory through TI post lanes to words of the activation memory,
// one a cycle. Another kind of instruction reads parameters: a line of scalars, eight bytes a channel, tables of 256 words.
module soff_npu_post #(
    parameter TI = 8,
    parameter TO = 8,
    parameter ADDR_W = 16,
    parameter LINE_BYTES = 64,
    parameter DEPTH_W = 9,
    parameter COUNT_W = 16,
    parameter SLICE_W = 3,
    parameter MASK_W = 6,
    parameter TAG_W = 16
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [MASK_W-1:0] in_signal,
    input wire [TAG_W-1:0] in_tag,
    input wire in_parameters,  // reads parameters
    input wire [2:0] in_sections,  // scalars, channels, table
    input wire [1:0] in_source,  // as in soff_npu_post_lane
    input wire in_use_b,
    input wire in_fused,
    input wire in_use_table,
    input wire in_spread_a,  // channel 0 for all
    input wire in_spread_b,
    input wire in_half,
    input wire [SLICE_W-1:0] in_slice,  // which TI of the TO accumulators
    input wire [4*COUNT_W-1:0] in_counts,
    input wire [ADDR_W-1:0] in_word,
    input wire [4*ADDR_W-1:0] in_jumps,
    input wire [ADDR_W-1:0] in_a,
    input wire [4*ADDR_W-1:0] in_a_jumps,
    input wire [ADDR_W-1:0] in_b,
    input wire [4*ADDR_W-1:0] in_b_jumps,
    input wire line_valid,
    output wire line_ready,
    input wire [8*LINE_BYTES-1:0] line_data,
    output wire a_valid,
    input wire a_ready,
    output wire [ADDR_W-1:0] a_addr,
    input wire a_data_valid,
    input wire [8*TI-1:0] a_data,
    output wire b_valid,
    input wire b_ready,
    output wire [ADDR_W-1:0] b_addr,
    input wire b_data_valid,
    input wire [8*TI-1:0] b_data,
    output wire sum_re,
    output wire sum_half,
    output wire [DEPTH_W-1:0] sum_at,
    input wire [32*TO-1:0] sum_data,
    output wire wr_valid,  // served at once: the memory's first writer
    output wire [ADDR_W-1:0] wr_addr,
    output wire [8*TI-1:0] wr_data,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam STAGES = 11;
  localparam SLICES = TO / TI;
  localparam CHANNEL_LINES = (8 * TI > LINE_BYTES) ? 8 * TI / LINE_BYTES : 1;
  localparam PER_LINE = LINE_BYTES / 8;
  localparam RATIO = LINE_BYTES / TI;
  localparam PART_W = (RATIO > 1) ? $clog2(RATIO) : 1;
  localparam [31:0] LAST_CHANNEL_LINE = CHANNEL_LINES - 1;
  localparam [31:0] LAST_PART = RATIO - 1;

  // ---- Instruction
  reg reading;
  reg running;
  reg begun;
  reg [2:0] sections;
  reg [1:0] source;
  reg use_b, fused, use_table, spread_a, spread_b, half;
  reg [SLICE_W-1:0] slice;
  reg [4*COUNT_W-1:0] counts;
  reg [ADDR_W-1:0] a_base, b_base;
  reg [4*ADDR_W-1:0] jumps, a_jumps, b_jumps;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  wire accept = in_valid && in_ready;
  assign in_ready = !reading && !running;
  assign idle = in_ready;
  wire finish;
  always @(posedge clk) begin
    if (accept) begin
      source <= in_source;
      use_b <= in_use_b;
      fused <= in_fused;
      use_table <= in_use_table;
      spread_a <= in_spread_a;
      spread_b <= in_spread_b;
      half <= in_half;
      slice <= in_slice;
      counts <= in_counts;
      a_base <= in_a;
      b_base <= in_b;
      jumps <= in_jumps;
      a_jumps <= in_a_jumps;
      b_jumps <= in_b_jumps;
      signal <= in_signal;
      tag <= in_tag;
    end
    begun <= !rst && accept && !in_parameters;
    if (rst) running <= 1'b0;
    else if (accept) running <= !in_parameters;
    else if (finish) running <= 1'b0;
  end

  // ---- Parameters
  reg [7:0] entry;
  reg [PART_W-1:0] part;
  wire in_scalars = sections[0];
  wire in_channels = !sections[0] && sections[1];
  wire in_table = sections[1:0] == 2'd0 && sections[2];
  wire read = reading && line_valid;
  wire last_part = part == LAST_PART[PART_W-1:0];
  wire section_end = in_scalars || (in_channels && entry == LAST_CHANNEL_LINE[7:0]) || (in_table && (&entry));
  wire read_end = read && section_end && (in_scalars ? sections[2:1] == 2'd0 : in_channels ? !sections[2] : 1'b1);
  assign line_ready = read && (!in_table || last_part);
  reg [8*LINE_BYTES-1:0] scalars;
  always @(posedge clk) begin
    if (rst) reading <= 1'b0;
    else if (accept) reading <= in_parameters;
    else if (read_end) reading <= 1'b0;
    if (accept) sections <= in_sections;
    else if (read && section_end) begin
      if (in_scalars) sections[0] <= 1'b0;
      else if (in_channels) sections[1] <= 1'b0;
    end
    if (accept || (read && section_end)) entry <= 8'd0;
    else if (read) entry <= entry + 8'd1;
    if (accept || (read && (!in_table || last_part))) part <= {PART_W{1'b0}};
    else if (read) part <= part + 1'b1;
    if (read && in_scalars) scalars <= line_data;
  end
  wire [8*TI-1:0] table_word;
  generate
    if (RATIO > 1) begin : g_part
      assign table_word = line_data[part*8*TI+:8*TI];
    end else begin : g_whole
      assign table_word = line_data;
    end
  endgenerate

  // ---- Operands
  wire a_have, b_have;
  wire [8*TI-1:0] a_word, b_word;
  wire a_idle, b_idle;
  wire need_a = source != 2'd0;
  wire go = running && !begun && issuing && (!need_a || a_have) && (!use_b || b_have);
  reg issuing;
  soff_npu_operand #(
      .BYTES(TI),
      .ADDR_W(ADDR_W),
      .DIMS(4),
      .COUNT_W(COUNT_W),
      .DEPTH(8)
  ) operand_a (
      .clk(clk),
      .rst(rst),
      .load(begun && need_a),
      .base(a_base),
      .counts(counts),
      .jumps(a_jumps),
      .rd_valid(a_valid),
      .rd_ready(a_ready),
      .rd_addr(a_addr),
      .rd_data_valid(a_data_valid),
      .rd_data(a_data),
      .out_valid(a_have),
      .out_ready(go && need_a),
      .out_data(a_word),
      .idle(a_idle)
  );
  soff_npu_operand #(
      .BYTES(TI),
      .ADDR_W(ADDR_W),
      .DIMS(4),
      .COUNT_W(COUNT_W),
      .DEPTH(8)
  ) operand_b (
      .clk(clk),
      .rst(rst),
      .load(begun && use_b),
      .base(b_base),
      .counts(counts),
      .jumps(b_jumps),
      .rd_valid(b_valid),
      .rd_ready(b_ready),
      .rd_addr(b_addr),
      .rd_data_valid(b_data_valid),
      .rd_data(b_data),
      .out_valid(b_have),
      .out_ready(go && use_b),
      .out_data(b_word),
      .idle(b_idle)
  );
  wire [ADDR_W-1:0] target;
  wire [3:0] ends;
  soff_npu_walk #(
      .DIMS(4),
      .COUNT_W(COUNT_W),
      .ADDR_W(ADDR_W)
  ) targets (
      .clk(clk),
      .load(accept),
      .step(go),
      .base(in_word),
      .counts(counts),
      .jumps(jumps),
      .address(target),
      .ends(ends)
  );
  reg [DEPTH_W-1:0] pixel;
  assign sum_re = go && !need_a;
  assign sum_half = half;
  assign sum_at = pixel;
  always @(posedge clk) begin
    if (accept) pixel <= {DEPTH_W{1'b0}};
    else if (go) pixel <= pixel + 1'b1;
    if (rst) issuing <= 1'b0;
    else if (accept) issuing <= 1'b1;
    else if (go && ends[3]) issuing <= 1'b0;
  end

  // ---- Lanes; entry s of the lines below is s cycles after `go`
  reg [STAGES:0] busy;
  reg last_issued;
  reg [8*TI-1:0] a1, b1;
  reg [(STAGES+1)*ADDR_W-1:0] places;
  always @(posedge clk) begin
    if (rst) busy <= {STAGES + 1{1'b0}};
    else busy <= {busy[STAGES-1:0], go};
    if (|busy || go) places <= {places[STAGES*ADDR_W-1:0], target};
    if (go) begin
      a1 <= a_word;
      b1 <= b_word;
    end
    if (accept) last_issued <= 1'b0;
    else if (go && ends[3]) last_issued <= 1'b1;
  end
  wire [32*TI-1:0] sums;
  generate
    if (SLICES > 1) begin : g_slice
      assign sums = sum_data[slice*32*TI+:32*TI];
    end else begin : g_all
      assign sums = sum_data;
      wire unused = &{1'b0, slice};
    end
  endgenerate
  genvar i;
  generate
    for (i = 0; i < TI; i = i + 1) begin : g_lane
      localparam [31:0] LINE = i / PER_LINE;
      localparam SLOT = i % PER_LINE;
      reg [31:0] bias;
      reg [24:0] multiplier;
      reg [5:0] shift;
      always @(posedge clk) begin
        if (read && in_channels && entry == LINE[7:0]) begin
          bias <= line_data[64*SLOT+:32];
          multiplier <= line_data[64*SLOT+32+:25];
          shift <= line_data[64*SLOT+57+:6];
        end
      end
      soff_npu_post_lane lane (
          .clk(clk),
          .en(busy[STAGES-1:0]),
          .source(source),
          .fused(fused),
          .use_table(use_table),
          .sum(sums[32*i+:32]),
          .a(spread_a ? a1[7:0] : a1[8*i+:8]),
          .b(spread_b ? b1[7:0] : b1[8*i+:8]),
          .bias(bias),
          .multiplier(multiplier),
          .shift(shift),
          .za(scalars[0+:8]),
          .zb(scalars[8+:8]),
          .ma(scalars[16+:24]),
          .mb(scalars[40+:24]),
          .zero(scalars[64+:8]),
          .low(scalars[72+:8]),
          .high(scalars[80+:8]),
          .half_up(scalars[88]),
          .zy(scalars[96+:8]),
          .zr(scalars[104+:8]),
          .my(scalars[112+:24]),
          .mr(scalars[136+:24]),
          .fused_zero(scalars[160+:8]),
          .fused_low(scalars[168+:8]),
          .fused_high(scalars[176+:8]),
          .fused_half_up(scalars[184]),
          .fused_shift(scalars[192+:6]),
          .table_we(read && in_table),
          .table_at(entry),
          .table_data(table_word[8*i+:8]),
          .y(wr_data[8*i+:8])
      );
    end
  endgenerate
  assign wr_valid = busy[STAGES];
  assign wr_addr = places[STAGES*ADDR_W+:ADDR_W];
  assign finish = last_issued && busy == {STAGES + 1{1'b0}};
  assign done = read_end || (running && finish);
  assign done_signal = signal;
  assign done_tag = tag;
  wire unused = &{1'b0, a_idle, b_idle, ends[2:0], scalars[8*LINE_BYTES-1:198], scalars[191:185], scalars[95:89]};

`ifdef SOFF_SIM
  final
    $display("SOFF-STATE %m post reading=%0d running=%0d issuing=%0d line=%0d a=%0d b=%0d", reading, running, issuing,
             line_valid, a_have, b_have);
`endif
endmodule
