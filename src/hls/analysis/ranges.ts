/**
 * Range analysis: for every integer value an interval that holds it whenever it is computed, and at a
 * place in the program a narrower one, from the branches that lead there.
 *
 * A fact `x < n` of a branch edge holds wherever that edge dominates: between the edge's last
 * execution and the place, x cannot have been computed anew, or there would be a path to the place
 * round the edge. For the same reason a value may be re-evaluated from its operands' ranges at the
 * place (not across phis, whose operands belong to their edges).
 *
 * Loops: bounds of phis widen by thresholds (constants of comparisons, powers of two), so that the
 * iteration ends, and two more sweeps narrow them. Counted loops that end on equality get their bounds
 * from `induction.ts`.
 */
import type { BlockId, Instruction, Kernel, Operand, Phi, Type, ValueId } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { type Definition, definitionsOf, isPure, operandsOf, resultsOf, typeOf } from "../ir/walk.js";
import { branchFacts, type Fact, type Facts } from "./facts.js";
import { type Induction, inductions, provedBound } from "./induction.js";
import { dominatorTree } from "./loops.js";
import {
  binaryRange,
  decide,
  exactly,
  fromSigned,
  fromUnsigned,
  full,
  intersect,
  type Range,
  refine,
  sameRange,
  truncRange,
  unaryRange,
  union,
} from "./range.js";
import { coarseThresholds, thresholdsOf } from "./thresholds.js";
import { workItemRange } from "./work-item-ranges.js";

export interface Ranges {
  /** Range of an integer value wherever it is; undefined when its block is never reached. */
  of(id: ValueId): Range | undefined;
  /** Range of an integer operand as seen from a block; undefined when the block is never reached. */
  at(operand: Operand, block: BlockId): Range | undefined;
  /** Range of an integer operand as seen on an edge. */
  onEdge(operand: Operand, from: BlockId, to: BlockId): Range | undefined;
}

/** A place: a block, and facts that hold there beyond those of the block. */
export interface Place {
  readonly block: BlockId;
  readonly extra: readonly Fact[];
}

/** How often values are looked through for a narrower range at a place. */
const lookThrough = 3;
/** How often a phi's bounds move to the next fine threshold, and how often at all. */
const fineWidenings = 5;
const maximumWidenings = 9;
/** Sweeps after which everything not settled is given up (never seen; a guard). */
const maximumSweeps = 400;

export interface RangeOptions {
  /** Treats addresses as integers of 64 bits, where every buffer, object and variable lies below this address. */
  readonly addressLimit?: bigint;
}

export function integerRanges(kernel: Kernel, options: RangeOptions = {}): Ranges {
  return new RangeSolver(kernel, options.addressLimit).solve();
}

class RangeSolver {
  private readonly definitions: readonly (Definition | undefined)[];
  private readonly facts: Facts;
  private readonly tree;
  private readonly ranges: (Range | undefined)[];
  private readonly updates: Uint16Array;
  private readonly inductions: ReadonlyMap<ValueId, Induction>;
  private readonly thresholds: readonly bigint[];
  /** Facts of blocks, by the value that they are about. */
  private readonly factsOf: ReadonlyMap<ValueId, readonly { readonly block: BlockId; readonly fact: Fact }[]>;
  /** Values about which some branch or select says something. */
  private readonly mentioned: Uint8Array;
  /** How many operations lie between a value and the nearest mentioned one that it is computed from. */
  private readonly distance: Uint8Array;
  private sweeps = 0;
  /** The sweep in which a value's range changed last. */
  private readonly changedIn: Int32Array;

  constructor(
    private readonly kernel: Kernel,
    private readonly addressLimit: bigint | undefined,
  ) {
    this.definitions = definitionsOf(kernel);
    this.tree = dominatorTree(kernel);
    this.facts = branchFacts(kernel, this.definitions, this.tree);
    this.ranges = new Array<Range | undefined>(kernel.valueCount).fill(undefined);
    this.updates = new Uint16Array(kernel.valueCount);
    this.inductions = inductions(kernel, this.definitions, this.facts, this.tree);
    this.thresholds = thresholdsOf(kernel);
    this.factsOf = indexFacts(this.facts);
    this.mentioned = this.findMentioned();
    this.distance = this.findDistances();
    this.changedIn = new Int32Array(kernel.valueCount);
  }

