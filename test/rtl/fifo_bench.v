// Random traffic through soff_fifo: order, room for exactly DEPTH words, one word a cycle, valid held. Prints PASS.
`timescale 1ns / 100ps
module fifo_bench;
    parameter DEPTH = 4;
    parameter WIDTH = 16;
    reg clk = 0, rst = 1;
    reg in_valid = 0, out_ready = 0;
    reg [WIDTH-1:0] in_data = 0;
    wire in_ready, out_valid;
    wire [WIDTH-1:0] out_data;
    soff_fifo #(.WIDTH(WIDTH), .DEPTH(DEPTH)) dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_data(in_data),
        .out_valid(out_valid), .out_ready(out_ready), .out_data(out_data));

    integer sent = 0, got = 0, errors = 0, cycle = 0, seed = 7, mark, phase = 0, most = 0;
    // Pseudo-random, but a pure function of the count, so that nothing has to be remembered.
    function [WIDTH-1:0] word(input integer n);
        word = n * 40503 + (n >> 3);
    endfunction
    task fail(input [8*24-1:0] what);
        begin
            errors = errors + 1;
            if (errors < 10) $display("FAIL cycle %0d: %0s", cycle, what);
        end
    endtask

    always #1 clk = !clk;
    reg was_waiting = 0;
    reg [WIDTH-1:0] was_data;
    always @(posedge clk) if (!rst) begin
        if (in_valid && in_ready) sent = sent + 1;
        if (out_valid && out_data !== word(got)) fail("data");
        if (was_waiting && (out_valid !== 1'b1 || out_data !== was_data)) fail("not held");
        was_waiting = out_valid && !out_ready;
        was_data = out_data;
        if (out_valid && out_ready) got = got + 1;
        if (sent - got > DEPTH || sent < got) fail("occupancy");
        if (sent - got > most) most = sent - got;
        if (out_valid === 1'bx || in_ready === 1'bx) fail("unknown");
        cycle = cycle + 1;
    end
    // Inputs move between the edges.
    always @(negedge clk) begin
        case (phase)
            0: begin in_valid = $random(seed); out_ready = $random(seed); end
            1: begin in_valid = 1; out_ready = 0; end
            2: begin in_valid = 1; out_ready = 1; end
            3: begin in_valid = ($random(seed) & 3) == 0; out_ready = 1; end
            4: begin in_valid = 1; out_ready = ($random(seed) & 3) == 0; end
            5: begin in_valid = 0; out_ready = 1; end
            default: ;
        endcase
        if (rst) in_valid = 0;
        in_data = word(sent);
    end
    initial begin
        repeat (3) @(negedge clk);
        rst = 0;
        repeat (2000) @(negedge clk);
        phase = 1;
        repeat (DEPTH + 5) @(negedge clk);
        if (sent - got != DEPTH || in_ready) fail("room");
        phase = 2;
        repeat (2 * DEPTH + 10) @(negedge clk);
        mark = got;
        repeat (1000) @(negedge clk);
        if (got - mark != (DEPTH == 1 ? 500 : 1000)) fail("rate");
        phase = 3;
        repeat (2000) @(negedge clk);
        phase = 4;
        repeat (2000) @(negedge clk);
        phase = 5;
        repeat (DEPTH + 10) @(negedge clk);
        if (sent != got || out_valid) fail("not drained");
        // A word that enters an empty FIFO is there in the next cycle.
        phase = 6;
        @(negedge clk);
        in_valid = 1;
        out_ready = 0;
        @(posedge clk);
        #0.5 if (!out_valid) fail("latency");
        if (errors == 0 && most == DEPTH) $display("PASS %0d words", got);
        $finish;
    end
endmodule
