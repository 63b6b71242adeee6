// One channel of the post engine: bias or arithmetic of two activations, requantisation with one rounding, addition of
// a second operand with a rounding of its own, table. 11 cycles from the operands to the result.
// Source 0: sum + bias; 1: (a - za) * ma + (b - zb) * mb; 2: (a - za) * (b - zb); 3: a.
module soff_npu_post_lane (
    input wire clk,
    input wire [10:0] en,  // stages that hold something
    input wire [1:0] source,
    input wire fused,  // the addition
    input wire use_table,
    input wire [31:0] sum,
    input wire [7:0] a,
    input wire [7:0] b,
    input wire [31:0] bias,
    input wire [24:0] multiplier,
    input wire [5:0] shift,
    input wire half_up,
    input wire [7:0] za,
    input wire [7:0] zb,
    input wire [23:0] ma,
    input wire [23:0] mb,
    input wire [7:0] zero,
    input wire [7:0] low,
    input wire [7:0] high,
    input wire [7:0] zy,
    input wire [7:0] zr,
    input wire [23:0] my,
    input wire [23:0] mr,
    input wire [5:0] fused_shift,
    input wire fused_half_up,
    input wire [7:0] fused_zero,
    input wire [7:0] fused_low,
    input wire [7:0] fused_high,
    input wire table_we,
    input wire [7:0] table_at,
    input wire [7:0] table_data,
    output wire [7:0] y
);
  // ---- 1, 2: the value to requantise
  wire signed [31:0] da = {{24{a[7]}}, a} - {{24{za[7]}}, za};
  wire signed [31:0] db = {{24{b[7]}}, b} - {{24{zb[7]}}, zb};
  wire signed [31:0] factor_a = source == 2'd2 ? db : {{8{ma[23]}}, ma};
  wire signed [31:0] factor_b = {{8{mb[23]}}, mb};
  reg signed [31:0] p0;
  reg signed [31:0] p1;
  reg signed [31:0] value;
  // ---- 3, 4: exact product; 5: rounded; 6: clipped
  wire signed [63:0] wide_value = {{32{value[31]}}, value};
  wire signed [63:0] wide_multiplier = {39'd0, multiplier};
  reg signed [63:0] product;
  reg signed [63:0] product2;
  wire [63:0] half = shift == 6'd0 ? 64'd0 : 64'd1 << (shift - 6'd1);
  wire even_down = !half_up && shift != 6'd0 && !product2[shift];
  wire signed [63:0] biased = product2 + $signed(half) - (even_down ? 64'sd1 : 64'sd0);
  reg signed [63:0] rounded;
  wire signed [63:0] shifted = rounded + {{56{zero[7]}}, zero};
  wire signed [63:0] wide_low = {{56{low[7]}}, low};
  wire signed [63:0] wide_high = {{56{high[7]}}, high};
  reg [7:0] q;
  // ---- 7, 8: addition; 9: rounded; 10: clipped
  reg [7:0] b1, b2, b3, b4, b5, b6;
  wire signed [31:0] dq = {{24{q[7]}}, q} - {{24{zy[7]}}, zy};
  wire signed [31:0] dr = {{24{b6[7]}}, b6} - {{24{zr[7]}}, zr};
  wire signed [31:0] factor_y = {{8{my[23]}}, my};
  wire signed [31:0] factor_r = {{8{mr[23]}}, mr};
  reg signed [31:0] s0;
  reg signed [31:0] s1;
  reg signed [31:0] total;
  wire signed [63:0] wide_total = {{32{total[31]}}, total};
  wire [63:0] fused_half = fused_shift == 6'd0 ? 64'd0 : 64'd1 << (fused_shift - 6'd1);
  wire fused_even_down = !fused_half_up && fused_shift != 6'd0 && !wide_total[fused_shift];
  wire signed [63:0] fused_biased = wide_total + $signed(fused_half) - (fused_even_down ? 64'sd1 : 64'sd0);
  reg signed [63:0] fused_rounded;
  wire signed [63:0] fused_shifted = fused_rounded + {{56{fused_zero[7]}}, fused_zero};
  wire signed [63:0] fused_wide_low = {{56{fused_low[7]}}, fused_low};
  wire signed [63:0] fused_wide_high = {{56{fused_high[7]}}, fused_high};
  reg [7:0] q7, q8, q9, q10;
  // ---- 11: table
  reg [7:0] entries[0:255];
  reg [7:0] looked_up;
  reg [7:0] plain;

  always @(posedge clk) begin
    if (en[0]) begin
      case (source)
        2'd0: p0 <= sum;
        2'd3: p0 <= {{24{a[7]}}, a};
        default: p0 <= da * factor_a;
      endcase
      p1 <= source == 2'd0 ? bias : source == 2'd1 ? db * factor_b : 32'd0;
      b1 <= b;
    end
    if (en[1]) begin
      value <= p0 + p1;
      b2 <= b1;
    end
    if (en[2]) begin
      product <= wide_value * wide_multiplier;
      b3 <= b2;
    end
    if (en[3]) begin
      product2 <= product;
      b4 <= b3;
    end
    if (en[4]) begin
      rounded <= biased >>> shift;
      b5 <= b4;
    end
    if (en[5]) begin
      q <= shifted < wide_low ? low : shifted > wide_high ? high : shifted[7:0];
      b6 <= b5;
    end
    if (en[6]) begin
      s0 <= dq * factor_y;
      s1 <= dr * factor_r;
      q7 <= q;
    end
    if (en[7]) begin
      total <= s0 + s1;
      q8 <= q7;
    end
    if (en[8]) begin
      fused_rounded <= fused_biased >>> fused_shift;
      q9 <= q8;
    end
    if (en[9])
      q10 <= !fused ? q9
           : fused_shifted < fused_wide_low ? fused_low
           : fused_shifted > fused_wide_high ? fused_high : fused_shifted[7:0];
    if (en[10]) begin
      looked_up <= entries[q10];
      plain <= q10;
    end
    if (table_we) entries[table_at] <= table_data;
  end
  assign y = use_table ? looked_up : plain;
endmodule
