// Bank of a word of soff_scratch: every bit is an exclusive or of address bits. The digits of the address (of as many
// bits as the bank has) are the coefficients of a polynomial over GF(2^BANK_W), taken at a primitive element: strides
// that are powers of two spread over the banks, and so do rows padded by one word, which a plain fold of the digits
// would put all into one bank. Combinational.
module soff_scratch_hash #(
    parameter WORD_W = 12,
    parameter BANK_W = 2  // 1 to 8
) (
    input wire [WORD_W-1:0] word,
    output wire [BANK_W-1:0] bank
);
  localparam DIGITS = (WORD_W + BANK_W - 1) / BANK_W;
  // Primitive polynomials of degree BANK_W without their leading term.
  localparam [7:0] POLYNOMIAL = (BANK_W == 8) ? 8'h1d : (BANK_W == 5) ? 8'h05 : (BANK_W == 1) ? 8'h01 : 8'h03;
  wire [DIGITS*BANK_W-1:0] padded;
  genvar d;
  generate
    if (DIGITS * BANK_W > WORD_W) assign padded = {{DIGITS * BANK_W - WORD_W{1'b0}}, word};
    else assign padded = word;
    for (d = 0; d < DIGITS; d = d + 1) begin : g_digit
      wire [BANK_W-1:0] above;  // what the higher digits come to, times the element
      wire [BANK_W-1:0] sum = above ^ padded[d*BANK_W+:BANK_W];
      if (d == DIGITS - 1) begin : g_above
        assign above = {BANK_W{1'b0}};
      end else begin : g_above
        wire [BANK_W-1:0] from = g_digit[d+1].sum;
        wire [BANK_W:0] shifted = {from, 1'b0};
        assign above = shifted[BANK_W-1:0] ^ (shifted[BANK_W] ? POLYNOMIAL[BANK_W-1:0] : {BANK_W{1'b0}});
      end
    end
  endgenerate
  assign bank = g_digit[0].sum;
endmodule
