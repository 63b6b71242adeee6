/** Prints a wide access: lanes side by side, in one or two lines of memory, with a request port for each. */
import { concat, type Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Access } from "../datapath/types.js";
import type { Operand } from "../ir/types.js";
import { accessBytes } from "../memory/scratch.js";
import { type LinePart, lineParts } from "../memory/units.js";
import type { EmitContext } from "./context.js";
import { type Answer, lanesSideBySide, portPrefix } from "./ports.js";
import { clk, rst, type Stream } from "./stream.js";

/** The token at hand and what becomes of it. */
interface Token {
  readonly input: Stream;
  readonly fire: Expr;
  readonly read: (o: Operand) => Expr;
  /** Gets a wire that says when this access has done its part. */
  readonly done: Expr[];
  readonly depth: number;
}

/** Returns the answer of a load. */
export function emitWide(
  m: ModuleBuilder,
  context: EmitContext,
  access: Access,
  token: Token,
  label: string,
): Answer | undefined {
  const { node, lanes } = access;
  if (node.kind === "atomic") return undefined;
  const { lineBytes } = context;
  const laneBytes = accessBytes(access);
  const accessDone = m.wire(`${label}_done`);
  token.done.push(accessDone);
  const parameters = {
    ADDR_W: context.addressBits,
    LINE_BYTES: lineBytes,
    LANES: lanes,
    LANE_BYTES: laneBytes,
    SITE: access.site,
    BYTES: access.bytes,
  };
  const port = (part: LinePart, name: string): string => `${portPrefix(access, part)}_${name}`;
  const ports: Record<string, Expr> = {
    clk,
    rst,
    t_valid: token.input.valid,
    t_enable: token.read(node.enable),
    t_lanes: concat(...[...node.laneEnables!].reverse().map(token.read)),
    t_addr: token.read(node.pointer),
    t_done: accessDone,
    t_fire: token.fire,
  };
  for (const part of lineParts) {
    ports[`${part}_req_valid`] = m.output(port(part, "req_valid"));
    ports[`${part}_req_ready`] = m.input(port(part, "req_ready"));
    ports[`${part}_req_addr`] = m.output(port(part, "req_addr"), context.addressBits);
  }
  if (node.kind === "store") {
    for (const part of lineParts) {
      ports[`${part}_req_data`] = m.output(port(part, "req_data"), lineBytes * 8);
      ports[`${part}_req_mask`] = m.output(port(part, "req_mask"), lineBytes);
    }
    ports.t_data = lanesSideBySide(context, node.values, token.read, lanes * laneBytes * 8);
    m.instance("soff_wide_store_port", label, parameters, ports);
    return undefined;
  }
  for (const part of lineParts) {
    ports[`${part}_resp_valid`] = m.input(port(part, "resp_valid"));
    ports[`${part}_resp_data`] = m.input(port(part, "resp_data"), lineBytes * 8);
  }
  const answer = {
    access,
    valid: m.wire(`${label}_answer`),
    pop: m.wire(`${label}_pop`),
    data: m.wire(`${label}_data`, lanes * laneBytes * 8),
  };
  m.sink(answer.data);
  m.instance(
    "soff_wide_load_port",
    label,
    { ...parameters, DEPTH: token.depth },
    { ...ports, r_valid: answer.valid, r_pop: answer.pop, r_data: answer.data },
  );
  return answer;
}
