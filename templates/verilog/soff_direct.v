// Memory unit without a cache, for boards with little logic and memory on the chip: every access is a line of the
// channel's, and a line is a beat of its bus. Accesses leave in the order in which they come. A unit that reads and writes
// waits for the answers of the one before it begins the other, because the channel keeps no order between them.
`default_nettype none
module soff_direct #(
    parameter ADDR_W = 17,
    parameter LINE_BYTES = 4,  // power of two
    parameter DATA_BYTES = 4,  // widest access, at most LINE_BYTES
    parameter TAG_W = 1,
    parameter INFLIGHT = 4,  // reads that may be under way
    parameter READS = 1,
    parameter WRITES = 1
) (
    input wire clk,
    input wire rst,
    output wire flushed,  // all that was written is acknowledged
    input wire req_valid,
    output wire req_ready,
    input wire [ADDR_W-1:0] req_addr,
    input wire req_write,
    input wire [8*DATA_BYTES-1:0] req_wdata,
    input wire [DATA_BYTES-1:0] req_wmask,
    input wire [TAG_W-1:0] req_tag,
    output wire resp_valid,
    output wire [8*DATA_BYTES-1:0] resp_data,
    output wire [TAG_W-1:0] resp_tag,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-$clog2(LINE_BYTES)-1:0] rd_line,
    input wire rd_data_valid,
    input wire [8*LINE_BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [ADDR_W-$clog2(LINE_BYTES)-1:0] wr_line,
    output wire [8*LINE_BYTES-1:0] wr_data,
    output wire [LINE_BYTES-1:0] wr_strb,
    input wire wr_ack
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam PLACE_W = (OFF_W > 0) ? OFF_W : 1;

  wire [PLACE_W-1:0] place;
  generate
    if (OFF_W > 0) assign place = req_addr[OFF_W-1:0];
    else assign place = 1'b0;
  endgenerate
  assign rd_line = req_addr[ADDR_W-1:OFF_W];
  assign wr_line = req_addr[ADDR_W-1:OFF_W];

  wire store = (WRITES != 0) && ((READS == 0) || req_write);
  wire reads_done;
  wire writes_done;
  wire read_ready;
  wire write_ready;
  assign req_ready = store ? write_ready : read_ready;

  generate
    if (READS != 0) begin : g_read
      wire track_ready;
      wire tracked;
      wire [PLACE_W-1:0] at;
      assign rd_valid = req_valid && !store && track_ready && writes_done;
      assign read_ready = rd_ready && track_ready && writes_done;
      assign reads_done = !tracked;
      soff_fifo #(
          .WIDTH(TAG_W + PLACE_W),
          .DEPTH(INFLIGHT)
      ) track (
          .clk(clk),
          .rst(rst),
          .in_valid(req_valid && !store && rd_ready && writes_done),
          .in_ready(track_ready),
          .in_data({req_tag, place}),
          .out_valid(tracked),
          .out_ready(rd_data_valid),
          .out_data({resp_tag, at})
      );
      wire [8*LINE_BYTES-1:0] turned = rd_data >> {at, 3'b000};
      assign resp_valid = rd_data_valid;
      assign resp_data = turned[8*DATA_BYTES-1:0];
      if (LINE_BYTES > DATA_BYTES) begin : g_rest
        wire unused = &{1'b0, turned[8*LINE_BYTES-1:8*DATA_BYTES]};
      end
    end else begin : g_read
      assign rd_valid = 1'b0;
      assign read_ready = 1'b0;
      assign reads_done = 1'b1;
      assign resp_valid = 1'b0;
      assign resp_data = {8 * DATA_BYTES{1'b0}};
      assign resp_tag = {TAG_W{1'b0}};
      wire unused = &{1'b0, req_tag, rd_ready, rd_data_valid, rd_data, writes_done, req_write};
    end

    if (WRITES != 0) begin : g_write
      // A store that changes nothing is done at once.
      wire changes = |req_wmask;
      reg [7:0] owed;
      wire room = owed != 8'hff;
      assign wr_valid = req_valid && store && changes && reads_done && room;
      assign write_ready = !changes || (wr_ready && reads_done && room);
      assign writes_done = owed == 8'd0;
      wire leave = wr_valid && wr_ready;
      always @(posedge clk) begin
        if (rst) owed <= 8'd0;
        else if (leave && !wr_ack) owed <= owed + 8'd1;
        else if (!leave && wr_ack) owed <= owed - 8'd1;
      end
      if (LINE_BYTES > DATA_BYTES) begin : g_wide
        assign wr_data = {{8 * (LINE_BYTES - DATA_BYTES) {1'b0}}, req_wdata} << {place, 3'b000};
        assign wr_strb = {{LINE_BYTES - DATA_BYTES{1'b0}}, req_wmask} << place;
      end else begin : g_wide
        assign wr_data = req_wdata << {place, 3'b000};
        assign wr_strb = req_wmask << place;
      end
    end else begin : g_write
      assign wr_valid = 1'b0;
      assign write_ready = 1'b0;
      assign writes_done = 1'b1;
      assign wr_data = {8 * LINE_BYTES{1'b0}};
      assign wr_strb = {LINE_BYTES{1'b0}};
      wire unused = &{1'b0, req_write, req_wdata, req_wmask, wr_ready, wr_ack, reads_done};
    end
  endgenerate
  assign flushed = writes_done;
endmodule
`default_nettype wire
