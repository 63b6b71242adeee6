/**
 * Prints the launch-wide part of a kernel: arguments out of the register file and what is computed
 * from them alone. Everything there holds still while the kernel runs, so operands need no delay
 * lines; the first work-item waits until the results have settled.
 */

import { type Expr, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import { scheduleIsland } from "../datapath/schedule.js";
import type { TimingModel } from "../datapath/timing.js";
import type { Datapath } from "../datapath/types.js";
import type { Type, ValueId, WorkItemQuery } from "../ir/types.js";
import { instructionOperands } from "../structure/types.js";
import type { EmitContext } from "./context.js";
import { emitOperation } from "./operators.js";
import { operandExpr } from "./widths.js";

/** Expression of a work-item function that is the same for all work-items. */
export type UniformQuery = (query: WorkItemQuery, dimension: number) => Expr;

export interface UniformPart {
  readonly values: ReadonlyMap<ValueId, Expr>;
  /** Cycles until all of them have settled. */
  readonly settle: number;
}

/**
 * `args` is the register file; `offsetOf(p)` the byte offset of source parameter p in it; `localAddress(p)` where the
 * memory of the `__local` parameter p begins.
 */
export function emitUniform(
  m: ModuleBuilder,
  context: EmitContext,
  datapath: Datapath,
  timing: TimingModel,
  args: Expr,
  offsetOf: (parameter: number) => number,
  query: UniformQuery,
  localAddress: (parameter: number) => Expr,
): UniformPart {
  const values = new Map<ValueId, Expr>();
  datapath.parameters.forEach((p, index) => {
    for (const v of p.values) {
      const width = context.widthOf(v.def.id);
      const low = (offsetOf(index) + v.offset) * 8;
      const given = p.passing === "local" ? localAddress(index) : slice(args, low, width);
      const value = m.define(`arg_${context.label(v.def.id)}`, given, `${p.typeName} ${p.name}`);
      m.sink(value);
      values.set(v.def.id, value);
    }
  });
  const typeOf = (id: ValueId): Type => context.typeOf(id);
  for (const x of datapath.uniform) {
    const width = context.widthOf(x.result.id);
    const label = `uni_${context.label(x.result.id)}`;
    let value: Expr;
    if (x.op === "workitem") value = m.define(label, zeroExtend(query(x.query, x.dimension), width));
    else {
      const operands = instructionOperands(x);
      const exprs = operands.map((o) =>
        operandExpr(
          o,
          (id) => {
            const found = values.get(id);
            invariant(found, `launch-wide value ${id} is used before it is computed`);
            return found;
          },
          context,
        ),
      );
      const types = operands.map((o) => (o.kind === "value" ? typeOf(o.id) : o.type));
      const result = emitOperation(m, x, exprs, types, label, timing.of(x).latency, width);
      value =
        result.atom === "name" && result.text === label
          ? result
          : m.define(label, result, x.span.line > 0 ? formatSpan(x.span) : "");
    }
    m.sink(value);
    values.set(x.result.id, value);
  }
  const schedule = scheduleIsland(
    datapath.uniform,
    datapath.uniform.map((x) => x.result.id),
    timing,
  );
  return { values, settle: schedule.latency === 0 ? 0 : schedule.latency + 1 };
}
