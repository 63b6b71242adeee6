/**
 * From a control-flow graph to the structured form: loops become nodes, everything acyclic becomes
 * straight-line code under predicates (if-conversion after Allen et al., "Conversion of Control
 * Dependence to Data Dependence", 1983). Any reducible graph is accepted as it is: several latches,
 * exits in the middle, exits over several levels and switches need no canonical form first, because
 * every edge has a predicate and a loop's exit edges are flags that its last iteration leaves behind.
 */
import { invariant, unsupported } from "../../support/errors.js";
import { formatSpan, type SourceSpan } from "../../support/source.js";
import { irreducibleEdge, type Loop, type LoopForest, loopForest } from "../analysis/loops.js";
import {
  type Block,
  type BlockId,
  constOf,
  type EffectInstruction,
  i,
  type Kernel,
  type Operand,
  type Type,
  type ValueId,
  valueOperand,
} from "../ir/types.js";
import { isPure, mapOperands, resultsOf, sameOperand, successorsOf } from "../ir/walk.js";
import { removeDeadNodes } from "./dead.js";
import { type Predicate, PredicateSpace } from "./predicate.js";
import type { Carried, LoopNode, Node, StructuredKernel } from "./types.js";

const { always, never } = PredicateSpace;
const truth = i(1);

/** An edge that is taken under `predicate` of the scope that it is listed in. */
interface Edge {
  readonly from: BlockId;
  readonly to: BlockId;
  readonly predicate: Predicate;
}

interface LoopExit {
  readonly from: BlockId;
  readonly to: BlockId;
  /** Set by the last iteration when this exit is the one taken and no earlier one of the list is. */
  readonly flag: Operand;
}

/** Throws UnsupportedError `kernel/irreducible-control-flow`. */
export function structureKernel(kernel: Kernel): StructuredKernel {
  const builder = new StructureBuilder(kernel);
  return builder.run();
}

class StructureBuilder {
  private readonly forest: LoopForest;
  private readonly types: Map<ValueId, Type>;
  readonly substitution = new Map<ValueId, Operand>();
  private nextValue: number;

  constructor(readonly kernel: Kernel) {
    const edge = irreducibleEdge(kernel);
    if (edge) {
      const span = kernel.blocks[edge.from]!.terminator.span;
      throw unsupported("kernel/irreducible-control-flow", `kernel ${kernel.name} jumps into the middle of a loop`, {
        span: span.line > 0 ? span : kernel.span,
        help: "replace the goto that enters the loop by a structured loop",
      });
    }
    this.forest = loopForest(kernel);
    this.types = valueTypes(kernel);
    this.nextValue = kernel.valueCount;
  }

  run(): StructuredKernel {
    const { kernel } = this;
    const scope = new Scope(this, undefined);
    scope.convert();
    const structured: StructuredKernel = {
      name: kernel.name,
      span: kernel.span,
      parameters: kernel.parameters,
      ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
      objects: kernel.objects,
      variables: kernel.variables,
      lanes: [],
      bundles: 0,
      body: { nodes: scope.nodes },
      valueCount: this.nextValue,
    };
    return removeDeadNodes(structured);
  }

  block(id: BlockId): Block {
    return this.kernel.blocks[id]!;
  }

  /** Defines a new value. */
  fresh(type: Type): ValueId {
    const id = this.nextValue++ as ValueId;
    this.types.set(id, type);
    return id;
  }

  typeOf(operand: Operand): Type {
    if (operand.kind !== "value") return operand.type;
    const type = this.types.get(operand.id);
    invariant(type, `value ${operand.id} has no type`);
    return type;
  }

  resolve = (operand: Operand): Operand => {
    let current = operand;
    while (current.kind === "value") {
      const next = this.substitution.get(current.id);
      if (!next) break;
      current = next;
    }
    return current;
  };

  /** The loop directly inside `scope` that contains the block, or undefined when the block is the scope's own. */
  childLoop(block: BlockId, scope: Loop | undefined): Loop | undefined {
    let loop = this.forest.innermost(block);
    if (loop === scope) return undefined;
    while (loop && loop.parent !== scope) loop = loop.parent;
    return loop;
  }
}

