/** Struct arguments by value: a read of a member is a launch parameter, or a choice among them when the index varies. */
import { type Def, i, type Operand, valueOperand as operandOf, type Type } from "../ir/types.js";
import { alignmentAt, type MemoryLane } from "./access.js";
import type { ByvalParameter, ByvalPointer, KernelContext } from "./context.js";

/** More places than this are no longer chosen among by multiplexers: the argument is copied to private memory. */
const maxChoices = 64;

/** The value at a place in the argument, as an integer of whole bytes or of the lane's type. */
export function loadByval(ctx: KernelContext, pointer: ByvalPointer, lane: MemoryLane, align: number): Operand {
  const { builder } = ctx;
  const { parameter } = pointer;
  const type = memoryType(lane);
  const where = builder.add(pointer.offset, builder.int(i(64), lane.offset));
  const last = parameter.bytes - lane.bytes;
  if (where.kind === "const") {
    return where.bits <= BigInt(last) ? part(ctx, parameter, Number(where.bits), type) : builder.undef(type);
  }
  const step = alignmentAt(lane.offset, align);
  const choices = Math.floor(last / step) + 1;
  if (choices > maxChoices) {
    ctx.wanted.add(parameter.name);
    return builder.undef(type);
  }
  let chosen = part(ctx, parameter, 0, type);
  for (let offset = step; offset <= last; offset += step) {
    const here = builder.icmp("eq", where, builder.int(i(64), offset));
    chosen = builder.select(here, part(ctx, parameter, offset, type), chosen);
  }
  return chosen;
}

/** Parameters arrive as bytes: odd widths are read as whole bytes. */
function memoryType(lane: MemoryLane): Type {
  return lane.type.kind === "int" ? i(8 * lane.bytes) : lane.type;
}

function part(ctx: KernelContext, parameter: ByvalParameter, offset: number, type: Type): Operand {
  const key = `${offset}:${type.kind}${type.kind === "ptr" ? type.space : type.bits}`;
  let known: { readonly def: Def; readonly offset: number } | undefined = parameter.parts.get(key);
  if (!known) {
    known = { def: ctx.builder.define(type, `${parameter.name}_${offset}`), offset };
    parameter.parts.set(key, known);
  }
  return operandOf(known.def.id);
}
