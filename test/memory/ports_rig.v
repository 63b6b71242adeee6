// Rigs for the ports between the datapath and the banks of a memory unit: each plays the words of tokens.hex with random pauses,
// against banks that are ready and answer at random times, and prints what comes out. ports.test.ts knows what must.

// N banks, each in order: bytes from the address asked for on, a function of their addresses alone.
module ports_memory #(
    parameter N = 2,
    parameter ADDR_W = 16,
    parameter BYTES = 64
) (
    input wire clk,
    input wire rst,
    input wire [N-1:0] valid,
    output wire [N-1:0] ready,
    input wire [N*ADDR_W-1:0] addr,
    output reg [N-1:0] answer,
    output reg [N*8*BYTES-1:0] data
);
  reg [ADDR_W-1:0] asked[0:64*N-1];
  integer due[0:64*N-1];
  reg [5:0] put[0:N-1];
  reg [5:0] got[0:N-1];
  reg [N-1:0] open;
  integer now, b, i;
  reg [ADDR_W-1:0] a;
  assign ready = open;
  initial now = 0;
  always @(posedge clk) begin
    now <= now + 1;
    open <= $random;
    answer <= 0;
    data <= {N * BYTES{8'hxx}};
    for (b = 0; b < N; b = b + 1)
      if (rst) begin
        put[b] <= 0;
        got[b] <= 0;
        open[b] <= 0;
      end else begin
        if (valid[b] && ready[b]) begin
          asked[64*b+put[b]] <= addr[b*ADDR_W+:ADDR_W];
          due[64*b+put[b]] <= now + 1 + ($random & 15);
          put[b] <= put[b] + 1;
        end
        if (put[b] != got[b] && due[64*b+got[b]] <= now) begin
          answer[b] <= 1;
          got[b] <= got[b] + 1;
          for (i = 0; i < BYTES; i = i + 1) begin
            a = asked[64*b+got[b]] + i;
            data[8*(b*BYTES+i)+:8] <= 37 * a + 91 * (a >> 8) + (a >> 3);
          end
        end
      end
  end
endmodule

// Tokens: {enable, lanes, address}.
module wide_load_rig #(
    parameter LANES = 8,
    parameter LANE_BYTES = 4,
    parameter PARTS = 2,
    parameter REUSE = 0,
    parameter COUNT = 100
);
  localparam DEPTH = 16;
  reg clk = 0;
  reg rst = 1;
  reg [16+LANES:0] tokens[0:COUNT-1];
  reg [31:0] next = 0;
  integer waiting = 0;
  integer cycles = 0;
  reg present = 0;
  reg go = 0;
  reg take = 0;
  wire t_enable;
  wire [LANES-1:0] t_lanes;
  wire [15:0] t_addr;
  assign {t_enable, t_lanes, t_addr} = tokens[next];
  wire t_valid = present && next < COUNT;
  wire t_done;
  wire t_fire = t_valid && t_done && go && waiting < DEPTH;
  wire [PARTS-1:0] req_valid, req_ready, resp_valid;
  wire [PARTS*16-1:0] req_addr;
  wire [PARTS*512-1:0] resp_data;
  wire r_valid;
  wire [8*LANES*LANE_BYTES-1:0] r_data;
  wire r_pop = r_valid && take;
  soff_wide_load_port #(
      .ADDR_W(16), .LANES(LANES), .LANE_BYTES(LANE_BYTES), .PARTS(PARTS), .REUSE(REUSE), .DEPTH(DEPTH)
  ) port (
      .clk(clk), .rst(rst), .t_valid(t_valid), .t_enable(t_enable), .t_lanes(t_lanes), .t_addr(t_addr), .t_done(t_done),
      .t_fire(t_fire), .req_valid(req_valid), .req_ready(req_ready), .req_addr(req_addr), .resp_valid(resp_valid),
      .resp_data(resp_data), .r_valid(r_valid), .r_pop(r_pop), .r_data(r_data)
  );
  ports_memory #(.N(PARTS)) memory (
      .clk(clk), .rst(rst), .valid(req_valid), .ready(req_ready), .addr(req_addr), .answer(resp_valid), .data(resp_data)
  );
  initial $readmemh("tokens.hex", tokens);
  always #5 clk = ~clk;
  always @(posedge clk) begin
    cycles <= cycles + 1;
    if (cycles == 4) rst <= 0;
    // A token that is there stays.
    present <= !rst && (present && !t_fire || ($random & 3) != 0);
    go <= ($random & 3) != 0;
    // Now and then nobody takes anything for long.
    take <= cycles[8:6] != 0 && ($random & 1) != 0;
    if (!rst) begin
      if (t_fire) next <= next + 1;
      waiting <= waiting + (t_fire && t_enable ? 1 : 0) - (r_pop ? 1 : 0);
      if (r_pop) $display("%h", r_data);
    end
    if ((next == COUNT && waiting == 0) || cycles > 100 * COUNT) $finish;
  end
