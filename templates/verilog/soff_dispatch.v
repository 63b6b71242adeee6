// Enumerates the work-items of an NDRange, a token a cycle: group by group, x fastest in both. A token is a work-item, or
// as many neighbours of a group as STEP0 to STEP2 say, fewer at its edge.
//
// Every counter knows one step ahead whether it is at its end, so a step is a mux and an increment and never a
// carry through all dimensions. Sizes of groups come from counting down what is left of a dimension; only the
// number of groups needs a division, done bit by bit at the start in about 2*log2(groups) cycles, and left out
// when no kernel code asks for it (NUM_GROUPS = 0).
module soff_dispatch #(
    parameter NUM_GROUPS = 1,
    parameter STEP0 = 1,  // work-items of a token in x, at most 255
    parameter STEP1 = 1,  // in y
    parameter STEP2 = 1,  // in z
    parameter WHOLE = 0,  // 1: the range is one group, whatever local_size says
    parameter RANGE_W = 32  // bits of a range: small boards count with fewer than 32, and ids have 32 bits then
) (
    input  wire         clk,
    input  wire         rst,
    input  wire         start,          // one cycle; the sizes hold until finished
    input  wire [95:0]  global_size,    // x lowest
    input  wire [95:0]  local_size,     // 0 counts as 1
    input  wire [191:0] global_offset,

    output wire         out_valid,
    input  wire         out_ready,
    output wire         out_last,       // the last work-item of its group
    output wire [63:0]  gid0, gid1, gid2,   // of the token's first work-item
    output wire [31:0]  lid0, lid1, lid2,
    output wire [31:0]  grp0, grp1, grp2,
    output wire [31:0]  lsz0, lsz1, lsz2,
    output wire [31:0]  ngrp0, ngrp1, ngrp2,
    output wire [7:0]   lanes0, lanes1, lanes2, // work-items of the token in each dimension

    output wire [63:0]  total,          // tokens handed out; all of them once total_valid
    output wire         total_valid,
    output wire         finished        // level: from the last work-item to the next start
);
    localparam ID_W = (RANGE_W < 32) ? 32 : 64;

    reg  setup;      // the cycle after start: first group of every dimension
    reg  load;       // the cycle after that: its first work-item
    reg  wait_groups;
    reg  valid;
    reg  done;
    reg  [ID_W-1:0] count;

    wire [2:0] empty;
    wire [2:0] item_last;   // this work-item is the last of its group in this dimension
    wire [2:0] group_last;  // this group is the last in this dimension
    wire groups_ready;

    wire step       = valid && out_ready;
    wire step_group = step && &item_last;
    wire [2:0] item_step  = {step && item_last[1] && item_last[0], step && item_last[0], step};
    wire [2:0] group_step = {step_group && group_last[1] && group_last[0], step_group && group_last[0], step_group};
    wire last       = step_group && &group_last;

    always @(posedge clk) begin
        if (rst) begin
            setup       <= 1'b0;
            load        <= 1'b0;
            wait_groups <= 1'b0;
            valid       <= 1'b0;
            done        <= 1'b0;
            count       <= {ID_W{1'b0}};
        end else begin
            setup       <= start && empty == 3'd0;
            load        <= setup;
            wait_groups <= load ? !groups_ready : wait_groups && !groups_ready;
            if ((load || wait_groups) && groups_ready) valid <= 1'b1;
            else if (last) valid <= 1'b0;
            if (start) done <= empty != 3'd0;
            else if (last) done <= 1'b1;
            if (start) count <= {ID_W{1'b0}};
            else if (step) count <= count + 1'b1;
        end
    end

    wire [191:0] gid_all;
    wire [23:0]  lanes_all;
    wire [95:0]  lid_all, grp_all, lsz_all, ngrp_all;

    genvar d;
    generate
        for (d = 0; d < 3; d = d + 1) begin : dim
            localparam [31:0] STEP = d == 0 ? STEP0 : d == 1 ? STEP1 : STEP2;
            localparam [RANGE_W-1:0] STRIDE = STEP[RANGE_W-1:0];
            wire [RANGE_W-1:0] range  = global_size[32*d +: RANGE_W];
            wire [31:0]        local_wanted = local_size[32*d +: 32];
            if (RANGE_W < 32) begin : g_narrow
                wire unused = &{1'b0, global_size[32*d + RANGE_W +: 32 - RANGE_W]};
            end
            wire [ID_W-1:0]    origin = global_offset[64*d +: ID_W];
            if (ID_W < 64) begin : g_short
                wire unused = &{1'b0, global_offset[64*d + ID_W +: 64 - ID_W]};
            end

            // The group that comes next: its first id, its size, whether it is the last of its dimension.
            wire [ID_W-1:0]    next_base;
            wire [RANGE_W-1:0] next_size;
            wire               next_last;
            // The current group.
            wire [ID_W-1:0]    base;
            wire [RANGE_W-1:0] size;
            wire               size_fits;   // one token takes the whole group in this dimension
            wire               at_last_group;
            wire [RANGE_W-1:0] group_id;
            wire        next_size_fits   = next_size <= STRIDE;
            wire        advance_group    = load || group_step[d];
            // The current work-item.
            reg  [ID_W-1:0] global_id;
            reg  [RANGE_W-1:0] local_id;
            reg  [RANGE_W-1:0] left;            // work-items of the group in this dimension from this token on
            reg         at_last_item;
            wire        wrap             = item_step[d] && at_last_item;

            assign empty[d]      = range == {RANGE_W{1'b0}};
            assign item_last[d]  = at_last_item;
            assign group_last[d] = at_last_group;

            if (WHOLE != 0) begin : g_whole
                assign next_base     = origin;
                assign next_size     = range;
                assign next_last     = 1'b1;
                assign base          = origin;
                assign size          = range;
                assign size_fits     = next_size_fits;
                assign at_last_group = 1'b1;
                assign group_id      = {RANGE_W{1'b0}};
                wire unused          = &{1'b0, next_last, local_wanted};
            end else begin : g_groups
                // A group larger than any range is as good as the largest.
                wire [RANGE_W-1:0] wanted;
                if (RANGE_W < 32) assign wanted = |local_wanted[31:RANGE_W] ? {RANGE_W{1'b1}} : local_wanted[RANGE_W-1:0];
                else assign wanted = local_wanted;

                reg  [RANGE_W-1:0] group;           // usual size of a group, at least 1
                reg         single;          // the first group is the last
                reg  [RANGE_W-1:0] left_now;        // work-items from the next group's start to the end of the dimension
                reg         last_now;
                reg  [ID_W-1:0] base_now;
                reg  [ID_W-1:0] base_held;
                reg  [RANGE_W-1:0] size_held;
                reg         size_fits_held;
                reg         at_last;
                reg  [RANGE_W-1:0] number;

                assign next_base     = base_now;
                assign next_size     = last_now ? left_now : group;
                assign next_last     = last_now;
                assign base          = base_held;
                assign size          = size_held;
                assign size_fits     = size_fits_held;
                assign at_last_group = at_last;
                assign group_id      = number;

                always @(posedge clk) begin
                    if (start) group <= wanted == {RANGE_W{1'b0}} ? {{RANGE_W-1{1'b0}}, 1'b1} : wanted;

                    if (setup) begin
                        single   <= range <= group;
                        last_now <= range <= group;
                        left_now <= range;
                        base_now <= origin;
                    end else if (advance_group) begin
                        last_now <= last_now ? single : {1'b0, left_now} <= {group, 1'b0};
                        left_now <= last_now ? range : left_now - group;
                        base_now <= last_now ? origin : base_now + {{ID_W-RANGE_W{1'b0}}, group};
                    end

                    if (advance_group) begin
                        base_held      <= next_base;
                        size_held      <= next_size;
                        size_fits_held <= next_size_fits;
                        at_last        <= next_last;
                        number         <= load || at_last ? {RANGE_W{1'b0}} : number + 1'b1;
                    end
                end
            end

            always @(posedge clk) begin
                if (advance_group) begin
                    left          <= next_size;
                    global_id     <= next_base;
                    local_id      <= {RANGE_W{1'b0}};
                    at_last_item  <= next_size_fits;
                end else if (wrap) begin
                    global_id     <= base;
                    local_id      <= {RANGE_W{1'b0}};
                    left          <= size;
                    at_last_item  <= size_fits;
                end else if (item_step[d]) begin
                    global_id     <= global_id + {{ID_W-RANGE_W{1'b0}}, STRIDE};
                    local_id      <= local_id + STRIDE;
                    left          <= left - STRIDE;
                    at_last_item  <= {1'b0, left} <= {STRIDE, 1'b0};
                end
            end

            assign lanes_all[8*d +: 8] = left < STRIDE ? left[7:0] : STRIDE[7:0];
            assign gid_all[64*d +: 64] = {{64-ID_W{1'b0}}, global_id};
            assign lid_all[32*d +: 32] = {{32-RANGE_W{1'b0}}, local_id};
            assign grp_all[32*d +: 32] = {{32-RANGE_W{1'b0}}, group_id};
            assign lsz_all[32*d +: 32] = {{32-RANGE_W{1'b0}}, size};
        end
    endgenerate

    // Number of groups: (range - 1) / group + 1, one dimension after the other. The divisor is shifted up until
    // it exceeds the dividend, then down again with one quotient bit a cycle.
    generate
        if (NUM_GROUPS != 0) begin : groups
            reg  [2:0]  dim_now;     // one-hot; zero when all are known
            reg         fetch;
            reg         up;
            reg  [31:0] remainder;
            reg  [32:0] divisor;
            reg  [5:0]  shift;
            reg  [31:0] quotient;
            reg  [95:0] result;

            wire [31:0] range_now  = dim_now[0] ? global_size[31:0] : dim_now[1] ? global_size[63:32] : global_size[95:64];
            wire [31:0] wanted_now = dim_now[0] ? local_size[31:0] : dim_now[1] ? local_size[63:32] : local_size[95:64];
            wire [32:0] trial      = up ? divisor : {1'b0, divisor[32:1]};
            wire        fits       = trial <= {1'b0, remainder};

            always @(posedge clk) begin
                if (rst) begin
                    dim_now <= 3'd0;
                    fetch   <= 1'b0;
                end else if (start) begin
                    dim_now <= empty == 3'd0 ? 3'b001 : 3'b000;
                    fetch   <= 1'b1;
                end else if (fetch) begin
                    fetch   <= 1'b0;
                end else if (!up && shift == 6'd0) begin
                    fetch   <= 1'b1;
                    dim_now <= {dim_now[1:0], 1'b0};
                end

                if (fetch) begin
                    remainder <= range_now - 32'd1;
                    divisor   <= wanted_now == 32'd0 ? 33'd1 : {1'b0, wanted_now};
                    shift     <= 6'd0;
                    quotient  <= 32'd0;
                    up        <= 1'b1;
                end else if (up) begin
                    if (fits) begin
                        divisor <= {divisor[31:0], 1'b0};
                        shift   <= shift + 6'd1;
                    end else up <= 1'b0;
                end else if (shift != 6'd0) begin
                    divisor  <= trial;
                    shift    <= shift - 6'd1;
                    quotient <= {quotient[30:0], fits};
                    if (fits) remainder <= remainder - trial[31:0];
                end else begin
                    if (dim_now[0]) result[31:0]  <= quotient + 32'd1;
                    if (dim_now[1]) result[63:32] <= quotient + 32'd1;
                    if (dim_now[2]) result[95:64] <= quotient + 32'd1;
                end
            end

            assign ngrp_all     = result;
            assign groups_ready = dim_now == 3'd0;
        end else begin : no_groups
            assign ngrp_all     = 96'd0;
            assign groups_ready = 1'b1;
        end
    endgenerate

    assign out_valid   = valid;
    assign out_last    = &item_last;
    assign finished    = done;
    assign total_valid = done;
    assign total       = {{64-ID_W{1'b0}}, count};
    assign {gid2, gid1, gid0}    = gid_all;
    assign {lid2, lid1, lid0}    = lid_all;
    assign {grp2, grp1, grp0}    = grp_all;
    assign {lsz2, lsz1, lsz0}    = lsz_all;
    assign {lanes2, lanes1, lanes0} = lanes_all;
    assign {ngrp2, ngrp1, ngrp0} = ngrp_all;

`ifdef SOFF_SIM
    final $display("SOFF-STATE %m dispatch valid=%0d ready=%0d finished=%0d given=%0d", valid, out_ready, done, count);
`endif
endmodule
