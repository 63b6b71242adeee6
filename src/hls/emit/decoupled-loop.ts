/**
 * Prints a decoupled loop: the generator's small ring, the feed, the collector with its accumulators, and the exit of last iterations.
 * What a stage needs from before the loop is parked in a RAM, a word for every work-item inside.
 */
import { and, constant, type Expr, not, or } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { bitsFor } from "../../support/numbers.js";
import type { DecoupledPlan, SlotInputs } from "../datapath/plan.js";
import { decoupledSlots } from "../datapath/types.js";
import type { Operand, ValueId } from "../ir/types.js";
import { emitBypass } from "./bypass.js";
import type { EmitContext } from "./context.js";
import { countLoop } from "./counters.js";
import { admit, emitIsland, emitOperations } from "./island.js";
import { emitSegment } from "./segment.js";
import { clk, declareStream, rst, type Stream, type TokenLayout } from "./stream.js";
import { type Lookup, operandExpr } from "./widths.js";

export function emitDecoupledLoop(
  m: ModuleBuilder,
  context: EmitContext,
  plan: DecoupledPlan,
  input: Stream,
  label: string,
): Stream {
  return new DecoupledLoop(m, context, plan, input, label).emit();
}

class DecoupledLoop {
  /** A work-item enters the loop, with this number. */
  private readonly enter: Expr;
  private readonly enterSlot: Expr;

  constructor(
    private readonly m: ModuleBuilder,
    private readonly context: EmitContext,
    private readonly plan: DecoupledPlan,
    private readonly input: Stream,
    private readonly label: string,
  ) {
    this.enter = m.wire(`${label}_enter`);
    this.enterSlot = m.wire(`${label}_enter_slot`, bitsFor(decoupledSlots));
    // Nothing may be parked.
    m.sink(this.enter);
  }

  emit(): Stream {
    const { m, context, plan, input, label } = this;
    const { loop } = plan.step;
    m.blank();
    m.comment(`${loop.label}: iterations of at most ${decoupledSlots} work-items side by side`);
    const enable = m.named(`${label}_enable`, this.operand(loop.enable, input.lookup));
    const entry = { valid: m.wire(`${label}_entry_valid`), ready: m.wire(`${label}_entry_ready`) };
    const end = emitBypass(m, context, plan, input, enable, entry, label);
    const retire = { valid: m.wire(`${label}_retire`), slot: m.wire(`${label}_retire_slot`, this.enterSlot.width) };
    const ring = this.takeSlot(entry, retire);
    let stream = this.generator(ring);
    stream = this.withParked(stream, plan.feedInputs, "feed");
    stream = emitSegment(m, context, plan.feed, stream, `${label}_f`);
    if (plan.collector) stream = this.collector(stream, plan.collector);
    if (plan.post) {
      const head = this.withParked(stream, plan.post.inputs, "post");
      stream = emitSegment(m, context, plan.post.segment, head, `${label}_p`);
    }
    return end(this.exit(stream, retire));
  }

  /** Gives the work-item at the entrance a number; it goes on into the generator's ring. */
  private takeSlot(
    entry: { readonly valid: Expr; readonly ready: Expr },
    retire: { readonly valid: Expr; readonly slot: Expr },
  ): { readonly valid: Expr; readonly ready: Expr } {
    const { m, label, context } = this;
    const ring = { valid: m.wire(`${label}_ring_valid`), ready: m.wire(`${label}_ring_ready`) };
    m.instance(
      "soff_item_slots",
      `${label}_slots`,
      { SLOTS: decoupledSlots, SLOT_W: this.enterSlot.width },
      {
        clk,
        rst,
        in_valid: entry.valid,
        in_ready: entry.ready,
        out_valid: ring.valid,
        out_ready: ring.ready,
        out_slot: this.enterSlot,
        retire: retire.valid,
        retire_slot: retire.slot,
      },
    );
    m.assign(this.enter, and(ring.valid, ring.ready));
    context.stage(`${label}_slots`, "dispatch", `work-items in ${this.plan.step.loop.label}`, this.plan.step.loop.span);
    context.moves(this.input);
    return ring;
  }