  solve(): Ranges {
    for (const definition of this.definitions) {
      if (definition?.kind !== "parameter") continue;
      const bits = this.bitsOf(definition.def.type);
      if (bits === undefined) continue;
      const isBuffer =
        definition.def.type.kind === "ptr" && this.kernel.parameters[definition.parameter]!.passing !== "scalar";
      this.ranges[definition.def.id] = isBuffer ? this.addresses() : full(bits);
    }
    while (this.sweep("grow")) if (this.sweeps > maximumSweeps) return this.giveUp();
    this.sweep("shrink");
    this.sweep("shrink");
    return {
      of: (id) => this.ranges[id],
      at: (operand, block) => this.at(operand, { block, extra: [] }, lookThrough),
      onEdge: (operand, from, to) => this.at(operand, this.edgePlace(from, to), lookThrough),
    };
  }

  private giveUp(): Ranges {
    const of = (id: ValueId) => {
      const bits = this.bitsOf(this.definitions[id]!.def.type);
      return bits === undefined ? undefined : full(bits);
    };
    const at = (operand: Operand) =>
      operand.kind === "const"
        ? exactly(widthOf(operand.type), operand.bits)
        : operand.kind === "value"
          ? of(operand.id)
          : undefined;
    return { of, at, onEdge: at };
  }

  /** One pass over the blocks that may be reached; says whether anything changed. */
  private sweep(mode: "grow" | "shrink"): boolean {
    let changed = false;
    this.sweeps++;
    for (const id of this.tree.order as readonly BlockId[]) {
      const block = this.kernel.blocks[id]!;
      for (const phi of block.phis) {
        const bits = this.bitsOf(phi.result.type);
        if (bits !== undefined)
          changed = this.update(phi.result.id, bits, this.phi(phi, id, bits), mode, true) || changed;
      }
      const place: Place = { block: id, extra: [] };
      for (const instruction of block.instructions) {
        if (mode === "grow" && !this.mayChange(instruction)) continue;
        for (const { id: result, type } of resultsOf(instruction)) {
          const bits = this.bitsOf(type);
          if (bits === undefined) continue;
          const range = this.transfer(instruction, bits, place, lookThrough);
          changed = this.update(result, bits, range, mode, false) || changed;
        }
      }
    }
    return changed;
  }

  private update(
    id: ValueId,
    bits: number,
    found: Range | undefined,
    mode: "grow" | "shrink",
    isPhi: boolean,
  ): boolean {
    const old = this.ranges[id];
    if (!found) return false;
    if (mode === "shrink") {
      if (old) this.ranges[id] = intersect(bits, old, found) ?? old;
      return false;
    }
    let next = old ? union(old, found) : found;
    if (old && sameRange(old, next)) return false;
    if (old && isPhi && this.updates[id]!++ > 1) next = this.widen(bits, old, next, this.updates[id]!);
    this.ranges[id] = next;
    this.changedIn[id] = this.sweeps;
    return true;
  }

  /** Whether the result can be another than in the last sweep: an operand changed, or a fact may say more. */
  private mayChange(instruction: Instruction): boolean {
    if (this.sweeps === 1) return true;
    if (!isPure(instruction)) return false;
    if (this.distance[instruction.result.id]! <= lookThrough) return true;
    return operandsOf(instruction).some(
      (operand) => operand.kind === "value" && this.changedIn[operand.id]! >= this.sweeps - 1,
    );
  }

