import { describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { run } from "./run.js";

/** What an intrinsic gives, from LLVM's language reference, on unsigned bit patterns of `w` bits. */
type Meaning = (args: readonly bigint[], w: number) => bigint;

const s = (x: bigint, w: number) => BigInt.asIntN(w, x);
const u = (x: bigint, w: number) => BigInt.asUintN(w, x);
const highest = (w: number) => (1n << BigInt(w)) - 1n;
const clampS = (x: bigint, w: number) => {
  const max = (1n << BigInt(w - 1)) - 1n;
  return u(x > max ? max : x < -max - 1n ? -max - 1n : x, w);
};
const clampU = (x: bigint, w: number) => (x < 0n ? 0n : x > highest(w) ? highest(w) : x);
const digits = (x: bigint, w: number) => x.toString(2).padStart(w, "0");
const outOfRange = (x: bigint, w: number) => bool(x !== s(x, w));
const bool = (x: boolean) => (x ? 1n : 0n);
const compare = (a: bigint, b: bigint, w: number) => u(a < b ? -1n : bool(a > b), w);

interface IntIntrinsic {
  readonly name: string;
  readonly operands: number;
  /** Written behind the operands. */
  readonly immediate?: string;
  readonly meaning: Meaning;
  /** Shift amounts at or above the width are poison: not tried. */
  readonly shift?: true;
  readonly overflow?: true;
  readonly multipleOf16?: true;
}

const intIntrinsics: readonly IntIntrinsic[] = [
  { name: "smin", operands: 2, meaning: ([a, b], w) => (s(a!, w) < s(b!, w) ? a! : b!) },
  { name: "smax", operands: 2, meaning: ([a, b], w) => (s(a!, w) > s(b!, w) ? a! : b!) },
  { name: "umin", operands: 2, meaning: ([a, b], w) => (u(a!, w) < u(b!, w) ? a! : b!) },
  { name: "umax", operands: 2, meaning: ([a, b], w) => (u(a!, w) > u(b!, w) ? a! : b!) },
  { name: "abs", operands: 1, immediate: "i1 false", meaning: ([a], w) => (s(a!, w) < 0n ? u(-a!, w) : a!) },
  { name: "ctlz", operands: 1, immediate: "i1 false", meaning: ([a], w) => BigInt(`${digits(a!, w)}1`.indexOf("1")) },
  {
    name: "cttz",
    operands: 1,
    immediate: "i1 false",
    meaning: ([a], w) => BigInt(`${[...digits(a!, w)].reverse().join("")}1`.indexOf("1")),
  },
  { name: "ctpop", operands: 1, meaning: ([a], w) => BigInt(digits(a!, w).replaceAll("0", "").length) },
  { name: "bitreverse", operands: 1, meaning: ([a], w) => BigInt(`0b${[...digits(a!, w)].reverse().join("")}`) },
  {
    name: "bswap",
    operands: 1,
    multipleOf16: true,
    meaning: ([a], w) => BigInt(`0b${digits(a!, w).match(/.{8}/g)!.reverse().join("")}`),
  },
  { name: "uadd.sat", operands: 2, meaning: ([a, b], w) => clampU(a! + b!, w) },
  { name: "usub.sat", operands: 2, meaning: ([a, b], w) => clampU(a! - b!, w) },
  { name: "sadd.sat", operands: 2, meaning: ([a, b], w) => clampS(s(a!, w) + s(b!, w), w) },
  { name: "ssub.sat", operands: 2, meaning: ([a, b], w) => clampS(s(a!, w) - s(b!, w), w) },
  { name: "ushl.sat", operands: 2, shift: true, meaning: ([a, b], w) => clampU(a! << b!, w) },
  { name: "sshl.sat", operands: 2, shift: true, meaning: ([a, b], w) => clampS(s(a!, w) << b!, w) },
  {
    name: "fshl",
    operands: 3,
    meaning: ([a, b, c], w) => {
      const n = c! % BigInt(w);
      return (((a! << BigInt(w)) | b!) >> (BigInt(w) - n)) & highest(w);
    },
  },
  { name: "fshr", operands: 3, meaning: ([a, b, c], w) => (((a! << BigInt(w)) | b!) >> (c! % BigInt(w))) & highest(w) },
  { name: "scmp", operands: 2, meaning: ([a, b], w) => compare(s(a!, w), s(b!, w), w) },
  { name: "ucmp", operands: 2, meaning: ([a, b], w) => compare(a!, b!, w) },
  { name: "uadd.with.overflow", operands: 2, overflow: true, meaning: ([a, b], w) => bool(a! + b! > highest(w)) },
  { name: "usub.with.overflow", operands: 2, overflow: true, meaning: ([a, b]) => bool(a! < b!) },
  { name: "umul.with.overflow", operands: 2, overflow: true, meaning: ([a, b], w) => bool(a! * b! > highest(w)) },
  {
    name: "sadd.with.overflow",
    operands: 2,
    overflow: true,
    meaning: ([a, b], w) => outOfRange(s(a!, w) + s(b!, w), w),
  },
  {
    name: "ssub.with.overflow",
    operands: 2,
    overflow: true,
    meaning: ([a, b], w) => outOfRange(s(a!, w) - s(b!, w), w),
  },
  {
    name: "smul.with.overflow",
    operands: 2,
    overflow: true,
    meaning: ([a, b], w) => outOfRange(s(a!, w) * s(b!, w), w),
  },
];

const wrapped: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
};