  /** The ring in which every work-item's next iteration waits for its turn, and the way of the iterations into the feed. */
  private generator(entry: { readonly valid: Expr; readonly ready: Expr }): Stream {
    const { m, context, plan, label, input } = this;
    const { step, generator } = plan;
    const { loop, slot, first, last } = step;
    const layout = context.layout(generator.inputs);
    const inductions = new Map(step.inductions.map((c) => [c.result.id, c]));
    const head = declareStream(m, `${label}_head`, layout);
    const back = { valid: m.wire(`${label}_back_valid`), data: m.wire(`${label}_back_data`, layout.width) };
    const leave = m.wire(`${label}_leave`);
    const start = (id: ValueId): Expr => {
      if (id === slot.id) return this.enterSlot;
      if (id === first.id) return constant(1, 1);
      const c = inductions.get(id);
      return c ? this.operand(c.init, input.lookup) : input.lookup(id);
    };
    m.instance(
      "soff_loop_entry",
      `${label}_ring`,
      { WIDTH: layout.width, TOKENS: decoupledSlots, NEW_FIRST: 1 },
      {
        clk,
        rst,
        in_valid: entry.valid,
        in_ready: entry.ready,
        in_data: m.define(`${label}_start`, layout.pack(start)),
        back_valid: back.valid,
        back_data: back.data,
        leave,
        out_valid: head.valid,
        out_ready: head.ready,
        out_data: head.data,
      },
    );
    context.stage(`${label}_ring`, "loop", loop.label, loop.span);
    countLoop(context, loop, entry, head);
    const lookup = layout.unpack(m, head.data, (id) => `${label}_${context.label(id)}`);
    const tail = this.iterate({ ...head, lookup });
    const again = m.named(`${label}_again`, this.operand(loop.again, tail.lookup));
    const feedLayout = context.layout(plan.feedInputs.carried);
    const made = declareStream(m, `${label}_made`, feedLayout);
    const feed = declareStream(m, `${label}_feed`, feedLayout);
    m.assign(made.valid, tail.valid);
    m.assign(
      made.data,
      feedLayout.pack((id) => (id === last.id ? not(again) : tail.lookup(id))),
    );
    m.assign(tail.ready, made.ready);
    m.assign(back.valid, and(tail.valid, made.ready, again));
    m.assign(leave, and(tail.valid, made.ready, not(again)));
    m.assign(
      back.data,
      layout.pack((id) => {
        if (id === first.id) return constant(0, 1);
        const c = inductions.get(id);
        return c ? this.operand(c.next, tail.lookup) : tail.lookup(id);
      }),
    );
    context.moves(tail);
    // A register between the entrance and the RAMs that it writes.
    this.fifo("feed_fifo", feedLayout, made, feed, 2);
    return {
      valid: feed.valid,
      ready: feed.ready,
      lookup: feedLayout.unpack(m, feed.data, (id) => `${label}_f_${context.label(id)}`),
    };
  }

  /** The generator's operations: between two registers where they fit into a cycle, so that one work-item has an iteration every cycle. */
  private iterate(head: Stream): Stream {
    const { m, context, label } = this;
    const { generator } = this.plan;
    if (generator.schedule.latency > 0) return emitIsland(m, context, generator, head, `${label}_g`);
    const output = emitOperations(
      m,
      context,
      generator.schedule,
      generator.inputs,
      generator.outputs,
      head.lookup,
      context.uniform,
    );
    return { ...head, lookup: output };
  }

