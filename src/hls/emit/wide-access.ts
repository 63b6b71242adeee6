/** Prints a wide access: lanes side by side, in neighbouring lines of memory, with request ports by line number. */
import { concat, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Access } from "../datapath/types.js";
import type { Operand } from "../ir/types.js";
import { accessBytes } from "../memory/scratch.js";
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
  const { lineBytes, wide } = context.memory;
  const { parts, reuse } = wide.get(access.site)!;
  const laneBytes = accessBytes(access);
  const accessDone = m.wire(`${label}_done`);
  token.done.push(accessDone);
  const parameters = {
    ADDR_W: context.addressBits,
    LINE_BYTES: lineBytes,
    LANES: lanes,
    LANE_BYTES: laneBytes,
    PARTS: parts,
    SITE: access.site,
    BYTES: access.bytes,
  };
  const each = Array.from({ length: parts }, (_, part) => part);
  /** A port of each part, side by side as one vector. */
  const outputs = (name: string, width: number): Expr => {
    const vector = m.wire(`${label}_${name}`, parts * width);
    for (const p of each)
      m.assign(m.output(`${portPrefix(access, p)}_${name}`, width), slice(vector, p * width, width));
    return vector;
  };
  const inputs = (name: string, width: number): Expr =>
    concat(...[...each].reverse().map((p) => m.input(`${portPrefix(access, p)}_${name}`, width)));
  const ports: Record<string, Expr> = {
    clk,
    rst,
    t_valid: token.input.valid,
    t_enable: token.read(node.enable),
    t_lanes: concat(...[...node.laneEnables!].reverse().map(token.read)),
    t_addr: token.read(node.pointer),
    t_done: accessDone,
    t_fire: token.fire,
    req_valid: outputs("req_valid", 1),
    req_ready: inputs("req_ready", 1),
    req_addr: outputs("req_addr", context.addressBits),
  };
  if (node.kind === "store") {
    ports.req_data = outputs("req_data", lineBytes * 8);
    ports.req_mask = outputs("req_mask", lineBytes);
    ports.t_data = lanesSideBySide(context, node.values, token.read, lanes * laneBytes * 8);
    m.instance("soff_wide_store_port", label, parameters, ports);
    return undefined;
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
    { ...parameters, REUSE: reuse ? 1 : 0, DEPTH: token.depth },
    {
      ...ports,
      resp_valid: inputs("resp_valid", 1),
      resp_data: inputs("resp_data", lineBytes * 8),
      r_valid: answer.valid,
      r_pop: answer.pop,
      r_data: answer.data,
    },
  );
  return answer;
}
