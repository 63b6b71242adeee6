/** Which values are the same for neighbouring work-items, and by how much the others differ from one to the next. */
import type { Operand, ValueId, WorkItemQuery } from "../ir/types.js";
import { instructionOperands, type Node, nodeDefs, type PureInstruction, type Region } from "../structure/types.js";

/**
 * What is known of a value across work-items that follow each other in one dimension: the difference from one to the next
 * (0: all the same), or `varies` when they differ in no known way.
 *
 * Differences are taken over the integers: an index of 32 bits or more is assumed not to wrap between neighbours. If it
 * did, their addresses would be 2^32 elements apart, and no buffer of a launch is that long (a launch is refused otherwise).
 */
export type LaneStep = bigint | "varies";

export interface Uniformity {
  step(operand: Operand): LaneStep;
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
        lower(node.instruction.result.id, pureStep(node.instruction, dimension, current));
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
  const step = (o: Operand): LaneStep => current(o) ?? 0n;
  return { step, isUniform: (o) => step(o) === 0n };
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
): LaneStep | undefined {
  if (x.op === "workitem") return ownIds.has(x.query) && x.dimension === dimension ? 1n : 0n;
  const steps = instructionOperands(x).map(current);
  if (steps.some((s) => s === undefined)) return undefined;
  if (steps.every((s) => s === 0n)) return 0n;
  const isIndex = x.result.type.kind === "ptr" || (x.result.type.kind === "int" && x.result.type.bits >= shortestIndex);
  if (!isIndex) return "varies";
  const [a, b, c] = steps as LaneStep[];
  const both = (f: (p: bigint, q: bigint) => bigint): LaneStep =>
    typeof a === "bigint" && typeof b === "bigint" ? f(a, b) : "varies";
  switch (x.op) {
    case "binary":
      if (x.kind === "add") return both((p, q) => p + q);
      if (x.kind === "sub") return both((p, q) => p - q);
      if (x.kind === "shl" && x.right.kind === "const") return scaled(a!, 1n << x.right.bits);
      if (x.kind === "mul" && x.right.kind === "const") return scaled(a!, signed(x.right));
      if (x.kind === "mul" && x.left.kind === "const") return scaled(b!, signed(x.left));
      return "varies";
    case "ptradd":
      return both((p, q) => p + q);
    case "cast":
      return ["trunc", "sext", "zext", "ptrtoint", "inttoptr"].includes(x.kind) ? a : "varies";
    case "select":
      return a === 0n && b === c ? b : "varies";
    default:
      return "varies";
  }
}

const scaled = (step: LaneStep, by: bigint): LaneStep => (typeof step === "bigint" ? step * by : "varies");
const signed = (o: Extract<Operand, { kind: "const" }>): bigint =>
  o.type.kind === "int" ? BigInt.asIntN(o.type.bits, o.bits) : o.bits;
