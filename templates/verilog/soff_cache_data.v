// The far end of soff_cache: accesses are carried out here, in order, one a cycle, when what they wait for is there.
//
// One row of the data RAM is a line with a dirty bit a byte (the ninth bit of each lane). An access does everything to
// its row in one cycle: the old row is read (answer of a hit, or the victim to be written back) while the new bytes
// (store, fill, or both merged) are written. Only a fill that must spare the bytes already stored takes two cycles: the
// first reads the dirty bits, the second writes the others. An atomic reads its row like a load and writes it some cycles
// later (soff_cache_atomic).
module soff_cache_data #(
    parameter LINE_BYTES = 64,
    parameter ROWS = 512,
    parameter WINDOW = 4,  // bytes of an access, rounded up to a power of two
    parameter WIN_W = 4,  // bits of q_window, at least 1
    parameter ROT_W = 1,  // bits of q_rotate, at least 1
    parameter GRAIN = 4,  // granule of q_rotate, bytes
    parameter TAG_W = 1,
    parameter READS = 1,
    parameter WRITES = 1,
    parameter ATOMICS = 0,
    parameter FADD = 0,
    parameter ALU_LATENCY = (FADD != 0) ? 7 : 1,
    parameter WRITE_ROOM = 8
) (
    input wire clk,
    input wire rst,
    // Oldest access
    input wire q_valid,
    output wire q_ready,
    input wire q_alloc,  // its line takes the row now
    input wire q_fill,  // it waits for a line from memory
    input wire q_evict,  // the old row goes to the write-back stream
    input wire q_load,  // it is answered
    input wire q_store,
    input wire [$clog2(ROWS)-1:0] q_row,
    input wire [WIN_W-1:0] q_window,  // which aligned window of the line
    input wire [ROT_W-1:0] q_rotate,  // first granule within the window
    input wire [8*WINDOW-1:0] q_wdata,
    input wire [WINDOW-1:0] q_wmask,
    input wire [TAG_W-1:0] q_tag,
    input wire q_atomic,  // besides q_load
    input wire [3:0] q_op,
    input wire [63:0] q_compare,
    // Lines from memory, in the order of the accesses that wait for them
    input wire fill_valid,
    output wire fill_ready,
    input wire [8*LINE_BYTES-1:0] fill_data,
    // Victims
    output wire wb_valid,
    input wire wb_ready,
    output wire [8*LINE_BYTES-1:0] wb_data,
    output wire [LINE_BYTES-1:0] wb_strb,
    // Answers
    output wire resp_valid,
    output wire [8*WINDOW-1:0] resp_data,
    output wire [TAG_W-1:0] resp_tag
);
  localparam WINDOWS = LINE_BYTES / WINDOW;

  wire wb_room;
  reg second;  // second cycle of a fill that merges
  wire merges = q_fill && !q_alloc && (READS != 0) && (WRITES != 0);
  wire hold;  // an atomic under way comes first
  wire step = q_valid && (!q_fill || fill_valid) && (!q_evict || wb_room) && !hold;
  wire last = !merges || second;
  wire first_step = step && !second;

  wire unused_fields = &{1'b0, q_window, q_wdata};  // with one window, and without stores

  assign q_ready = step && last;
  assign fill_ready = step && last && q_fill;

  always @(posedge clk) begin
    if (rst) second <= 1'b0;
    else if (step) second <= !last;
  end

  // The row: what is written. A store never comes with a fill; bytes of a new row that it does not store are void.
  wire [LINE_BYTES-1:0] store_bytes;
  wire [8*LINE_BYTES-1:0] new_row;
  wire [8*LINE_BYTES-1:0] row_bytes;
  wire [LINE_BYTES-1:0] row_dirty;
  genvar i, k;
  generate
    for (i = 0; i < WINDOWS; i = i + 1) begin : g_window
      localparam [31:0] INDEX = i;
      wire here;
      if (WINDOWS == 1) assign here = q_store;
      else assign here = q_store && q_window == INDEX[WIN_W-1:0];
      assign store_bytes[i*WINDOW+:WINDOW] = here ? q_wmask : {WINDOW{1'b0}};
    end
    if (READS == 0) begin : g_new
      assign new_row = {WINDOWS{q_wdata}};
      wire unused = &{1'b0, fill_data};
    end else if (WRITES == 0) begin : g_new
      assign new_row = fill_data;
    end else begin : g_new
      assign new_row = q_store ? {WINDOWS{q_wdata}} : fill_data;
    end
  endgenerate

  wire [LINE_BYTES-1:0] row_we = q_alloc ? {LINE_BYTES{1'b1}} : second ? ~row_dirty : store_bytes;
  wire [8*WINDOW-1:0] read_window;  // two cycles after an access
  wire [8*WINDOW-1:0] old_window;  // the same with the results of atomics
  generate
    if (ATOMICS != 0) begin : g_atomic
      wire writing;
      wire [$clog2(ROWS)-1:0] write_row;
      wire [WIN_W-1:0] write_window;
      wire [8*WINDOW-1:0] write_data;
      wire [WINDOW-1:0] write_mask;
      wire [LINE_BYTES-1:0] write_bytes;
      wire held;
      soff_cache_atomic #(
          .ROW_W($clog2(ROWS)),
          .WINDOW(WINDOW),
          .WIN_W(WIN_W),
          .ROT_W(ROT_W),
          .GRAIN(GRAIN),
          .FADD(FADD),
          .ALU_LATENCY(ALU_LATENCY)
      ) atomic (
          .clk(clk),
          .rst(rst),
          .row(q_row),
          .window(q_window),
          .whole(q_alloc || q_fill || q_evict),
          .writes(q_store || q_alloc),
          .merges(merges),
          .stores(q_store),
          .hold(held),
          .enter(first_step && q_atomic),
          .rotate(q_rotate),
          .op(q_op),
          .operand(q_wdata),
          .mask(q_wmask),
          .compare(q_compare),
          .read(read_window),
          .old(old_window),
          .writing(writing),
          .write_row(write_row),
          .write_window(write_window),
          .write_data(write_data),
          .write_mask(write_mask)
      );
      // Nothing is under way but itself when an access is in its second cycle.
      assign hold = held && !second;
      for (i = 0; i < WINDOWS; i = i + 1) begin : g_place
        localparam [31:0] INDEX = i;
        wire here;
        if (WINDOWS == 1) assign here = 1'b1;
        else assign here = write_window == INDEX[WIN_W-1:0];
        assign write_bytes[i*WINDOW+:WINDOW] = here ? write_mask : {WINDOW{1'b0}};
      end
      wire unused = &{1'b0, write_window};
      soff_cache_rows #(
          .BYTES(LINE_BYTES),
          .DEPTH(ROWS)
      ) rows (
          .clk(clk),
          .re(step),
          .raddr(q_row),
          .rdata(row_bytes),
          .rmark(row_dirty),
          .waddr(writing ? write_row : q_row),
          .we(writing ? write_bytes : row_we & {LINE_BYTES{step}}),
          .wdata(writing ? {WINDOWS{write_data}} : new_row),
          .wmark(writing ? write_bytes : store_bytes)
      );
    end else begin : g_no_atomic
      assign hold = 1'b0;
      assign old_window = read_window;
      wire unused = &{1'b0, q_atomic, q_op, q_compare, old_window};
      soff_ram_rows #(
          .BYTES(LINE_BYTES),
          .MARKS((WRITES != 0) ? 1 : 0),
          .DEPTH(ROWS)
      ) rows (
          .clk(clk),
          .en(step),
          .addr(q_row),
          .we(row_we),
          .wdata(new_row),
          .wmark(store_bytes),
          .rdata(row_bytes),
          .rmark(row_dirty)
      );
    end
  endgenerate

  generate
    // Victims: the old row, one cycle after the access. Room is counted when the access goes, so nothing is ever held.
    if (WRITES != 0) begin : g_victim
      localparam COUNT_W = $clog2(WRITE_ROOM + 1);
      localparam [31:0] ROOM = WRITE_ROOM;
      reg [COUNT_W-1:0] reserved;
      reg evicting;
      wire reserve = first_step && q_evict;
      wire release_one = wb_valid && wb_ready;
      wire fifo_ready;
      wire unused = fifo_ready;
      always @(posedge clk) begin
        if (rst) begin
          reserved <= {COUNT_W{1'b0}};
          evicting <= 1'b0;
        end else begin
          evicting <= reserve;
          if (reserve && !release_one) reserved <= reserved + 1'b1;
          else if (!reserve && release_one) reserved <= reserved - 1'b1;
        end
      end
      assign wb_room = reserved != ROOM[COUNT_W-1:0];
      soff_fifo_ram #(
          .WIDTH(9 * LINE_BYTES),
          .DEPTH(WRITE_ROOM)
      ) victims (
          .clk(clk),
          .rst(rst),
          .in_valid(evicting),
          .in_ready(fifo_ready),
          .in_data({row_dirty, row_bytes}),
          .out_valid(wb_valid),
          .out_ready(wb_ready),
          .out_data({wb_strb, wb_data})
      );
    end else begin : g_no_victim
      assign wb_room = 1'b1;
      assign wb_valid = 1'b0;
      assign wb_data = {8 * LINE_BYTES{1'b0}};
      assign wb_strb = {LINE_BYTES{1'b0}};
      wire unused = &{1'b0, wb_ready, row_dirty};
    end

    // Answers: the window is cut out of the old row and, in step with it, out of the fill; a byte comes from the fill
    // when the line is new or the byte was not stored.
    if (READS != 0) begin : g_answer
      reg [WIN_W-1:0] window_q;
      wire [8*WINDOW-1:0] fill_window;
      wire [9*WINDOW-1:0] row_window;
      wire [8*WINDOW-1:0] picked;
      reg [8*WINDOW-1:0] fill_q;
      reg alloc_q;
      reg merge_q;
      reg valid_q;
      reg [ROT_W-1:0] rotate_q;
      reg [TAG_W-1:0] tag_q;
      reg [8*WINDOW-1:0] data_p;
      reg valid_p;
      reg [ROT_W-1:0] rotate_p;
      reg [TAG_W-1:0] tag_p;
      if (WINDOWS == 1) begin : g_all
        assign fill_window = fill_data;
        assign row_window = {row_dirty, row_bytes};
        wire unused = window_q;
      end else begin : g_cut
        soff_mux #(
            .SEL_W(WIN_W),
            .WIDTH(8 * WINDOW)
        ) cut_fill (
            .sel(q_window),
            .a(fill_data),
            .y(fill_window)
        );
        soff_mux #(
            .SEL_W(WIN_W),
            .WIDTH(8 * WINDOW)
        ) cut_row (
            .sel(window_q),
            .a(row_bytes),
            .y(row_window[8*WINDOW-1:0])
        );
        soff_mux #(
            .SEL_W(WIN_W),
            .WIDTH(WINDOW)
        ) cut_dirty (
            .sel(window_q),
            .a(row_dirty),
            .y(row_window[9*WINDOW-1:8*WINDOW])
        );
      end
      // The bytes that the fill provides: all of a new line, those not stored of an old one.
      wire [8*WINDOW-1:0] from_fill;
      for (k = 0; k < WINDOW; k = k + 1) begin : g_pick
        assign from_fill[k*8+:8] = {8{alloc_q || (merge_q && !row_window[8*WINDOW+k])}};
      end
      assign read_window = data_p;
      assign picked = (fill_q & from_fill) | (row_window[8*WINDOW-1:0] & ~from_fill);
      always @(posedge clk) begin
        fill_q <= fill_window;
        window_q <= q_window;
        alloc_q <= q_alloc;
        merge_q <= merges;
        rotate_q <= q_rotate;
        tag_q <= q_tag;
        data_p <= picked;
        rotate_p <= rotate_q;
        tag_p <= tag_q;
        if (rst) begin
          valid_q <= 1'b0;
          valid_p <= 1'b0;
        end else begin
          valid_q <= first_step && q_load;
          valid_p <= valid_q;
        end
      end
      if (WINDOW > GRAIN) begin : g_rotate
        reg [8*WINDOW-1:0] data_r;
        reg valid_r;
        reg [TAG_W-1:0] tag_r;
        wire [16*WINDOW-1:0] doubled = {old_window, old_window} >> (rotate_p * (8 * GRAIN));
        wire unused = &{1'b0, doubled[16*WINDOW-1:8*WINDOW]};
        always @(posedge clk) begin
          data_r <= doubled[8*WINDOW-1:0];
          tag_r <= tag_p;
          if (rst) valid_r <= 1'b0;
          else valid_r <= valid_p;
        end
        assign resp_valid = valid_r;
        assign resp_data = data_r;
        assign resp_tag = tag_r;
      end else begin : g_straight
        wire unused = &{1'b0, rotate_p};
        assign resp_valid = valid_p;
        assign resp_data = old_window;
        assign resp_tag = tag_p;
      end
    end else begin : g_no_answer
      assign read_window = {8 * WINDOW{1'b0}};
      assign resp_valid = 1'b0;
      assign resp_data = {8 * WINDOW{1'b0}};
      assign resp_tag = {TAG_W{1'b0}};
      wire unused = &{1'b0, q_load, q_rotate, q_tag, fill_data};
    end
  endgenerate
endmodule
