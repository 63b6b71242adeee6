/**
 * Private variables that need no memory of their own, because they are filled once, before any read:
 * a table of constants in a function (`const int dx[4] = {…}`) is a constant object, and the copy that
 * clang makes of a struct argument before indexing into it is the argument.
 */
import type { LlvmInstruction, LlvmValue } from "../../parser/llvm/module.js";
import { dominators } from "../../support/graph.js";
import type { Operand } from "../ir/types.js";
import { branchTargets } from "./branches.js";
import type { ByvalPointer, Frame, InstructionOf, KernelContext } from "./context.js";
import { intrinsicName } from "./intrinsics.js";
import { functionName } from "./names.js";
import { constantBits, writeConstant } from "./objects.js";

interface Place {
  readonly block: number;
  readonly index: number;
}

interface Write extends Place {
  readonly inst: InstructionOf<"store"> | InstructionOf<"call">;
  readonly offset: number;
}

interface Uses {
  readonly writes: readonly Write[];
  readonly reads: readonly Place[];
}

/** What stands for the variable's address, or undefined when it does need memory. Its filling is then left out. */
export function withoutMemory(
  ctx: KernelContext,
  frame: Frame,
  variable: InstructionOf<"alloca">,
): ByvalPointer | Operand | undefined {
  const uses = usesOf(ctx, frame, variable);
  if (!uses || uses.writes.length === 0 || !filledFirst(frame, uses)) return undefined;
  const replacement = copiedArgument(frame, uses.writes) ?? constantTable(ctx, frame, variable, uses.writes);
  if (replacement) for (const { inst } of uses.writes) ctx.leftOut.add(inst);
  return replacement;
}

/** Every use of the variable, through pointers derived from it; undefined when one is of another kind. */
function usesOf(ctx: KernelContext, frame: Frame, variable: InstructionOf<"alloca">): Uses | undefined {
  /** Derived pointers with their constant offset, undefined when it varies. */
  const derived = new Map<string, number | undefined>([[variable.result!, 0]]);
  let uses: { writes: Write[]; reads: Place[] } | undefined;
  // Definitions may stand after uses in the text: go on until no pointer is added.
  for (let before = -1; before !== derived.size; ) {
    before = derived.size;
    uses = { writes: [], reads: [] };
    for (const [block, { instructions }] of frame.fn.blocks.entries()) {
      for (const [index, inst] of instructions.entries()) {
        if (!mentions(inst, derived)) continue;
        if (!classify(ctx, inst, derived, { block, index }, uses)) return undefined;
      }
    }
  }
  return uses;
}

function classify(
  ctx: KernelContext,
  inst: LlvmInstruction,
  derived: Map<string, number | undefined>,
  place: Place,
  uses: { writes: Write[]; reads: Place[] },
): boolean {
  const isDerived = (value: LlvmValue | undefined) => value?.kind === "local" && derived.has(value.name);
  const offsetOf = (value: LlvmValue) => (value.kind === "local" ? derived.get(value.name) : undefined);
  switch (inst.op) {
    case "load":
      uses.reads.push(place);
      return !inst.atomic;
    case "gep": {
      if (!isDerived(inst.base) || inst.indices.some(isDerived)) return false;
      const base = offsetOf(inst.base);
      const step = ctx.layout.constantOffset(inst.sourceType, inst.indices);
      derived.set(inst.result!, base === undefined || step === undefined ? undefined : base + step);
      return true;
    }
    case "cast":
      derived.set(inst.result!, offsetOf(inst.value));
      return inst.cast === "addrspacecast" || inst.cast === "bitcast";
    case "store": {
      const offset = offsetOf(inst.pointer);
      if (isDerived(inst.value) || offset === undefined || inst.atomic) return false;
      uses.writes.push({ ...place, inst, offset });
      return true;
    }
    case "call": {
      if (inst.callee.kind !== "global" || !inst.callee.name.startsWith("llvm.")) return false;
      const name = intrinsicName(inst.callee.name);
      if (name.startsWith("lifetime.")) return true;
      const [target, source] = inst.arguments;
      const offset = target && offsetOf(target);
      if ((name !== "memcpy" && name !== "memset") || offset === undefined || isDerived(source)) return false;
      uses.writes.push({ ...place, inst, offset });
      return true;
    }
    default:
      return false;
  }
}

