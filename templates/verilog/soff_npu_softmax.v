// The softmax engine: rows of bytes in the activation memory, three passes each: largest value, sum of exponentials (a
// table by the distance from the largest), quotients rounded to FRACTION bits. Another kind of instruction reads the table.
// The quotient has at most 16 bits, one a stage: the divisor is at least the dividend's exponential.
module soff_npu_softmax #(
    parameter BYTES = 8,
    parameter ADDR_W = 16,
    parameter LINE_W = 28,
    parameter LINE_BYTES = 64,
    parameter COUNT_W = 16,
    parameter MASK_W = 7,
    parameter TAG_W = 12,
    parameter BYTE_W = ADDR_W + $clog2(BYTES)
) (
    input wire clk,
    input wire rst,
    input wire in_valid,
    output wire in_ready,
    input wire [MASK_W-1:0] in_signal,
    input wire [TAG_W-1:0] in_tag,
    input wire in_table,  // reads the table
    input wire [LINE_W-1:0] in_line,
    input wire [COUNT_W-1:0] in_length,  // of a row, less one
    input wire [COUNT_W-1:0] in_inner,  // elements at the first distance before one at the second, less one
    input wire [2*BYTE_W-1:0] in_from_steps,
    input wire [2*BYTE_W-1:0] in_to_steps,
    input wire [3:0] in_fraction,
    input wire [7:0] in_zero,
    input wire [3*COUNT_W-1:0] in_counts,  // of rows
    input wire [BYTE_W-1:0] in_from,
    input wire [3*BYTE_W-1:0] in_from_jumps,
    input wire [BYTE_W-1:0] in_to,
    input wire [3*BYTE_W-1:0] in_to_jumps,
    output wire line_valid,
    input wire line_ready,
    output wire [LINE_W-1:0] line_at,
    input wire line_data_valid,
    input wire [8*LINE_BYTES-1:0] line_data,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-1:0] rd_addr,
    input wire rd_data_valid,
    input wire [8*BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [ADDR_W-1:0] wr_addr,
    output wire [BYTES-1:0] wr_mask,
    output wire [8*BYTES-1:0] wr_data,
    output wire done,
    output wire [MASK_W-1:0] done_signal,
    output wire [TAG_W-1:0] done_tag,
    output wire idle
);
  localparam LANE_W = $clog2(BYTES);
  localparam STEPS = 16;
  localparam PER_LINE = LINE_BYTES / 2;
  localparam PART_W = $clog2(PER_LINE);
  localparam [31:0] TABLE_LINES = 256 / PER_LINE;

  // ---- Instruction
  reg filling;
  reg active;
  reg [MASK_W-1:0] signal;
  reg [TAG_W-1:0] tag;
  reg [COUNT_W-1:0] length;
  reg [COUNT_W-1:0] inner;
  reg [2*BYTE_W-1:0] from_steps, to_steps;
  reg [3:0] fraction;
  reg [7:0] zero;
  reg [3*COUNT_W-1:0] counts;
  reg [3*BYTE_W-1:0] from_jumps, to_jumps;
  wire accept = in_valid && in_ready;
  wire begin_run = accept && !in_table;
  assign in_ready = !filling && !active;
  assign idle = in_ready;
  assign done_signal = signal;
  assign done_tag = tag;
  always @(posedge clk) begin
    if (accept) begin
      signal <= in_signal;
      tag <= in_tag;
      length <= in_length;
      inner <= in_inner;
      from_steps <= in_from_steps;
      to_steps <= in_to_steps;
      fraction <= in_fraction;
      zero <= in_zero;
      counts <= in_counts;
      from_jumps <= in_from_jumps;
      to_jumps <= in_to_jumps;
    end
  end

  // ---- Table
  reg [15:0] exponentials[0:255];
  reg [7:0] entry;
  wire table_have;
  wire [8*LINE_BYTES-1:0] table_line;
  wire table_tag;
  wire table_ready;
  wire table_idle;
  wire fill = filling && table_have;
  wire fill_end = fill && (&entry);
  soff_npu_reader #(
      .LINE_W(LINE_W),
      .LINE_BYTES(LINE_BYTES),
      .COUNT_W(8),
      .TAG_W(1),
      .DEPTH(4)
  ) reader (
      .clk(clk),
      .rst(rst),
      .in_valid(accept && in_table),
      .in_ready(table_ready),
      .in_line(in_line),
      .in_count(TABLE_LINES[7:0] - 8'd1),
      .in_tag(1'b0),
      .rd_valid(line_valid),
      .rd_ready(line_ready),
      .rd_line(line_at),
      .rd_data_valid(line_data_valid),
      .rd_data(line_data),
      .out_valid(table_have),
      .out_ready(fill && (&entry[PART_W-1:0])),
      .out_data(table_line),
      .out_tag(table_tag),
      .idle(table_idle)
  );
  always @(posedge clk) begin
    if (rst) filling <= 1'b0;
    else if (accept && in_table) filling <= 1'b1;
    else if (fill_end) filling <= 1'b0;
    if (accept) entry <= 8'd0;
    else if (fill) entry <= entry + 8'd1;
    if (fill) exponentials[entry] <= table_line[16*entry[PART_W-1:0]+:16];
  end

  // ---- Passes over a row
  reg working;  // rows are left to read
  reg [1:0] pass;
  reg pass_begin;
  reg asking;
  reg [COUNT_W-1:0] asked;
  reg [COUNT_W-1:0] got;
  reg [COUNT_W-1:0] position;
  reg [BYTE_W-1:0] offset;
  reg [5:0] flying;  // results that are not written
  wire [BYTE_W-1:0] row;
  wire [2:0] row_ends;
  wire [BYTE_W-1:0] from = row + offset;
  wire ask = rd_valid && rd_ready;
  wire may = pass != 2'd2 || flying < 6'd48;
  wire valid4_any;
  wire pass_end = valid4_any && got == length;
  wire row_end = pass_end && pass == 2'd2;
  assign rd_valid = asking && may;
  assign rd_addr = from[BYTE_W-1:LANE_W];
  soff_npu_walk #(
      .DIMS(3),
      .COUNT_W(COUNT_W),
      .ADDR_W(BYTE_W)
  ) rows_from (
      .clk(clk),
      .load(begin_run),
      .step(row_end),
      .base(in_from),
      .counts(counts),
      .jumps(from_jumps),
      .address(row),
      .ends(row_ends)
  );
  wire write;
  always @(posedge clk) begin
    pass_begin <= !rst && (begin_run || (pass_end && !(row_end && row_ends[2])));
    if (rst) working <= 1'b0;
    else if (begin_run) working <= 1'b1;
    else if (row_end && row_ends[2]) working <= 1'b0;
    if (begin_run || row_end) pass <= 2'd0;
    else if (pass_end) pass <= pass + 2'd1;
    if (rst) asking <= 1'b0;
    else if (pass_begin) asking <= 1'b1;
    else if (ask && asked == length) asking <= 1'b0;
    if (pass_begin) begin
      asked <= {COUNT_W{1'b0}};
      got <= {COUNT_W{1'b0}};
      position <= {COUNT_W{1'b0}};
      offset <= {BYTE_W{1'b0}};
    end else begin
      if (ask) begin
        asked <= asked + 1'b1;
        position <= position == inner ? {COUNT_W{1'b0}} : position + 1'b1;
        offset <= offset + (position == inner ? from_steps[BYTE_W+:BYTE_W] : from_steps[0+:BYTE_W]);
      end
      if (valid4_any) got <= got + 1'b1;
    end
    if (rst) flying <= 6'd0;
    else if ((ask && pass == 2'd2) && !write) flying <= flying + 6'd1;
    else if (!(ask && pass == 2'd2) && write) flying <= flying - 6'd1;
  end

  // ---- Values; the number is the cycles since the request was taken
  reg [LANE_W-1:0] lane1, lane2;
  reg valid3, valid4;
  reg signed [7:0] x3;
  reg signed [7:0] largest;
  reg [15:0] e4;
  reg [32:0] sum;
  wire signed [8:0] distance = {largest[7], largest} - {x3[7], x3};
  assign valid4_any = valid4;
  always @(posedge clk) begin
    lane1 <= from[LANE_W-1:0];
    lane2 <= lane1;
    valid3 <= !rst && rd_data_valid;
    if (rd_data_valid) x3 <= rd_data[lane2*8+:8];
    valid4 <= !rst && valid3;
    if (pass == 2'd0) begin
      if (pass_begin) largest <= -8'sd128;
      else if (valid3 && x3 > largest) largest <= x3;
    end
    if (valid3) e4 <= exponentials[distance[7:0]];
    if (pass == 2'd0) sum <= 33'd0;
    else if (valid4 && pass == 2'd1) sum <= sum + {17'd0, e4};
  end

  // ---- Quotients: stage s decides bit 15 - s
  reg [STEPS:0] stage_valid;
  wire [(STEPS+1)*48-1:0] rests;
  wire [(STEPS+1)*33-1:0] divisors;
  wire [(STEPS+1)*16-1:0] quotients;
  wire [47:0] dividend = ({32'd0, e4} << fraction) + {16'd0, sum[32:1]};
  reg [47:0] first_rest;
  reg [32:0] first_divisor;
  assign rests[0+:48] = first_rest;
  assign divisors[0+:33] = first_divisor;
  assign quotients[0+:16] = 16'd0;
  always @(posedge clk) begin
    if (rst) stage_valid <= {STEPS + 1{1'b0}};
    else stage_valid <= {stage_valid[STEPS-1:0], valid4 && pass == 2'd2};
    if (valid4) begin
      first_rest <= dividend;
      first_divisor <= sum;
    end
  end
  genvar s;
  generate
    for (s = 0; s < STEPS; s = s + 1) begin : g_step
      reg [47:0] rest;
      reg [32:0] divisor;
      reg [15:0] quotient;
      wire [47:0] trial = {15'd0, divisors[s*33+:33]} << (STEPS - 1 - s);
      wire fits = rests[s*48+:48] >= trial;
      always @(posedge clk) begin
        if (stage_valid[s]) begin
          rest <= fits ? rests[s*48+:48] - trial : rests[s*48+:48];
          divisor <= divisors[s*33+:33];
          quotient <= {quotients[s*16+:15], fits};
        end
      end
      assign rests[(s+1)*48+:48] = rest;
      assign divisors[(s+1)*33+:33] = divisor;
      assign quotients[(s+1)*16+:16] = quotient;
    end
  endgenerate
  wire signed [17:0] wide = {2'b00, quotients[STEPS*16+:16]} + {{10{zero[7]}}, zero};
  wire [7:0] result = wide > 18'sd127 ? 8'd127 : wide[7:0];

  // ---- Results
  wire have;
  wire [7:0] value;
  wire fifo_ready;
  soff_fifo #(
      .WIDTH(8),
      .DEPTH(64)
  ) results (
      .clk(clk),
      .rst(rst),
      .in_valid(stage_valid[STEPS]),
      .in_ready(fifo_ready),
      .in_data(result),
      .out_valid(have),
      .out_ready(wr_ready),
      .out_data(value)
  );
  reg [COUNT_W-1:0] written;
  reg [COUNT_W-1:0] to_position;
  reg [BYTE_W-1:0] to_offset;
  wire [BYTE_W-1:0] to_row;
  wire [2:0] to_ends;
  wire [BYTE_W-1:0] to = to_row + to_offset;
  wire to_row_end = write && written == length;
  assign write = wr_valid && wr_ready;
  assign wr_valid = have;
  assign wr_addr = to[BYTE_W-1:LANE_W];
  assign wr_mask = {{BYTES - 1{1'b0}}, 1'b1} << to[LANE_W-1:0];
  assign wr_data = {BYTES{value}};
  assign done = fill_end || (to_row_end && to_ends[2]);
  soff_npu_walk #(
      .DIMS(3),
      .COUNT_W(COUNT_W),
      .ADDR_W(BYTE_W)
  ) rows_to (
      .clk(clk),
      .load(begin_run),
      .step(to_row_end),
      .base(in_to),
      .counts(counts),
      .jumps(to_jumps),
      .address(to_row),
      .ends(to_ends)
  );
  always @(posedge clk) begin
    if (rst) active <= 1'b0;
    else if (begin_run) active <= 1'b1;
    else if (to_row_end && to_ends[2]) active <= 1'b0;
    if (begin_run || to_row_end) begin
      written <= {COUNT_W{1'b0}};
      to_position <= {COUNT_W{1'b0}};
      to_offset <= {BYTE_W{1'b0}};
    end else if (write) begin
      written <= written + 1'b1;
      to_position <= to_position == inner ? {COUNT_W{1'b0}} : to_position + 1'b1;
      to_offset <= to_offset + (to_position == inner ? to_steps[BYTE_W+:BYTE_W] : to_steps[0+:BYTE_W]);
    end
  end
  wire unused = &{1'b0, quotients, table_tag, table_ready, table_idle, fifo_ready, row_ends[1:0], to_ends[1:0], distance[8], working,
                  rests[STEPS*48+:48], divisors[STEPS*33+:33]};

`ifdef SOFF_SIM
  final
    $display("SOFF-STATE %m softmax active=%0d filling=%0d pass=%0d got=%0d written=%0d flying=%0d", active, filling, pass,
             got, written, flying);
`endif
endmodule
