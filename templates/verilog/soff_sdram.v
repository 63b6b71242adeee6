// Controller of a 16-bit SDR SDRAM: a word of 32 bits is a burst of two. Rows stay open until another one of their
// bank, or a refresh, is due. All times are cycles of clk; the memory's clock is clk inverted. Data is sampled at the falling
// edge a whole cycle after the memory began to send it: a cycle for the clock's way out, the memory and the data's way back.
`default_nettype none
module soff_sdram #(
    parameter ROW_W = 13,
    parameter COL_W = 9,
    parameter CAS = 2,  // latency: 2 or 3
    parameter T_INIT = 10000,  // from power-up to the first command, at least 100 us
    parameter T_RP = 2,  // precharge, at least 2
    parameter T_RCD = 2,  // activate to read or write, at least 2
    parameter T_RAS = 4,  // activate to precharge
    parameter T_RFC = 5,  // refresh
    parameter T_WR = 2,  // end of written data to precharge
    parameter T_REFI = 350  // between refreshes: less than 64 ms / rows, with room for a burst
) (
    input wire clk,
    input wire rst,
    input wire mem_valid,
    output wire mem_ready,
    input wire mem_write,
    input wire [ROW_W+COL_W:0] mem_addr,  // row, bank, column of a word
    input wire [31:0] mem_wdata,
    input wire [3:0] mem_strb,
    output wire mem_rvalid,
    output wire [31:0] mem_rdata,
    output reg [3:0] command,  // CS, RAS, CAS, WE, active low
    output reg [ROW_W-1:0] a,
    output reg [1:0] ba,
    output reg [1:0] dqm,
    output reg [15:0] dq_out,
    output reg dq_drive,
    input wire [15:0] dq_in
);
  localparam [3:0] NOP = 4'b0111;
  localparam [3:0] ACTIVATE = 4'b0011;
  localparam [3:0] READ = 4'b0101;
  localparam [3:0] WRITE = 4'b0100;
  localparam [3:0] PRECHARGE = 4'b0010;
  localparam [3:0] REFRESH = 4'b0001;
  localparam [3:0] MODE = 4'b0000;
  localparam [31:0] CAS_BITS = CAS;
  localparam [31:0] INIT = T_INIT;
  localparam [31:0] REFI = T_REFI;
  localparam [31:0] RP = T_RP - 1;
  localparam [31:0] RCD = T_RCD - 1;
  localparam [31:0] RAS = T_RAS - 1;
  localparam [31:0] RFC = T_RFC - 1;
  localparam [31:0] WR = T_WR + 1;
  localparam INIT_W = $clog2(T_INIT + 1);
  localparam REFI_W = $clog2(T_REFI + 1);

  reg [INIT_W-1:0] power_up;
  reg [2:0] setup;  // steps of the initialisation still to go
  reg [3:0] pause;  // cycles until the next command
  reg [3:0] since_activate;  // cycles until a precharge may follow
  reg [3:0] since_write;
  reg [3:0] since_read;  // cycles until the data lines are free
  reg [REFI_W-1:0] interval;
  reg refresh_due;
  reg [3:0] open;
  reg [ROW_W-1:0] rows [0:3];

  wire [COL_W-2:0] column = mem_addr[COL_W-2:0];
  wire [1:0] bank = mem_addr[COL_W:COL_W-1];
  wire [ROW_W-1:0] row = mem_addr[COL_W+1+:ROW_W];
  wire [ROW_W-1:0] open_row = rows[bank];
  wire hit = open[bank] && open_row == row;
  wire ready_now = setup == 3'd0 && pause == 4'd0 && !refresh_due;
  wire may_close = since_activate == 4'd0 && since_write == 4'd0 && since_read == 4'd0;
  assign mem_ready = ready_now && hit && !(mem_write && since_read != 4'd0);
  wire go = mem_valid && mem_ready;

  reg [15:0] second_data;
  reg [1:0] second_mask;
  reg second;  // the second half of a write goes out
  reg [CAS+2:0] reading;  // where the reads under way are
  reg [15:0] dq_falling;
  reg [15:0] dq_sampled;
  reg [15:0] low;
  always @(negedge clk) dq_falling <= dq_in;
  assign mem_rvalid = reading[CAS+2];
  assign mem_rdata = {dq_sampled, low};

  localparam [ROW_W-1:0] ALL_BANKS = 1 << 10;
  // Burst of two, sequential; CAS latency in bits 6 to 4.
  localparam [ROW_W-1:0] MODE_BITS = {{ROW_W - 7{1'b0}}, CAS_BITS[2:0], 4'b0001};

  always @(posedge clk) begin
    dq_sampled <= dq_falling;
    if (reading[CAS+1]) low <= dq_sampled;
    command <= NOP;
    second <= 1'b0;
    dq_drive <= second;
    dq_out <= second_data;
    dqm <= second ? second_mask : 2'b00;
    ba <= bank;
    a <= {{ROW_W - COL_W{1'b0}}, column, 1'b0};
    reading <= {reading[CAS+1:0], go && !mem_write};
    if (pause != 4'd0) pause <= pause - 4'd1;
    if (since_activate != 4'd0) since_activate <= since_activate - 4'd1;
    if (since_write != 4'd0) since_write <= since_write - 4'd1;
    if (since_read != 4'd0) since_read <= since_read - 4'd1;
    if (rst) begin
      command <= 4'b1111;
      power_up <= INIT[INIT_W-1:0];
      setup <= 3'd4;
      pause <= 4'd0;
      since_activate <= 4'd0;
      since_write <= 4'd0;
      since_read <= 4'd0;
      interval <= REFI[REFI_W-1:0];
      refresh_due <= 1'b0;
      open <= 4'd0;
      reading <= {CAS + 3{1'b0}};
      dq_drive <= 1'b0;
    end else begin
      if (interval == {REFI_W{1'b0}}) begin
        interval <= REFI[REFI_W-1:0];
        refresh_due <= 1'b1;
      end else interval <= interval - 1'b1;

      if (power_up != {INIT_W{1'b0}}) power_up <= power_up - 1'b1;
      else if (pause == 4'd0) begin
        if (setup != 3'd0) begin
          setup <= setup - 3'd1;
          ba <= 2'd0;
          case (setup)
            3'd4: begin
              command <= PRECHARGE;
              a <= ALL_BANKS;
              pause <= RP[3:0];
            end
            3'd1: begin
              command <= MODE;
              a <= MODE_BITS;
              pause <= 4'd2;
            end
            default: begin
              command <= REFRESH;
              pause <= RFC[3:0];
            end
          endcase
        end else if (refresh_due) begin
          if (open != 4'd0) begin
            if (may_close) begin
              command <= PRECHARGE;
              a <= ALL_BANKS;
              open <= 4'd0;
              pause <= RP[3:0];
            end
          end else begin
            command <= REFRESH;
            refresh_due <= 1'b0;
            pause <= RFC[3:0];
          end
        end else if (go) begin
          // The second half occupies the next cycle.
          pause <= 4'd1;
          if (mem_write) begin
            command <= WRITE;
            dq_drive <= 1'b1;
            dq_out <= mem_wdata[15:0];
            dqm <= ~mem_strb[1:0];
            second <= 1'b1;
            second_data <= mem_wdata[31:16];
            second_mask <= ~mem_strb[3:2];
            since_write <= WR[3:0];
          end else begin
            command <= READ;
            since_read <= CAS_BITS[3:0] + 4'd2;
          end
        end else if (mem_valid && !hit) begin
          if (!open[bank]) begin
            command <= ACTIVATE;
            a <= row;
            open[bank] <= 1'b1;
            rows[bank] <= row;
            pause <= RCD[3:0];
            since_activate <= RAS[3:0];
          end else if (may_close) begin
            command <= PRECHARGE;
            a <= {ROW_W{1'b0}};
            open[bank] <= 1'b0;
            pause <= RP[3:0];
          end
        end
      end
    end
  end
  wire unused = &{1'b0, CAS_BITS[31:4], RP[31:4], RCD[31:4], RAS[31:4], RFC[31:4], WR[31:4], INIT, REFI};
endmodule
`default_nettype wire
