/** The wires between an access in a datapath and the memory unit that serves it. */
import { constant, type Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { answers } from "../datapath/plan.js";
import type { Access } from "../datapath/types.js";
import { accessBytes } from "../memory/scratch.js";
import type { MemoryUnit, UnitClient } from "../memory/units.js";
import { atomicCode } from "./atomic.js";
import { portPrefix } from "./ports.js";

/** What a client asks a memory unit, or one bank of it. */
export interface Requester {
  readonly write: boolean;
  /** Code of an atomic; 0 for others. */
  readonly op: number;
  /** Bits of an answer. */
  readonly bits: number;
  readonly mask: Expr;
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  readonly data: Expr | undefined;
  readonly compare: Expr | undefined;
  readonly respValid: Expr | undefined;
  readonly respData: Expr | undefined;
}

/** Wires of one access between a datapath and its memory unit. */
export interface Client extends Requester {
  readonly name: string;
  readonly access: Access;
  readonly datapath: number;
  readonly part?: number;
  /** By port of the datapath. */
  readonly ports: Record<string, Expr>;
}

/** Wires of datapath k are `mN_…`, or `dk_mN_…` when there are several datapaths. */
export function declareClient(
  m: ModuleBuilder,
  client: UnitClient,
  unit: MemoryUnit,
  addressBits: number,
  datapaths: number,
): Client {
  const { access, part, datapath } = client;
  const { node } = access;
  const prefix = portPrefix(access, part);
  const name = datapaths > 1 ? `d${datapath}_${prefix}` : prefix;
  const bytes = part !== undefined ? unit.lineBytes : accessBytes(access);
  const ports: Record<string, Expr> = {};
  const wire = (port: string, width = 1): Expr => {
    const w = m.wire(`${name}_${port}`, width);
    ports[`${prefix}_${port}`] = w;
    return w;
  };
  const valid = wire("req_valid");
  const ready = wire("req_ready");
  const addr = wire("req_addr", addressBits);
  const data = node.kind === "load" ? undefined : wire("req_data", bytes * 8);
  const written = node.kind === "load" ? 0n : (1n << BigInt(access.bytes)) - 1n;
  return {
    name,
    access,
    datapath,
    write: node.kind === "store",
    op: atomicCode(node),
    ...(part !== undefined ? { part } : {}),
    bits: bytes * 8,
    ports,
    valid,
    ready,
    addr,
    data,
    mask: part !== undefined && node.kind === "store" ? wire("req_mask", bytes) : constant(written, unit.dataBytes),
    compare: node.kind === "atomic" && node.compare ? wire("req_compare", bytes * 8) : undefined,
    respValid: answers(access) ? wire("resp_valid") : undefined,
    respData: answers(access) ? wire("resp_data", bytes * 8) : undefined,
  };
}