  /** Bounds that moved move on to a threshold: first any, soon only coarse ones, at last the end. */
  private widen(bits: number, old: Range, next: Range, updates: number): Range {
    const limit = full(bits);
    const thresholds = updates > maximumWidenings ? [] : updates > fineWidenings ? coarseThresholds : this.thresholds;
    const up = (bound: bigint, most: bigint) => thresholds.find((t) => t >= bound && t <= most) ?? most;
    const down = (bound: bigint, most: bigint) => thresholds.findLast((t) => t <= bound && t >= most) ?? most;
    return {
      umin: next.umin < old.umin ? down(next.umin, limit.umin) : old.umin,
      umax: next.umax > old.umax ? up(next.umax, limit.umax) : old.umax,
      smin: next.smin < old.smin ? down(next.smin, limit.smin) : old.smin,
      smax: next.smax > old.smax ? up(next.smax, limit.smax) : old.smax,
    };
  }

  private phi(phi: Phi, block: BlockId, bits: number): Range | undefined {
    let range: Range | undefined;
    for (const edge of phi.incoming) {
      const incoming = this.at(edge.value, this.edgePlace(edge.block, block), lookThrough);
      if (incoming) range = range ? union(range, incoming) : incoming;
    }
    const induction = this.inductions.get(phi.result.id);
    if (!range || !induction) return range;
    const bound = provedBound(
      induction,
      bits,
      (operand, place) => this.at(operand, place, lookThrough),
      this.facts,
      this.tree,
      this.definitions,
    );
    return bound ? (intersect(bits, range, bound) ?? range) : range;
  }

  private edgePlace(from: BlockId, to: BlockId): Place {
    return { block: from, extra: this.facts.edge(from, to) };
  }

  /** Range of an operand at a place; undefined when the value or the place is not reached (so far). */
  private at(operand: Operand, place: Place, depth: number): Range | undefined {
    if (operand.kind === "const") return exactly(widthOf(operand.type), operand.bits);
    if (operand.kind === "object") return this.addressLimit === undefined ? undefined : this.addresses();
    const definition = this.definitions[operand.id]!;
    const bits = this.bitsOf(definition.def.type);
    if (bits === undefined) return undefined;
    let range = this.ranges[operand.id];
    const looksThrough = depth > 0 && this.distance[operand.id]! <= depth;
    if (!range || depth < 0 || (!this.mentioned[operand.id] && !looksThrough)) return range;
    const apply = (fact: Fact) => {
      if (fact.subject !== operand.id || !range) return;
      const other: Range | undefined = this.at(fact.other, place, depth - 1);
      if (other) range = refine(fact.predicate, bits, range, other);
    };
    if (this.mentioned[operand.id]) {
      place.extra.forEach(apply);
      for (const { block, fact } of this.factsOf.get(operand.id) ?? [])
        if (this.tree.dominates(block, place.block)) apply(fact);
    }
    if (range && looksThrough && definition.kind === "instruction") {
      const again = this.transfer(definition.instruction, bits, place, depth - 1);
      if (again) range = intersect(bits, range, again);
    }
    return range;
  }

