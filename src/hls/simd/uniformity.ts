/** Which values are the same for neighbouring work-items, and by how much the others differ from one to the next. */
import { type Operand, type ValueId, type WorkItemQuery, widthOf } from "../ir/types.js";
import { instructionOperands, type Node, nodeDefs, type PureInstruction, type Region } from "../structure/types.js";

/**
 * What is known of a value across work-items that follow each other in one dimension: the difference from one to the next
 * (0: all the same), or `varies` when they differ in no known way.
 *
 * A step is exact modulo 2^width. An index of 32 bits or more that is extended to 64 may wrap between neighbours, so that its
 * extension has no exact step; but then the addresses made of it lie 2^32 apart or more, and cannot both be in one buffer.
 * {@link Uniformity.addressStep} takes that into account.
 */
export type LaneStep = bigint | "varies";

export interface Uniformity {
  step(operand: Operand): LaneStep;
  /** The step of a pointer, if all work-items that access memory through it stay inside one buffer of less than 4 GiB. */
  addressStep(pointer: Operand): LaneStep;
  isUniform(operand: Operand): boolean;
}

const shortestIndex = 32;

/**
 * Sparse conditional-free constant propagation of the steps (after Wegman and Zadeck, "Constant Propagation with Conditional
 * Branches", 1991): values begin as not yet known and only ever fall, to a step and then to `varies`.
 *
 * `dimension`: the one in which neighbours differ. `privates`: names of private variables; `isPrivate`: whether a pointer goes to private memory.
 */
export function uniformity(
  region: Region,
  dimension: 0 | 1 | 2,
  privates: ReadonlySet<string>,
  isPrivate: (pointer: Operand) => boolean,
): Uniformity {
  const step = solve(region, dimension, privates, isPrivate, false);
  const addressStep = solve(region, dimension, privates, isPrivate, true);
  return { step, addressStep, isUniform: (o) => step(o) === 0n };
}

/** `inBounds`: extensions of indices keep their step. */
function solve(
  region: Region,
  dimension: 0 | 1 | 2,
  privates: ReadonlySet<string>,
  isPrivate: (pointer: Operand) => boolean,
  inBounds: boolean,
): (o: Operand) => LaneStep {
  const inside = new Set(region.nodes.flatMap(nodeDefs).map((d) => d.id));
  const known = new Map<ValueId, LaneStep>();
  /** Undefined: not yet known. */
  const current = (o: Operand): LaneStep | undefined => {
    // Every work-item has a private variable of its own.
    if (o.kind === "object") return privates.has(o.object) ? "varies" : 0n;
    if (o.kind !== "value" || !inside.has(o.id)) return 0n;
    return known.get(o.id);
  };
  let changed = true;
  const lower = (id: ValueId, to: LaneStep | undefined): void => {
    const now = known.get(id);
    const met = meet(now, to);
    if (met === now || met === undefined) return;
    known.set(id, met);
    changed = true;
  };
  const visit = (node: Node): void => {
    switch (node.kind) {
      case "pure":
        lower(node.instruction.result.id, pureStep(node.instruction, dimension, current, inBounds));
        return;
      case "load": {
        const at = current(node.pointer);
        if (at === undefined) return;
        for (const r of node.results) lower(r.id, at === 0n && !isPrivate(node.pointer) ? 0n : "varies");
        return;
      }
      case "atomic":
        lower(node.result.id, "varies");
        return;
      case "loop":
        for (const c of node.carried) lower(c.result.id, meet(current(c.init), current(c.next)));
        for (const n of node.body.nodes) visit(n);
        return;
      case "store":
      case "barrier":
      case "fence":
      case "print":
        return;
      default:
        node satisfies never;
    }
  };
  while (changed) {
    changed = false;
    for (const node of region.nodes) visit(node);
  }
  // What never became known depends on itself alone.
  return (o) => current(o) ?? 0n;
}

function meet(a: LaneStep | undefined, b: LaneStep | undefined): LaneStep | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a === b ? a : "varies";
}

const ownIds: ReadonlySet<WorkItemQuery> = new Set<WorkItemQuery>(["global_id", "local_id"]);

function pureStep(
  x: PureInstruction,
  dimension: number,
  current: (o: Operand) => LaneStep | undefined,
  inBounds: boolean,
): LaneStep | undefined {
  if (x.op === "workitem") return ownIds.has(x.query) && x.dimension === dimension ? 1n : 0n;
  const steps = instructionOperands(x).map(current);
  if (steps.some((s) => s === undefined)) return undefined;
  if (steps.every((s) => s === 0n)) return 0n;
  const isIndex = x.result.type.kind === "ptr" || (x.result.type.kind === "int" && x.result.type.bits >= shortestIndex);
  if (!isIndex) return "varies";
  const [a, b, c] = steps as LaneStep[];
  const bits = widthOf(x.result.type);
  const both = (f: (p: bigint, q: bigint) => bigint): LaneStep =>
    typeof a === "bigint" && typeof b === "bigint" ? BigInt.asIntN(bits, f(a, b)) : "varies";
  const scaled = (step: LaneStep, by: bigint): LaneStep =>
    typeof step === "bigint" ? BigInt.asIntN(bits, step * by) : "varies";
  switch (x.op) {
    case "binary":
      if (x.kind === "add") return both((p, q) => p + q);
      if (x.kind === "sub") return both((p, q) => p - q);
      if (x.kind === "shl" && x.right.kind === "const")
        return x.right.bits < BigInt(bits) ? scaled(a!, 1n << x.right.bits) : 0n;
      // What an extension of a truncated value becomes: shifts there and back, or a mask.
      if ((x.kind === "ashr" || x.kind === "lshr") && x.right.kind === "const")
        return inBounds ? shiftedBack(a!, bits, Number(x.right.bits)) : "varies";
      if (x.kind === "and" && x.right.kind === "const")
        return inBounds && isIndexMask(x.right.bits) ? scaled(a!, 1n) : "varies";
      if (x.kind === "mul" && x.right.kind === "const") return scaled(a!, signed(x.right));
      if (x.kind === "mul" && x.left.kind === "const") return scaled(b!, signed(x.left));
      return "varies";
    case "ptradd":
      return both((p, q) => p + q);
    case "cast":
      if (x.kind === "trunc") return scaled(a!, 1n);
      if (x.kind === "sext" || x.kind === "zext") return inBounds ? a : "varies";
      return x.kind === "ptrtoint" || x.kind === "inttoptr" ? a : "varies";
    case "select":
      return a === 0n && b === c ? b : "varies";
    default:
      return "varies";
  }
}

/** The step of `(x << by) >> by` from that of `x << by`, for an index of 32 bits or more. */
function shiftedBack(step: LaneStep, bits: number, by: number): LaneStep {
  if (typeof step !== "bigint" || bits - by < shortestIndex || step & ((1n << BigInt(by)) - 1n)) return "varies";
  return step >> BigInt(by);
}

/** Whether it keeps an index of 32 bits or more whole. */
const isIndexMask = (mask: bigint): boolean => mask >= 2n ** BigInt(shortestIndex) - 1n && (mask & (mask + 1n)) === 0n;

const signed = (o: Extract<Operand, { kind: "const" }>): bigint =>
  o.type.kind === "int" ? BigInt.asIntN(o.type.bits, o.bits) : o.bits;