/** One loop body, or the whole kernel: its own blocks and, as single items, the loops directly inside. */
class Scope {
  readonly nodes: Node[] = [];
  private readonly space = new PredicateSpace();
  private readonly atoms: Operand[] = [];
  private readonly atomOf = new Map<string, number>();
  private readonly materialised = new Map<Predicate, Operand>();
  private readonly incoming = new Map<BlockId, Edge[]>();
  private readonly backEdges: Edge[] = [];
  private readonly exitEdges: Edge[] = [];
  private readonly members: ReadonlySet<BlockId> | undefined;

  constructor(
    private readonly builder: StructureBuilder,
    private readonly loop: Loop | undefined,
  ) {
    this.members = loop && new Set(loop.blocks);
  }

  private get header(): BlockId {
    return this.loop ? this.loop.header : (0 as BlockId);
  }

  /** Converts every item in dependence order. Returns what a loop needs to know of its body. */
  convert(): { carriedNext: (phi: number) => Operand; again: Operand; exits: readonly LoopExit[] } {
    for (const item of this.order()) {
      const child = this.builder.childLoop(item, this.loop);
      if (child) this.convertLoop(child);
      else this.convertBlock(item);
    }
    const { space } = this;
    const backCare = this.backEdges.reduce((p, e) => space.or(p, e.predicate), never);
    const exitCare = this.exitEdges.reduce((p, e) => space.or(p, e.predicate), never);
    const either = space.or(backCare, exitCare);
    const again = either === never ? constOf(truth, 0n) : this.materialise(space.constrain(backCare, either));
    const exits: LoopExit[] = [];
    let care = exitCare;
    for (const edge of this.exitEdges) {
      if (edge.predicate === never) continue;
      const flag = care === never ? constOf(truth, 0n) : this.materialise(space.constrain(edge.predicate, care));
      exits.push({ from: edge.from, to: edge.to, flag });
      care = space.and(care, space.not(edge.predicate));
    }
    return { carriedNext: (phi) => this.mergePhi(this.header, phi, this.backEdges, backCare), again, exits };
  }

