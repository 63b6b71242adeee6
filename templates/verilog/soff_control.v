// AXI4-Lite register file of a kernel: start, done, interrupt, status, cycle counter, arguments.
// The first 0x10 bytes are the register map of Vitis' ap_ctrl_hs. Argument registers are write-only:
// reading them back would cost a multiplexer over all of them, and no driver needs it. Reading from 0x800 on gives
// event counters, eight bytes each, where the kernel has them.
module soff_control #(
    parameter ADDR_W    = 12,  // at most 32
    parameter ARG_BYTES = 80,  // a multiple of 4; registers 0x40 .. 0x40 + ARG_BYTES - 1
    parameter COUNTERS  = 0    // 1: there are event counters
) (
    input  wire                   clk,
    input  wire                   rst,

    input  wire                   s_axi_awvalid,
    output wire                   s_axi_awready,
    input  wire [ADDR_W-1:0]      s_axi_awaddr,
    input  wire                   s_axi_wvalid,
    output wire                   s_axi_wready,
    input  wire [31:0]            s_axi_wdata,
    input  wire [3:0]             s_axi_wstrb,
    output wire                   s_axi_bvalid,
    input  wire                   s_axi_bready,
    output wire [1:0]             s_axi_bresp,
    input  wire                   s_axi_arvalid,
    output wire                   s_axi_arready,
    input  wire [ADDR_W-1:0]      s_axi_araddr,
    output wire                   s_axi_rvalid,
    input  wire                   s_axi_rready,
    output wire [31:0]            s_axi_rdata,
    output wire [1:0]             s_axi_rresp,

    output wire                   start,     // one cycle, only while idle
    input  wire                   done,      // one cycle
    input  wire [7:0]             error,     // bits seen while the kernel runs become the status
    output wire                   busy,      // from start to done
    output wire [8*ARG_BYTES-1:0] args,
    output wire                   irq,

    output wire [7:0]             counter_index,
    input  wire [47:0]            counter    // the one at counter_index, in the same cycle
);
    localparam WORDS     = ARG_BYTES / 4;
    localparam ARG_WORD0 = 16;

    // ---- write channel: address and data are taken independently, the write happens when both are here
    reg                aw_full;
    reg [ADDR_W-1:2]   aw_word;
    reg                w_full;
    reg [31:0]         w_data;
    reg [3:0]          w_strb;
    reg                b_valid;

    wire               do_write = aw_full && w_full && (!b_valid || s_axi_bready);
    wire [31:0]        w_word   = {{(34-ADDR_W){1'b0}}, aw_word};

    assign s_axi_awready = !aw_full;
    assign s_axi_wready  = !w_full;
    assign s_axi_bvalid  = b_valid;
    assign s_axi_bresp   = 2'b00;

    always @(posedge clk) begin
        if (s_axi_awvalid && !aw_full) aw_word <= s_axi_awaddr[ADDR_W-1:2];
        if (s_axi_wvalid && !w_full) begin
            w_data <= s_axi_wdata;
            w_strb <= s_axi_wstrb;
        end
        if (rst) begin
            aw_full <= 1'b0;
            w_full  <= 1'b0;
            b_valid <= 1'b0;
        end else begin
            aw_full <= aw_full ? !do_write : s_axi_awvalid;
            w_full  <= w_full ? !do_write : s_axi_wvalid;
            if (do_write) b_valid <= 1'b1;
            else if (s_axi_bready) b_valid <= 1'b0;
        end
    end

    wire write_control = do_write && w_word == 32'd0 && w_strb[0];
    wire write_gie     = do_write && w_word == 32'd1 && w_strb[0];
    wire write_ier     = do_write && w_word == 32'd2 && w_strb[0];
    wire write_isr     = do_write && w_word == 32'd3 && w_strb[0];

    // ---- arguments
    reg [8*ARG_BYTES-1:0] arg_bits;
    assign args = arg_bits;

    genvar i;
    generate
        for (i = 0; i < 4*WORDS; i = i + 1) begin : arg
            always @(posedge clk)
                if (do_write && w_word == ARG_WORD0 + (i / 4) && w_strb[i % 4])
                    arg_bits[8*i +: 8] <= w_data[8*(i % 4) +: 8];
        end
    endgenerate

    // ---- read channel
    reg        r_valid;
    reg [31:0] r_data;
    wire       do_read = s_axi_arvalid && s_axi_arready;
    wire [31:0] r_word = {{(34-ADDR_W){1'b0}}, s_axi_araddr[ADDR_W-1:2]};

    wire        read_counter = COUNTERS != 0 && r_word[31:9] == 23'd1;
    assign counter_index = r_word[8:1];

    assign s_axi_arready = !r_valid || s_axi_rready;
    assign s_axi_rvalid  = r_valid;
    assign s_axi_rdata   = r_data;
    assign s_axi_rresp   = 2'b00;

    // ---- state
    reg        start_pulse;
    reg        running;
    reg        done_flag;
    reg        gie;
    reg [1:0]  ier;
    reg [1:0]  isr;
    reg [7:0]  status;
    reg [63:0] cycles;

    assign start     = start_pulse;
    assign busy      = running;
    assign irq = gie && isr != 2'b00;

    wire accept_start = write_control && w_data[0] && !running;

    always @(posedge clk) begin
        if (rst) begin
            start_pulse <= 1'b0;
            running     <= 1'b0;
            done_flag   <= 1'b0;
            gie         <= 1'b0;
            ier         <= 2'b00;
            isr         <= 2'b00;
            status      <= 8'd0;
            cycles      <= 64'd0;
            r_valid     <= 1'b0;
        end else begin
            start_pulse <= accept_start;
            if (accept_start) begin
                running <= 1'b1;
                status  <= 8'd0;
                cycles  <= 64'd0;
            end else if (running) begin
                cycles <= cycles + 64'd1;
                status <= status | error;
                if (done) running <= 1'b0;
            end

            // Reading the control register clears done; a done of the same cycle is not lost.
            if (running && done) done_flag <= 1'b1;
            else if (accept_start || (do_read && r_word == 32'd0)) done_flag <= 1'b0;

            if (write_gie) gie <= w_data[0];
            if (write_ier) ier <= w_data[1:0];
            // Bits of the interrupt status toggle when a one is written (as in ap_ctrl_hs).
            isr <= (isr ^ (write_isr ? w_data[1:0] : 2'b00)) | ((running && done) ? ier : 2'b00);

            if (do_read) r_valid <= 1'b1;
            else if (s_axi_rready) r_valid <= 1'b0;
        end

        if (do_read && read_counter) r_data <= r_word[0] ? {16'd0, counter[47:32]} : counter[31:0];
        else if (do_read)
            case (r_word)
                32'd0:   r_data <= {28'd0, done_flag, !running, done_flag, running};
                32'd1:   r_data <= {31'd0, gie};
                32'd2:   r_data <= {30'd0, ier};
                32'd3:   r_data <= {30'd0, isr};
                32'd4:   r_data <= {24'd0, status};
                32'd6:   r_data <= cycles[31:0];
                32'd7:   r_data <= cycles[63:32];
                default: r_data <= 32'd0;
            endcase
    end

    // The two low address bits carry nothing: registers are words.
    wire unused = &{1'b0, s_axi_awaddr[1:0], s_axi_araddr[1:0]};

`ifdef SOFF_SIM
    final $display("SOFF-STATE %m control running=%0d done=%0d status=%0d cycles=%0d", running, done_flag, status, cycles);
`endif
endmodule
