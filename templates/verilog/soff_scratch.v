// Memory on the chip, shared by N clients: banks of block RAM, each of which takes a load (or atomic) and a store a cycle.
//
// A request is accepted when its bank takes it; so the order of acceptance is the order in which accesses of a word take
// effect. In one cycle a load or an atomic comes before a store. An answer comes a fixed number of cycles after
// acceptance, hence in order, and is not asked whether it may: the client holds room.
module soff_scratch #(
    parameter N = 2,  // clients, at least 1
    parameter ADDR_W = 14,  // bits of a byte address within this memory
    parameter BYTES = 16384,  // capacity; addresses beyond are void
    parameter DATA_BYTES = 4,  // word: the widest access, power of two, up to 128
    parameter BANKS = 4,  // power of two, up to 256
    parameter [2*N-1:0] KINDS = 4,  // two bits a client, client 0 lowest: 0 load, 1 store, 2 atomic
    parameter ATOMICS = 0,  // some client is an atomic (DATA_BYTES is 4 at least)
    parameter FADD = 0,  // 0 no floating point, 1 every format that fits, 2 float only, 3 double only
    parameter GRAIN_BYTES = 4,  // every address is a multiple of it
    parameter ALU_LATENCY = (FADD != 0) ? 7 : 1  // cycles of an atomic's operation
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] c_req_valid,
    output wire [N-1:0] c_req_ready,
    input wire [N*ADDR_W-1:0] c_req_addr,
    input wire [N*8*DATA_BYTES-1:0] c_req_data,
    input wire [N*DATA_BYTES-1:0] c_req_mask,
    input wire [N*64-1:0] c_req_compare,
    input wire [N*4-1:0] c_req_op,
    output wire [N-1:0] c_resp_valid,
    output wire [N*8*DATA_BYTES-1:0] c_resp_data
);
  localparam WORD_LOG = $clog2(DATA_BYTES);
  localparam GRAIN_LOG = ($clog2(GRAIN_BYTES) < WORD_LOG) ? $clog2(GRAIN_BYTES) : WORD_LOG;
  localparam LANE_W = (WORD_LOG > GRAIN_LOG) ? WORD_LOG - GRAIN_LOG : 1;
  localparam BANK_LOG = $clog2(BANKS);
  localparam BANK_W = (BANK_LOG > 0) ? BANK_LOG : 1;
  localparam ROWS = (BYTES + DATA_BYTES * BANKS - 1) / (DATA_BYTES * BANKS);
  localparam ROW_W = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam WORD_W = BANK_LOG + ROW_W;
  localparam USED_W = WORD_W + WORD_LOG;
  localparam DW = 8 * DATA_BYTES;
  localparam BUSY = 2 + ((DATA_BYTES > 4 || FADD != 0) ? 1 : 0) + ALU_LATENCY;
  localparam OPERAND = (ATOMICS != 0) ? 4 + 1 + 64 + 64 + DATA_BYTES : 1;
  localparam READ_W = 1 + ROW_W + LANE_W + OPERAND;
  localparam STORE_W = ROW_W + 9 * DATA_BYTES;

  // Whether any client is of kind `kind`.
  function integer any_kind(input integer kind);
    integer k;
    begin
      any_kind = 0;
      for (k = 0; k < N; k = k + 1) if ({30'd0, KINDS[2*k+:2]} == kind) any_kind = 1;
    end
  endfunction
  localparam STORES = any_kind(1);
  // One register behind the multiplexer of the banks or lanes, where there is one.
  localparam LATE = (BANKS > 1 || WORD_LOG > GRAIN_LOG) ? 1 : 0;

  wire [N-1:0] reader;  // what each client is
  wire [N-1:0] storer;
  wire [N*BANKS-1:0] wants;  // the bank that the request of a client is for
  wire [N*ROW_W-1:0] row;
  wire [N*READ_W-1:0] reads;
  wire [N*STORE_W-1:0] stores;
  wire [N*N-1:0] earlier;
  wire [BANKS*N-1:0] granted;
  wire [BANKS*DW-1:0] words;
  wire unused_words = &{1'b0, words};  // without a load

  soff_scratch_turns #(
      .N(N)
  ) turns (
      .clk(clk),
      .rst(rst),
      .served(c_req_ready),
      .earlier(earlier)
  );

  genvar k, b, s;
  generate
    for (k = 0; k < N; k = k + 1) begin : g_client
      localparam KIND = KINDS[2*k+:2];
      wire [USED_W-1:0] addr;
      wire [BANK_W-1:0] bank;
      wire [LANE_W-1:0] lane;
      if (ADDR_W >= USED_W) assign addr = c_req_addr[k*ADDR_W+:USED_W];
      else assign addr = {{USED_W - ADDR_W{1'b0}}, c_req_addr[k*ADDR_W+:ADDR_W]};
      if (WORD_LOG > GRAIN_LOG) assign lane = addr[WORD_LOG-1:GRAIN_LOG];
      else assign lane = 1'b0;
      assign row[k*ROW_W+:ROW_W] = addr[USED_W-1:WORD_LOG+BANK_LOG];
      wire unused_addr = &{1'b0, addr, c_req_addr[k*ADDR_W+:ADDR_W]};  // below the grain, beyond the capacity
      if (BANKS > 1) begin : g_bank_of
        soff_scratch_hash #(
            .WORD_W(WORD_W),
            .BANK_W(BANK_W)
        ) hash (
            .word(addr[USED_W-1:WORD_LOG]),
            .bank(bank)
        );
      end else begin : g_bank_of
        assign bank = 1'b0;
      end
      for (b = 0; b < BANKS; b = b + 1) begin : g_wants
        localparam [31:0] INDEX = b;
        assign wants[k*BANKS+b] = c_req_valid[k] && bank == INDEX[BANK_W-1:0];
      end
      assign reader[k] = KIND != 1;
      assign storer[k] = KIND == 1;
      assign c_req_ready[k] = |(wants[k*BANKS+:BANKS] & g_turn[k].taken);

      // What goes to the bank.
      wire [DW-1:0] data;
      wire [DATA_BYTES-1:0] mask;
      if (KIND == 0) begin : g_place
        assign data = {DW{1'b0}};
        assign mask = {DATA_BYTES{1'b0}};
        wire unused = &{1'b0, c_req_data[k*DW+:DW], c_req_mask[k*DATA_BYTES+:DATA_BYTES]};
      end else begin : g_place
        soff_scratch_place #(
            .DATA_BYTES(DATA_BYTES),
            .GRAIN_LOG(GRAIN_LOG),
            .LANE_W(LANE_W)
        ) place (
            .lane(lane),
            .value(c_req_data[k*DW+:DW]),
            .value_mask(c_req_mask[k*DATA_BYTES+:DATA_BYTES]),
            .word(data),
            .word_mask(mask)
        );
      end
      assign stores[k*STORE_W+:STORE_W] = storer[k] ? {row[k*ROW_W+:ROW_W], mask, data} : {STORE_W{1'b0}};
      if (ATOMICS != 0) begin : g_operand
        wire [63:0] operand;
        wire wide;
        if (DATA_BYTES >= 8) assign operand = c_req_data[k*DW+:64];
        else assign operand = {{64 - DW{1'b0}}, c_req_data[k*DW+:DW]};
        if (DATA_BYTES >= 8) assign wide = c_req_mask[k*DATA_BYTES+4];
        else assign wide = 1'b0;
        assign reads[k*READ_W+:READ_W] = (KIND == 2) ?
            {1'b1, row[k*ROW_W+:ROW_W], lane, c_req_op[k*4+:4], wide, operand, c_req_compare[k*64+:64], mask} :
            {1'b0, reader[k] ? row[k*ROW_W+:ROW_W] : {ROW_W{1'b0}}, {LANE_W + OPERAND{1'b0}}};
      end else begin : g_operand
        assign reads[k*READ_W+:READ_W] = {1'b0, reader[k] ? row[k*ROW_W+:ROW_W] : {ROW_W{1'b0}}, {LANE_W + OPERAND{1'b0}}};
        wire unused = &{1'b0, c_req_compare[k*64+:64], c_req_op[k*4+:4]};
      end

      // The answer: always the same number of cycles after acceptance.
      if (KIND == 1) begin : g_answer
        assign c_resp_valid[k] = 1'b0;
        assign c_resp_data[k*DW+:DW] = {DW{1'b0}};
      end else begin : g_answer
        reg [2:0] coming;
        wire [BANK_W-1:0] from;
        wire [LANE_W-1:0] at;
        wire [DW-1:0] word;
        wire [DW-1:0] value;
        always @(posedge clk) begin
          if (rst) coming <= 3'd0;
          else coming <= {coming[1:0], c_req_ready[k]};
        end
        soff_delay #(
            .WIDTH(BANK_W + LANE_W),
            .CYCLES(3)
        ) place_late (
            .clk(clk),
            .d({bank, lane}),
            .q({from, at})
        );
        if (BANKS > 1) begin : g_word
          soff_mux #(
              .SEL_W(BANK_W),
              .WIDTH(DW)
          ) choose (
              .sel(from),
              .a(words),
              .y(word)
          );
        end else begin : g_word
          assign word = words;
          wire unused = &{1'b0, from};
        end
        soff_scratch_pick #(
            .DATA_BYTES(DATA_BYTES),
            .GRAIN_LOG(GRAIN_LOG),
            .LANE_W(LANE_W)
        ) pick (
            .lane(at),
            .word(word),
            .value(value)
        );
        if (LATE != 0) begin : g_late
          reg valid_q;
          reg [DW-1:0] value_q;
          always @(posedge clk) begin
            value_q <= value;
            if (rst) valid_q <= 1'b0;
            else valid_q <= coming[2];
          end
          assign c_resp_valid[k] = valid_q;
          assign c_resp_data[k*DW+:DW] = value_q;
        end else begin : g_late
          assign c_resp_valid[k] = coming[2];
          assign c_resp_data[k*DW+:DW] = value;
        end
      end
    end

    for (k = 0; k < N; k = k + 1) begin : g_turn
      wire [BANKS-1:0] taken;
      for (b = 0; b < BANKS; b = b + 1) begin : g_taken
        assign taken[b] = granted[b*N+k];
      end
    end

    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      wire atomic_ready;
      wire store_ready;
      wire [BUSY-1:0] busy;
      wire [BUSY*ROW_W-1:0] busy_row;
      wire [N-1:0] read_asks;
      wire [N-1:0] store_asks;
      wire [N-1:0] read_grant;
      wire [N-1:0] store_grant;
      wire [N-1:0] store_waits;
      for (k = 0; k < N; k = k + 1) begin : g_ask
        localparam KIND = KINDS[2*k+:2];
        wire here = wants[k*BANKS+b];
        wire [BUSY-1:0] meets;  // an atomic under way has that word
        for (s = 0; s < BUSY; s = s + 1) begin : g_meets
          if (DATA_BYTES <= 8 && s >= BUSY - 3) assign meets[s] = 1'b0;  // the bank hands over results
          else assign meets[s] = busy[s] && busy_row[s*ROW_W+:ROW_W] == row[k*ROW_W+:ROW_W];
        end
        assign read_asks[k] = here && KIND != 1 && !(|meets) && (KIND != 2 || atomic_ready);
        assign store_waits[k] = here && KIND == 1;
        assign store_asks[k] = store_waits[k] && store_ready;
        assign read_grant[k] = read_asks[k] && !(|(read_asks & earlier[k*N+:N]));
        assign store_grant[k] = store_asks[k] && !(|(store_asks & earlier[k*N+:N]));
      end
      assign granted[b*N+:N] = read_grant | store_grant;

      wire [READ_W-1:0] read;
      wire [STORE_W-1:0] store;
      soff_select #(
          .N(N),
          .WIDTH(READ_W)
      ) choose_read (
          .onehot(read_grant),
          .a(reads),
          .y(read)
      );
      soff_select #(
          .N(N),
          .WIDTH(STORE_W)
      ) choose_store (
          .onehot(store_grant),
          .a(stores),
          .y(store)
      );
      wire r_atomic;
      wire [ROW_W-1:0] r_row;
      wire [LANE_W-1:0] r_lane;
      wire [OPERAND-1:0] r_rest;
      wire [ROW_W-1:0] w_row;
      wire [DATA_BYTES-1:0] w_mask;
      wire [DW-1:0] w_data;
      assign {r_atomic, r_row, r_lane, r_rest} = read;
      assign {w_row, w_mask, w_data} = store;
      wire [3:0] r_op;
      wire r_wide;
      wire [63:0] r_operand;
      wire [63:0] r_compare;
      wire [DATA_BYTES-1:0] r_mask;
      if (ATOMICS != 0) begin : g_rest
        assign {r_op, r_wide, r_operand, r_compare, r_mask} = r_rest;
      end else begin : g_rest
        assign {r_op, r_wide, r_operand, r_compare, r_mask} = {4 + 1 + 64 + 64 + DATA_BYTES{1'b0}};
        wire unused = &{1'b0, r_rest};
      end
      soff_scratch_bank #(
          .DATA_BYTES(DATA_BYTES),
          .ROWS(ROWS),
          .GRAIN_LOG(GRAIN_LOG),
          .LANE_W(LANE_W),
          .STORES(STORES),
          .ATOMICS(ATOMICS),
          .FADD(FADD),
          .ALU_LATENCY(ALU_LATENCY),
          .BUSY(BUSY)
      ) bank (
          .clk(clk),
          .rst(rst),
          .r_valid(|read_grant),
          .r_atomic(r_atomic),
          .r_row(r_row),
          .r_lane(r_lane),
          .r_op(r_op),
          .r_wide(r_wide),
          .r_operand(r_operand),
          .r_compare(r_compare),
          .r_mask(r_mask),
          .atomic_ready(atomic_ready),
          .w_wanted(|store_waits),
          .w_valid(|store_grant),
          .w_row(w_row),
          .w_data(w_data),
          .w_mask(w_mask),
          .store_ready(store_ready),
          .word(words[b*DW+:DW]),
          .busy(busy),
          .busy_row(busy_row)
      );
      wire unused_busy = &{1'b0, busy, busy_row};
    end
  endgenerate

`ifdef SOFF_SIM
  // Conflicts: client-cycles in which a request waited.
  reg [63:0] requests = 0, conflicts = 0;
  integer c;
  reg [63:0] took, waited;
  always @* begin
    took = 0;
    waited = 0;
    for (c = 0; c < N; c = c + 1) begin
      took = took + {63'd0, c_req_ready[c]};
      waited = waited + {63'd0, c_req_valid[c] && !c_req_ready[c]};
    end
  end
  always @(posedge clk) begin
    if (!rst) begin
      requests <= requests + took;
      conflicts <= conflicts + waited;
    end
  end
  final $display("SOFF-STATE %m scratch requests=%0d conflicts=%0d waiting=%0d", requests, conflicts, waited);
`endif
endmodule
