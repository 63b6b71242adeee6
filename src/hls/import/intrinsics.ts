/** LLVM intrinsics that work lane by lane, each as operations of the Kernel IR with LLVM's exact meaning. */
import { type FloatUnary, type IntBinary, i, type Operand, type Type, widthOf } from "../ir/types.js";
import type { Builder } from "./builder.js";

/** Arguments of one lane (scalar arguments are the same for every lane) and the lane's result type. */
type LaneLowering = (b: Builder, args: readonly Operand[], result: Type) => Operand;

const intBinary =
  (kind: IntBinary): LaneLowering =>
  (b, [x, y]) =>
    b.binary(kind, x!, y!);
const floatUnary =
  (kind: FloatUnary): LaneLowering =>
  (b, [x]) =>
    b.unary(kind, x!);

const ones = (width: number): bigint => (1n << BigInt(width)) - 1n;
const smallest = (width: number): bigint => 1n << BigInt(width - 1);

/** All sign bits: -1 for a negative value, else 0. */
const signs = (b: Builder, x: Operand): Operand => {
  const type = b.typeOf(x);
  return b.binary("ashr", x, b.int(type, widthOf(type) - 1));
};
const isNegative = (b: Builder, x: Operand): Operand => b.icmp("slt", x, b.int(b.typeOf(x), 0));

/** The canonical NaN of a float type, as in the head comment of `ir/types.ts`. */
function canonicalNaN(b: Builder, type: Type): Operand {
  const bits = widthOf(type);
  const fraction = { 16: 10, 32: 23, 64: 52 }[bits]!;
  return b.int(type, (((1n << BigInt(bits - 1 - fraction)) - 1n) << BigInt(fraction)) | (1n << BigInt(fraction - 1)));
}

/** Funnel shift of high:low; a shift by the full width gives 0 in this IR, which makes the amount 0 come out right. */
const funnel =
  (direction: "left" | "right"): LaneLowering =>
  (b, [high, low, amount], type) => {
    const width = widthOf(type);
    const modulo =
      (width & (width - 1)) === 0
        ? b.and(amount!, b.int(type, width - 1))
        : b.binary("urem", amount!, b.int(type, width));
    // The width itself may not fit the type (i1): then the complement wraps to 0 and the amount is 0 as well.
    const rest = b.sub(b.int(type, width), modulo);
    if (width === 1) return direction === "left" ? high! : low!;
    return direction === "left"
      ? b.or(b.binary("shl", high!, modulo), b.binary("lshr", low!, rest))
      : b.or(b.binary("shl", high!, rest), b.binary("lshr", low!, modulo));
  };

/** Signed sum or difference and whether it overflowed. */
function signedOverflow(b: Builder, kind: "add" | "sub", x: Operand, y: Operand): readonly [Operand, Operand] {
  const r = b.binary(kind, x, y);
  const differs = kind === "add" ? b.and(b.xor(x, r), b.xor(y, r)) : b.and(b.xor(x, y), b.xor(x, r));
  return [r, isNegative(b, differs)];
}

const signedSaturating =
  (kind: "add" | "sub"): LaneLowering =>
  (b, [x, y], type) => {
    const [r, overflowed] = signedOverflow(b, kind, x!, y!);
    // On overflow the wrapped result has the wrong sign.
    return b.select(overflowed, b.xor(signs(b, r), b.int(type, smallest(widthOf(type)))), r);
  };

/** minimum/maximum: a NaN operand makes the result NaN. */
const propagating =
  (kind: "fmin" | "fmax"): LaneLowering =>
  (b, [x, y], type) =>
    b.select(b.fcmp("uno", x!, y!), canonicalNaN(b, type), b.binary(kind, x!, y!));

const minimumNumber: LaneLowering = (b, [x, y]) => b.binary("fmin", x!, y!);
const maximumNumber: LaneLowering = (b, [x, y]) => b.binary("fmax", x!, y!);

const threeWay =
  (less: "slt" | "ult", more: "sgt" | "ugt"): LaneLowering =>
  (b, [x, y], type) =>
    b.select(b.icmp(less, x!, y!), b.int(type, -1), b.resize(b.icmp(more, x!, y!), widthOf(type)));

