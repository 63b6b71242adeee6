/** Prints a memory step: the requests of a token side by side, its live values beside them, and the join. */
import { and, concat, constant, type Expr, not, or, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { unsupported } from "../../support/errors.js";
import { answers, type MemoryPlan } from "../datapath/plan.js";
import type { Access, Print } from "../datapath/types.js";
import { type Operand, type ValueId, widthOf } from "../ir/types.js";
import { accessBytes } from "../memory/scratch.js";
import { nodeDefs } from "../structure/types.js";
import type { EmitContext } from "./context.js";
import { type Answer, lanesSideBySide, portPrefix, typeOf } from "./ports.js";
import { type ScratchClient, unitAddress, unitAddressBits } from "./scratch.js";
import { clk, declareStream, rst, type Stream } from "./stream.js";
import { emitWide } from "./wide-access.js";
import { operandExpr } from "./widths.js";

export function emitMemoryStep(
  m: ModuleBuilder,
  context: EmitContext,
  plan: MemoryPlan,
  input: Stream,
  label: string,
): Stream {
  // A fence: the steps around it are in order already.
  if (plan.step.accesses.length + plan.step.prints.length === 0) return input;
  m.blank();
  m.comment(`memory step ${label}`);
  const operand = (o: Operand, lookup: Stream["lookup"]): Expr =>
    operandExpr(o, (id) => context.uniform(id) ?? lookup(id), context);
  const fire = m.wire(`${label}_fire`);
  const done: Expr[] = [];
  const waiting: Answer[] = [];
  const read = (o: Operand): Expr => operand(o, input.lookup);
  for (const access of plan.step.accesses) {
    const { node } = access;
    checkAlignment(access);
    const accessLabel = `${label}_${portPrefix(access)}`;
    if (access.lanes > 0) {
      const answer = emitWide(m, context, access, { input, fire, read, done, depth: plan.depth }, accessLabel);
      if (answer) waiting.push(answer);
      context.stage(accessLabel, "memory", accessName(context, access), node.span);
      countAccess(context, access, input, fire, done.at(-1)!, read(node.enable));
      continue;
    }
    const client = declareRequest(m, context, access);
    const accessDone = m.wire(`${accessLabel}_done`);
    done.push(accessDone);
    const token = {
      clk,
      rst,
      t_valid: input.valid,
      t_enable: read(node.enable),
      t_addr: client.address(m, read(node.pointer), node.slot ? read(node.slot) : undefined),
      t_done: accessDone,
      t_fire: fire,
      req_valid: client.valid,
      req_ready: client.ready,
      req_addr: client.addr,
    };
    const parameters = {
      ADDR_W: client.addr.width,
      DATA_W: client.bits,
      SITE: access.site,
      CHECK: client.checked ? 1 : 0,
      BYTES: access.bytes,
    };
    if (client.respValid && client.respData) {
      const answer = {
        access,
        valid: m.wire(`${accessLabel}_answer`),
        pop: m.wire(`${accessLabel}_pop`),
        data: m.wire(`${accessLabel}_data`, client.bits),
      };
      m.sink(answer.data);
      waiting.push(answer);
      m.instance(
        "soff_load_port",
        accessLabel,
        { ...parameters, DEPTH: plan.depth },
        {
          ...token,
          resp_valid: client.respValid,
          resp_data: client.respData,
          r_valid: answer.valid,
          r_pop: answer.pop,
          r_data: answer.data,
        },
      );
    }
    if (node.kind === "store")
      m.instance("soff_store_port", accessLabel, parameters, {
        ...token,
        t_data: lanesSideBySide(context, node.values, read, client.bits),
        req_data: client.data!,
      });
    if (node.kind === "atomic") {
      // The token holds still until the request is accepted.
      m.assign(client.data!, lanesSideBySide(context, [node.value], read, client.bits));
      if (node.compare) m.assign(client.compare!, lanesSideBySide(context, [node.compare], read, client.bits));
    }
    context.stage(accessLabel, "memory", accessName(context, access), node.span);
    countAccess(context, access, input, fire, accessDone, read(node.enable));
  }
  for (const print of plan.step.prints) done.push(emitPrint(m, context, print, input, fire, read, label));
  context.moves(input);

  if (waiting.length === 0) {
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
  const enables = waiting.map((a) => operand(a.access.node.enable, fields));
  const all = m.define(`${label}_all`, and(...waiting.map((a, k) => or(not(enables[k]!), a.valid))));
  const valid = m.define(`${label}_valid`, and(live.valid, all));
  const ready = m.wire(`${label}_ready`);
  const pop = m.define(`${label}_pop`, and(valid, ready));
  m.assign(live.ready, and(ready, all));
  waiting.forEach((a, k) => {
    m.assign(a.pop, and(pop, enables[k]!));
  });
  const results = new Map<ValueId, Expr>();
  for (const a of waiting) {
    let low = 0;
    for (const r of nodeDefs(a.access.node)) {
      const width = context.widthOf(r.id);
      const value = m.define(context.label(r.id), slice(a.data, low, width));
      m.sink(value);
      results.set(r.id, value);
      low += Math.ceil(widthOf(r.type) / 8) * 8;
    }
  }
  return { valid, ready, lookup: (id) => results.get(id) ?? fields(id) };
}

/** The request of an access: ports of the datapath to a memory unit outside, or wires to on-chip memory within. */
interface Request extends Omit<ScratchClient, "access"> {
  readonly bits: number;
  /** Whether the simulation compares the address with the launch's buffers. */
  readonly checked: boolean;
  /** The address that the request carries. */
  readonly address: (m: ModuleBuilder, pointer: Expr, slot: Expr | undefined) => Expr;
}

function declareRequest(m: ModuleBuilder, context: EmitContext, access: Access): Request {
  const { node } = access;
  const port = portPrefix(access);
  const bits = accessBytes(access) * 8;
  const scratch = context.scratchOf(access);
  const output = (name: string, width = 1): Expr => (scratch ? m.wire(name, width) : m.output(name, width));
  const input = (name: string, width = 1): Expr => (scratch ? m.wire(name, width) : m.input(name, width));
  const hasAnswer = answers(access);
  const request: Request = {
    bits,
    checked: scratch === undefined,
    valid: output(`${port}_req_valid`),
    ready: input(`${port}_req_ready`),
    addr: output(`${port}_req_addr`, scratch ? unitAddressBits(scratch) : context.addressBits),
    data: node.kind === "load" ? undefined : output(`${port}_req_data`, bits),
    compare: node.kind === "atomic" && node.compare ? output(`${port}_req_compare`, bits) : undefined,
    respValid: hasAnswer ? input(`${port}_resp_valid`) : undefined,
    respData: hasAnswer ? input(`${port}_resp_data`, bits) : undefined,
    address: (module, pointer, slot) =>
      scratch
        ? unitAddress(
            module,
            scratch,
            module.named(`${port}_pointer`, pointer),
            module.named(`${port}_slot`, slot ?? constant(0, 1)),
            context.slotLogs.get(scratch),
          )
        : pointer,
  };
  if (scratch) context.scratchClients.push({ access, ...request });
  return request;
}

/** A printf: simulation shows its operands; there is nothing in hardware. Returns when the token may go on. */
function emitPrint(
  m: ModuleBuilder,
  context: EmitContext,
  print: Print,
  input: Stream,
  fire: Expr,
  read: (o: Operand) => Expr,
  label: string,
): Expr {
  const done = m.wire(`${label}_print${print.site}_done`);
  // Addresses are narrower in hardware than the type says.
  const data = print.node.arguments.map((o) => zeroExtend(read(o), widthOf(typeOf(context, o))));
  const bits = data.reduce((n, d) => n + d.width, 0);
  m.instance(
    "soff_print_port",
    `${label}_print${print.site}`,
    { SITE: print.site, DATA_W: Math.max(1, bits) },
    {
      clk,
      rst,
      t_valid: input.valid,
      t_enable: read(print.node.enable),
      t_data: data.length > 0 ? concat(...[...data].reverse()) : constant(0, 1),
      t_done: done,
      t_fire: fire,
    },
  );
  return done;
}

function checkAlignment(access: Access): void {
  const { node } = access;
  if (node.kind === "atomic" || node.align >= accessBytes(access)) return;
  throw unsupported(
    "memory/unaligned-access",
    `this access of ${access.bytes} bytes is aligned to ${node.align} only`,
    { span: access.node.span, help: "align the data to its size, or access it by smaller elements" },
  );
}

/** Of accesses to global memory: tokens that make one, and cycles in which one waits for its memory unit. */
function countAccess(context: EmitContext, access: Access, input: Stream, fire: Expr, done: Expr, enable: Expr): void {
  if (context.scratchOf(access)) return;
  const label = accessName(context, access);
  context.count("accesses", label, access.node.span, () => and(fire, enable));
  context.count("waiting", label, access.node.span, () => and(input.valid, enable, not(done)));
}

function accessName(context: EmitContext, access: Access): string {
  const group = context.datapath.groups[access.group]!;
  const names = [...group.parameters.map((p) => context.datapath.parameters[p]!.name), ...group.variables];
  return `${access.node.kind} of ${names.length === 1 ? names[0] : "memory"}`;
}