endmodule

// Tokens: {enable, lanes, address, data}.
module wide_store_rig #(
    parameter LANES = 8,
    parameter LANE_BYTES = 4,
    parameter PARTS = 2,
    parameter BYTES = LANE_BYTES,
    parameter COUNT = 100
);
  localparam DATA_W = 8 * LANES * LANE_BYTES;
  reg clk = 0;
  reg rst = 1;
  reg [DATA_W+16+LANES:0] tokens[0:COUNT-1];
  reg [31:0] next = 0;
  integer cycles = 0;
  integer p;
  reg present = 0;
  reg go = 0;
  wire t_enable;
  wire [LANES-1:0] t_lanes;
  wire [15:0] t_addr;
  wire [DATA_W-1:0] t_data;
  assign {t_enable, t_lanes, t_addr, t_data} = tokens[next];
  wire t_valid = present && next < COUNT;
  wire t_done;
  wire t_fire = t_valid && t_done && go;
  reg [PARTS-1:0] req_ready = 0;
  wire [PARTS-1:0] req_valid;
  wire [PARTS*16-1:0] req_addr;
  wire [PARTS*512-1:0] req_data;
  wire [PARTS*64-1:0] req_mask;
  soff_wide_store_port #(
      .ADDR_W(16), .LANES(LANES), .LANE_BYTES(LANE_BYTES), .PARTS(PARTS), .BYTES(BYTES)
  ) port (
      .clk(clk), .rst(rst), .t_valid(t_valid), .t_enable(t_enable), .t_lanes(t_lanes), .t_addr(t_addr), .t_data(t_data),
      .t_done(t_done), .t_fire(t_fire), .req_valid(req_valid), .req_ready(req_ready), .req_addr(req_addr),
      .req_data(req_data), .req_mask(req_mask)
  );
  initial $readmemh("tokens.hex", tokens);
  always #5 clk = ~clk;
  always @(posedge clk) begin
    cycles <= cycles + 1;
    if (cycles == 4) rst <= 0;
    present <= !rst && (present && !t_fire || ($random & 3) != 0);
    go <= ($random & 3) != 0;
    req_ready <= $random;
    if (!rst) begin
      if (t_fire) next <= next + 1;
      for (p = 0; p < PARTS; p = p + 1)
        if (req_valid[p] && req_ready[p])
          $display("%0d %h %h %h", p, req_addr[p*16+:16], req_mask[p*64+:64], req_data[p*512+:512]);
    end
    if (next == COUNT || cycles > 100 * COUNT) $finish;
  end
endmodule

