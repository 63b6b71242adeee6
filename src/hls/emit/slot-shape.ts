/**
 * Prints what follows from the sizes of a launch for local memory: how many bytes and places a work-group needs, hence
 * how many groups may be under way, and where `__local` arguments begin.
 */
import { binary, compare, concat, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { Datapath } from "../datapath/types.js";
import { argumentAlign, type ScratchUnit, scratchAddressBits } from "../memory/scratch.js";
import { slotLogPort } from "./scratch.js";
import { clk } from "./stream.js";

/** Cycles from the launch's registers to settled results. */
export const shapeCycles = 8;

/** Inputs of the datapath by name. `sizeOf(p)`: bytes of the `__local` argument p, {@link scratchAddressBits} wide. */
export function emitSlotShape(
  m: ModuleBuilder,
  datapath: Datapath,
  scratch: readonly ScratchUnit[],
  localSize: Expr,
  sizeOf: (parameter: number) => Expr,
): Record<string, Expr> {
  const { slots } = datapath;
  if (slots.groups === 0) return {};
  const ports: Record<string, Expr> = {};
  /** Slot s may be used when every log is at most that of what there is for s + 1 slots. */
  const limits: { log: Expr; amount: number }[] = [];
  if (slots.barriers) {
    const log = m.wire("group_log", 4);
    m.instance("soff_group_shape", "group_shape", {}, { clk, local_size: localSize, group_log: log });
    ports.group_log = log;
    limits.push({ log, amount: slots.items });
  }
  for (const unit of scratch) {
    if (unit.sized.length === 0) continue;
    const bytes = unit.sized.reduce(
      (sum, p) => binary("+", sum, roundedUp(m, sizeOf(p))),
      constant(startOf(unit), scratchAddressBits),
    );
    const log = m.wire(`${unit.name}_log`, 5);
    m.instance(
      "soff_ceil_log2",
      `${unit.name}_size`,
      { WIDTH: scratchAddressBits, LOG_W: 5 },
      { clk, value: m.register(`${unit.name}_bytes`, bytes), log },
    );
    ports[slotLogPort(unit)] = log;
    limits.push({ log, amount: unit.bytes });
  }
  const allowed = Array.from({ length: slots.groups }, (_, slot): Expr => {
    const fits = limits.flatMap(({ log, amount }) => {
      const most = Math.floor(Math.log2(amount / (slot + 1)));
      return most >= 2 ** log.width - 1 ? [] : [compare("<=", log, constant(most, log.width))];
    });
    return fits.length === 0 ? constant(1, 1) : fits.reduce((a, b) => binary("&", a, b));
  });
  ports.slots_allowed = m.register("slots_allowed", concat(...allowed.reverse()));
  return ports;
}

/** First address of a `__local` argument. */
export function localAddress(
  m: ModuleBuilder,
  scratch: readonly ScratchUnit[],
  parameter: number,
  sizeOf: (parameter: number) => Expr,
): Expr {
  const unit = scratch.find((u) => u.sized.includes(parameter));
  // Nothing accesses it.
  if (!unit) return constant(argumentAlign, scratchAddressBits);
  const before = unit.sized.slice(0, unit.sized.indexOf(parameter));
  return before.reduce(
    (sum, p) => binary("+", sum, roundedUp(m, sizeOf(p))),
    constant(unit.base + startOf(unit), scratchAddressBits),
  );
}

/** Offset of the first argument, behind the variables of fixed size. */
function startOf(unit: ScratchUnit): number {
  return Math.ceil(unit.fixedBytes / argumentAlign) * argumentAlign;
}

function roundedUp(m: ModuleBuilder, size: Expr): Expr {
  const low = Math.log2(argumentAlign);
  invariant(size.width === scratchAddressBits, "a size has the width of an address");
  const sum = m.define("local_size_up", binary("+", size, constant(argumentAlign - 1, scratchAddressBits)));
  m.sink(sum);
  return concat(slice(sum, low, scratchAddressBits - low), constant(0, low));
}
