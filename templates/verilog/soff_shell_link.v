// Host link of a shell: frames on a serial line become reads and writes of 32-bit words. docs/shell.md has the protocol.
//
// A frame is enclosed in END bytes as in SLIP (RFC 1055) and ends with its CRC-32, so a receiver finds the next frame
// after any error. A command whose number is that of the one before is a repetition: it is answered and, when it
// writes, not done again.
`default_nettype none
module soff_shell_link #(
    parameter CLOCKS = 50  // cycles of one bit on the line
) (
    input wire clk,
    input wire rst,
    input wire rx,
    output wire tx,
    output reg bus_valid,
    output wire bus_write,
    output wire [31:0] bus_addr,
    output wire [31:0] bus_wdata,
    input wire bus_ack,  // ends the transfer, with bus_rdata
    input wire [31:0] bus_rdata,
    output reg broken,  // one cycle: a frame with a wrong CRC was dropped
    output reg repeated  // one cycle: a write that was done already
);
  localparam [7:0] END = 8'hc0;
  localparam [7:0] ESC = 8'hdb;
  localparam [7:0] ESC_END = 8'hdc;
  localparam [7:0] ESC_ESC = 8'hdd;
  localparam [7:0] WRITE = 8'd1;
  localparam [7:0] READ = 8'd2;
  localparam [7:0] DONE = 8'd0;
  localparam [7:0] BROKEN = 8'd1;
  localparam [7:0] UNKNOWN = 8'd2;
  localparam [31:0] RESIDUE = 32'hdebb20e3;  // what a frame with its CRC leaves

  localparam [3:0] IDLE = 4'd0;
  localparam [3:0] HEAD = 4'd1;
  localparam [3:0] OPEN = 4'd2;
  localparam [3:0] NUMBER = 4'd3;
  localparam [3:0] STATUS = 4'd4;
  localparam [3:0] NEXT = 4'd5;
  localparam [3:0] WORD = 4'd6;
  localparam [3:0] BUS = 4'd7;
  localparam [3:0] BYTES = 4'd8;
  localparam [3:0] SUM = 4'd9;
  localparam [3:0] CLOSE = 4'd10;

  reg [3:0] state;
  wire idle = state == IDLE;

  // ---- Receiving: what comes while a command is carried out is lost, and sent again by the host. A frame whose start
  // was lost that way is dropped without an answer: two frames under way would otherwise keep breaking each other.
  wire rx_valid;
  wire [7:0] rx_data;
  soff_uart_rx #(
      .CLOCKS(CLOCKS)
  ) receiver (
      .clk(clk),
      .rst(rst),
      .line(rx),
      .valid(rx_valid),
      .data(rx_data)
  );
  reg escaped;
  reg skip;  // until the next END
  reg [8:0] count;  // bytes of the frame so far
  wire take = rx_valid && idle && !skip && rx_data != END && (escaped || rx_data != ESC);
  wire [7:0] taken = !escaped ? rx_data : rx_data == ESC_END ? END : ESC;
  wire ended = rx_valid && idle && rx_data == END && count != 9'd0;

  reg [7:0] buffer[0:511];
  reg [7:0] buffered;
  reg [8:0] at;
  always @(posedge clk) begin
    if (take) buffer[count] <= taken;
    buffered <= buffer[at];
  end

  // ---- CRC, one bit a cycle: bytes come and go far slower than that.
  reg [31:0] crc;
  reg [7:0] crc_bits;
  reg [3:0] crc_left;
  wire crc_one = crc[0] ^ crc_bits[0];

  // ---- Sending
  reg tx_escape;  // the second byte of an escape
  reg [7:0] out;
  wire framing = state == OPEN || state == CLOSE;
  wire sending = framing || state == NUMBER || state == STATUS || state == BYTES || state == SUM;
  wire special = !framing && (out == END || out == ESC);
  wire tx_ready;
  wire tx_go = sending && tx_ready && crc_left == 4'd0;
  wire sent = tx_go && (!special || tx_escape);
  soff_uart_tx #(
      .CLOCKS(CLOCKS)
  ) sender (
      .clk(clk),
      .rst(rst),
      .valid(tx_go),
      .ready(tx_ready),
      .data(framing ? END : !special ? out : !tx_escape ? ESC : out == END ? ESC_END : ESC_ESC),
      .line(tx)
  );

  // ---- The command
  reg good;
  reg [55:0] head;  // number, operation, address, words
  wire [7:0] number = head[7:0];
  wire [7:0] operation = head[15:8];
  reg [31:0] address;
  reg [7:0] words;
  reg [31:0] data;
  reg [2:0] step;
  reg [7:0] last_number;
  reg known;  // there was a command since reset
  wire again = known && number == last_number;
  wire writes = good && operation == WRITE;
  wire reads = good && operation == READ;
  assign bus_write = writes;
  assign bus_addr = address;
  assign bus_wdata = data;

  always @* begin
    case (state)
      NUMBER: out = good ? number : 8'd0;
      STATUS: out = !good ? BROKEN : (writes || reads) ? DONE : UNKNOWN;
      BYTES: out = data[7:0];
      default: out = ~crc[7:0];
    endcase
  end

  always @(posedge clk) begin
    broken <= 1'b0;
    repeated <= 1'b0;
    if (rst) begin
      state <= IDLE;
      escaped <= 1'b0;
      skip <= 1'b0;
      count <= 9'd0;
      crc <= 32'hffffffff;
      crc_left <= 4'd0;
      tx_escape <= 1'b0;
      bus_valid <= 1'b0;
      known <= 1'b0;
      at <= 9'd0;
      step <= 3'd0;
      good <= 1'b0;
      head <= 56'd0;
      last_number <= 8'd0;
    end else begin
      if (crc_left != 4'd0) begin
        crc <= {1'b0, crc[31:1]} ^ (crc_one ? 32'hedb88320 : 32'd0);
        crc_bits <= {1'b0, crc_bits[7:1]};
        crc_left <= crc_left - 4'd1;
      end
      if (rx_valid && idle) escaped <= !skip && !escaped && rx_data == ESC;
      if (rx_valid) skip <= (!idle || skip) && rx_data != END;
      if (take) begin
        if (count != 9'd511) count <= count + 9'd1;
        crc_bits <= taken;
        crc_left <= 4'd8;
      end
      if (tx_go) tx_escape <= special && !tx_escape;

      case (state)
        IDLE: begin
          at <= 9'd0;
          step <= 3'd0;
          if (ended) begin
            good <= crc == RESIDUE && count >= 9'd11 && count != 9'd511;
            state <= HEAD;
          end
        end
        HEAD: begin
          // The buffer answers one cycle later.
          at <= at + 9'd1;
          step <= step + 3'd1;
          if (at != 9'd0) head <= {buffered, head[55:8]};
          if (at == 9'd7) begin
            crc <= 32'hffffffff;
            broken <= !good;
            state <= OPEN;
          end
        end
        OPEN: begin
          address <= {head[47:18], 2'b00};
          words <= head[55:48];
          at <= 9'd7;
          if (sent) state <= NUMBER;
        end
        NUMBER: if (sent) state <= STATUS;
        STATUS: if (sent) begin
          repeated <= writes && again;
          // Repeated writes have been done.
          if (!(reads || writes) || (writes && again)) words <= 8'd0;
          if (good) begin
            known <= 1'b1;
            last_number <= number;
          end
          state <= NEXT;
        end
        NEXT: begin
          step <= 3'd0;
          if (words == 8'd0) state <= SUM;
          else if (reads) begin
            bus_valid <= 1'b1;
            state <= BUS;
          end else begin
            at <= at + 9'd1;
            state <= WORD;
          end
        end
        WORD: begin
          data <= {buffered, data[31:8]};
          step <= step + 3'd1;
          if (step == 3'd3) begin
            bus_valid <= 1'b1;
            state <= BUS;
          end else at <= at + 9'd1;
        end
        BUS: begin
          step <= 3'd0;
          if (bus_ack) begin
            bus_valid <= 1'b0;
            address <= address + 32'd4;
            words <= words - 8'd1;
            if (reads) data <= bus_rdata;
            state <= reads ? BYTES : NEXT;
          end
        end
        BYTES: if (sent) begin
          data <= {8'd0, data[31:8]};
          step <= step + 3'd1;
          if (step == 3'd3) state <= NEXT;
        end
        SUM: if (sent) begin
          crc <= {8'd0, crc[31:8]};
          step <= step + 3'd1;
          if (step == 3'd3) state <= CLOSE;
        end
        default: if (sent) begin
          crc <= 32'hffffffff;
          count <= 9'd0;
          escaped <= 1'b0;
          state <= IDLE;
        end
      endcase
      if (sent && (state == NUMBER || state == STATUS || state == BYTES)) begin
        crc_bits <= out;
        crc_left <= 4'd8;
      end
    end
  end
  wire unused = &{1'b0, head[17:16]};
endmodule
`default_nettype wire
