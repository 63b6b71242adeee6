// SDR SDRAM of 16 bits, as its data sheet (W9825G6KH) has it: banks, rows, bursts of two, CAS latency, masks. It watches
// what a controller must keep: rows opened before use and closed before others, times between commands, refreshes. A fault
// is printed as SDRAM-FAULT.
`default_nettype none
module sdram_model #(
    parameter ROW_W = 13,
    parameter COL_W = 9,
    parameter T_RP = 1,
    parameter T_RCD = 1,
    parameter T_RAS = 3,
    parameter T_RFC = 4,
    parameter T_WR = 2,
    parameter T_INIT = 5000,
    parameter REFRESH = 400  // most cycles a refresh, on average over 16
) (
    input wire clk,
    input wire cke,
    input wire [3:0] command,  // CS, RAS, CAS, WE
    input wire [ROW_W-1:0] a,
    input wire [1:0] ba,
    input wire [1:0] dqm,
    inout wire [15:0] dq
);
  reg [15:0] cells[0:(4<<(ROW_W+COL_W))-1];
  reg [3:0] open = 4'd0;
  reg [ROW_W-1:0] row[0:3];
  integer now = 0;
  integer activated[0:3];
  integer closed[0:3];
  integer written[0:3];
  integer refreshed = 0;
  integer last_refresh = -100;
  integer since_refresh = 0;
  reg configured = 1'b0;
  reg [2:0] latency = 3'd0;
  integer b;
  initial
    for (b = 0; b < 4; b = b + 1) begin
      activated[b] = -100;
      closed[b] = -100;
      written[b] = -100;
    end

  // The burst under way: a write takes its second half in the next cycle; reads come out after the latency.
  reg writing = 1'b0;
  reg [ROW_W+COL_W+1:0] second;
  reg [3:0] out_valid = 4'd0;
  reg [15:0] out[0:3];
  reg drive = 1'b0;
  reg [15:0] data;
  assign dq = drive ? data : 16'hzzzz;

  task fault(input integer what);
    begin
      $display("SDRAM-FAULT %0d in cycle %0d (1 closed row, 2 open row, 3 tRCD, 4 tRP, 5 tRAS, 6 tWR, 7 tRFC, 8 power-up, 9 no mode, 10 refresh late)",
               what, now);
    end
  endtask

  wire [ROW_W+COL_W+1:0] first = {row[ba], ba, a[COL_W-1:0]};
  integer k;
  always @(posedge clk) begin
    now <= now + 1;
    // What leaves at this edge was asked for `latency` edges ago.
    drive <= out_valid[0];
    data <= out[0];
    for (k = 0; k < 3; k = k + 1) out[k] <= out[k+1];
    out_valid <= {1'b0, out_valid[3:1]};
    writing <= 1'b0;
    if (writing) begin
      if (!dqm[0]) cells[second][7:0] <= dq[7:0];
      if (!dqm[1]) cells[second][15:8] <= dq[15:8];
      written[second[COL_W+1:COL_W]] <= now;
    end
    if (configured) since_refresh <= since_refresh + 1;
    if (since_refresh > 16 * REFRESH) begin
      if (refreshed < 16) fault(10);
      since_refresh <= 0;
      refreshed <= 0;
    end
    if (cke && !command[3]) begin
      if (command != 4'b0111 && now < T_INIT) fault(8);
      if (command != 4'b0111 && now - last_refresh < T_RFC) fault(7);
      case (command)
        4'b0011: begin
          if (open[ba]) fault(2);
          if (!configured) fault(9);
          if (now - closed[ba] < T_RP) fault(4);
          open[ba] <= 1'b1;
          row[ba] <= a;
          activated[ba] <= now;
        end
        4'b0101: begin
          if (!open[ba]) fault(1);
          if (now - activated[ba] < T_RCD) fault(3);
          out[latency-2] <= cells[first];
          out[latency-1] <= cells[{first[ROW_W+COL_W+1:1], !first[0]}];
          out_valid[latency-2] <= 1'b1;
          out_valid[latency-1] <= 1'b1;
        end
        4'b0100: begin
          if (!open[ba]) fault(1);
          if (now - activated[ba] < T_RCD) fault(3);
          if (!dqm[0]) cells[first][7:0] <= dq[7:0];
          if (!dqm[1]) cells[first][15:8] <= dq[15:8];
          writing <= 1'b1;
          second <= {first[ROW_W+COL_W+1:1], !first[0]};
          written[ba] <= now;
        end
        4'b0010:
        for (b = 0; b < 4; b = b + 1)
        if (a[10] || ba == b[1:0]) begin
          if (open[b] && now - activated[b] < T_RAS) fault(5);
          if (now - written[b] < T_WR || (writing && second[COL_W+1:COL_W] == b[1:0])) fault(6);
          open[b] <= 1'b0;
          closed[b] <= now;
        end
        4'b0001: begin
          if (open != 4'd0) fault(2);
          for (b = 0; b < 4; b = b + 1) if (now - closed[b] < T_RP) fault(4);
          last_refresh <= now;
          refreshed <= refreshed + 1;
        end
        4'b0000: begin
          configured <= 1'b1;
          latency <= a[6:4];
          if (a[3:0] != 4'b0001) fault(9);
        end
        default: ;
      endcase
    end
  end
endmodule
`default_nettype wire
