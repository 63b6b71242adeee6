/** Prints one island: operations at their cycles, delay lines between them, and the control around. */
import { and, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { formatSpan, type SourceSpan } from "../../support/source.js";
import type { IslandPlan } from "../datapath/plan.js";
import { operationOperands, type Schedule } from "../datapath/schedule.js";
import { choiceCycles } from "../datapath/sharing.js";
import { type Operation, operationDefs } from "../datapath/types.js";
import type { Operand, Type, ValueId } from "../ir/types.js";
import type { EmitContext } from "./context.js";
import { emitOperation } from "./operators.js";
import { emitRom } from "./rom.js";
import type { SharedUnits } from "./shared-units.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { hardwareWidth, type Lookup, operandExpr } from "./widths.js";

/**
 * The values of one island at the cycles in which they are needed. Where a token comes every cycle, delay lines carry them along;
 * with an interval, a register holds a value from the cycle in which it is there to the next token's, and another one takes it over
 * from there.
 */
class Taps {
  private readonly at = new Map<ValueId, Map<number, Expr>>();

  constructor(
    private readonly m: ModuleBuilder,
    private readonly needed: ReadonlyMap<ValueId, ReadonlySet<number>>,
    /** Of islands whose tokens come at an interval. */
    private readonly turns: SharedUnits | undefined,
  ) {}

  /** The value exists from `cycle` on: makes the delay lines to all later uses. */
  define(id: ValueId, cycle: number, value: Expr, label: string): void {
    const taps = new Map<number, Expr>([[cycle, value]]);
    this.at.set(id, taps);
    if (this.turns) return this.hold(taps, id, cycle, value, label, this.turns);
    let from = cycle;
    let current = value;
    for (const c of [...(this.needed.get(id) ?? [])].sort((a, b) => a - b)) {
      if (c === from) continue;
      if (c - from === 1) current = this.m.register(`${label}_c${c}`, current);
      else {
        const delayed = this.m.wire(`${label}_c${c}`, value.width);
        this.m.instance(
          "soff_delay",
          `delay_${label}_c${c}`,
          { WIDTH: value.width, CYCLES: c - from },
          { clk, d: current, q: delayed },
        );
        current = delayed;
      }
      this.m.sink(current);
      from = c;
      taps.set(c, current);
    }
  }

  private hold(
    taps: Map<number, Expr>,
    id: ValueId,
    cycle: number,
    value: Expr,
    label: string,
    turns: SharedUnits,
  ): void {
    const held = [value];
    for (const c of this.needed.get(id) ?? []) {
      if (c === cycle) continue;
      const count = Math.ceil((c - cycle) / turns.interval);
      while (held.length <= count) {
        const register = this.m.register(`${label}_h${held.length}`, held.at(-1)!, turns.turn(cycle));
        this.m.sink(register);
        held.push(register);
      }
      taps.set(c, held[count]!);
    }
  }

  get(id: ValueId, cycle: number): Expr | undefined {
    return this.at.get(id)?.get(cycle);
  }
}

/** Emits the operations of a schedule. `inputs` are there in cycle 0; `finalCycle` is when `outputs` are read. */
export function emitOperations(
  m: ModuleBuilder,
  context: EmitContext,
  schedule: Schedule,
  inputs: readonly ValueId[],
  outputs: readonly ValueId[],
  input: Lookup,
  uniform: (id: ValueId) => Expr | undefined,
): (id: ValueId) => Expr {
  const needed = new Map<ValueId, Set<number>>();
  const need = (id: ValueId, cycle: number): void => {
    const set = needed.get(id);
    if (set) set.add(cycle);
    else needed.set(id, new Set([cycle]));
  };
  for (const s of schedule.operations)
    for (const o of operationOperands(s.operation)) if (o.kind === "value") need(o.id, s.start);
  for (const id of outputs) need(id, schedule.latency);
  const turns = schedule.interval > 1 ? context.shared : undefined;
  const taps = new Taps(m, needed, turns);
  for (const id of inputs) taps.define(id, 0, input(id), context.label(id));
  const read = (id: ValueId, cycle: number): Expr => {
    const found = uniform(id) ?? taps.get(id, cycle);
    if (!found) throw new Error(`value ${id} (${context.label(id)}) is not available in cycle ${cycle}`);
    return found;
  };
  const extended = new Map<ValueId, number>();
  for (const s of schedule.operations) {
    const x: Operation = s.operation;
    const operands = operationOperands(x);
    const whole = operands.map((o: Operand) => operandExpr(o, (id) => read(id, s.start), context));
    const isProduct = x.op === "binary" && x.kind === "mul" && !s.turn;
    const args = isProduct ? whole.map((arg, k) => withoutZeros(arg, operands[k]!, extended)) : whole;
    const cycle = s.start + s.timing.latency;
    const comment = place(x.span);
    if (x.op === "rom") {
      const results = emitRom(
        m,
        x,
        m.named("rom_address", args[0]!),
        context.datapath.constants,
        context.label(x.results[0]!.id),
      );
      x.results.forEach((r, k) => {
        const value = m.define(context.label(r.id), results[k]!, comment);
        m.sink(value);
        taps.define(r.id, cycle, value, context.label(r.id));
      });
      continue;
    }
    if (x.op === "workitem") continue;
    const [def] = operationDefs(x);
    const types = operands.map((o): Type => (o.kind === "value" ? context.typeOf(o.id) : o.type));
    const label = context.label(def!.id);
    const width = hardwareWidth(def!.type, context.addressBits);
    if (comment !== "" && s.timing.latency > 0) m.comment(`${label}: ${comment}`);
    const shared = s.turn && { units: turns!, turn: s.turn };
    const latency = s.timing.latency - (shared ? choiceCycles : 0);
    const result = emitOperation(m, x, args, types, label, latency, width, shared);
    const value = result.atom === "name" && result.text.startsWith(label) ? result : m.define(label, result, comment);
    m.sink(value);
    taps.define(def!.id, cycle, value, label);
    if (x.op === "cast" && x.kind === "zext") extended.set(def!.id, hardwareWidth(types[0]!, context.addressBits));
  }
  return (id) => read(id, schedule.latency);
}

/** A factor without the zeros that a constant or a zero extension (`extended`: of how many bits) has above it. */
function withoutZeros(arg: Expr, operand: Operand, extended: ReadonlyMap<ValueId, number>): Expr {
  const { constant: value } = arg;
  const bits =
    value !== undefined ? value.toString(2).length : operand.kind === "value" ? extended.get(operand.id) : undefined;
  return bits === undefined || (value === undefined && arg.atom !== "name") ? arg : slice(arg, 0, bits);
}

/** The valid and ready of an island's input: those of the stream, in the island's turn where it has one. */
export function admit(
  m: ModuleBuilder,
  context: EmitContext,
  { schedule }: IslandPlan,
  input: Pick<Stream, "valid" | "ready">,
  label: string,
): Pick<Stream, "valid" | "ready"> {
  if (schedule.interval === 1) return input;
  const turn = context.shared!.turn(0);
  const admission = {
    valid: m.define(`${label}_admit_valid`, and(input.valid, turn)),
    ready: m.wire(`${label}_admit_ready`),
  };
  m.assign(input.ready, and(admission.ready, turn));
  return admission;
}

function place(span: SourceSpan): string {
  return span.line > 0 ? formatSpan(span) : "";
}

export function emitIsland(
  m: ModuleBuilder,
  context: EmitContext,
  plan: IslandPlan,
  input: Stream,
  label: string,
): Stream {
  m.blank();
  m.comment(`island ${label}: ${plan.schedule.latency} cycles`);
  const output = emitOperations(m, context, plan.schedule, plan.inputs, plan.outputs, input.lookup, context.uniform);
  const layout = context.layout(plan.outputs);
  const out = declareStream(m, label, layout);
  const admission = admit(m, context, plan, input, label);
  m.instance(
    "soff_island",
    `${label}_island`,
    { WIDTH: layout.width, LATENCY: plan.schedule.latency, DEPTH: plan.depth },
    {
      clk,
      rst,
      in_valid: admission.valid,
      in_ready: admission.ready,
      result: layout.fields.length > 0 ? layout.pack(output) : constant(0, 1),
      out_valid: out.valid,
      out_ready: out.ready,
      out_data: out.data,
    },
  );
  context.stage(`${label}_island`, "island", `pipeline ${label}`, plan.schedule.operations[0]?.operation.span);
  context.moves(input);
  return {
    valid: out.valid,
    ready: out.ready,
    lookup: layout.unpack(m, out.data, (id) => `${label}_${context.label(id)}`),
  };
}
