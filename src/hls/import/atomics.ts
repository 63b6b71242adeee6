/** Atomic operations: LLVM's instructions and OpenCL's functions, the old ones and those of C11. */
import { type AtomicKind, i, type Operand, type Type, widthOf } from "../ir/types.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { retryLoop } from "./loops.js";
import { ordered, orderingOf, orderingOfWords, relaxed, release, sequential } from "./ordering.js";
import { lanesOf } from "./types.js";
import { operands, scalar } from "./values.js";
import { placeholder } from "./vectors.js";

/** Operations that the memory does not know: the new value is computed, and stored if nobody was faster. */
type Retried = "nand" | "fmin" | "fmax" | "fmul";
type Operation = AtomicKind | "fsub" | Retried;

function refuse(ctx: KernelContext, frame: Frame, what: string): void {
  ctx.unsupported(
    "unsupported/atomic",
    frame,
    `${what} is not supported`,
    "Use an atomic operation on int, uint, long, ulong, float or double.",
  );
}

/** Whether memory does atomic operations on the type. */
const isAtomicType = (type: Type): boolean => type.kind !== "ptr" && (type.bits === 32 || type.bits === 64);

/** The old value. */
function update(ctx: KernelContext, operation: Operation, pointer: Operand, value: Operand): Operand {
  const { builder } = ctx;
  switch (operation) {
    case "fsub":
      return builder.atomic("fadd", pointer, builder.unary("fneg", value));
    case "nand":
    case "fmin":
    case "fmax":
    case "fmul":
      return retried(ctx, operation, pointer, value);
    default:
      return builder.atomic(operation, pointer, value);
  }
}

function retried(ctx: KernelContext, operation: Retried, pointer: Operand, value: Operand): Operand {
  const { builder } = ctx;
  const type = builder.typeOf(value);
  const bits = i(widthOf(type));
  const [first] = builder.load([bits], pointer, widthOf(type) / 8);
  const old = retryLoop(ctx, `atomic.${operation}`, first!, bits, (expected) => {
    const number = builder.fromBits(expected, type);
    const changed =
      operation === "nand"
        ? builder.xor(builder.and(number, value), builder.int(type, -1))
        : builder.binary(operation, number, value);
    const next = builder.atomic("cmpxchg", pointer, builder.toBits(changed), expected);
    return { next, again: builder.icmp("ne", next, expected) };
  });
  return builder.fromBits(old, type);
}

const llvmOperations: Readonly<Record<string, Operation>> = {
  xchg: "xchg",
  add: "add",
  sub: "sub",
  and: "and",
  nand: "nand",
  or: "or",
  xor: "xor",
  max: "smax",
  min: "smin",
  umax: "umax",
  umin: "umin",
  fadd: "fadd",
  fsub: "fsub",
  fmax: "fmax",
  fmin: "fmin",
  uinc_wrap: "inc",
  udec_wrap: "dec",
};

export function importAtomicRmw(ctx: KernelContext, frame: Frame, inst: InstructionOf<"atomicrmw">): readonly Lane[] {
  const operation = Object.hasOwn(llvmOperations, inst.operation) ? llvmOperations[inst.operation] : undefined;
  const [type] = lanesOf(inst.type, ctx.layout);
  if (!operation || !type || !isAtomicType(type) || inst.type.kind === "vector") {
    refuse(ctx, frame, `the atomic operation '${inst.operation}' on this type`);
    return placeholder(ctx, inst.type);
  }
  const pointer = scalar(ctx, frame, inst.pointer);
  const value = scalar(ctx, frame, inst.value);
  return [ordered(ctx, orderingOfWords(inst.flags), () => update(ctx, operation, pointer, value))];
}

/** The old value, and whether it was the expected one. */
export function importCmpxchg(ctx: KernelContext, frame: Frame, inst: InstructionOf<"cmpxchg">): readonly Lane[] {
  const { builder } = ctx;
  const pointer = scalar(ctx, frame, inst.pointer);
  const expected = scalar(ctx, frame, inst.expected);
  const replacement = scalar(ctx, frame, inst.replacement);
  const type = builder.typeOf(expected);
  if (!isAtomicType(type)) {
    refuse(ctx, frame, "the atomic operation 'cmpxchg' on this type");
    return placeholder(ctx, inst.type);
  }
  const old = ordered(ctx, orderingOfWords(inst.flags), () =>
    builder.atomic("cmpxchg", pointer, replacement, expected),
  );
  return [old, builder.icmp("eq", old, expected)];
}

