// What an atomic operation leaves in memory, LATENCY cycles after the old value. The operation and its operands come one
// cycle before the old value, so that they are prepared when it is there. The codes of `op` stand in
// docs/rtl-library.md. A narrow operation (4 bytes) uses the low halves; the upper half of its result is void.
module soff_atomic_alu #(
    parameter WIDTH = 32,  // 32 or 64: the widest operation
    parameter FADD = 0,  // 0 no floating point, 1 every format that fits, 2 float only, 3 double only
    parameter LATENCY = (FADD != 0) ? 7 : 1  // at least 1; the adder of floating point takes all but one
) (
    input wire clk,
    // One cycle before `old`
    input wire [3:0] op,
    input wire wide,  // 8 bytes
    input wire [WIDTH-1:0] operand,
    input wire [WIDTH-1:0] compare,
    input wire [WIDTH-1:0] old,
    output wire [WIDTH-1:0] result
);
  localparam [3:0] XCHG = 1, ADD = 2, SUB = 3, AND = 4, OR = 5, XOR = 6, UMIN = 7, UMAX = 8, SMIN = 9, SMAX = 10, INC = 11,
      DEC = 12, CMPXCHG = 13;
  localparam [3:0] FLOAT_ADD = 14;
  localparam HAS_FLOAT = (FADD == 1 || FADD == 2) ? 1 : 0;
  localparam HAS_DOUBLE = (WIDTH == 64 && (FADD == 1 || FADD == 3)) ? 1 : 0;

  // ---- Before the old value is there: what is added, what is compared with, and which result is taken when.
  wire [WIDTH-1:0] used;  // the bits that belong to the operation
  wire [WIDTH-1:0] sign;
  generate
    if (WIDTH == 64) begin : g_wide
      assign used = {{WIDTH - 32{wide}}, 32'hffffffff};
      assign sign = {wide, {WIDTH - 33{1'b0}}, !wide, 31'd0};
    end else begin : g_narrow
      assign used = {WIDTH{1'b1}};
      assign sign = {1'b1, {WIDTH - 1{1'b0}}};
    end
  endgenerate
  reg [WIDTH-1:0] other;  // the operand
  reg [WIDTH-1:0] addend;
  reg [WIDTH-1:0] bound;  // compared for less, sign bits turned over for signed ones
  reg [WIDTH-1:0] twin;  // compared for equality
  reg [WIDTH-1:0] turn;
  reg [WIDTH-1:0] part;
  reg carry;
  reg or_equal;
  reg [2:0] main;  // which result: old, sum, and, or, exclusive or
  reg if_less;  // the other result instead when less …
  reg if_not_less;
  reg if_equal;
  reg always_other;
  reg other_zero;  // … which is the operand or zero
  reg floating_op;
  reg wide_q;
  wire signed_order = op == SMIN || op == SMAX;
  always @(posedge clk) begin
    other <= operand;
    addend <= ((op == INC || op == DEC) ? {WIDTH{1'b0}} : operand) ^ {WIDTH{op == SUB || op == DEC}};
    carry <= op == SUB || op == INC;
    bound <= (operand & used) ^ (sign & {WIDTH{signed_order}});
    turn <= sign & {WIDTH{signed_order}};
    twin <= (op == CMPXCHG) ? compare & used : {WIDTH{1'b0}};
    part <= used;
    or_equal <= op == DEC;
    main <= (op == ADD || op == SUB || op == INC || op == DEC) ? 3'd1 : (op == AND) ? 3'd2 : (op == OR) ? 3'd3 :
        (op == XOR) ? 3'd4 : 3'd0;
    if_less <= op == UMAX || op == SMAX;
    if_not_less <= op == UMIN || op == SMIN || op == INC || op == DEC;
    if_equal <= op == CMPXCHG || op == DEC;
    always_other <= op == XCHG;
    other_zero <= op == INC;
    floating_op <= op == FLOAT_ADD;
    wide_q <= wide;
  end

  // ---- With it. The bit below the words is the carry, and makes `less` include equality. Words differ if their exclusive or
  // carries when all ones are added to it: a carry chain is faster than a tree.
  wire [WIDTH-1:0] mine = old & part;
  wire less = {mine ^ turn, 1'b0} < {bound, or_equal};
  wire [WIDTH:0] difference = {1'b0, mine ^ twin} + {1'b0, {WIDTH{1'b1}}};
  wire equal = !difference[WIDTH];
  wire [WIDTH:0] total = {old, 1'b1} + {addend, carry};
  wire unused_sums = &{1'b0, total[0], difference[WIDTH-1:0]};
  wire instead = always_other || (if_less && less) || (if_not_less && !less) || (if_equal && equal);
  wire [WIDTH-1:0] logical = (main == 3'd2) ? old & other : (main == 3'd3) ? old | other : (main == 3'd4) ? old ^ other : old;
  wire [WIDTH-1:0] whole = instead ? other & {WIDTH{!other_zero}} : (main == 3'd1) ? total[WIDTH:1] : logical;

  generate
    if (FADD == 0) begin : g_whole
      wire unused = &{1'b0, floating_op, wide_q};
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
          .d({floating_op, wide_q, whole}),
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
            .b(other[31:0]),
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
            .b(other),
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