/** Whether all writes stand in one block and every read can only come after the last of them. */
function filledFirst(frame: Frame, { writes, reads }: Uses): boolean {
  const { blocks } = frame.fn;
  const last = writes.at(-1)!;
  if (writes.some(({ block }) => block !== last.block)) return false;
  const indexOf = new Map(blocks.map(({ label }, index) => [label, index]));
  const successors = blocks.map(({ instructions }) => branchTargets(instructions.at(-1)).map((to) => indexOf.get(to)!));
  const { dominates } = dominators({ size: blocks.length, successors }, 0);
  return reads.every(({ block, index }) => (block === last.block ? index > last.index : dominates(last.block, block)));
}

/** The argument, when the variable is nothing but its copy. */
function copiedArgument(frame: Frame, writes: readonly Write[]): ByvalPointer | undefined {
  const [copy, ...others] = writes;
  if (copy?.inst.op !== "call" || copy.offset !== 0 || others.length > 0) return undefined;
  const source = copy.inst.arguments[1]!;
  const [lane] = source.kind === "local" ? (frame.values.get(source.name) ?? []) : [];
  return lane?.kind === "byval" && lane.offset.kind === "const" ? lane : undefined;
}

/** A constant object with what the writes leave, when they write nothing but constants. */
function constantTable(
  ctx: KernelContext,
  frame: Frame,
  variable: InstructionOf<"alloca">,
  writes: readonly Write[],
): Operand | undefined {
  const count = constantBits(variable.count, 64);
  if (count === undefined) return undefined;
  const bytes = new Uint8Array(ctx.layout.allocSize(variable.allocated) * Number(count));
  if (!writes.every((write) => applyWrite(ctx, bytes, write))) return undefined;
  const object = `${functionName(frame.fn.name)}.${variable.result}`;
  ctx.objects.set(object, { name: object, bytes, align: Math.max(variable.align, 1) });
  return { kind: "object", type: { kind: "ptr", space: "constant" }, object };
}

function applyWrite(ctx: KernelContext, bytes: Uint8Array, { inst, offset }: Write): boolean {
  if (inst.op === "store") {
    const { value } = inst;
    const fits = offset >= 0 && offset + ctx.layout.storeSize(value.type) <= bytes.length;
    return fits && writeConstant(bytes, offset, value.type, value, ctx.layout);
  }
  const [, source, length] = inst.arguments;
  const size = Number((length && constantBits(length, 64)) ?? -1n);
  if (!source || size < 0 || offset < 0 || offset + size > bytes.length) return false;
  if (inst.callee.kind === "global" && intrinsicName(inst.callee.name) === "memset") {
    const byte = constantBits(source, 8);
    if (byte !== undefined) bytes.fill(Number(byte), offset, offset + size);
    return byte !== undefined;
  }
  const global = source.kind === "global" ? ctx.module.globals.get(source.name) : undefined;
  if (!global?.constant || !global.initializer) return false;
  const content = new Uint8Array(ctx.layout.allocSize(global.type));
  if (size > content.length || !writeConstant(content, 0, global.type, global.initializer, ctx.layout)) return false;
  bytes.set(content.subarray(0, size), offset);
  return true;
}

function mentions(inst: LlvmInstruction, derived: ReadonlyMap<string, unknown>): boolean {
  const isDerived = (value: unknown) => isLocal(value) && derived.has(value.name);
  return (
    (inst.op === "phi" && inst.incoming.some(({ value }) => isDerived(value))) ||
    Object.values(inst).flat().some(isDerived)
  );
}

function isLocal(value: unknown): value is LlvmValue & { kind: "local" } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "local" && "type" in value;
}
