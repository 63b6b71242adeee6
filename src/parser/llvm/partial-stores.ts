import type { LlvmInstruction, LlvmType, LlvmValue } from "./module.js";

type Store = LlvmInstruction & { op: "store" };
type Vector = LlvmType & { kind: "vector" };

/**
 * `p[i].y = v` comes from clang as a load of the whole vector, an insertion, and a store of the whole
 * vector. Written so, the other lanes would overwrite what other work-items store there meanwhile.
 * Such a store becomes stores of the lanes that changed; the load is then dead in most cases.
 */
export function splitPartialStores(
  label: string,
  instructions: readonly LlvmInstruction[],
): readonly LlvmInstruction[] {
  if (!instructions.some((each) => each.op === "store" && each.value.type.kind === "vector")) return instructions;
  const defined = new Map(
    instructions.flatMap((each) => (each.result === undefined ? [] : [[each.result, each] as const])),
  );
  // Unlike any name that clang gives; labels differ within a function.
  const fresh = (store: number, part: string) => `${part}.store${store}.${label}`;
  /** Loads that no write has followed yet. */
  const current = new Set<LlvmInstruction>();
  return instructions.flatMap((each, index) => {
    let result: readonly LlvmInstruction[] = [each];
    if (each.op === "store") {
      const runs = changedRuns(each, defined, current);
      if (runs) result = runs.flatMap((run) => storeLanes(each, run, (part) => fresh(index, part)));
    }
    if (each.op === "load" && !each.volatile && !each.atomic) current.add(each);
    else if (mayWrite(each)) current.clear();
    return result;
  });
}

interface Run {
  readonly first: number;
  readonly count: number;
}

/** Neighbouring lanes that the store changes; undefined when it is no partial store. */
function changedRuns(
  store: Store,
  defined: ReadonlyMap<string, LlvmInstruction>,
  current: ReadonlySet<LlvmInstruction>,
): readonly Run[] | undefined {
  const { type } = store.value;
  if (store.volatile || store.atomic || type.kind !== "vector" || laneBytes(type) === undefined) return undefined;
  const keeps = (lane: number): boolean => {
    const source = laneSource(store.value, lane, defined);
    return (
      source?.lane === lane &&
      current.has(source.load) &&
      source.load.op === "load" &&
      samePlace(source.load.pointer, store.pointer) &&
      source.load.type.kind === "vector" &&
      source.load.type.length === type.length
    );
  };
  const changed = Array.from({ length: type.length }, (_, lane) => lane).filter((lane) => !keeps(lane));
  if (changed.length === type.length) return undefined;
  const runs: { first: number; count: number }[] = [];
  for (const lane of changed) {
    const last = runs[runs.length - 1];
    if (last && last.first + last.count === lane) last.count++;
    else runs.push({ first: lane, count: 1 });
  }
  return runs;
}

/** The lane of a load that a lane of `value` is, through insertions and shuffles of the same block. */
function laneSource(
  value: LlvmValue,
  lane: number,
  defined: ReadonlyMap<string, LlvmInstruction>,
): { readonly load: LlvmInstruction; readonly lane: number } | undefined {
  const source = value.kind === "local" ? defined.get(value.name) : undefined;
  switch (source?.op) {
    case "load":
      return { load: source, lane };
    case "insertelement":
      if (source.index.kind !== "int" || source.index.value === BigInt(lane)) return undefined;
      return laneSource(source.vector, lane, defined);
    case "shufflevector": {
      const chosen = source.mask[lane]!;
      const width = source.left.type.kind === "vector" ? source.left.type.length : 0;
      if (chosen < 0) return undefined;
      return chosen < width
        ? laneSource(source.left, chosen, defined)
        : laneSource(source.right, chosen - width, defined);
    }
    default:
      return undefined;
  }
}

/** A store of some neighbouring lanes in place of the whole vector. */
function storeLanes(store: Store, { first, count }: Run, fresh: (part: string) => string): LlvmInstruction[] {
  const whole = store.value.type as Vector;
  const bytes = laneBytes(whole)!;
  const { span } = store;
  const index = (value: number): LlvmValue => ({ kind: "int", type: { kind: "int", bits: 64 }, value: BigInt(value) });
  const type: LlvmType = count === 1 ? whole.element : { kind: "vector", length: count, element: whole.element };
  const part: LlvmValue = { kind: "local", type, name: fresh(`lane${first}`) };
  const address: LlvmValue = { kind: "local", type: store.pointer.type, name: fresh(`lane${first}.address`) };
  const offset = first * bytes;
  const chosen: LlvmInstruction =
    count === 1
      ? { op: "extractelement", type, vector: store.value, index: index(first), result: part.name, span, flags: [] }
      : {
          op: "shufflevector",
          type,
          left: store.value,
          right: { kind: "poison", type: whole },
          mask: Array.from({ length: count }, (_, lane) => first + lane),
          result: part.name,
          span,
          flags: [],
        };
  return [
    chosen,
    {
      op: "gep",
      type: store.pointer.type,
      sourceType: whole.element,
      base: store.pointer,
      indices: [index(first)],
      result: address.name,
      span,
      flags: ["inbounds"],
    },
    // What an address at this offset is still aligned to.
    {
      ...store,
      value: part,
      pointer: address,
      align: offset === 0 ? store.align : Math.min(store.align, offset & -offset),
    },
  ];
}

/** Bytes of a lane; undefined for lanes that are no whole bytes in memory. */
function laneBytes({ element }: Vector): number | undefined {
  if (element.kind === "float") return { half: 2, bfloat: 2, float: 4, double: 8, fp128: 16 }[element.name];
  return element.kind === "int" && [8, 16, 32, 64].includes(element.bits) ? element.bits / 8 : undefined;
}

function samePlace(a: LlvmValue, b: LlvmValue): boolean {
  return (a.kind === "local" || a.kind === "global") && a.kind === b.kind && a.name === b.name;
}

function mayWrite(instruction: LlvmInstruction): boolean {
  switch (instruction.op) {
    case "store":
    case "atomicrmw":
    case "cmpxchg":
    case "fence":
    case "other":
      return true;
    case "load":
      return true; // Volatile or atomic: keeps its place among the others.
    case "call":
      return !(instruction.callee.kind === "global" && /^(?:llvm\.(?!mem)|_Z\d+get_)/.test(instruction.callee.name));
    default:
      return false;
  }
}