  /** Items in reverse postorder of the scope's acyclic graph, each by its block or the child loop's header. */
  private order(): BlockId[] {
    const done = new Set<BlockId>();
    const postorder: BlockId[] = [];
    const key = (block: BlockId): BlockId => this.builder.childLoop(block, this.loop)?.header ?? block;
    const successors = (item: BlockId): BlockId[] => {
      const child = this.builder.childLoop(item, this.loop);
      const targets = child ? child.exits.map((e) => e.to) : successorsOf(this.builder.block(item).terminator);
      return targets.filter((t) => this.inside(t) && t !== this.header).map(key);
    };
    const stack: { item: BlockId; rest: BlockId[] }[] = [];
    const open = (item: BlockId): void => {
      done.add(item);
      // Later successors first, so that the order follows the source.
      stack.push({ item, rest: successors(item).reverse() });
    };
    open(key(this.header));
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const next = top.rest.shift();
      if (next === undefined) {
        postorder.push(top.item);
        stack.pop();
      } else if (!done.has(next)) open(next);
    }
    return postorder.reverse();
  }

  private inside(block: BlockId): boolean {
    return this.members === undefined || this.members.has(block);
  }

  private addEdge(edge: Edge): void {
    if (edge.predicate === never) return;
    if (this.loop && edge.to === this.header) this.backEdges.push(edge);
    else if (!this.inside(edge.to)) this.exitEdges.push(edge);
    else {
      const list = this.incoming.get(edge.to);
      if (list) list.push(edge);
      else this.incoming.set(edge.to, [edge]);
    }
  }

  private predicateOf(item: BlockId): Predicate {
    if (item === this.header) return always;
    return (this.incoming.get(item) ?? []).reduce((p, e) => this.space.or(p, e.predicate), never);
  }

  private convertBlock(id: BlockId): void {
    const block = this.builder.block(id);
    const predicate = this.predicateOf(id);
    if (predicate === never) return;
    if (id !== this.header)
      block.phis.forEach((phi, index) => {
        this.builder.substitution.set(phi.result.id, this.mergePhi(id, index, this.incoming.get(id)!, predicate));
      });
    const { resolve } = this.builder;
    for (const x of block.instructions) {
      if (isPure(x)) this.nodes.push({ kind: "pure", instruction: mapOperands(x, resolve) });
      else this.nodes.push(this.effectNode(x, predicate));
    }
    this.leaveBlock(block, predicate);
  }

  private effectNode(x: EffectInstruction, predicate: Predicate): Node {
    const { resolve } = this.builder;
    const enable = this.materialise(predicate);
    const { span } = x;
    switch (x.op) {
      case "load":
        return { kind: "load", results: x.results, pointer: resolve(x.pointer), align: x.align, enable, span };
      case "store":
        return {
          kind: "store",
          values: x.values.map(resolve),
          pointer: resolve(x.pointer),
          align: x.align,
          enable,
          span,
        };
      case "atomic":
        return {
          kind: "atomic",
          operation: x.kind,
          result: x.result,
          value: resolve(x.value),
          ...(x.compare ? { compare: resolve(x.compare) } : {}),
          pointer: resolve(x.pointer),
          enable,
          span,
        };
      case "barrier":
        return { kind: "barrier", enable, span };
      case "fence":
        return { kind: "fence", span };
      case "print":
        return { kind: "print", format: x.format, arguments: x.arguments.map(resolve), enable, span };
      default:
        return x satisfies never;
    }
  }

  private leaveBlock(block: Block, predicate: Predicate): void {
    const { space } = this;
    const t = block.terminator;
    const to = (target: BlockId, p: Predicate): void => this.addEdge({ from: block.id, to: target, predicate: p });
    switch (t.op) {
      case "br":
        to(t.target, predicate);
        return;
      case "condbr": {
        const c = this.atom(t.condition);
        to(t.whenTrue, space.and(predicate, c));
        to(t.whenFalse, space.and(predicate, space.not(c)));
        return;
      }
      case "switch": {
        const byTarget = new Map<BlockId, Predicate>();
        const add = (target: BlockId, p: Predicate): void => {
          byTarget.set(target, space.or(byTarget.get(target) ?? never, p));
        };
        let rest = predicate;
        for (const c of t.cases) {
          const hit = this.atom(this.equals(t.value, c.value, t.span));
          add(c.target, space.and(rest, hit));
          rest = space.and(rest, space.not(hit));
        }
        add(t.defaultTarget, rest);
        for (const [target, p] of byTarget) to(target, p);
        return;
      }
      case "ret":
      case "unreachable":
        return;
      default:
        t satisfies never;
    }
  }

  private convertLoop(loop: Loop): void {
    const { builder, space } = this;
    const predicate = this.predicateOf(loop.header);
    if (predicate === never) return;
    const header = builder.block(loop.header);
    const enable = this.materialise(predicate);
    const entering = this.incoming.get(loop.header) ?? [];
    const inits = header.phis.map((_, index) => this.mergePhi(loop.header, index, entering, predicate));
    const scope = new Scope(builder, loop);
    const { carriedNext, again, exits } = scope.convert();
    const carried: Carried[] = header.phis.map((phi, index) => ({
      result: phi.result,
      init: inits[index]!,
      next: carriedNext(index),
    }));
    const span = loopSpan(builder.kernel, loop);
    const node: LoopNode = {
      kind: "loop",
      label: `loop at ${formatSpan(span)}`,
      enable,
      carried,
      body: { nodes: scope.nodes },
      again,
      span,
    };
    this.nodes.push(node);
    let rest = predicate;
    exits.forEach((exit, index) => {
      const last = index === exits.length - 1;
      const taken = last ? always : this.atom(exit.flag);
      this.addEdge({ from: exit.from, to: exit.to, predicate: space.and(rest, taken) });
      rest = space.and(rest, space.not(taken));
    });
  }

  /** The value of a phi, given the edges by which its block is reached under `care`. */
  private mergePhi(block: BlockId, phiIndex: number, edges: readonly Edge[], care: Predicate): Operand {
    const { space, builder } = this;
    const phi = builder.block(block).phis[phiIndex]!;
    const choices = edges.map((edge) => {
      const entry = phi.incoming.find((x) => x.block === edge.from);
      invariant(entry, `phi ${phi.result.id} has no value for the edge from block ${edge.from}`);
      return { predicate: edge.predicate, value: builder.resolve(entry.value) };
    });
    // Edges that bring the same value need no choice between them.
    const merged: { predicate: Predicate; value: Operand }[] = [];
    for (const choice of choices) {
      const same = merged.find((m) => sameOperand(m.value, choice.value));
      if (same) same.predicate = space.or(same.predicate, choice.predicate);
      else merged.push({ ...choice });
    }
    if (merged.length === 0) return constOf(phi.result.type, 0n);
    let rest = care;
    const conditions: Operand[] = [];
    for (const m of merged.slice(0, -1)) {
      conditions.push(this.materialise(space.constrain(m.predicate, rest)));
      rest = space.and(rest, space.not(m.predicate));
    }
    let value = merged[merged.length - 1]!.value;
    for (let k = merged.length - 2; k >= 0; k--) {
      const id = builder.fresh(phi.result.type);
      this.nodes.push({
        kind: "pure",
        instruction: {
          op: "select",
          result: { id, type: phi.result.type, name: phi.result.name },
          condition: conditions[k]!,
          whenTrue: merged[k]!.value,
          whenFalse: value,
          span: phi.span,
        },
      });
      value = valueOperand(id);
    }
    return value;
  }

  private atom(condition: Operand): Predicate {
    const c = this.builder.resolve(condition);
    if (c.kind === "const") return c.bits === 0n ? never : always;
    invariant(c.kind === "value", "a branch condition is a value");
    const key = String(c.id);
    let index = this.atomOf.get(key);
    if (index === undefined) {
      index = this.atoms.length;
      this.atoms.push(c);
      this.atomOf.set(key, index);
    }
    return this.space.variable(index);
  }

  private equals(value: Operand, bits: bigint, span: SourceSpan): Operand {
    const left = this.builder.resolve(value);
    const type = this.builder.typeOf(left);
    const id = this.builder.fresh(truth);
    this.nodes.push({
      kind: "pure",
      instruction: {
        op: "icmp",
        predicate: "eq",
        result: { id, type: truth, name: "case" },
        left,
        right: constOf(type, bits),
        span,
      },
    });
    return valueOperand(id);
  }

  /** The predicate as an operand, made of ands, ors and selects where the diagram needs them. */
  private materialise(p: Predicate): Operand {
    if (p === never) return constOf(truth, 0n);
    if (p === always) return constOf(truth, 1n);
    const known = this.materialised.get(p);
    if (known) return known;
    const node = this.space.get(p);
    const condition = this.atoms[node.variable]!;
    const one = constOf(truth, 1n);
    let result: Operand;
    if (node.high === always && node.low === never) result = condition;
    else if (node.high === never && node.low === always) result = this.logic("xor", condition, one);
    else if (node.low === never) result = this.logic("and", condition, this.materialise(node.high));
    else if (node.high === always) result = this.logic("or", condition, this.materialise(node.low));
    else if (node.high === never)
      result = this.logic("and", this.materialise(this.space.node(node.variable, 0, 1)), this.materialise(node.low));
    else if (node.low === always)
      result = this.logic("or", this.materialise(this.space.node(node.variable, 0, 1)), this.materialise(node.high));
    else {
      const whenTrue = this.materialise(node.high);
      const whenFalse = this.materialise(node.low);
      const id = this.builder.fresh(truth);
      this.nodes.push({
        kind: "pure",
        instruction: {
          op: "select",
          result: { id, type: truth, name: "p" },
          condition,
          whenTrue,
          whenFalse,
          span: this.builder.kernel.span,
        },
      });
      result = valueOperand(id);
    }
    this.materialised.set(p, result);
    return result;
  }

  private logic(kind: "and" | "or" | "xor", left: Operand, right: Operand): Operand {
    const id = this.builder.fresh(truth);
    this.nodes.push({
      kind: "pure",
      instruction: {
        op: "binary",
        kind,
        result: { id, type: truth, name: "p" },
        left,
        right,
        span: this.builder.kernel.span,
      },
    });
    return valueOperand(id);
  }
}

function valueTypes(kernel: Kernel): Map<ValueId, Type> {
  const types = new Map<ValueId, Type>();
  for (const p of kernel.parameters) for (const v of p.values) types.set(v.def.id, v.def.type);
  for (const block of kernel.blocks) {
    for (const phi of block.phis) types.set(phi.result.id, phi.result.type);
    for (const x of block.instructions) for (const r of resultsOf(x)) types.set(r.id, r.type);
  }
  return types;
}

/** Where the user wrote the loop: clang puts the statement's place on the branch back to the header. */
/** The place that a loop is known by. */
export function loopSpan(kernel: Kernel, loop: Loop): SourceSpan {
  const candidates = [
    ...loop.latches.map((l) => kernel.blocks[l]!.terminator.span),
    ...kernel.blocks[loop.header]!.instructions.map((x) => x.span),
    kernel.span,
  ];
  return candidates.find((s) => s.line > 0) ?? kernel.span;
}