  /** The result's range from the operands' ranges at a place. */
  private transfer(instruction: Instruction, bits: number, place: Place, depth: number): Range | undefined {
    const at = (operand: Operand) => this.at(operand, place, depth);
    switch (instruction.op) {
      case "binary": {
        const left = at(instruction.left);
        const right = at(instruction.right);
        return left && right && isIntBinary(instruction.kind)
          ? binaryRange(instruction.kind, bits, left, right)
          : undefined;
      }
      case "unary": {
        const value = at(instruction.value);
        return value && isIntUnary(instruction.kind) ? unaryRange(instruction.kind, bits, value) : undefined;
      }
      case "icmp": {
        if (typeOf(instruction.left, this.definitions).kind !== "int") return full(1);
        const left = at(instruction.left);
        const right = at(instruction.right);
        const answer = left && right && decide(instruction.predicate, left, right);
        return left && right ? (answer === undefined ? full(1) : exactly(1, answer ? 1n : 0n)) : undefined;
      }
      case "select": {
        const condition = at(instruction.condition);
        if (!condition) return undefined;
        const arm = (operand: Operand, holds: boolean) =>
          this.at(
            operand,
            { block: place.block, extra: [...place.extra, ...this.facts.condition(instruction.condition, holds)] },
            depth,
          );
        const whenTrue = condition.umax === 0n ? undefined : arm(instruction.whenTrue, true);
        const whenFalse = condition.umin === 1n ? undefined : arm(instruction.whenFalse, false);
        return whenTrue && whenFalse ? union(whenTrue, whenFalse) : (whenTrue ?? whenFalse);
      }
      case "cast": {
        const from = typeOf(instruction.value, this.definitions);
        if (this.bitsOf(from) === undefined) return full(bits);
        const value = at(instruction.value);
        if (!value) return undefined;
        switch (instruction.kind) {
          case "trunc":
            return truncRange(bits, value);
          case "zext":
            return fromUnsigned(bits, value.umin, value.umax);
          case "sext":
            return fromSigned(bits, value.smin, value.smax);
          case "bitcast":
          case "ptrtoint":
          case "inttoptr":
            return widthOf(from) === bits ? value : full(bits);
          default:
            return full(bits);
        }
      }
      case "ptradd": {
        const pointer = at(instruction.pointer);
        const offset = at(instruction.offset);
        return pointer && offset && binaryRange("add", bits, pointer, offset);
      }
      case "workitem":
        return workItemRange(instruction.query, bits);
      default:
        return full(bits);
    }
  }

  /** Width of a type that has ranges. */
  private bitsOf(type: Type): number | undefined {
    if (type.kind === "int") return type.bits;
    return type.kind === "ptr" && this.addressLimit !== undefined ? 64 : undefined;
  }

  private addresses(): Range {
    return fromUnsigned(64, 0n, this.addressLimit! - 1n);
  }

  private findMentioned(): Uint8Array {
    const direct = new Uint8Array(this.kernel.valueCount);
    const see = (facts: readonly Fact[]) => {
      for (const fact of facts) direct[fact.subject] = 1;
    };
    for (const block of this.kernel.blocks) {
      if (block.terminator.op === "condbr")
        for (const holds of [true, false]) see(this.facts.condition(block.terminator.condition, holds));
      if (block.terminator.op === "switch" && block.terminator.value.kind === "value")
        direct[block.terminator.value.id] = 1;
      for (const instruction of block.instructions)
        if (instruction.op === "select")
          for (const holds of [true, false]) see(this.facts.condition(instruction.condition, holds));
    }
    return direct;
  }

  private findDistances(): Uint8Array {
    const distance = new Uint8Array(this.kernel.valueCount).fill(255);
    // In reverse postorder operands of non-phis come before their users.
    for (const id of this.tree.order)
      for (const instruction of this.kernel.blocks[id]!.instructions) {
        if (!isPure(instruction)) continue;
        let least = 255;
        for (const operand of operandsOf(instruction))
          if (operand.kind === "value")
            least = Math.min(least, this.mentioned[operand.id] ? 1 : distance[operand.id]! + 1);
        distance[instruction.result.id] = least;
      }
    return distance;
  }
}

function indexFacts(facts: Facts): Map<ValueId, { block: BlockId; fact: Fact }[]> {
  const index = new Map<ValueId, { block: BlockId; fact: Fact }[]>();
  facts.block.forEach((known, block) => {
    for (const fact of known) {
      const list = index.get(fact.subject) ?? [];
      index.set(fact.subject, list);
      list.push({ block: block as BlockId, fact });
    }
  });
  return index;
}

const intUnary: ReadonlySet<string> = new Set(["ctlz", "cttz", "ctpop", "bitreverse", "bswap", "abs"]);
function isIntUnary(kind: string): kind is Parameters<typeof unaryRange>[0] {
  return intUnary.has(kind);
}
const floatBinary: ReadonlySet<string> = new Set(["fadd", "fsub", "fmul", "fdiv", "fmin", "fmax", "copysign"]);
function isIntBinary(kind: string): kind is Parameters<typeof binaryRange>[0] {
  return !floatBinary.has(kind);
}
