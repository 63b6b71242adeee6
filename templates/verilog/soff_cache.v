// Memory unit: a set-associative cache that takes one access a cycle in order and hides memory latency in a queue.
//
// At the entry an access is looked up in one cycle and decided upon in the next: a miss takes a victim's place and asks for its line
// at once; the access then waits its turn in a queue of INFLIGHT. At the queue's end (soff_cache_data) what it needs has arrived, or the queue
// waits. See docs/memory.md for the invariants and for why nothing waits in a circle.
module soff_cache #(
    parameter ADDR_W = 34,
    parameter LINE_BYTES = 64,  // power of two, 4 to 128
    parameter SETS = 128,  // power of two
    parameter WAYS = 4,
    parameter DATA_BYTES = 4,  // widest access, at most LINE_BYTES
    parameter GRAIN_BYTES = 4,  // every address is a multiple of it
    parameter TAG_W = 1,
    parameter INFLIGHT = 256,  // accesses between entry and answer, at least 2
    parameter READS = 1,
    parameter WRITES = 1,
    parameter FILLS = INFLIGHT,  // lines asked for and not yet used, at most; 0: they wait outside, for rd_data_ready
    parameter ATOMICS = 0,  // with READS and WRITES; every atomic is of 4 or 8 bytes
    parameter FADD = 0,  // 0 no floating point, 1 every format that fits, 2 float only, 3 double only
    parameter ALU_LATENCY = (FADD != 0) ? 7 : 1  // cycles of an atomic's operation
) (
    input wire clk,
    input wire rst,
    input wire start,
    input wire flush,
    output wire flushed,
    input wire req_valid,
    output wire req_ready,
    input wire [ADDR_W-1:0] req_addr,
    input wire req_write,
    input wire [8*DATA_BYTES-1:0] req_wdata,
    input wire [DATA_BYTES-1:0] req_wmask,
    input wire [TAG_W-1:0] req_tag,
    input wire [3:0] req_op,  // 0, or an atomic
    input wire [63:0] req_compare,
    output wire resp_valid,
    output wire [8*DATA_BYTES-1:0] resp_data,
    output wire [TAG_W-1:0] resp_tag,
    output wire rd_valid,
    input wire rd_ready,
    output wire [ADDR_W-$clog2(LINE_BYTES)-1:0] rd_line,
    input wire rd_data_valid,
    output wire rd_data_ready,
    input wire [8*LINE_BYTES-1:0] rd_data,
    output wire wr_valid,
    input wire wr_ready,
    output wire [ADDR_W-$clog2(LINE_BYTES)-1:0] wr_line,
    output wire [8*LINE_BYTES-1:0] wr_data,
    output wire [LINE_BYTES-1:0] wr_strb,
    input wire wr_ack
);
  localparam OFF_W = $clog2(LINE_BYTES);
  localparam LINE_W = ADDR_W - OFF_W;
  localparam SET_W = (SETS > 1) ? $clog2(SETS) : 1;  // SETS = 1: set 1 of two is never used
  localparam KEY_W = LINE_W - $clog2(SETS);
  localparam WAY_W = (WAYS > 1) ? $clog2(WAYS) : 1;
  localparam ROWS = WAYS << SET_W;
  localparam ROW_W = $clog2(ROWS);
  localparam WINDOW_LOG = $clog2(DATA_BYTES);
  localparam WINDOW = 1 << WINDOW_LOG;
  localparam GRAIN_LOG = ($clog2(GRAIN_BYTES) < WINDOW_LOG) ? $clog2(GRAIN_BYTES) : WINDOW_LOG;
  localparam WIN_W = (OFF_W > WINDOW_LOG) ? OFF_W - WINDOW_LOG : 1;
  localparam ROT_W = (WINDOW_LOG > GRAIN_LOG) ? WINDOW_LOG - GRAIN_LOG : 1;
  localparam NUMBER_W = ($clog2(INFLIGHT + 64) < 9) ? 10 : $clog2(INFLIGHT + 64) + 1;
  localparam BANK_W = (SET_W < 3) ? SET_W : 3;
  localparam BLOCK = WAYS << BANK_W;

  // ---- Requests come in through a register; store data is turned to its place in its window on the way.
  localparam STORE_W = (WRITES != 0) ? 9 * WINDOW + 1 : 1;
  localparam OP_W = (ATOMICS != 0) ? 4 + 64 : 0;  // an atomic's operation and comparand
  localparam TAGS_W = TAG_W + OP_W;  // what only travels along
  localparam REQ_W = TAGS_W + 1 + STORE_W + ROT_W + WIN_W + KEY_W + SET_W;

  wire [TAGS_W-1:0] in_tags;
  generate
    if (ATOMICS != 0) begin : g_operation
      assign in_tags = {req_op, req_compare, req_tag};
    end else begin : g_operation
      assign in_tags = req_tag;
      wire unused = &{1'b0, req_op, req_compare};
    end
  endgenerate

  wire [KEY_W-1:0] in_key;
  wire [SET_W-1:0] in_set;
  wire [WIN_W-1:0] in_window;
  wire [ROT_W-1:0] in_rotate;
  wire [STORE_W-1:0] in_store;
  soff_cache_split #(
      .LINE_W(LINE_W),
      .SETS(SETS)
  ) split_request (
      .line(req_addr[ADDR_W-1:OFF_W]),
      .index(in_set),
      .key(in_key)
  );
  generate
    if (OFF_W > WINDOW_LOG) assign in_window = req_addr[OFF_W-1:WINDOW_LOG];
    else assign in_window = 1'b0;
    if (WINDOW_LOG > GRAIN_LOG) assign in_rotate = req_addr[WINDOW_LOG-1:GRAIN_LOG];
    else assign in_rotate = 1'b0;
    if (WRITES != 0) begin : g_store
      localparam PAD = WINDOW - DATA_BYTES;
      wire [8*WINDOW-1:0] data;
      wire [WINDOW-1:0] mask;
      if (PAD > 0) begin : g_pad
        assign data = {{8 * PAD{1'b0}}, req_wdata};
        assign mask = {{PAD{1'b0}}, req_wmask};
      end else begin : g_pad
        assign data = req_wdata;
        assign mask = req_wmask;
      end
      if (WINDOW_LOG > GRAIN_LOG) begin : g_turn
        wire [8*WINDOW-1:0] turned_data = data << (in_rotate * (8 << GRAIN_LOG));
        wire [WINDOW-1:0] turned_mask = mask << (in_rotate * (1 << GRAIN_LOG));
        assign in_store = {|req_wmask, turned_mask, turned_data};
      end else begin : g_turn
        assign in_store = {|req_wmask, mask, data};
      end
    end else begin : g_store
      assign in_store = 1'b0;
      wire unused = &{1'b0, req_wdata, req_wmask};
    end
  endgenerate

  wire s_valid;
  wire s_ready;
  wire [TAGS_W-1:0] s_tags;
  wire s_write;
  wire [STORE_W-1:0] s_store;
  wire [ROT_W-1:0] s_rotate;
  wire [WIN_W-1:0] s_window;
  wire [KEY_W-1:0] s_key;
  wire [SET_W-1:0] s_set;
  soff_skid #(
      .WIDTH(REQ_W)
  ) entry (
      .clk(clk),
      .rst(rst),
      .in_valid(req_valid),
      .in_ready(req_ready),
      .in_data({in_tags, req_write, in_store, in_rotate, in_window, in_key, in_set}),
      .out_valid(s_valid),
      .out_ready(s_ready),
      .out_data({s_tags, s_write, s_store, s_rotate, s_window, s_key, s_set})
  );

  // ---- Directory, first stage: looked up. Outside `RUN` the sequencer offers sets and lines instead of the requests; when there are
  // none, lines that are complete go out early.
  wire running;
  wire sweep;  // invalidate set m_set
  wire take;  // write back the line at (m_set, m_way)
  wire [SET_W-1:0] m_set;
  wire [WAYS-1:0] m_way;
  wire [SET_W-1:0] scan_set;
  wire early;
  wire [SET_W-1:0] e_set;
  wire [WAYS-1:0] e_way;
  wire go;

  wire offer_early;
  wire [SET_W-1:0] l_set = !running ? m_set : offer_early ? e_set : s_set;
  wire l_valid = !running ? sweep || take : s_valid || offer_early;

  // Second stage: at hand.
  reg a_valid;
  reg a_access;
  reg a_sweep;
  reg a_take;
  reg a_early;
  reg [WAYS-1:0] a_way;
  reg [TAGS_W-1:0] a_tags;
  reg a_write;
  reg [STORE_W-1:0] a_store;
  reg [ROT_W-1:0] a_rotate;
  reg [WIN_W-1:0] a_window;
  reg [KEY_W-1:0] a_key;
  reg [SET_W-1:0] a_set;
  wire follows = a_valid && l_set == a_set;  // the one looked up has the set of the one at hand
  wire same_key = s_key == a_key;
  wire next = !a_valid || go;  // the second stage takes what is looked up
  wire bubble;  // unless it must be looked up again
  assign offer_early = early && !s_valid && !(a_valid && e_set == a_set);
  assign s_ready = running && next && !bubble;
  always @(posedge clk) begin
    if (next) begin
      a_access <= running && s_valid;
      a_sweep <= sweep;
      a_take <= take || (running && !s_valid);
      a_early <= running;
      a_way <= running ? e_way : m_way;
      a_tags <= s_tags;
      a_write <= s_write;
      a_store <= s_store;
      a_rotate <= s_rotate;
      a_window <= s_window;
      a_key <= s_key;
      a_set <= l_set;
    end
    if (rst) a_valid <= 1'b0;
    else if (next) a_valid <= l_valid && !bubble;
  end

  wire hit;
  wire hit_fetched;
  wire [WAYS-1:0] way;
  wire [WAYS-1:0] old_way;
  wire [KEY_W-1:0] old_key;
  wire access = a_valid && a_access;
  wire leaving = a_valid && a_take;
  wire wiping = a_valid && a_sweep;
  wire atomic;  // looked up like a load, makes its line dirty like a store
  generate
    if (ATOMICS != 0) assign atomic = access && a_tags[TAGS_W-1-:4] != 4'd0;
    else assign atomic = 1'b0;
  endgenerate
  wire store = access && a_write && !atomic && (WRITES != 0);
  wire load = access && (!a_write || atomic) && (READS != 0);
  wire stores_bytes = (store || atomic) && a_store[STORE_W-1];
  wire alloc = access && !hit;
  wire fetch = load && !hit_fetched;
  wire victim_dirty;
  // What the scan of a flush takes is dirty.
  wire evict = (alloc || (leaving && a_early)) ? victim_dirty : leaving;

  soff_cache_tags #(
      .SET_W(SET_W),
      .KEY_W(KEY_W),
      .WAYS(WAYS),
      .FETCHED((READS != 0 && WRITES != 0) ? 1 : 0)
  ) tags (
      .clk(clk),
      .index(l_set),
      .key(s_key),
      .load(next),
      .same_set(follows),
      .same_key(same_key),
      .at_index(a_set),
      .at_key(a_key),
      .force_way(a_take),
      .way_in(a_way),
      .clear(wiping),
      .install(go && (alloc || fetch || leaving)),
      .new_fetched(fetch),
      .touch(go && access),
      .hit(hit),
      .hit_fetched(hit_fetched),
      .way(way),
      .old_way(old_way),
      .old_key(old_key)
  );

  wire [WAY_W-1:0] way_index;
  wire [ROW_W-1:0] row;
  wire row_any;
  wire [WAYS-1:0] row_mask;
  wire unused_first = &{1'b0, row_any, row_mask};
  soff_first #(
      .N(WAYS)
  ) encode (
      .a(way),
      .any(row_any),
      .mask(row_mask),
      .index(way_index)
  );
  generate
    if (WAYS > 1) begin : g_row
      assign row = {way_index, a_set};
    end else begin : g_row
      assign row = a_set;
      wire unused = way_index;
    end
  endgenerate

  // ---- What a miss needs besides a place in the queue.
  wire queue_ready;
  wire fetch_ready;  // room in the request register and in the fill buffer, and no write-back of that line pending
  wire evict_ready;
  wire [LINE_W-1:0] access_line;
  wire quiet;  // nothing written is unacknowledged
  assign go = a_valid && queue_ready && (!fetch || fetch_ready) && (!evict || evict_ready);

  wire q_valid;
  wire q_ready;
  wire q_alloc;
  wire q_fill;
  wire q_evict;
  wire q_load;
  wire q_write;
  wire [ROW_W-1:0] q_row;
  wire [WIN_W-1:0] q_window;
  wire [ROT_W-1:0] q_rotate;
  wire [TAGS_W-1:0] q_tags;
  wire [STORE_W-1:0] q_store;
  localparam QUEUE_W = 5 + ROW_W + WIN_W + ROT_W + TAGS_W + STORE_W;
  soff_fifo #(
      .WIDTH(QUEUE_W),
      .DEPTH(INFLIGHT)
  ) queue (
      .clk(clk),
      .rst(rst),
      .in_valid(go && (access || evict)),
      .in_ready(queue_ready),
      .in_data({alloc, fetch, evict, load, store, row, a_window, a_rotate, a_tags, a_store}),
      .out_valid(q_valid),
      .out_ready(q_ready),
      .out_data({q_alloc, q_fill, q_evict, q_load, q_write, q_row, q_window, q_rotate, q_tags, q_store})
  );

  wire [3:0] q_op;
  wire [63:0] q_compare;
  generate
    if (ATOMICS != 0) assign {q_op, q_compare} = q_tags[TAGS_W-1:TAG_W];
    else assign {q_op, q_compare} = 68'd0;
  endgenerate

  wire fill_valid;
  wire fill_ready;
  wire [8*LINE_BYTES-1:0] fill_data;
  wire wb_valid;
  wire wb_ready;
  wire [8*WINDOW-1:0] window_data;
  wire [8*WINDOW-1:0] q_wdata;
  wire [WINDOW-1:0] q_wmask;
  soff_cache_data #(
      .LINE_BYTES(LINE_BYTES),
      .ROWS(ROWS),
      .WINDOW(WINDOW),
      .WIN_W(WIN_W),
      .ROT_W(ROT_W),
      .GRAIN(1 << GRAIN_LOG),
      .TAG_W(TAG_W),
      .READS(READS),
      .WRITES(WRITES),
      .ATOMICS(ATOMICS),
      .FADD(FADD),
      .ALU_LATENCY(ALU_LATENCY)
  ) data (
      .clk(clk),
      .rst(rst),
      .q_valid(q_valid),
      .q_ready(q_ready),
      .q_alloc(q_alloc),
      .q_fill(q_fill),
      .q_evict(q_evict),
      .q_load(q_load),
      .q_store(q_write),
      .q_row(q_row),
      .q_window(q_window),
      .q_rotate(q_rotate),
      .q_wdata(q_wdata),
      .q_wmask(q_wmask),
      .q_tag(q_tags[TAG_W-1:0]),
      .q_atomic(q_op != 4'd0),
      .q_op(q_op),
      .q_compare(q_compare),
      .fill_valid(fill_valid),
      .fill_ready(fill_ready),
      .fill_data(fill_data),
      .wb_valid(wb_valid),
      .wb_ready(wb_ready),
      .wb_data(wr_data),
      .wb_strb(wr_strb),
      .resp_valid(resp_valid),
      .resp_data(window_data),
      .resp_tag(resp_tag)
  );
  assign resp_data = window_data[8*DATA_BYTES-1:0];
  // Address bits below the grain are zero, and not every variant uses everything.
  wire unused_bits = &{1'b0, req_addr, window_data, access_line};

  // ---- Fetches. `fill_used` counts lines from the request to their use, so that the buffer always has room.
  soff_cache_join #(
      .LINE_W(LINE_W),
      .SETS(SETS)
  ) join_access (
      .index(a_set),
      .key(a_key),
      .line(access_line)
  );
  wire pending;  // the line asked for is still being written back
  wire pending_room;
  generate
    if (READS != 0) begin : g_fetch
      wire ask = go && fetch;
      wire ask_ready;
      soff_skid #(
          .WIDTH(LINE_W)
      ) asked (
          .clk(clk),
          .rst(rst),
          .in_valid(ask),
          .in_ready(ask_ready),
          .in_data(access_line),
          .out_valid(rd_valid),
          .out_ready(rd_ready),
          .out_data(rd_line)
      );
      if (FILLS == 0) begin : g_outside
        assign fetch_ready = ask_ready && !pending;
        assign fill_valid = rd_data_valid;
        assign fill_data = rd_data;
        assign rd_data_ready = fill_ready;
      end else begin : g_inside
        localparam COUNT_W = $clog2(FILLS + 1);
        localparam [31:0] LIMIT = FILLS;
        reg [COUNT_W-1:0] fill_used;
        reg asked_before;
        wire used = fill_valid && fill_ready;
        wire buffer_ready;
        wire unused = buffer_ready;
        always @(posedge clk) begin
          if (rst) fill_used <= {COUNT_W{1'b0}};
          else if (asked_before && !used) fill_used <= fill_used + 1'b1;
          else if (!asked_before && used) fill_used <= fill_used - 1'b1;
          asked_before <= ask && !rst;
        end
        // The line of the cycle before is not counted yet.
        assign fetch_ready = ask_ready && fill_used != LIMIT[COUNT_W-1:0] &&
                             !(asked_before && fill_used == LIMIT[COUNT_W-1:0] - 1'b1) && !pending;
        assign rd_data_ready = 1'b1;
        soff_fifo_ram #(
            .WIDTH(8 * LINE_BYTES),
            .DEPTH(FILLS)
        ) fills (
            .clk(clk),
            .rst(rst),
            .in_valid(rd_data_valid),
            .in_ready(buffer_ready),
            .in_data(rd_data),
            .out_valid(fill_valid),
            .out_ready(fill_ready),
            .out_data(fill_data)
        );
      end
    end else begin : g_no_fetch
      assign fetch_ready = 1'b1;
      assign rd_valid = 1'b0;
      assign rd_line = {LINE_W{1'b0}};
      assign fill_valid = 1'b0;
      assign fill_data = {8 * LINE_BYTES{1'b0}};
      assign rd_data_ready = 1'b1;
      wire unused = &{1'b0, pending, fill_ready, rd_ready, rd_data_valid, rd_data};
    end
  endgenerate

  // ---- Evictions. The line numbers queue here until the data has come through the queue.
  wire [BLOCK-1:0] dirty_block;
  reg [WAYS-1:0] soiled;  // ways with a line that was dirty since the last flush
  generate
    if (WRITES != 0) begin : g_evict
      wire [WAYS-1:0] dirty;
      reg [NUMBER_W-1:0] next_number;
      reg [NUMBER_W-1:0] acked;
      reg [NUMBER_W-1:0] outstanding;  // a cycle late
      reg left;
      wire line_ready;
      wire line_valid;
      wire leave = go && evict;
      wire changes = go && (alloc || stores_bytes || (leaving && a_early));
      soff_cache_dirty #(
          .SET_W(SET_W),
          .WAYS(WAYS),
          .BANK_W(BANK_W)
      ) dirt (
          .clk(clk),
          .index(running ? l_set : scan_set),
          .load(next),
          .same_set(follows),
          .block(dirty_block),
          .at_index(a_set),
          .clear(wiping),
          .we(changes),
          .way(way),
          .value(stores_bytes),
          .dirty(dirty)
      );
      assign victim_dirty = |(dirty & old_way);
      always @(posedge clk) begin
        if (wiping) soiled <= {WAYS{1'b0}};
        else if (changes && stores_bytes) soiled <= soiled | way;
      end
      // Numbers of lines wait as key and set.
      wire [KEY_W-1:0] leaving_key;
      wire [SET_W-1:0] leaving_set;
      soff_fifo #(
          .WIDTH(KEY_W + SET_W),
          .DEPTH(INFLIGHT + 16)
      ) victims (
          .clk(clk),
          .rst(rst),
          .in_valid(leave),
          .in_ready(line_ready),
          .in_data({old_key, a_set}),
          .out_valid(line_valid),
          .out_ready(wr_ready && wb_valid),
          .out_data({leaving_key, leaving_set})
      );
      soff_cache_join #(
          .LINE_W(LINE_W),
          .SETS(SETS)
      ) join_victim (
          .index(leaving_set),
          .key(leaving_key),
          .line(wr_line)
      );
      assign wr_valid = wb_valid && line_valid;
      assign wb_ready = wr_ready && line_valid;
      always @(posedge clk) begin
        if (rst) begin
          next_number <= {NUMBER_W{1'b0}};
          acked <= {NUMBER_W{1'b0}};
          outstanding <= {NUMBER_W{1'b0}};
          left <= 1'b0;
        end else begin
          if (leave) next_number <= next_number + 1'b1;
          if (wr_ack) acked <= acked + 1'b1;
          if (left && !wr_ack) outstanding <= outstanding + 1'b1;
          else if (!left && wr_ack) outstanding <= outstanding - 1'b1;
          left <= leave;
        end
      end
      // A flush needs no slots: nothing is fetched before all its writes are acknowledged.
      assign evict_ready = line_ready && !outstanding[NUMBER_W-1] && (pending_room || a_take);
      assign quiet = outstanding == {NUMBER_W{1'b0}} && !left;
      if (READS != 0) begin : g_pending
        soff_cache_pending #(
            .SET_W(SET_W),
            .KEY_W(KEY_W),
            .NUMBER_W(NUMBER_W)
        ) pending_lines (
            .clk(clk),
            .index(l_set),
            .key(s_key),
            .load(next),
            .at_index(a_set),
            .next_number(next_number),
            .acked(acked),
            .clear(wiping),
            .evict(leave && !a_take),
            .evict_key(old_key),
            .match(pending),
            .room(pending_room)
        );
        // The slot that an eviction takes is not seen by the one right behind it.
        assign bubble = leave && follows && !same_key;
        assign early = 1'b0;
        assign e_set = {SET_W{1'b0}};
        assign e_way = {WAYS{1'b0}};
      end else begin : g_pending
        assign bubble = 1'b0;
        soff_cache_complete #(
            .LINE_BYTES(LINE_BYTES),
            .WINDOW(WINDOW),
            .WIN_W(WIN_W),
            .SET_W(SET_W),
            .KEY_W(KEY_W),
            .WAYS(WAYS)
        ) complete (
            .clk(clk),
            .rst(rst),
            .clear(wiping),
            .store(go && stores_bytes),
            .index(a_set),
            .key(a_key),
            .way(way),
            .window(a_window),
            .mask(a_store[9*WINDOW-1-:WINDOW]),
            .out_valid(early),
            .out_ready(running && offer_early && next),
            .out_index(e_set),
            .out_way(e_way)
        );
        assign pending = 1'b0;
        assign pending_room = 1'b1;
        wire unused = &{1'b0, next_number, acked};
      end
      assign {q_wmask, q_wdata} = q_store[9*WINDOW-1:0];
      wire unused_any = q_store[STORE_W-1];
    end else begin : g_no_evict
      assign victim_dirty = 1'b0;
      assign dirty_block = {BLOCK{1'b0}};
      always @(posedge clk) soiled <= {WAYS{1'b0}};
      wire unused_scan = &{1'b0, scan_set};
      assign bubble = 1'b0;
      assign early = 1'b0;
      assign e_set = {SET_W{1'b0}};
      assign e_way = {WAYS{1'b0}};
      assign evict_ready = 1'b1;
      assign quiet = 1'b1;
      assign pending = 1'b0;
      assign pending_room = 1'b1;
      assign wr_valid = 1'b0;
      assign wr_line = {LINE_W{1'b0}};
      assign wb_ready = 1'b1;
      assign q_wmask = {WINDOW{1'b0}};
      assign q_wdata = {8 * WINDOW{1'b0}};
      wire unused = &{1'b0, wb_valid, wr_ready, wr_ack, old_key, old_way, stores_bytes, pending_room, q_store};
    end
  endgenerate

  soff_cache_sequencer #(
      .SET_W(SET_W),
      .WAYS(WAYS),
      .BANK_W(BANK_W),
      .WRITES(WRITES)
  ) sequencer (
      .clk(clk),
      .rst(rst),
      .start(start),
      .flush(flush),
      .flushed(flushed),
      // The scan of a flush must not see a line that is on its way out early.
      .idle(!s_valid && !a_valid && !offer_early),
      .drained(quiet && !a_valid),
      .accepted(go && access),
      .ready(next),
      .soiled(soiled),
      .running(running),
      .sweep(sweep),
      .take(take),
      .index(m_set),
      .way(m_way),
      .scan_index(scan_set),
      .block(dirty_block)
  );

`ifdef SOFF_SIM
  // Why an access did not go on, in cycles: at the entry (no place in the queue, its line still being written back, no
  // room for its fetch or its eviction) and at the far end (line not there, no room for the victim).
  reg [63:0] n_read = 0, n_write = 0, n_miss = 0, n_fetch = 0, n_writeback = 0, n_queue = 0, n_pending = 0, n_fetch_full = 0,
      n_evict_full = 0, n_fill = 0, n_victim = 0, n_held = 0, n_atomic = 0;
  always @(posedge clk) begin
    if (!rst) begin
      if (go && load) n_read <= n_read + 1;
      if (go && store) n_write <= n_write + 1;
      if (go && atomic) n_atomic <= n_atomic + 1;
      if (go && access && alloc) n_miss <= n_miss + 1;
      if (go && fetch) n_fetch <= n_fetch + 1;
      if (wr_valid && wr_ready) n_writeback <= n_writeback + 1;
      if (access && !queue_ready) n_queue <= n_queue + 1;
      else if (access && fetch && pending) n_pending <= n_pending + 1;
      else if (access && fetch && !fetch_ready) n_fetch_full <= n_fetch_full + 1;
      else if (access && evict && !evict_ready) n_evict_full <= n_evict_full + 1;
      if (q_valid && q_fill && !fill_valid) n_fill <= n_fill + 1;
      else if (q_valid && q_evict && !q_ready) n_victim <= n_victim + 1;
      n_held <= n_held + {63'd0, go && (access || evict)} - {63'd0, q_valid && q_ready};
    end
  end
  final
    $display(
        "SOFF-STATE %m cache reads=%0d writes=%0d misses=%0d fetches=%0d writebacks=%0d wait_queue=%0d wait_writeback=%0d wait_fetch=%0d wait_evict=%0d queue=%0d waiting_fill=%0d waiting_write=%0d head_wait_fill=%0d head_wait_write=%0d request=%0d atomics=%0d",
        n_read, n_write, n_miss, n_fetch, n_writeback, n_queue, n_pending, n_fetch_full, n_evict_full, n_held,
        q_valid && q_fill && !fill_valid, wr_valid && !wr_ready, n_fill, n_victim, s_valid, n_atomic);
`endif
endmodule
