// First-word-fall-through FIFO with room for exactly DEPTH words, one word a cycle.
//
// The head stands in an output register, so out_valid and out_data come straight from flip-flops; a word
// that enters an empty FIFO is there in the next cycle. The words behind it are in a RAM: LUT RAM when
// DEPTH <= 32, otherwise one with a synchronous read (block RAM) whose read register is a further stage.
// in_ready is a register. DEPTH = 1 therefore passes one word every two cycles.
module soff_fifo #(
    parameter WIDTH = 32,
    parameter DEPTH = 16
) (
    input  wire             clk,
    input  wire             rst,
    input  wire             in_valid,
    output wire             in_ready,
    input  wire [WIDTH-1:0] in_data,
    output wire             out_valid,
    input  wire             out_ready,
    output wire [WIDTH-1:0] out_data
);
    localparam integer CW = $clog2(DEPTH + 1);
    localparam integer ALMOST = DEPTH - 1;
    // LUT RAM for shallow ones. A family without it (SOFF_NO_LUT_RAM) would make flip-flops of it.
`ifdef SOFF_NO_LUT_RAM
    localparam integer SHALLOW = (DEPTH <= 32 && WIDTH * (DEPTH - 1) <= 48) ? 1 : 0;
`else
    localparam integer SHALLOW = (DEPTH <= 32) ? 1 : 0;
`endif

    reg [CW-1:0] count;
    reg full;
    reg valid;
    reg [WIDTH-1:0] data;

    wire push = in_valid && !full;
    wire pop = valid && out_ready;
    // The output register takes a new word at the next edge, if there is one.
    wire load = !valid || out_ready;

    assign in_ready = !full;
    assign out_valid = valid;
    assign out_data = data;

    always @(posedge clk) begin
        if (rst) begin
            count <= {CW{1'b0}};
            full <= 1'b0;
        end else if (push != pop) begin
            count <= push ? count + 1'b1 : count - 1'b1;
            full <= push && count == ALMOST[CW-1:0];
        end
    end

    generate
        if (DEPTH == 1) begin : single
            always @(posedge clk) begin
                if (rst) valid <= 1'b0;
                else if (load) valid <= push;
                if (push) data <= in_data;
            end
        end else begin : queue
            // The RAM of a shallow FIFO holds all but the head.
            localparam integer WORDS = SHALLOW != 0 ? DEPTH - 1 : DEPTH;
            localparam integer LAST = WORDS - 1;
            localparam integer AW = WORDS > 1 ? $clog2(WORDS) : 1;

            reg [AW-1:0] wr;
            reg [AW-1:0] rd;
            // Words in the RAM that are not yet read out of it.
            reg [CW-1:0] held;
            wire some = held != {CW{1'b0}};
            wire store;
            wire fetch;

            always @(posedge clk) begin
                if (rst) begin
                    wr <= {AW{1'b0}};
                    rd <= {AW{1'b0}};
                    held <= {CW{1'b0}};
                end else begin
                    if (store) wr <= wr == LAST[AW-1:0] ? {AW{1'b0}} : wr + 1'b1;
                    if (fetch) rd <= rd == LAST[AW-1:0] ? {AW{1'b0}} : rd + 1'b1;
                    if (store != fetch) held <= store ? held + 1'b1 : held - 1'b1;
                end
            end

            if (SHALLOW != 0) begin : shallow
`ifdef SOFF_NO_LUT_RAM
                reg [WIDTH-1:0] words [0:LAST];
`else
                (* ram_style = "distributed" *) reg [WIDTH-1:0] words [0:LAST];
`endif
                assign fetch = load && some;
                assign store = push && !(load && !some);
                always @(posedge clk) begin
                    if (store) words[wr] <= in_data;
                    if (rst) valid <= 1'b0;
                    else if (load) valid <= some || push;
                    if (load) data <= some ? words[rd] : in_data;
                end
            end else begin : deep
`ifdef SOFF_BLOCK_FIFO
                // Where logic is scarcer than block RAM.
                (* ram_style = "block" *) reg [WIDTH-1:0] words [0:LAST];
`else
                reg [WIDTH-1:0] words [0:LAST];
`endif
                reg [WIDTH-1:0] read_word;
                reg read_valid;
                wire idle = !some && !read_valid;
                assign fetch = some && (!read_valid || load);
                assign store = push && !(load && idle);
                always @(posedge clk) begin
                    if (store) words[wr] <= in_data;
                    if (fetch) read_word <= words[rd];
                    if (rst) read_valid <= 1'b0;
                    else if (!read_valid || load) read_valid <= some;
                    if (rst) valid <= 1'b0;
                    else if (load) valid <= read_valid || (idle && push);
                    if (load) data <= read_valid ? read_word : in_data;
                end
`ifdef FORMAL
                always @(posedge clk) if (!rst) assert (count == held + read_valid + valid);
`endif
            end
`ifdef FORMAL
            reg [AW-1:0] gap;
            always @(*) gap = wr >= rd ? wr - rd : wr + WORDS - rd;
            always @(posedge clk) if (!rst) begin
                assert (wr <= LAST && rd <= LAST && held <= WORDS);
                assert (held == gap || (held == WORDS && gap == 0));
                assert (!(store && !fetch && held == WORDS));
                if (SHALLOW != 0) assert (count == held + valid);
                if (SHALLOW != 0) assert (valid || held == 0);
            end
`endif
        end
    endgenerate

`ifdef FORMAL
    // What a stream promises (checked by induction): see test/rtl/handshake-proof.test.ts.
    reg started = 1'b0;
    reg held_valid;
    reg [WIDTH-1:0] held_data;
    always @(posedge clk) begin
        started <= 1'b1;
        held_valid <= out_valid && !out_ready && !rst;
        held_data <= out_data;
        if (!started) assume (rst);
        if (started && held_valid) assert (out_valid && out_data == held_data);
        if (started && !rst) begin
            assert (count <= DEPTH);
            assert (full == (count == DEPTH));
            assert (out_valid || !pop);
            if (DEPTH == 1) assert (count == valid);
        end
    end
`endif

`ifdef SOFF_SIM
    final
        $display("SOFF-STATE %m fifo count=%0d depth=%0d valid=%0d ready=%0d in_valid=%0d in_ready=%0d",
                 count, DEPTH, out_valid, out_ready, in_valid, in_ready);
`endif
endmodule