const head = `declare spir_func i64 @_Z13get_global_idj(i32)\n`;

/** A kernel o[i] = intrinsic(a[i], b[i], c[i]); overflow intrinsics store result and flag. */
function intKernel({ name, operands, immediate, overflow }: IntIntrinsic, w: number): string {
  const t = `i${w}`;
  const names = ["a", "b", "c"].slice(0, operands);
  const loads = names
    .map(
      (p) =>
        `  %p${p} = getelementptr ${t}, ptr addrspace(1) %${p}, i64 %i\n  %v${p} = load ${t}, ptr addrspace(1) %p${p}, align ${w / 8}\n`,
    )
    .join("");
  const suffix = name === "scmp" || name === "ucmp" ? `${t}.${t}` : t;
  const args = [...names.map((p) => `${t} %v${p}`), ...(immediate ? [immediate] : [])].join(", ");
  const types = args.replaceAll(/ (%\w+|false)/g, "");
  const result = overflow ? `{ ${t}, i1 }` : t;
  const store = overflow
    ? `  %r0 = extractvalue { ${t}, i1 } %r, 0
  %r1 = extractvalue { ${t}, i1 } %r, 1
  %z = zext i1 %r1 to ${t}
  %q = getelementptr ${t}, ptr addrspace(1) %f, i64 %i
  store ${t} %r0, ptr addrspace(1) %po, align ${w / 8}
  store ${t} %z, ptr addrspace(1) %q, align ${w / 8}`
    : `  store ${t} %r, ptr addrspace(1) %po, align ${w / 8}`;
  const ptr = (p: string) => `ptr addrspace(1) %${p}`;
  return `${head}declare ${result} @llvm.${name}.${suffix}(${types})
define spir_kernel void @k(${["a", "b", "c", "o", "f"].map(ptr).join(", ")}) {
entry:
  %i = call spir_func i64 @_Z13get_global_idj(i32 0)
${loads}  %po = getelementptr ${t}, ptr addrspace(1) %o, i64 %i
  %r = call ${result} @llvm.${name}.${suffix}(${args})
${store}
  ret void
}
`;
}

const kernelOf = (text: string): Kernel => importKernels(parseLlvm(text))[0]!;

/** Deterministic patterns: corners, and a multiplicative walk. */
function patterns(w: number, count: number, seed: bigint): bigint[] {
  const max = highest(w);
  const corners = [
    0n,
    1n,
    2n,
    3n,
    max,
    max - 1n,
    max >> 1n,
    (max >> 1n) + 1n,
    (max >> 1n) - 1n,
    0x55n,
    BigInt(w),
    BigInt(w - 1),
    BigInt(w + 1),
  ];
  const values: bigint[] = [];
  let state = seed;
  for (let k = 0; k < count; k++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    values.push(u(k % 2 === 0 ? corners[Number((state >> 40n) % BigInt(corners.length))]! : state >> 20n, w));
  }
  return values;
}

function toBytes(values: readonly bigint[], w: number): Uint8Array {
  const bytes = new Uint8Array((values.length * w) / 8);
  values.forEach((value, k) => {
    for (let b = 0; b < w / 8; b++) bytes[(k * w) / 8 + b] = Number((value >> BigInt(8 * b)) & 255n);
  });
  return bytes;
}