/** llvm.is.fpclass: one bit a class, from signalling NaN (bit 0) to positive infinity (bit 9). */
const isClass: LaneLowering = (b, [x, mask]) => {
  const bits = b.toBits(x!);
  const width = widthOf(b.typeOf(x!));
  const type = i(width);
  const fraction = BigInt({ 16: 10, 32: 23, 64: 52 }[width]!);
  const infinity = ((1n << (BigInt(width - 1) - fraction)) - 1n) << fraction;
  const quiet = infinity | (1n << (fraction - 1n));
  const smallestNormal = 1n << fraction;
  const magnitude = b.and(bits, b.int(type, ones(width - 1)));
  const negative = isNegative(b, bits);
  const constant = (value: bigint) => b.int(type, value);
  const not = (value: Operand) => b.xor(value, b.int(i(1), 1));
  const asked = mask!.kind === "const" ? mask!.bits : 0n;

  const within = (low: bigint, high: bigint) => b.icmp("ult", b.sub(magnitude, constant(low)), constant(high - low));
  const snan = () => within(infinity + 1n, quiet);
  const qnan = () => b.icmp("uge", magnitude, constant(quiet));
  // Negative and positive class by magnitude; both together need no sign.
  const pairs: readonly (readonly [number, number, () => Operand])[] = [
    [2, 9, () => b.icmp("eq", magnitude, constant(infinity))],
    [3, 8, () => within(smallestNormal, infinity)],
    [4, 7, () => within(1n, smallestNormal)],
    [5, 6, () => b.icmp("eq", magnitude, constant(0n))],
  ];
  let result = b.int(i(1), 0);
  const has = (bit: number) => ((asked >> BigInt(bit)) & 1n) === 1n;
  if (has(0)) result = b.or(result, snan());
  if (has(1)) result = b.or(result, qnan());
  for (const [below, above, test] of pairs) {
    if (has(below) && has(above)) result = b.or(result, test());
    else if (has(below)) result = b.or(result, b.and(test(), negative));
    else if (has(above)) result = b.or(result, b.and(test(), not(negative)));
  }
  return result;
};

export const laneIntrinsics: Readonly<Record<string, LaneLowering>> = {
  smin: intBinary("smin"),
  smax: intBinary("smax"),
  umin: intBinary("umin"),
  umax: intBinary("umax"),
  abs: (b, [x]) => b.unary("abs", x!),
  ctlz: (b, [x]) => b.unary("ctlz", x!),
  cttz: (b, [x]) => b.unary("cttz", x!),
  ctpop: (b, [x]) => b.unary("ctpop", x!),
  bitreverse: (b, [x]) => b.unary("bitreverse", x!),
  bswap: (b, [x]) => b.unary("bswap", x!),
  fshl: funnel("left"),
  fshr: funnel("right"),
  "uadd.sat": (b, [x, y], type) => {
    const sum = b.add(x!, y!);
    return b.select(b.icmp("ult", sum, x!), b.int(type, ones(widthOf(type))), sum);
  },
  "usub.sat": (b, [x, y]) => b.sub(b.binary("umax", x!, y!), y!),
  "sadd.sat": signedSaturating("add"),
  "ssub.sat": signedSaturating("sub"),
  "ushl.sat": (b, [x, y], type) => {
    const shifted = b.binary("shl", x!, y!);
    const kept = b.icmp("eq", b.binary("lshr", shifted, y!), x!);
    return b.select(kept, shifted, b.int(type, ones(widthOf(type))));
  },
  "sshl.sat": (b, [x, y], type) => {
    const shifted = b.binary("shl", x!, y!);
    const kept = b.icmp("eq", b.binary("ashr", shifted, y!), x!);
    const bound = b.xor(signs(b, x!), b.int(type, smallest(widthOf(type)) - 1n));
    return b.select(kept, shifted, bound);
  },
  scmp: threeWay("slt", "sgt"),
  ucmp: threeWay("ult", "ugt"),
  fma: (b, [x, y, z]) => b.fma(x!, y!, z!),
  fmuladd: (b, [x, y, z]) => b.fma(x!, y!, z!),
  sqrt: floatUnary("fsqrt"),
  fabs: floatUnary("fabs"),
  floor: floatUnary("floor"),
  ceil: floatUnary("ceil"),
  trunc: floatUnary("ftrunc"),
  rint: floatUnary("rint"),
  nearbyint: floatUnary("rint"),
  roundeven: floatUnary("rint"),
  round: floatUnary("round"),
  copysign: (b, [x, y]) => b.binary("copysign", x!, y!),
  minnum: minimumNumber,
  maxnum: maximumNumber,
  minimumnum: minimumNumber,
  maximumnum: maximumNumber,
  minimum: propagating("fmin"),
  maximum: propagating("fmax"),
  // Only a NaN may change: subnormals are kept.
  canonicalize: (b, [x], type) => b.select(b.fcmp("uno", x!, x!), canonicalNaN(b, type), x!),
  "is.fpclass": isClass,
  // The IR's conversions saturate and turn NaN into 0 already.
  "fptosi.sat": (b, [x], type) => b.cast("fptosi", x!, type),
  "fptoui.sat": (b, [x], type) => b.cast("fptoui", x!, type),
  expect: (_, [x]) => x!,
  "expect.with.probability": (_, [x]) => x!,
  "is.constant": (b) => b.int(i(1), 0),
};