  /** Takes an iteration in when the work-item's iteration before it has left its results. */
  private collector(stream: Stream, { inputs, island }: NonNullable<DecoupledPlan["collector"]>): Stream {
    const { m, context, plan, label, input } = this;
    const { accumulators, slot, first } = plan.step;
    const here = this.withParked(stream, inputs, "collector");
    const results = accumulators.map((c) => c.result.id);
    const layout = context.layout(results);
    // Initial values that are not launch-wide wait with the other parked ones.
    const varying = accumulators.filter((c) => c.init.kind === "value" && !context.uniform(c.init.id));
    const initLayout = context.layout(varying.map((c) => c.result.id));
    const inits = new Map(accumulators.map((c) => [c.result.id, c.init]));
    const parked = this.park(
      "init",
      initLayout,
      (id) => this.operand(inits.get(id)!, input.lookup),
      here.lookup(slot.id),
    );
    const init = (id: ValueId): Expr =>
      varying.some((c) => c.result.id === id) ? parked(id) : this.operand(inits.get(id)!, input.lookup);
    const taken = { valid: m.wire(`${label}_taken_valid`), ready: m.wire(`${label}_taken_ready`) };
    const current = m.wire(`${label}_current`, layout.width);
    const next = m.wire(`${label}_next`, layout.width);
    m.instance(
      "soff_accumulator",
      `${label}_accumulator`,
      {
        WIDTH: layout.width,
        SLOTS: decoupledSlots,
        SLOT_W: slot.type.kind === "int" ? slot.type.bits : 1,
        LATENCY: island.schedule.latency,
      },
      {
        clk,
        rst,
        in_valid: here.valid,
        in_ready: here.ready,
        in_slot: here.lookup(slot.id),
        in_first: here.lookup(first.id),
        in_init: m.named(`${label}_init`, layout.pack(init)),
        out_valid: taken.valid,
        out_ready: taken.ready,
        out_value: current,
        next,
      },
    );
    context.stage(
      `${label}_accumulator`,
      "loop",
      `${plan.step.loop.label}: waits for the iteration before`,
      plan.step.loop.span,
    );
    const values = layout.unpack(m, current, (id) => `${label}_c_${context.label(id)}`);
    const lookup: Lookup = (id) => (results.includes(id) ? values(id) : here.lookup(id));
    m.blank();
    m.comment(`collector ${label}: ${island.schedule.latency} cycles`);
    const nexts = accumulators.flatMap((c) =>
      c.next.kind === "value" && !context.uniform(c.next.id) ? [c.next.id] : [],
    );
    const output = emitOperations(
      m,
      context,
      island.schedule,
      island.inputs,
      [...island.outputs, ...nexts],
      lookup,
      context.uniform,
    );
    const nextOf = new Map(accumulators.map((c) => [c.result.id, c.next]));
    m.assign(
      next,
      layout.pack((id) => this.operand(nextOf.get(id)!, output)),
    );
    const outLayout = context.layout(island.outputs);
    const out = declareStream(m, `${label}_c`, outLayout);
    const admission = admit(m, context, island, taken, `${label}_c`);
    m.instance(
      "soff_island",
      `${label}_c_island`,
      { WIDTH: outLayout.width, LATENCY: island.schedule.latency, DEPTH: island.depth },
      {
        clk,
        rst,
        in_valid: admission.valid,
        in_ready: admission.ready,
        result: outLayout.pack(output),
        out_valid: out.valid,
        out_ready: out.ready,
        out_data: out.data,
      },
    );
    context.stage(`${label}_c_island`, "island", `pipeline ${label}_c`, plan.step.loop.span);
    context.moves({ valid: taken.valid, ready: taken.ready });
    return {
      valid: out.valid,
      ready: out.ready,
      lookup: outLayout.unpack(m, out.data, (id) => `${label}_ci_${context.label(id)}`),
    };
  }

  /** The last iteration leaves with what is read after the loop; the others have done their work. */
  private exit(stream: Stream, retire: { readonly valid: Expr; readonly slot: Expr }): Stream {
    const { m, plan, label } = this;
    const { slot, last } = plan.step;
    const here = this.withParked(stream, plan.exitInputs, "exit");
    const isLast = here.lookup(last.id);
    const out = {
      valid: m.define(`${label}_exit_valid`, and(here.valid, isLast)),
      ready: m.wire(`${label}_exit_ready`),
    };
    m.assign(here.ready, or(out.ready, not(isLast)));
    m.assign(retire.valid, and(out.valid, out.ready));
    m.assign(retire.slot, here.lookup(slot.id));
    this.context.moves(here);
    return { ...out, lookup: here.lookup };
  }

  /** The stream with the values that its work-item parked. */
  private withParked(stream: Stream, inputs: SlotInputs, stage: string): Stream {
    if (inputs.parked.length === 0) return stream;
    const { slot } = this.plan.step;
    const parked = this.park(stage, this.context.layout(inputs.parked), this.input.lookup, stream.lookup(slot.id));
    const own = new Set(inputs.parked);
    return { ...stream, lookup: (id) => (own.has(id) ? parked(id) : stream.lookup(id)) };
  }

  /** A RAM written when a work-item enters and read by `slot`. */
  private park(stage: string, layout: TokenLayout, value: Lookup, slot: Expr): Lookup {
    const { m, context, label } = this;
    if (layout.fields.length === 0) return () => constant(0, 1);
    const data = m.wire(`${label}_${stage}_parked`, layout.width);
    m.instance(
      "soff_ram_lut",
      `${label}_${stage}_park`,
      { WIDTH: layout.width, DEPTH: decoupledSlots },
      { clk, we: this.enter, waddr: this.enterSlot, wdata: layout.pack(value), raddr: slot, rdata: data },
    );
    return layout.unpack(m, data, (id) => `${label}_${stage}_${context.label(id)}`);
  }

  private fifo(
    name: string,
    layout: TokenLayout,
    from: ReturnType<typeof declareStream>,
    to: ReturnType<typeof declareStream>,
    depth: number,
  ): void {
    this.m.instance(
      "soff_fifo",
      `${this.label}_${name}`,
      { WIDTH: layout.width, DEPTH: depth },
      {
        clk,
        rst,
        in_valid: from.valid,
        in_ready: from.ready,
        in_data: from.data,
        out_valid: to.valid,
        out_ready: to.ready,
        out_data: to.data,
      },
    );
  }

  private operand(o: Operand, lookup: Lookup): Expr {
    return operandExpr(o, (id) => this.context.uniform(id) ?? lookup(id), this.context);
  }
}