function fromBytes(bytes: Uint8Array, w: number): bigint[] {
  return Array.from({ length: (bytes.length * 8) / w }, (_, k) => {
    let value = 0n;
    for (let b = w / 8 - 1; b >= 0; b--) value = (value << 8n) | BigInt(bytes[(k * w) / 8 + b]!);
    return value;
  });
}

describe("integer intrinsics mean what LLVM says", () => {
  const cases = intIntrinsics.flatMap((intrinsic) =>
    [8, 16, 32, 64]
      .filter((w) => !intrinsic.multipleOf16 || w > 8)
      .map((w) => ({ intrinsic, w, title: `${intrinsic.name}.i${w}` })),
  );
  it.each(cases)("$title", ({ intrinsic, w }) => {
    const count = 192;
    const a = patterns(w, count, 1n);
    const b = patterns(w, count, 2n).map((value) => (intrinsic.shift ? value % BigInt(w) : value));
    const c = patterns(w, count, 3n);
    const o = new Uint8Array((count * w) / 8);
    const f = new Uint8Array((count * w) / 8);
    const buffers = [toBytes(a, w), toBytes(b, w), toBytes(c, w), o, f];
    run(kernelOf(intKernel(intrinsic, w)), { global: [count] }, buffers);
    const expected = a.map((_, k) => intrinsic.meaning([a[k]!, b[k]!, c[k]!], w));
    if (intrinsic.overflow) {
      const operation = wrapped[intrinsic.name.slice(1, 4)]!;
      expect(fromBytes(o, w)).toEqual(a.map((value, k) => u(operation(value, b[k]!), w)));
      expect(fromBytes(f, w)).toEqual(expected);
    } else expect(fromBytes(o, w)).toEqual(expected);
  });
});

const bitsOf = (x: number) => new Uint32Array(new Float32Array([x]).buffer)[0]!;
const floatOf = (bits: number) => new Float32Array(new Uint32Array([bits]).buffer)[0]!;
const qnan = 0x7fc00000;
/** Bit patterns of every class and both signs. */
const floats: readonly number[] = [
  0,
  0x80000000,
  1,
  0x80000001,
  0x007fffff,
  0x807fffff,
  0x00800000,
  0x80800000,
  0x7f7fffff,
  0xff7fffff,
  0x7f800000,
  0xff800000,
  0x7fc00000,
  0xffc00000,
  0x7fc12345,
  0x7f800001,
  0xffbfffff,
  ...[
    0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 1, -1, 0.49999997, 8388607.5, -8388607.5, 16777216, 1e10, -1e10, 3.7, -3.7,
    2147483648, -2147483648, 4294967296, 300, -300, 127.5, 255.5,
  ].map(bitsOf),
];

/** o[i] = llvm.NAME(a[i], b[i]) on the bits of floats. */
function floatKernel(name: string, operands: number): string {
  const args = operands === 2 ? "float %x, float %y" : "float %x";
  return `${head}declare float @llvm.${name}.f32(${args.replaceAll(/ %\w/g, "")})
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %b, ptr addrspace(1) %o) {
  %i = call spir_func i64 @_Z13get_global_idj(i32 0)
  %pa = getelementptr float, ptr addrspace(1) %a, i64 %i
  %pb = getelementptr float, ptr addrspace(1) %b, i64 %i
  %po = getelementptr float, ptr addrspace(1) %o, i64 %i
  %x = load float, ptr addrspace(1) %pa, align 4
  %y = load float, ptr addrspace(1) %pb, align 4
  %r = call float @llvm.${name}.f32(${args})
  store float %r, ptr addrspace(1) %po, align 4
  ret void
}
`;
}

const isNan = (bits: number) => (bits & 0x7fffffff) > 0x7f800000;
const even = (x: number) => {
  const down = Math.floor(x);
  const up = Math.ceil(x);
  const middle = x - down === 0.5;
  return middle ? (down % 2 === 0 ? down : up) : Math.round(x);
};
const signed = (result: number, like: number) => (result === 0 && (like < 0 || Object.is(like, -0)) ? -0 : result);
const awayFromZero = (x: number) =>
  signed(Math.sign(x) * Math.floor(Math.abs(x) + (Math.abs(x) < 2 ** 23 ? 0.5 : 0)), x);
