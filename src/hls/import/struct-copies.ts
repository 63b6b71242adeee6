/**
 * clang copies a struct argument into a private variable before it indexes into it. When the copy is
 * never written again, reading it is reading the argument, and no memory is needed.
 */
import type { LlvmInstruction, LlvmValue } from "../../parser/llvm/module.js";
import type { ByvalPointer, Frame, InstructionOf, KernelContext } from "./context.js";
import { intrinsicName } from "./intrinsics.js";

/** The argument that the variable is a plain copy of, or undefined. Its copying is then to be left out. */
export function copiedArgument(
  ctx: KernelContext,
  frame: Frame,
  variable: InstructionOf<"alloca">,
): ByvalPointer | undefined {
  if (variable.result === undefined) return undefined;
  const derived = new Set([variable.result]);
  const copies: InstructionOf<"call">[] = [];
  // Definitions may stand after uses in the text: go on until no pointer is added.
  for (let before = -1; before !== derived.size; ) {
    before = derived.size;
    copies.length = 0;
    for (const inst of frame.fn.blocks.flatMap((block) => block.instructions)) {
      const use = useOf(inst, derived);
      if (use === "write") return undefined;
      if (use === "derive") derived.add(inst.result!);
      if (use === "copy-in" && inst.op === "call") copies.push(inst);
    }
  }
  const [copy, ...others] = copies;
  if (!copy || others.length > 0 || !isLocal(copy.arguments[0], variable.result)) return undefined;
  const source = copy.arguments[1]!;
  const [lane] = source.kind === "local" ? (frame.values.get(source.name) ?? []) : [];
  if (lane?.kind !== "byval" || lane.offset.kind !== "const") return undefined;
  ctx.leftOut.add(copy);
  return lane;
}

/** What an instruction does with pointers into the variable. `write`: anything that is not known to be harmless. */
function useOf(inst: LlvmInstruction, derived: ReadonlySet<string>): "none" | "read" | "derive" | "copy-in" | "write" {
  const isDerived = (value: LlvmValue | undefined) => value?.kind === "local" && derived.has(value.name);
  const mentions = Object.values(inst)
    .flat()
    .some((value) => isValue(value) && isDerived(value));
  const inPhi = inst.op === "phi" && inst.incoming.some(({ value }) => isDerived(value));
  if (!mentions && !inPhi) return "none";
  switch (inst.op) {
    case "load":
      return "read";
    case "gep":
      return isDerived(inst.base) ? "derive" : "write";
    case "cast":
      return inst.cast === "addrspacecast" || inst.cast === "bitcast" ? "derive" : "write";
    case "call": {
      if (inst.callee.kind !== "global" || !inst.callee.name.startsWith("llvm.")) return "write";
      const name = intrinsicName(inst.callee.name);
      if (name.startsWith("lifetime.")) return "none";
      return name === "memcpy" && !isDerived(inst.arguments[1]) ? "copy-in" : "write";
    }
    default:
      return "write";
  }
}

const isLocal = (value: LlvmValue | undefined, name: string): boolean => value?.kind === "local" && value.name === name;

function isValue(value: unknown): value is LlvmValue {
  return typeof value === "object" && value !== null && "kind" in value && "type" in value;
}