/** `llvm.*.with.overflow`: the wrapped result and whether it wrapped. */
export const overflowIntrinsics: Readonly<
  Record<string, (b: Builder, x: Operand, y: Operand) => readonly [Operand, Operand]>
> = {
  "uadd.with.overflow": (b, x, y) => {
    const sum = b.add(x, y);
    return [sum, b.icmp("ult", sum, x)];
  },
  "usub.with.overflow": (b, x, y) => [b.sub(x, y), b.icmp("ult", x, y)],
  "sadd.with.overflow": (b, x, y) => signedOverflow(b, "add", x, y),
  "ssub.with.overflow": (b, x, y) => signedOverflow(b, "sub", x, y),
  "umul.with.overflow": (b, x, y) => wideProduct(b, x, y, "zext"),
  "smul.with.overflow": (b, x, y) => wideProduct(b, x, y, "sext"),
};

/** The widest product of `*.mul.with.overflow` that fits the IR's integers. */
export const maxOverflowProduct = 64;

function wideProduct(b: Builder, x: Operand, y: Operand, extend: "zext" | "sext"): readonly [Operand, Operand] {
  const width = widthOf(b.typeOf(x));
  const product = b.mul(b.resize(x, 2 * width, extend), b.resize(y, 2 * width, extend));
  const low = b.resize(product, width);
  return [low, b.icmp("ne", b.resize(low, 2 * width, extend), product)];
}

/** `llvm.vector.reduce.*`: how two lanes combine. Float sums are in lane order. */
export const reductions: Readonly<Record<string, LaneLowering>> = {
  add: intBinary("add"),
  mul: intBinary("mul"),
  and: intBinary("and"),
  or: intBinary("or"),
  xor: intBinary("xor"),
  smax: intBinary("smax"),
  smin: intBinary("smin"),
  umax: intBinary("umax"),
  umin: intBinary("umin"),
  fmax: maximumNumber,
  fmin: minimumNumber,
  fmaximum: propagating("fmax"),
  fminimum: propagating("fmin"),
  fadd: (b, [x, y]) => b.binary("fadd", x!, y!),
  fmul: (b, [x, y]) => b.binary("fmul", x!, y!),
};

/** Intrinsics that say something to the optimiser and compute nothing. */
export const ignoredIntrinsics: ReadonlySet<string> = new Set([
  "assume",
  "lifetime.start",
  "lifetime.end",
  "invariant.start",
  "invariant.end",
  "dbg.value",
  "dbg.declare",
  "dbg.label",
  "dbg.assign",
  "experimental.noalias.scope.decl",
  "donothing",
  "sideeffect",
  "pseudoprobe",
  "var.annotation",
  "prefetch",
  // Always followed by `unreachable`, or the user's __builtin_trap in a path that is never taken.
  "trap",
  "ubsantrap",
  "debugtrap",
]);

const typeSuffix = /^(v\d+)?(i\d+|f\d+|bf16|p\d+|sl_.*|s_.*)$/;

/** `llvm.smax.v4i32` is `smax`. */
export function intrinsicName(name: string): string {
  const parts = name.replace(/^llvm\./, "").split(".");
  while (parts.length > 1 && typeSuffix.test(parts.at(-1)!)) parts.pop();
  return parts.join(".");
}
