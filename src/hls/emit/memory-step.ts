/** Prints a memory step: the requests of a token side by side, its live values beside them, and the join. */
import { and, concat, constant, type Expr, not, or, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { unsupported } from "../../support/errors.js";
import type { MemoryPlan } from "../datapath/plan.js";
import type { Access } from "../datapath/types.js";
import { type Operand, type ValueId, widthOf } from "../ir/types.js";
import type { EmitContext } from "./context.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { operandExpr } from "./widths.js";

/** Bytes of the access rounded up to a power of two: its alignment and the width of its port. */
export function portBytes(access: Access): number {
  return 2 ** Math.ceil(Math.log2(access.bytes));
}

/** Names of the ports of the datapath module that belong to an access. */
export function portPrefix(access: Access): string {
  return `m${access.site}`;
}

export function emitMemoryStep(
  m: ModuleBuilder,
  context: EmitContext,
  plan: MemoryPlan,
  input: Stream,
  label: string,
): Stream {
  m.blank();
  m.comment(`memory step ${label}`);
  const operand = (o: Operand, lookup: Stream["lookup"]): Expr =>
    operandExpr(o, (id) => context.uniform(id) ?? lookup(id), context);
  const fire = m.wire(`${label}_fire`);
  const done: Expr[] = [];
  const answers: { access: Access; valid: Expr; pop: Expr; data: Expr }[] = [];
  for (const access of plan.step.accesses) {
    const { node } = access;
    checkAlignment(access);
    const port = portPrefix(access);
    const bits = portBytes(access) * 8;
    const accessLabel = `${label}_${port}`;
    const ready = m.input(`${port}_req_ready`);
    const accessDone = m.wire(`${accessLabel}_done`);
    done.push(accessDone);
    const token = {
      clk,
      rst,
      t_valid: input.valid,
      t_enable: operand(node.enable, input.lookup),
      t_addr: operand(node.pointer, input.lookup),
      t_done: accessDone,
      t_fire: fire,
      req_valid: m.output(`${port}_req_valid`),
      req_ready: ready,
      req_addr: m.output(`${port}_req_addr`, context.addressBits),
    };
    const parameters = { ADDR_W: context.addressBits, DATA_W: bits, SITE: access.site, BYTES: access.bytes };
    if (node.kind === "load") {
      const answer = {
        valid: m.wire(`${accessLabel}_answer`),
        pop: m.wire(`${accessLabel}_pop`),
        data: m.wire(`${accessLabel}_data`, bits),
      };
      m.sink(answer.data);
      answers.push({ access, ...answer });
      m.instance(
        "soff_load_port",
        accessLabel,
        { ...parameters, DEPTH: plan.depth },
        {
          ...token,
          resp_valid: m.input(`${port}_resp_valid`),
          resp_data: m.input(`${port}_resp_data`, bits),
          r_valid: answer.valid,
          r_pop: answer.pop,
          r_data: answer.data,
        },
      );
    } else {
      m.instance("soff_store_port", accessLabel, parameters, {
        ...token,
        t_data: storeData(
          node.values.map((v) => operand(v, input.lookup)),
          bits,
        ),
        req_data: m.output(`${port}_req_data`, bits),
      });
    }
    context.stage(accessLabel, "memory", accessName(context, access), node.span);
  }
  context.moves(input);

  if (answers.length === 0) {
    const valid = m.define(`${label}_valid`, and(input.valid, ...done));
    const ready = m.wire(`${label}_ready`);
    m.assign(fire, and(valid, ready));
    m.assign(input.ready, and(ready, ...done));
    return { valid, ready, lookup: input.lookup };
  }

  const layout = context.layout(plan.live);
  const live = declareStream(m, `${label}_live`, layout);
  const room = m.wire(`${label}_room`);
  m.instance(
    "soff_fifo",
    `${label}_live_fifo`,
    { WIDTH: layout.width, DEPTH: plan.depth },
    {
      clk,
      rst,
      in_valid: fire,
      in_ready: room,
      in_data: layout.pack(input.lookup),
      out_valid: live.valid,
      out_ready: live.ready,
      out_data: live.data,
    },
  );
  m.assign(fire, and(input.valid, room, ...done));
  m.assign(input.ready, and(room, ...done));
  const fields = layout.unpack(m, live.data, (id) => `${label}_${context.label(id)}`);
  const enables = answers.map((a) => operand(a.access.node.enable, fields));
  const all = m.define(`${label}_all`, and(...answers.map((a, k) => or(not(enables[k]!), a.valid))));
  const valid = m.define(`${label}_valid`, and(live.valid, all));
  const ready = m.wire(`${label}_ready`);
  const pop = m.define(`${label}_pop`, and(valid, ready));
  m.assign(live.ready, and(ready, all));
  answers.forEach((a, k) => {
    m.assign(a.pop, and(pop, enables[k]!));
  });
  const results = new Map<ValueId, Expr>();
  for (const a of answers) {
    if (a.access.node.kind !== "load") continue;
    let low = 0;
    for (const r of a.access.node.results) {
      const width = context.widthOf(r.id);
      const value = m.define(context.label(r.id), slice(a.data, low, width));
      m.sink(value);
      results.set(r.id, value);
      low += Math.ceil(widthOf(r.type) / 8) * 8;
    }
  }
  return { valid, ready, lookup: (id) => results.get(id) ?? fields(id) };
}

/** Lanes side by side, each in whole bytes, the first one lowest. */
function storeData(values: readonly Expr[], bits: number): Expr {
  const lanes = values.map((v) => zeroExtend(v, Math.ceil(v.width / 8) * 8));
  const used = lanes.reduce((n, l) => n + l.width, 0);
  const parts = [...lanes].reverse();
  return used < bits ? concat(constant(0, bits - used), ...parts) : concat(...parts);
}

function checkAlignment(access: Access): void {
  if (access.node.align >= portBytes(access)) return;
  throw unsupported(
    "memory/unaligned-access",
    `this access of ${access.bytes} bytes is aligned to ${access.node.align} only`,
    { span: access.node.span, help: "align the data to its size, or access it by smaller elements" },
  );
}

function accessName(context: EmitContext, access: Access): string {
  const group = context.datapath.groups[access.group]!;
  const names = group.parameters.map((p) => context.datapath.parameters[p]!.name);
  return `${access.node.kind} of ${names.length === 1 ? names[0] : "memory"}`;
}
