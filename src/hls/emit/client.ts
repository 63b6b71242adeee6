/** The wires between an access in the datapath and the memory unit that serves it. */
import { constant, type Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { answers } from "../datapath/plan.js";
import type { Access } from "../datapath/types.js";
import { accessBytes } from "../memory/scratch.js";
import type { MemoryUnit, UnitClient } from "../memory/units.js";
import { portPrefix } from "./ports.js";

/** Wires of one access between the datapath and its memory unit. */
export interface Client {
  readonly access: Access;
  readonly bits: number;
  readonly mask: Expr;
  /** By port of the datapath. */
  readonly ports: Record<string, Expr>;
  readonly valid: Expr;
  readonly ready: Expr;
  readonly addr: Expr;
  readonly data: Expr | undefined;
  readonly compare: Expr | undefined;
  readonly respValid: Expr | undefined;
  readonly respData: Expr | undefined;
}

export function declareClient(m: ModuleBuilder, client: UnitClient, unit: MemoryUnit, addressBits: number): Client {
  const { access, part } = client;
  const { node } = access;
  const prefix = portPrefix(access, part);
  const bytes = part ? unit.lineBytes : accessBytes(access);
  const ports: Record<string, Expr> = {};
  const wire = (port: string, width = 1): Expr => {
    const w = m.wire(`${prefix}_${port}`, width);
    ports[`${prefix}_${port}`] = w;
    return w;
  };
  const valid = wire("req_valid");
  const ready = wire("req_ready");
  const addr = wire("req_addr", addressBits);
  const data = node.kind === "load" ? undefined : wire("req_data", bytes * 8);
  const written = node.kind === "load" ? 0n : (1n << BigInt(access.bytes)) - 1n;
  return {
    access,
    bits: bytes * 8,
    ports,
    valid,
    ready,
    addr,
    data,
    mask: part && node.kind === "store" ? wire("req_mask", bytes) : constant(written, unit.dataBytes),
    compare: node.kind === "atomic" && node.compare ? wire("req_compare", bytes * 8) : undefined,
    respValid: answers(access) ? wire("resp_valid") : undefined,
    respData: answers(access) ? wire("resp_data", bytes * 8) : undefined,
  };
}
