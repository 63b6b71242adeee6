// Work-group barrier: work-items wait in a RAM, a place for each of all groups under way, until every work-item of
// their group that has not returned is here. Then the group leaves, one work-item a cycle, in the order of arrival.
//
// Arrivals are always accepted. While a group leaves, the first of it may come round again and arrive for the next
// phase: it writes the place of a work-item that has left before it, so one region a group is enough.
`default_nettype none
module soff_barrier #(
  parameter WIDTH = 1,    // bits of what a work-item keeps
  parameter ITEMS = 2048, // places for work-items, a power of two
  parameter SLOTS = 16,   // work-groups under way, a power of two
  parameter SLOT_W = 4,   // $clog2(SLOTS), at least 1
  parameter COUNT_W = 11  // bits of a count of work-items of a group
) (
  input  wire                     clk,
  input  wire                     rst,
  input  wire [              3:0] group_log,  // log2 of the places of a group
  input  wire [SLOTS*COUNT_W-1:0] under_way,  // work-items of each group that are under way
  input  wire [        SLOTS-1:0] closed,     // the whole group has been admitted
  input  wire                     in_valid,   // always accepted
  input  wire [       SLOT_W-1:0] in_slot,
  input  wire [        WIDTH-1:0] in_data,
  output wire                     out_valid,
  input  wire                     out_ready,
  output wire [        WIDTH-1:0] out_data
);
  localparam ADDR_W = $clog2(ITEMS);
  localparam ROOM = 4;  // words between the RAM's address and the way out

  reg  [  WIDTH-1:0] words[0:ITEMS-1];
  reg  [COUNT_W-1:0] arrived[0:SLOTS-1];  // in the phase that is gathering
  reg  [  SLOTS-1:0] complete;

  // The group that leaves.
  reg                leaving;
  reg  [ SLOT_W-1:0] slot;
  reg  [COUNT_W-1:0] next;
  reg  [COUNT_W-1:0] last;
  reg  [        2:0] room;
  wire               read = leaving & (room != 3'd0);
  wire               taken = out_valid & out_ready;

  wire               any;
  wire [  SLOTS-1:0] grant;
  wire [  SLOTS-1:0] unused_mask;
  wire [ SLOT_W-1:0] choice;
  wire               choose = any & ~leaving;

  soff_round_robin #(
    .N(SLOTS)
  ) order (
    .clk(clk),
    .rst(rst),
    .request(complete),
    .accept(choose),
    .grant(grant)
  );
  soff_first #(
    .N(SLOTS)
  ) encode (
    .a(grant),
    .any(any),
    .mask(unused_mask),
    .index(choice)
  );

  // A work-item's place: its group's region, and there the number of its arrival.
  wire [31:0] write_place = ({{32 - SLOT_W{1'b0}}, in_slot} << group_log) | {{32 - COUNT_W{1'b0}}, arrived[in_slot]};
  wire [31:0] read_place = ({{32 - SLOT_W{1'b0}}, slot} << group_log) | {{32 - COUNT_W{1'b0}}, next};
  wire        unused_places = &{1'b0, unused_mask, write_place, read_place};

  genvar k;
  generate
    for (k = 0; k < SLOTS; k = k + 1) begin : g_slot
      localparam [31:0] INDEX = k;
      wire arrives = in_valid & (in_slot == INDEX[SLOT_W-1:0]);
      wire starts = choose & (choice == INDEX[SLOT_W-1:0]);
      always @(posedge clk)
        if (rst) begin
          arrived[k] <= {COUNT_W{1'b0}};
          complete[k] <= 1'b0;
        end else begin
          // Nobody arrives in the cycle in which a group starts to leave: all of it is here.
          if (starts) arrived[k] <= {COUNT_W{1'b0}};
          else if (arrives) arrived[k] <= arrived[k] + 1'b1;
          complete[k] <= closed[k] & ~starts & (arrived[k] != {COUNT_W{1'b0}}) & (arrived[k] == under_way[k*COUNT_W+:COUNT_W]);
        end
    end
  endgenerate

  always @(posedge clk)
    if (rst) begin
      leaving <= 1'b0;
      room <= ROOM[2:0];
    end else begin
      if (choose) begin
        leaving <= 1'b1;
        slot <= choice;
        next <= {COUNT_W{1'b0}};
        last <= arrived[choice] - 1'b1;
      end else if (read) begin
        leaving <= next != last;
        next <= next + 1'b1;
      end
      if (read & ~taken) room <= room - 3'd1;
      else if (taken & ~read) room <= room + 3'd1;
    end

  reg [WIDTH-1:0] word;
  reg             word_valid;
  wire            unused_ready;
  always @(posedge clk) begin
    if (in_valid) words[write_place[ADDR_W-1:0]] <= in_data;
    word <= words[read_place[ADDR_W-1:0]];
    word_valid <= read & ~rst;
  end

  soff_fifo #(
    .WIDTH(WIDTH),
    .DEPTH(ROOM)
  ) out (
    .clk(clk),
    .rst(rst),
    .in_valid(word_valid),
    .in_ready(unused_ready),
    .in_data(word),
    .out_valid(out_valid),
    .out_ready(out_ready),
    .out_data(out_data)
  );

`ifdef SOFF_SIM
  reg [63:0] phases;
  reg [63:0] arrivals;
  reg [63:0] departures;
  always @(posedge clk)
    if (rst) begin
      phases <= 64'd0;
      arrivals <= 64'd0;
      departures <= 64'd0;
    end else begin
      if (choose) phases <= phases + 64'd1;
      if (in_valid) arrivals <= arrivals + 64'd1;
      if (taken) departures <= departures + 64'd1;
    end
  final
    $display("SOFF-STATE %m barrier arrivals=%0d phases=%0d waiting=%0d leaving=%0d out_valid=%0d out_ready=%0d", arrivals, phases,
             arrivals - departures, leaving, out_valid, out_ready);
`endif
endmodule
`default_nettype wire
