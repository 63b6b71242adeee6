/** Prints the datapath module of a kernel: from the dispatcher's tokens to retired work-items. */

import type { StageInfo } from "../../rtl/design.js";
import { constant, type Expr } from "../../rtl/expr.js";
import { ModuleBuilder } from "../../rtl/module.js";
import type { SegmentPlan } from "../datapath/plan.js";
import { operationOperands } from "../datapath/schedule.js";
import type { Datapath, ItemValue, Segment } from "../datapath/types.js";
import type { Operand, ValueId } from "../ir/types.js";
import { nodeOperands } from "../structure/types.js";
import { EmitContext } from "./context.js";
import { emitSegment } from "./segment.js";
import { lookupIn } from "./stream.js";

export interface DatapathModule {
  readonly name: string;
  readonly text: string;
  /** Values that the dispatcher must send, as ports `item_<name>`. */
  readonly items: readonly { readonly item: ItemValue; readonly port: string; readonly width: number }[];
  /** Launch-wide values that it reads, as ports `arg_<name>`. */
  readonly uniforms: readonly { readonly id: ValueId; readonly port: string; readonly width: number }[];
  readonly stages: readonly StageInfo[];
}

export function emitDatapath(
  datapath: Datapath,
  plan: SegmentPlan,
  moduleName: string,
  addressBits: number,
): DatapathModule {
  const m = new ModuleBuilder(moduleName, [`Datapath of kernel ${datapath.name}.`]);
  m.input("clk");
  m.input("rst");
  const uniformExprs = new Map<ValueId, Expr>();
  const context = new EmitContext(datapath, addressBits, datapath.names, uniformExprs);

  const itemValid = m.input("item_valid");
  const itemReady = m.output("item_ready");
  const fields = new Map<ValueId, Expr>();
  const live = new Set(plan.islands[0]!.inputs);
  const items = datapath.items
    .filter((item) => live.has(item.result.id))
    .map((item) => {
      const port = `item_${context.label(item.result.id)}`;
      const width = context.widthOf(item.result.id);
      fields.set(item.result.id, m.input(port, width));
      m.sink(fields.get(item.result.id)!);
      return { item, port, width };
    });
  const uniforms = uniformsRead(datapath).map((id) => {
    const port = `arg_${context.label(id)}`;
    const width = context.widthOf(id);
    const expr = m.input(port, width);
    m.sink(expr);
    uniformExprs.set(id, expr);
    return { id, port, width };
  });
  const retire = m.output("retire");

  const end = emitSegment(m, context, plan, { valid: itemValid, ready: itemReady, lookup: lookupIn(fields) }, "d");
  m.blank();
  m.comment("A token that reaches the end is a work-item done.");
  m.assign(end.ready, constant(1, 1));
  m.assign(retire, end.valid);
  m.guardedOutput("SOFF_SIM", "progress", context.progress(m));
  return { name: moduleName, text: m.print(), items, uniforms, stages: context.stages };
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
      if (step.kind === "memory") for (const a of step.accesses) use(nodeOperands(a.node));
      else {
        use([...nodeOperands(step.loop), step.loop.again, ...step.loop.carried.map((c) => c.next)]);
        visit(step.body);
      }
    }
  };
  visit(datapath.body);
  return [...read].sort((a, b) => a - b);
}