const smaller = (x: number, y: number) => (x < y || (x === y && Object.is(x, -0)) ? x : y);
const greater = (x: number, y: number) => (x > y || (x === y && Object.is(y, -0)) ? x : y);
const propagate = (f: (x: number, y: number) => number) => (a: number, b: number) =>
  isNan(a) || isNan(b) ? qnan : bitsOf(f(floatOf(a), floatOf(b)));
const ignore = (f: (x: number, y: number) => number) => (a: number, b: number) =>
  isNan(a) ? (isNan(b) ? qnan : b) : isNan(b) ? a : bitsOf(f(floatOf(a), floatOf(b)));
const unary = (f: (x: number) => number) => (a: number) => {
  const result = f(floatOf(a));
  return Number.isNaN(result) ? qnan : bitsOf(result);
};

const floatIntrinsics: readonly (readonly [string, number, (a: number, b: number) => number])[] = [
  ["floor", 1, unary(Math.floor)],
  ["ceil", 1, unary(Math.ceil)],
  ["trunc", 1, unary(Math.trunc)],
  ["rint", 1, unary((x) => signed(even(x), x))],
  ["nearbyint", 1, unary((x) => signed(even(x), x))],
  ["roundeven", 1, unary((x) => signed(even(x), x))],
  ["round", 1, unary(awayFromZero)],
  ["sqrt", 1, unary((x) => Math.sqrt(x))],
  ["fabs", 1, (a) => a & 0x7fffffff],
  ["canonicalize", 1, (a) => (isNan(a) ? qnan : a)],
  ["copysign", 2, (a, b) => ((a & 0x7fffffff) | (b & 0x80000000)) >>> 0],
  ["minnum", 2, ignore(smaller)],
  ["maxnum", 2, ignore(greater)],
  ["minimumnum", 2, ignore(smaller)],
  ["maximumnum", 2, ignore(greater)],
  ["minimum", 2, propagate(smaller)],
  ["maximum", 2, propagate(greater)],
];

describe("float intrinsics mean what LLVM says", () => {
  const pairs = floats.flatMap((x) => floats.map((y) => [x, y] as const));
  it.each(floatIntrinsics)("%s", (name, operands, meaning) => {
    const a = Uint32Array.from(pairs, ([x]) => x);
    const b = Uint32Array.from(pairs, ([, y]) => y);
    const o = new Uint32Array(pairs.length);
    run(kernelOf(floatKernel(name, operands)), { global: [pairs.length] }, [a, b, o]);
    const expected = pairs.map(([x, y]) => meaning(x, y) >>> 0);
    expect(Array.from(o, (bits) => bits.toString(16))).toEqual(expected.map((bits) => bits.toString(16)));
  });

  /** The classes in the order of llvm.is.fpclass's mask bits. */
  function classOf(bits: number): number {
    const magnitude = bits & 0x7fffffff;
    const negative = bits >>> 31 === 1;
    if (magnitude > 0x7f800000) return magnitude & 0x00400000 ? 1 : 0;
    if (magnitude === 0x7f800000) return negative ? 2 : 9;
    if (magnitude >= 0x00800000) return negative ? 3 : 8;
    if (magnitude > 0) return negative ? 4 : 7;
    return negative ? 5 : 6;
  }

  it("is.fpclass", () => {
    const masks = [
      ...Array.from({ length: 10 }, (_, k) => 1 << k),
      0,
      3,
      516,
      504,
      1023,
      96,
      144,
      264,
      63,
      960,
      0b1010101010,
      0b0101010101,
    ];
    const tests = masks
      .map(
        (mask, k) =>
          `  %t${k} = call i1 @llvm.is.fpclass.f32(float %x, i32 ${mask})\n  %z${k} = zext i1 %t${k} to i8\n  %q${k} = getelementptr i8, ptr addrspace(1) %row, i64 ${k}\n  store i8 %z${k}, ptr addrspace(1) %q${k}, align 1\n`,
      )
      .join("");
    const kernel = kernelOf(`${head}declare i1 @llvm.is.fpclass.f32(float, i32)
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %i = call spir_func i64 @_Z13get_global_idj(i32 0)
  %pa = getelementptr float, ptr addrspace(1) %a, i64 %i
  %x = load float, ptr addrspace(1) %pa, align 4
  %row = getelementptr [${masks.length} x i8], ptr addrspace(1) %o, i64 %i
${tests}  ret void
}
`);
    const o = new Uint8Array(floats.length * masks.length);
    run(kernel, { global: [floats.length] }, [Uint32Array.from(floats), o]);
    const expected = floats.flatMap((bits) => masks.map((mask) => (mask >> classOf(bits)) & 1));
    expect([...o]).toEqual(expected);
  });

  it.each([
    ["fptosi", 8],
    ["fptosi", 32],
    ["fptosi", 64],
    ["fptoui", 8],
    ["fptoui", 32],
    ["fptoui", 64],
  ] as const)("%s.sat.i%i", (name, w) => {
    const t = `i${w}`;
    const kernel = kernelOf(`${head}declare ${t} @llvm.${name}.sat.${t}.f32(float)
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %i = call spir_func i64 @_Z13get_global_idj(i32 0)
  %pa = getelementptr float, ptr addrspace(1) %a, i64 %i
  %po = getelementptr ${t}, ptr addrspace(1) %o, i64 %i
  %x = load float, ptr addrspace(1) %pa, align 4
  %r = call ${t} @llvm.${name}.sat.${t}.f32(float %x)
  store ${t} %r, ptr addrspace(1) %po, align ${w / 8}
  ret void
}
`);
    const o = new Uint8Array((floats.length * w) / 8);
    run(kernel, { global: [floats.length] }, [Uint32Array.from(floats), o]);
    const clamp = name === "fptosi" ? clampS : clampU;
    const expected = floats.map((bits) => {
      if (isNan(bits)) return 0n;
      const x = floatOf(bits);
      const whole = Number.isFinite(x) ? BigInt(Math.trunc(x)) : x > 0 ? 1n << 200n : -(1n << 200n);
      return clamp(whole, w);
    });
    expect(fromBytes(o, w)).toEqual(expected);
  });
});