// Tokens: {address}. A client that holds room for 24 answers asks for words of four bytes.
module bank_port_rig #(
    parameter BANKS = 2,
    parameter COUNT = 100
);
  localparam BANK_W = $clog2(BANKS);
  reg clk = 0;
  reg rst = 1;
  reg [15:0] tokens[0:COUNT-1];
  reg [31:0] next = 0;
  integer answered = 0;
  integer cycles = 0;
  reg present = 0;
  wire req_valid = present && next < COUNT;
  wire req_ready;
  wire fire = req_valid && req_ready;
  wire [BANKS-1:0] bank_valid, bank_ready, bank_answer;
  wire [15-BANK_W:0] bank_addr;
  wire [BANKS*16-1:0] whole_addr;
  wire [BANKS*32-1:0] bank_data;
  wire resp_valid;
  wire [31:0] resp_data;
  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : g_bank
      localparam [31:0] BANK = b;
      assign whole_addr[b*16+:16] = {bank_addr[15-BANK_W:6], BANK[BANK_W-1:0], bank_addr[5:0]};
    end
  endgenerate
  soff_bank_port #(.ADDR_W(16), .BANKS(BANKS), .DEPTH(24)) port (
      .clk(clk), .rst(rst), .req_valid(req_valid), .req_ready(req_ready), .req_addr(tokens[next]),
      .resp_valid(resp_valid), .resp_data(resp_data), .bank_req_valid(bank_valid), .bank_req_ready(bank_ready),
      .bank_req_addr(bank_addr), .bank_resp_valid(bank_answer), .bank_resp_data(bank_data)
  );
  ports_memory #(.N(BANKS), .BYTES(4)) memory (
      .clk(clk), .rst(rst), .valid(bank_valid), .ready(bank_ready), .addr(whole_addr), .answer(bank_answer), .data(bank_data)
  );
  initial $readmemh("tokens.hex", tokens);
  always #5 clk = ~clk;
  always @(posedge clk) begin
    cycles <= cycles + 1;
    if (cycles == 4) rst <= 0;
    present <= !rst && (present && !fire || ($random & 3) != 0);
    if (!rst) begin
      if (fire) next <= next + 1;
      if (resp_valid) begin
        answered <= answered + 1;
        $display("%h", resp_data);
      end
    end
    if (answered == COUNT || cycles > 100 * COUNT) $finish;
  end
endmodule

// Tokens: {line number}.
module line_reader_rig #(
    parameter TARGETS = 4,
    parameter COUNT = 100
);
  localparam TARGET_W = $clog2(TARGETS);
  reg clk = 0;
  reg rst = 1;
  reg [15:0] tokens[0:COUNT-1];
  reg [31:0] next = 0;
  integer answered = 0;
  integer cycles = 0;
  reg present = 0;
  reg take = 0;
  wire rd_valid = present && next < COUNT;
  wire rd_ready;
  wire fire = rd_valid && rd_ready;
  wire [TARGETS-1:0] target_valid, target_ready, target_answer;
  wire [9-TARGET_W:0] target_line;
  wire [TARGETS*16-1:0] target_addr;
  wire [TARGETS*512-1:0] target_data;
  wire data_valid;
  wire [511:0] data;
  genvar t;
  generate
    for (t = 0; t < TARGETS; t = t + 1) begin : g_target
      localparam [31:0] TARGET = t;
      assign target_addr[t*16+:16] = {target_line, TARGET[TARGET_W-1:0], 6'd0};
    end
  endgenerate
  soff_line_reader #(.LINE_W(10), .TARGETS(TARGETS), .DEPTH(8)) port (
      .clk(clk), .rst(rst), .rd_valid(rd_valid), .rd_ready(rd_ready), .rd_line(tokens[next][9:0]),
      .rd_data_valid(data_valid), .rd_data_ready(take), .rd_data(data), .target_valid(target_valid),
      .target_ready(target_ready), .target_line(target_line), .target_data_valid(target_answer), .target_data(target_data)
  );
  ports_memory #(.N(TARGETS)) memory (
      .clk(clk), .rst(rst), .valid(target_valid), .ready(target_ready), .addr(target_addr), .answer(target_answer),
      .data(target_data)
  );
  initial $readmemh("tokens.hex", tokens);
  always #5 clk = ~clk;
  always @(posedge clk) begin
    cycles <= cycles + 1;
    if (cycles == 4) rst <= 0;
    present <= !rst && (present && !fire || ($random & 3) != 0);
    take <= cycles[8:6] != 0 && ($random & 3) != 0;
    if (!rst) begin
      if (fire) next <= next + 1;
      if (data_valid && take) begin
        answered <= answered + 1;
        $display("%h", data);
      end
    end
    if (answered == COUNT || cycles > 100 * COUNT) $finish;
  end
endmodule
