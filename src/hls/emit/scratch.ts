/** Prints on-chip memories: local memory, one copy a work-group, and private memory, one copy a work-item. */
import { concat, constant, type Expr, or, shift, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Access } from "../datapath/types.js";
import { accessBytes, type ScratchUnit } from "../memory/scratch.js";
import { atomicCode, floatAdders } from "./atomic.js";
import type { EmitContext } from "./context.js";
import { clk, rst } from "./stream.js";

/** Wires of one access between its port and its memory. */
export interface ScratchClient {
  readonly access: Access;
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  /** Store data or the operand of an atomic, of the access's own width. */
  readonly data: Expr | undefined;
  readonly compare: Expr | undefined;
  readonly respValid: Expr | undefined;
  readonly respData: Expr | undefined;
}

/** Bits of an address inside a unit. */
export function unitAddressBits(unit: ScratchUnit): number {
  return Math.max(1, Math.log2(unit.bytes));
}

/** Input of the datapath: log2 of the bytes of a slot of a unit whose size the launch gives. */
export function slotLogPort(unit: ScratchUnit): string {
  return `${unit.name}_slot_log`;
}

/** Where `pointer` lies inside the unit, in the copy of `slot`. Both are names or constants. */
export function unitAddress(
  m: ModuleBuilder,
  unit: ScratchUnit,
  pointer: Expr,
  slot: Expr,
  slotLog: Expr | undefined,
): Expr {
  const bits = unitAddressBits(unit);
  if (unit.sized.length > 0 && slotLog) {
    const offset = slice(pointer, 0, bits);
    return or(shift("<<", m.named("slot_base", zeroExtend(slot, bits)), slotLog), offset);
  }
  const strideBits = Math.log2(unit.regionBytes);
  const parts = [
    ...(unit.slots > 1 ? [slice(slot, 0, Math.log2(unit.slots))] : []),
    ...(strideBits > 0 ? [slice(pointer, 0, strideBits)] : []),
  ];
  return parts.length > 0 ? concat(...parts) : constant(0, 1);
}

export function emitScratch(
  m: ModuleBuilder,
  context: EmitContext,
  unit: ScratchUnit,
  clients: readonly ScratchClient[],
): void {
  const n = clients.length;
  const bits = unit.dataBytes * 8;
  const many = (pick: (c: ScratchClient) => Expr): Expr => concat(...[...clients].reverse().map(pick));
  m.blank();
  m.comment(`${unit.group.space} memory ${unit.name}: ${memberNames(context, unit)}`);
  const ready = m.wire(`${unit.name}_ready`, n);
  const respValid = m.wire(`${unit.name}_resp_valid`, n);
  const respData = m.wire(`${unit.name}_resp_data`, n * bits);
  m.sink(respValid, respData);
  const kind = (a: Access): bigint => ({ load: 0n, store: 1n, atomic: 2n })[a.node.kind];
  m.instance(
    "soff_scratch",
    unit.name,
    {
      N: n,
      ADDR_W: unitAddressBits(unit),
      BYTES: unit.bytes,
      DATA_BYTES: unit.dataBytes,
      GRAIN_BYTES: unit.grainBytes,
      BANKS: Math.min(unit.banks, unit.bytes / unit.dataBytes),
      KINDS: constant(
        clients.reduce((word, c, k) => word | (kind(c.access) << BigInt(2 * k)), 0n),
        2 * n,
      ),
      ATOMICS: unit.group.atomics ? 1 : 0,
      FADD: floatAdders(unit.accesses),
    },
    {
      clk,
      rst,
      c_req_valid: many((c) => c.valid),
      c_req_ready: ready,
      c_req_addr: many((c) => c.addr),
      c_req_data: many((c) => (c.data ? zeroExtend(c.data, bits) : constant(0, bits))),
      c_req_mask: many((c) =>
        constant(c.access.node.kind === "load" ? 0n : (1n << BigInt(c.access.bytes)) - 1n, unit.dataBytes),
      ),
      c_req_compare: many((c) => (c.compare ? zeroExtend(c.compare, 64) : constant(0, 64))),
      c_req_op: many((c) => constant(atomicCode(c.access.node), 4)),
      c_resp_valid: respValid,
      c_resp_data: respData,
    },
  );
  clients.forEach((c, k) => {
    m.assign(c.ready, slice(ready, k, 1));
    if (c.respValid) m.assign(c.respValid, slice(respValid, k, 1));
    if (c.respData) m.assign(c.respData, slice(respData, k * bits, accessBytes(c.access) * 8));
  });
  context.stage(unit.name, "cache", `${unit.group.space} memory of ${memberNames(context, unit)}`, undefined);
}

function memberNames(context: EmitContext, unit: ScratchUnit): string {
  return [...unit.group.variables, ...unit.group.parameters.map((p) => context.datapath.parameters[p]!.name)].join(
    ", ",
  );
}
