/** Prints the datapath module of a kernel: from the dispatcher's tokens to retired work-items. */

import type { CounterInfo, StageInfo } from "../../rtl/design.js";
import { constant, type Expr } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import { islandsOf, type SegmentPlan } from "../datapath/plan.js";
import { operationOperands } from "../datapath/schedule.js";
import type { Datapath, ItemValue, Segment } from "../datapath/types.js";
import type { Operand, ValueId } from "../ir/types.js";
import type { ScratchUnit } from "../memory/scratch.js";
import type { MemorySystem } from "../memory/units.js";
import { nodeOperands } from "../structure/types.js";
import { EmitContext } from "./context.js";
import { eventVector } from "./counters.js";
import { emitScratch, slotLogPort } from "./scratch.js";
import { emitSegment } from "./segment.js";
import { SharedUnits } from "./shared-units.js";
import { emitEntrance } from "./slots.js";
import { lookupIn } from "./stream.js";

export interface DatapathModule {
  readonly name: string;
  readonly text: string;
  /** Values that the dispatcher must send, as ports `item_<name>`. */
  readonly items: readonly { readonly item: ItemValue; readonly port: string; readonly width: number }[];
  /** Launch-wide values that it reads, as ports `arg_<name>`. */
  readonly uniforms: readonly { readonly id: ValueId; readonly port: string; readonly width: number }[];
  readonly stages: readonly StageInfo[];
  /** Events that its port `events` tells, bit by bit; none and no port unless the design counts them. */
  readonly counters: readonly CounterInfo[];
}

export function emitDatapath(
  datapath: Datapath,
  plan: SegmentPlan,
  moduleName: string,
  addressBits: number,
  scratch: readonly ScratchUnit[],
  memory: MemorySystem,
  counting: boolean,
): DatapathModule {
  const m = new ModuleBuilder(moduleName, [`Datapath of kernel ${datapath.name}.`]);
  m.input("clk");
  m.input("rst");
  const uniformExprs = new Map<ValueId, Expr>();
  const interval = Math.max(...islandsOf(plan).map((island) => island.schedule.interval));
  const shared = interval > 1 ? new SharedUnits(m, interval) : undefined;
  const context = new EmitContext(
    datapath,
    addressBits,
    datapath.names,
    uniformExprs,
    scratch,
    memory,
    shared,
    counting,
  );

  const item = { valid: m.input("item_valid"), ready: m.output("item_ready") };
  const fields = new Map<ValueId, Expr>();
  const live = new Set(plan.islands[0]!.inputs);
  const items = datapath.items
    .filter(({ query, result }) => live.has(result.id) && query !== "group_slot" && query !== "item_slot")
    .map((value) => {
      const port = `item_${context.label(value.result.id)}`;
      const width = context.widthOf(value.result.id);
      fields.set(value.result.id, m.input(port, width));
      m.sink(fields.get(value.result.id)!);
      return { item: value, port, width };
    });
  const uniforms = uniformsRead(datapath).map((id) => {
    const port = `arg_${context.label(id)}`;
    const width = context.widthOf(id);
    const expr = m.input(port, width);
    m.sink(expr);
    uniformExprs.set(id, expr);
    return { id, port, width };
  });
  for (const unit of scratch) if (unit.sized.length > 0) context.slotLogs.set(unit, m.input(slotLogPort(unit), 5));
  const retire = m.output("retire");
  const slotOf = (query: ItemValue["query"]) => datapath.items.find((value) => value.query === query)?.result.id;
  const groupSlot = slotOf("group_slot");
  const itemSlot = slotOf("item_slot");
  const returned = (id: ValueId | undefined): Expr | undefined =>
    id === undefined ? undefined : m.wire(`retire_${context.label(id)}`, context.widthOf(id));
  const leaving = { valid: retire, groupSlot: returned(groupSlot), itemSlot: returned(itemSlot) };
  const entrance = emitEntrance(m, context, datapath.slots, item, leaving);
  context.groups = entrance.groups;
  if (groupSlot !== undefined) fields.set(groupSlot, entrance.groupSlot!);
  if (itemSlot !== undefined) fields.set(itemSlot, entrance.itemSlot!);

  const end = emitSegment(m, context, plan, { ...entrance, lookup: lookupIn(fields) }, "d");
  m.blank();
  m.comment("A token that reaches the end is a work-item done.");
  m.assign(end.ready, constant(1, 1));
  m.assign(retire, end.valid);
  if (groupSlot !== undefined) m.assign(leaving.groupSlot!, end.lookup(groupSlot));
  if (itemSlot !== undefined) m.assign(leaving.itemSlot!, end.lookup(itemSlot));
  for (const unit of scratch)
    emitScratch(
      m,
      context,
      unit,
      context.scratchClients.filter((c) => c.access.group === unit.group.index),
    );
  shared?.emit();
  m.guardedOutput("SOFF_SIM", "progress", context.progress(m));
  const { counters } = context;
  if (counters.length > 0) m.assign(m.output("events", counters.length), eventVector(counters));
  return {
    name: moduleName,
    text: m.print(),
    items,
    uniforms,
    stages: context.stages,
    counters: counters.map(({ signal: _, ...info }) => info),
  };
}

/** Launch-wide values that the datapath itself reads, in order of their ids. */
function uniformsRead(datapath: Datapath): ValueId[] {
  const read = new Set<ValueId>();
  const use = (operands: readonly Operand[]): void => {
    for (const o of operands) if (o.kind === "value" && datapath.uniformValues.has(o.id)) read.add(o.id);
  };
  const visit = (segment: Segment): void => {
    for (const island of segment.islands) for (const x of island) use(operationOperands(x));
    for (const step of segment.steps) {
      if (step.kind === "barrier") use(nodeOperands(step.node));
      else if (step.kind === "memory") for (const a of [...step.accesses, ...step.prints]) use(nodeOperands(a.node));
      else {
        use([...nodeOperands(step.loop), step.loop.again, ...step.loop.carried.map((c) => c.next)]);
        if (step.kind === "loop") visit(step.body);
        else {
          for (const x of [...step.generator, ...step.collector]) use(operationOperands(x));
          visit(step.feed);
          if (step.post) visit(step.post);
        }
      }
    }
  };
  visit(datapath.body);
  return [...read].sort((a, b) => a - b);
}