/** What OpenCL 1.x calls `atomic_NAME` or `atom_NAME`, and C11 `atomic_fetch_NAME`. */
const functions: Readonly<
  Record<string, { readonly signed: Operation; readonly unsigned: Operation; readonly float?: Operation }>
> = {
  add: { signed: "add", unsigned: "add", float: "fadd" },
  sub: { signed: "sub", unsigned: "sub", float: "fsub" },
  and: { signed: "and", unsigned: "and" },
  or: { signed: "or", unsigned: "or" },
  xor: { signed: "xor", unsigned: "xor" },
  min: { signed: "smin", unsigned: "umin", float: "fmin" },
  max: { signed: "smax", unsigned: "umax", float: "fmax" },
  xchg: { signed: "xchg", unsigned: "xchg", float: "xchg" },
};

/** The lanes of an atomic function's result; undefined when the function is none that is known here. */
export function importAtomicFunction(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  { name, parameters }: { readonly name: string; readonly parameters: readonly string[] },
): readonly Lane[] | undefined {
  const { builder } = ctx;
  const found = /^(?:atomic|atom)_(\w+?)(_explicit)?$/.exec(name);
  if (!found) return undefined;
  const [, action = "", explicit] = found;
  const args = inst.arguments.map((argument) => operands(ctx, frame, argument)[0]!);
  const [pointer, value, third] = args;
  if (!pointer) return undefined;
  // `__generic volatile _Atomic uint*`
  const pointee = /(\w+)\*$/.exec(parameters[0] ?? "")?.[1] ?? "";
  const type = typeNamed(pointee);
  if (!type) return undefined;
  const isClassic = !explicit && !/^(fetch_|exchange|compare_exchange|load|store|init|flag_)/.test(action);
  const orderAt = (index: number) => (explicit ? orderingOf(args[index]) : sequential);
  switch (action) {
    case "inc":
    case "dec":
      return [builder.atomic(action === "inc" ? "add" : "sub", pointer, builder.int(type, 1))];
    case "cmpxchg":
      return [builder.atomic("cmpxchg", pointer, third!, value!)];
    case "init":
      builder.store([value!], pointer, widthOf(type) / 8);
      return [];
    case "store":
      ordered(ctx, explicit ? orderAt(2) : sequential, () => builder.store([value!], pointer, widthOf(type) / 8));
      return [];
    case "load":
      return ordered(ctx, orderAt(1), () => builder.load([type], pointer, widthOf(type) / 8));
    case "exchange":
      return [ordered(ctx, orderAt(2), () => builder.atomic("xchg", pointer, value!))];
    case "flag_test_and_set": {
      const old = ordered(ctx, explicit ? orderAt(1) : sequential, () =>
        builder.atomic("xchg", pointer, builder.int(i(32), 1)),
      );
      return [builder.icmp("ne", old, builder.int(i(32), 0))];
    }
    case "flag_clear":
      ordered(ctx, explicit ? orderAt(1) : release, () => builder.store([builder.int(i(32), 0)], pointer, 4));
      return [];
    case "compare_exchange_strong":
    case "compare_exchange_weak":
      return [compareExchange(ctx, type, pointer, value!, third!, explicit ? args[3] : undefined)];
  }
  const entry = functions[action.replace(/^fetch_/, "")];
  const kind =
    type.kind === "float" ? "float" : /^(uint|ulong|size_t|uintptr_t)$/.test(pointee) ? "unsigned" : "signed";
  const operation = entry?.[kind];
  if (!operation || !value) return undefined;
  return [ordered(ctx, isClassic ? relaxed : orderAt(2), () => update(ctx, operation, pointer, value))];
}

/** Stores the old value where the expected one stood, and tells whether they were the same. */
function compareExchange(
  ctx: KernelContext,
  type: Type,
  pointer: Operand,
  expectedAt: Operand,
  desired: Operand,
  order: Operand | undefined,
): Operand {
  const { builder } = ctx;
  const bits = i(widthOf(type));
  const bytes = widthOf(type) / 8;
  const [expected] = builder.load([bits], expectedAt, bytes);
  const ordering = order ? orderingOf(order) : sequential;
  const old = ordered(ctx, ordering, () => builder.atomic("cmpxchg", pointer, builder.toBits(desired), expected!));
  builder.store([old], expectedAt, bytes);
  return builder.icmp("eq", old, expected!);
}

function typeNamed(name: string): Type | undefined {
  switch (name) {
    case "int":
    case "uint":
      return i(32);
    case "long":
    case "ulong":
      return i(64);
    case "float":
      return { kind: "float", bits: 32 };
    case "double":
      return { kind: "float", bits: 64 };
    default:
      return undefined;
  }
}
