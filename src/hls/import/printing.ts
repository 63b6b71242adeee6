/** `printf`: its format is a constant string, and its arguments go to the `print` instruction lane by lane. */
import type { LlvmValue } from "../../parser/llvm/module.js";
import { i, type Operand } from "../ir/types.js";
import type { Frame, InstructionOf, KernelContext } from "./context.js";
import { operands } from "./values.js";

/** The result of the call: 0, for printing does not fail. */
export function importPrintf(ctx: KernelContext, frame: Frame, inst: InstructionOf<"call">): Operand {
  const [format, ...values] = inst.arguments;
  const text = format && constantString(ctx, format);
  if (text === undefined) {
    ctx.unsupported(
      "unsupported/printf-format",
      frame,
      "the format of printf is not a constant string",
      "Write the format as a string in the call.",
    );
  } else {
    ctx.builder.print(
      text,
      values.flatMap((value) => operands(ctx, frame, unpromoted(ctx, frame, value))),
    );
  }
  return ctx.builder.int(i(32), 0);
}

/** A float that is passed as a double is printed from the float: the same digits, and no conversion to do. */
function unpromoted(ctx: KernelContext, frame: Frame, value: LlvmValue): LlvmValue {
  const inst = value.kind === "local" ? ctx.definition(frame.fn, value.name) : undefined;
  return inst?.op === "cast" && inst.cast === "fpext" ? inst.value : value;
}

/** The characters of a constant that a pointer points to the start of, up to its zero. */
function constantString(ctx: KernelContext, pointer: LlvmValue): string | undefined {
  if (pointer.kind === "constexpr") {
    const { expression } = pointer;
    return expression.op === "cast" && expression.cast === "addrspacecast"
      ? constantString(ctx, expression.value)
      : undefined;
  }
  const global = pointer.kind === "global" ? ctx.module.globals.get(pointer.name) : undefined;
  if (!global?.constant) return undefined;
  if (global.initializer?.kind === "zero") return "";
  if (global.initializer?.kind !== "string") return undefined;
  const { bytes } = global.initializer;
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end));
}