describe("vector reductions", () => {
  const reductions: readonly (readonly [string, (values: readonly number[]) => number])[] = [
    ["add", (v) => v.reduce((x, y) => (x + y) | 0)],
    ["mul", (v) => v.reduce((x, y) => Math.imul(x, y))],
    ["and", (v) => v.reduce((x, y) => x & y)],
    ["or", (v) => v.reduce((x, y) => x | y)],
    ["xor", (v) => v.reduce((x, y) => x ^ y)],
    ["smax", (v) => Math.max(...v)],
    ["smin", (v) => Math.min(...v)],
    ["umax", (v) => Math.max(...v.map((x) => x >>> 0)) | 0],
    ["umin", (v) => Math.min(...v.map((x) => x >>> 0)) | 0],
  ];
  it.each(reductions)("%s", (name, meaning) => {
    const kernel = kernelOf(`declare i32 @llvm.vector.reduce.${name}.v8i32(<8 x i32>)
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %v = load <8 x i32>, ptr addrspace(1) %a, align 4
  %r = call i32 @llvm.vector.reduce.${name}.v8i32(<8 x i32> %v)
  store i32 %r, ptr addrspace(1) %o, align 4
  ret void
}
`);
    const values = [7, -3, 2147483647, -2147483648, 12345, 0x0f0f0f0f, -1, 99];
    const o = new Int32Array(1);
    run(kernel, { global: [1] }, [Int32Array.from(values), o]);
    expect(o[0]).toBe(meaning(values));
  });

  it("fadd starts with its first argument and goes from lane to lane", () => {
    const kernel = kernelOf(`declare float @llvm.vector.reduce.fadd.v4f32(float, <4 x float>)
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o, float %start) {
  %v = load <4 x float>, ptr addrspace(1) %a, align 16
  %r = call float @llvm.vector.reduce.fadd.v4f32(float %start, <4 x float> %v)
  store float %r, ptr addrspace(1) %o, align 4
  ret void
}
`);
    const o = new Float32Array(1);
    // In any other order 1e8 and -1e8 would swallow other terms.
    run(kernel, { global: [1] }, [Float32Array.of(3, 1e8, -1e8, 5), o, { scalar: Float32Array.of(1) }]);
    expect(o[0]).toBe(Math.fround(Math.fround(Math.fround(Math.fround(1 + 3) + 1e8) - 1e8) + 5));
  });
});
