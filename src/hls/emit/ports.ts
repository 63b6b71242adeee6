/** How an access looks at the boundary of the datapath: names, data, answers. */
import { concat, constant, type Expr, zeroExtend } from "../../rtl/expr.js";
import type { Access } from "../datapath/types.js";
import { type Operand, type Type, widthOf } from "../ir/types.js";
import type { EmitContext } from "./context.js";

/** Names of the ports of the datapath module that belong to an access. */
export function portPrefix(access: Access, part?: number): string {
  return `m${access.site}${part === undefined ? "" : `p${part}`}`;
}

/** Answers of a load or atomic, in order, as the join takes them. */
export interface Answer {
  readonly access: Access;
  readonly valid: Expr;
  readonly pop: Expr;
  readonly data: Expr;
}

export function typeOf(context: EmitContext, o: Operand): Type {
  return o.kind === "value" ? context.typeOf(o.id) : o.type;
}

/** Lanes side by side, each in whole bytes, the first one lowest. */
export function lanesSideBySide(
  context: EmitContext,
  values: readonly Operand[],
  read: (o: Operand) => Expr,
  bits: number,
): Expr {
  const lanes = values.map((v) => zeroExtend(read(v), Math.ceil(widthOf(typeOf(context, v)) / 8) * 8));
  const used = lanes.reduce((n, l) => n + l.width, 0);
  const parts = [...lanes].reverse();
  return used < bits ? concat(constant(0, bits - used), ...parts) : concat(...parts);
}
