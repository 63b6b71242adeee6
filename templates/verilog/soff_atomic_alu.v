// What an atomic operation leaves in memory, LATENCY cycles after its operands. The codes of `op` stand in
// docs/rtl-library.md. A narrow operation (4 bytes) uses the low halves; the upper half of its result is void.
module soff_atomic_alu #(
    parameter WIDTH = 32,  // 32 or 64: the widest operation
    parameter FADD = 0,  // 0 no floating point, 1 every format that fits, 2 float only, 3 double only
    parameter LATENCY = (FADD != 0) ? 7 : 1  // at least 1; the adder of floating point takes all but one
) (
    input wire clk,
    input wire [3:0] op,
    input wire wide,  // 8 bytes
    input wire [WIDTH-1:0] old,
    input wire [WIDTH-1:0] operand,
    input wire [WIDTH-1:0] compare,
    output wire [WIDTH-1:0] result
);
  localparam [3:0] XCHG = 1, ADD = 2, SUB = 3, AND = 4, OR = 5, XOR = 6, UMIN = 7, UMAX = 8, SMIN = 9, SMAX = 10, INC = 11,
      DEC = 12, CMPXCHG = 13;
  localparam [3:0] FLOAT_ADD = 14;
  localparam HAS_FLOAT = (FADD == 1 || FADD == 2) ? 1 : 0;
  localparam HAS_DOUBLE = (WIDTH == 64 && (FADD == 1 || FADD == 3)) ? 1 : 0;

  // Comparison: without the halves that do not belong to it; for signed ones the sign bits are turned over.
  wire signed_order = op == SMIN || op == SMAX;
  wire [WIDTH-1:0] old_used;
  wire [WIDTH-1:0] operand_used;
  wire [WIDTH-1:0] compare_used;
  wire [WIDTH-1:0] turn;
  generate
    if (WIDTH == 64) begin : g_wide
      wire [31:0] all = {32{wide}};
      assign old_used = {old[WIDTH-1:32] & all, old[31:0]};
      assign operand_used = {operand[WIDTH-1:32] & all, operand[31:0]};
      assign compare_used = {compare[WIDTH-1:32] & all, compare[31:0]};
      assign turn = {signed_order && wide, 31'd0, signed_order && !wide, 31'd0};
    end else begin : g_narrow
      assign old_used = old;
      assign operand_used = operand;
      assign compare_used = compare;
      assign turn = {signed_order, 31'd0};
      wire unused = wide;
    end
  endgenerate
  wire [WIDTH-1:0] left = old_used ^ turn;
  wire [WIDTH-1:0] right = operand_used ^ turn;
  wire less = left < right;
  wire equal = old_used == ((op == CMPXCHG) ? compare_used : operand_used);
  wire none = old_used == {WIDTH{1'b0}};

  // One adder for old + operand, - operand, + 1 and - 1; the bit below the words is the carry.
  wire step = op == INC || op == DEC;
  wire invert = op == SUB || op == DEC;
  wire [WIDTH-1:0] addend = (step ? {WIDTH{1'b0}} : operand) ^ {WIDTH{invert}};
  wire [WIDTH:0] total = {old, 1'b1} + {addend, op == SUB || op == INC};
  wire [WIDTH-1:0] sum = total[WIDTH:1];
  wire unused_carry = total[0];

  reg [WIDTH-1:0] whole;
  always @* begin
    case (op)
      XCHG: whole = operand;
      ADD, SUB: whole = sum;
      AND: whole = old & operand;
      OR: whole = old | operand;
      XOR: whole = old ^ operand;
      UMIN, SMIN: whole = less ? old : operand;
      UMAX, SMAX: whole = less ? operand : old;
      INC: whole = less ? sum : {WIDTH{1'b0}};
      DEC: whole = (none || !(less || equal)) ? operand : sum;
      CMPXCHG: whole = equal ? operand : old;
      default: whole = old;
    endcase
  end

  generate
    if (FADD == 0) begin : g_whole
      soff_delay #(
          .WIDTH(WIDTH),
          .CYCLES(LATENCY)
      ) out (
          .clk(clk),
          .d(whole),
          .q(result)
      );
    end else begin : g_float
      wire [WIDTH-1:0] whole_late;
      wire float_late;
      wire wide_late;
      wire [WIDTH-1:0] floating;
      reg [WIDTH-1:0] result_q;
      soff_delay #(
          .WIDTH(WIDTH + 2),
          .CYCLES(LATENCY - 1)
      ) late (
          .clk(clk),
          .d({op == FLOAT_ADD, wide, whole}),
          .q({float_late, wide_late, whole_late})
      );
      wire [31:0] single;
      if (HAS_FLOAT != 0) begin : g_single
        soff_fp_add #(
            .EXP(8),
            .FRAC(23),
            .LATENCY(LATENCY - 1)
        ) add (
            .clk(clk),
            .a(old[31:0]),
            .b(operand[31:0]),
            .y(single)
        );
      end else begin : g_single
        assign single = 32'd0;
      end
      if (HAS_DOUBLE != 0) begin : g_double
        wire [63:0] double;
        soff_fp_add #(
            .EXP(11),
            .FRAC(52),
            .LATENCY(LATENCY - 1)
        ) add (
            .clk(clk),
            .a(old),
            .b(operand),
            .y(double)
        );
        assign floating = wide_late ? double : {32'd0, single};
      end else begin : g_double
        if (WIDTH > 32) assign floating = {{WIDTH - 32{1'b0}}, single};
        else assign floating = single;
        wire unused = wide_late;
      end
      always @(posedge clk) result_q <= float_late ? floating : whole_late;
      assign result = result_q;
    end
  endgenerate
endmodule
