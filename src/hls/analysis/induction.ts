/**
 * Counted loops that end on equality, as LLVM writes `for (i = a; i < n; i++)`:
 *
 *     header: i = phi [a, outside], [next, latch]       next = i ± 1
 *     …       leave the loop when `tested == n`          tested is i or next
 *
 * Ranges alone cannot bound i, for it might start beyond n and go round. But when a guard before the loop
 * proves a < n (a <= n when i itself is tested), i counts from a up to n and never passes it:
 *
 *     tested = next, step +1, a < n:   a <= i <= n - 1      by induction: the back edge needs i + 1 != n
 *     tested = i,    step +1, a <= n:  a <= i <= n
 *     tested = next, step -1, a > n:   n + 1 <= i <= a
 *     tested = i,    step -1, a >= n:  n <= i <= a
 *
 * in signed order when the guard is signed, in unsigned order when it is unsigned.
 */
import type { Dominators } from "../../support/graph.js";
import type { BlockId, IntPredicate, Kernel, Operand, Phi, ValueId } from "../ir/types.js";
import { type Definition, sameOperand } from "../ir/walk.js";
import type { Fact, Facts } from "./facts.js";
import { type Loop, loopForest } from "./loops.js";
import { decide, full, type Range, swapped } from "./range.js";
import type { Place } from "./ranges.js";

export interface Induction {
  readonly start: Operand;
  /** The place before the loop where `start` and `limit` are looked at. */
  readonly outside: Place;
  readonly step: 1 | -1;
  /** `i` itself is compared, or the next value. */
  readonly tested: "current" | "next";
  readonly limit: Operand;
}

export function inductions(
  kernel: Kernel,
  definitions: readonly (Definition | undefined)[],
  facts: Facts,
  tree: Dominators,
): ReadonlyMap<ValueId, Induction> {
  const result = new Map<ValueId, Induction>();
  for (const loop of loopForest(kernel, tree).loops) {
    if (loop.latches.length !== 1 || loop.entries.length !== 1) continue;
    for (const phi of kernel.blocks[loop.header]!.phis) {
      const induction = inductionOf(phi, loop, definitions, facts, tree);
      if (induction) result.set(phi.result.id, induction);
    }
  }
  return result;
}

function inductionOf(
  phi: Phi,
  loop: Loop,
  definitions: readonly (Definition | undefined)[],
  facts: Facts,
  tree: Dominators,
): Induction | undefined {
  const latch = loop.latches[0]!;
  const entry = loop.entries[0]!.from;
  const start = phi.incoming.find((edge) => edge.block === entry)?.value;
  const next = phi.incoming.find((edge) => edge.block === latch)?.value;
  if (phi.result.type.kind !== "int" || phi.result.type.bits < 2 || !start || next?.kind !== "value") return undefined;
  const step = stepOf(definitions[next.id], phi.result.id, phi.result.type.bits);
  if (!step) return undefined;
  const invariant = (operand: Operand) => {
    if (operand.kind !== "value") return operand.kind === "const";
    const definition = definitions[operand.id]!;
    return definition.kind === "parameter" || !loop.contains(definition.block);
  };
  // What holds when the back edge is taken.
  const known: Fact[] = [...facts.edge(latch, loop.header)];
  for (let block: BlockId = latch; block !== loop.header; block = tree.immediate[block]! as BlockId)
    known.push(...facts.block[block]!);
  for (const fact of known) {
    if (fact.predicate !== "ne" || !invariant(fact.other)) continue;
    const tested = fact.subject === phi.result.id ? "current" : fact.subject === next.id ? "next" : undefined;
    if (tested)
      return {
        start,
        outside: { block: entry, extra: facts.edge(entry, loop.header) },
        step,
        tested,
        limit: fact.other,
      };
  }
  return undefined;
}

function stepOf(definition: Definition | undefined, phi: ValueId, bits: number): 1 | -1 | undefined {
  if (definition?.kind !== "instruction" || definition.instruction.op !== "binary") return undefined;
  const { kind, left, right } = definition.instruction;
  if (kind !== "add" && kind !== "sub") return undefined;
  if (left.kind !== "value" || left.id !== phi || right.kind !== "const") return undefined;
  const amount = BigInt.asIntN(bits, kind === "add" ? right.bits : -right.bits);
  return amount === 1n ? 1 : amount === -1n ? -1 : undefined;
}

/** A range that holds for the induction's phi, when the loop's guard can be proved. */
export function provedBound(
  induction: Induction,
  bits: number,
  rangeAt: (operand: Operand, place: Place) => Range | undefined,
  facts: Facts,
  tree: Dominators,
  definitions: readonly (Definition | undefined)[],
): Range | undefined {
  const { start, limit, outside, step, tested } = induction;
  const from = rangeAt(start, outside);
  const to = rangeAt(limit, outside);
  if (!from || !to) return undefined;
  const off = tested === "next" ? 1n : 0n;
  const holds = (predicate: IntPredicate) =>
    decide(predicate, from, to) === true || guarded(predicate, start, limit, outside, facts, tree, definitions);
  const everything = full(bits);
  if (step === 1) {
    if (holds(tested === "next" ? "slt" : "sle")) return { ...everything, smin: from.smin, smax: to.smax - off };
    if (holds(tested === "next" ? "ult" : "ule")) return { ...everything, umin: from.umin, umax: to.umax - off };
    return undefined;
  }
  if (holds(tested === "next" ? "sgt" : "sge")) return { ...everything, smin: to.smin + off, smax: from.smax };
  if (holds(tested === "next" ? "ugt" : "uge")) return { ...everything, umin: to.umin + off, umax: from.umax };
  return undefined;
}

/** Whether a branch before the place proves the comparison, of the operands or of what both extend. */
function guarded(
  predicate: IntPredicate,
  left: Operand,
  right: Operand,
  place: Place,
  facts: Facts,
  tree: Dominators,
  definitions: readonly (Definition | undefined)[],
): boolean {
  const known: Fact[] = [...place.extra];
  for (let block = place.block; ; ) {
    known.push(...facts.block[block]!);
    const up = tree.immediate[block]!;
    if (up === block || up === -1) break;
    block = up as BlockId;
  }
  const proves = (wanted: IntPredicate, a: Operand, b: Operand) =>
    known.some((fact) => {
      const subject: Operand = { kind: "value", id: fact.subject };
      if (sameOperand(subject, a) && sameOperand(fact.other, b)) return implies(fact.predicate, wanted);
      if (sameOperand(subject, b) && sameOperand(fact.other, a)) return implies(swapped[fact.predicate], wanted);
      return false;
    });
  if (proves(predicate, left, right)) return true;
  const a = extended(left, definitions);
  const b = extended(right, definitions);
  if (!a || !b || a.kind !== b.kind) return false;
  // sext keeps the signed order and zext the unsigned one, which for extended numbers is the signed one too.
  const inner = a.kind === "zext" ? unsignedOf[predicate] : predicate;
  return (a.kind === "zext" || predicate.startsWith("s")) && proves(inner, a.value, b.value);
}

const unsignedOf = {
  eq: "eq",
  ne: "ne",
  ult: "ult",
  ule: "ule",
  ugt: "ugt",
  uge: "uge",
  slt: "ult",
  sle: "ule",
  sgt: "ugt",
  sge: "uge",
} as const satisfies Record<IntPredicate, IntPredicate>;

function implies(known: IntPredicate, wanted: IntPredicate): boolean {
  return known === wanted || (known.length === 3 && `${known.slice(0, 2)}e` === wanted && known.endsWith("t"));
}

function extended(operand: Operand, definitions: readonly (Definition | undefined)[]) {
  if (operand.kind !== "value") return undefined;
  const definition = definitions[operand.id];
  if (definition?.kind !== "instruction" || definition.instruction.op !== "cast") return undefined;
  const { kind, value } = definition.instruction;
  return kind === "zext" || kind === "sext" ? { kind, value } : undefined;
}
