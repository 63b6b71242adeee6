/** CUDA's integer, conversion, bit and simple math functions, each over pairs of operands, against the CPU. */
import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import { compileCu, launch } from "./run.js";

const edges = [0, 1, -1, 2, 7, 31, 32, 255, -256, 65535, 0x12345678, -0x12345678, 0x7fffffff, -0x80000000, 100, -77];
const reals = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.75, 1e10, -1e10, 1e-40, 123456.789, Infinity, -Infinity, NaN];

const pairs = <T>(values: readonly T[]) => values.flatMap((x) => values.map((y) => [x, y] as const));
const u = (x: number) => BigInt(x >>> 0);
const i32 = (x: bigint | number) => Number(BigInt.asIntN(32, BigInt(x)));
const f32 = Math.fround;
const bits = new DataView(new ArrayBuffer(8));
function floatBits(x: number): number {
  bits.setFloat32(0, x);
  return bits.getInt32(0);
}
function fromBits(x: number): number {
  bits.setInt32(0, x);
  return bits.getFloat32(0);
}
function doubleBits(x: number): bigint {
  bits.setFloat64(0, x);
  return bits.getBigInt64(0);
}
const saturate = (x: number, low: number, high: number) => (Number.isNaN(x) ? 0 : Math.min(Math.max(x, low), high));
/** An integer has no negative zero. */
const toInt = (x: number) => saturate(x, -0x80000000, 0x7fffffff) + 0;
const even = (x: number) => {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
};
const byte = (x: number, y: number, s: number) => {
  const value = Number((((u(y) << 32n) | u(x)) >> BigInt(8 * (s & 7))) & 255n);
  return s & 8 ? (value & 128 ? 255 : 0) : value;
};
const low24 = (x: number) => BigInt.asIntN(24, BigInt(x));

/** `x` and `y` are ints, the result is an int. */
const integerCases: readonly (readonly [string, (x: number, y: number) => number | bigint])[] = [
  ["min(x, y)", Math.min],
  ["max(x, y)", Math.max],
  ["(int)min((unsigned)x, (unsigned)y)", (x, y) => (u(x) < u(y) ? x : y)],
  ["(int)max((unsigned)x, y)", (x, y) => (u(x) > u(y) ? x : y)],
  ["(int)(max((long long)x, (long long)y) - min((long long)x, (long long)y))", (x, y) => Math.abs(x - y)],
  ["abs(x)", (x) => Math.abs(x)],
  ["(int)umin(x, y)", (x, y) => (u(x) < u(y) ? x : y)],
  ["__clz(x)", (x) => Math.clz32(x)],
  ["__clzll(((long long)x << 32) | (unsigned)y)", (x, y) => (x ? Math.clz32(x) : 32 + Math.clz32(y))],
  ["__ffs(x)", (x) => (x ? 32 - Math.clz32(x & -x) : 0)],
  ["__ffsll((long long)x << 32)", (x) => (x ? 64 - Math.clz32(x & -x) : 0)],
  ["__popc(x)", (x) => [...u(x).toString(2)].filter((d) => d === "1").length],
  [
    "__popcll(((long long)x << 32) | (unsigned)y)",
    (x, y) => [...(u(x).toString(2) + u(y).toString(2))].filter((d) => d === "1").length,
  ],
  ["(int)__brev(x)", (x) => BigInt(`0b${[...u(x).toString(2).padStart(32, "0")].reverse().join("")}`)],
  ["__mulhi(x, y)", (x, y) => (BigInt(x) * BigInt(y)) >> 32n],
  ["(int)__umulhi(x, y)", (x, y) => (u(x) * u(y)) >> 32n],
  [
    "(int)__umul64hi((unsigned long long)(unsigned)x << 32, (unsigned long long)(unsigned)y << 16)",
    (x, y) => (u(x) * u(y)) >> 16n,
  ],
  ["__mul24(x, y)", (x, y) => low24(x) * low24(y)],
  ["(int)__umul24(x, y)", (x, y) => (u(x) & 0xffffffn) * (u(y) & 0xffffffn)],
  ["(int)__sad(x, y, 5)", (x, y) => Math.abs(x - y) + 5],
  ["(int)__usad(x, y, 5)", (x, y) => (u(x) > u(y) ? u(x) - u(y) : u(y) - u(x)) + 5n],
  ["__hadd(x, y)", (x, y) => (BigInt(x) + BigInt(y)) >> 1n],
  ["__rhadd(x, y)", (x, y) => (BigInt(x) + BigInt(y) + 1n) >> 1n],
  ["(int)__uhadd(x, y)", (x, y) => (u(x) + u(y)) >> 1n],
  ["(int)__funnelshift_l(x, y, x)", (x, y) => (((u(y) << 32n) | u(x)) << BigInt(x & 31)) >> 32n],
  ["(int)__funnelshift_r(x, y, 5)", (x, y) => ((u(y) << 32n) | u(x)) >> 5n],
  ["(int)__funnelshift_rc(x, y, 40)", (_, y) => y],
  ["(int)__byte_perm(x, y, 0x3a17)", (x, y) => [7, 1, 10, 3].reduce((sum, s, k) => sum + byte(x, y, s) * 256 ** k, 0)],
  [
    "__dp4a(x, y, 100)",
    (x, y) => [0, 8, 16, 24].reduce((sum, s) => sum + ((x << (24 - s)) >> 24) * ((y << (24 - s)) >> 24), 100),
  ],
  ["__float_as_int(__int_as_float(x)) ^ y", (x, y) => (Number.isNaN(fromBits(x)) ? x ^ y : x ^ y)],
  ["__double2hiint(__hiloint2double(x, y))", (x) => x],
  ["__double2loint(__hiloint2double(x, y))", (_, y) => y],
  ["__float_as_int(__int2float_rn(x))", (x) => floatBits(x)],
  ["__float_as_int(__uint2float_rn(x))", (x) => floatBits(x >>> 0)],
  ["(int)(__double_as_longlong(__int2double_rn(x)) >> 32)", (x) => doubleBits(x) >> 32n],
];

/** `x` and `y` are floats, the result's bits are compared; any NaN equals any other. */
const floatCases: readonly (readonly [string, (x: number, y: number) => number])[] = [
  ["fminf(x, y)", (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y))],
  ["max(x, y)", (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y))],
  ["fabsf(x)", Math.abs],
  ["fabs(x)", Math.abs],
  ["floorf(x)", Math.floor],
  ["ceil(x)", Math.ceil],
  ["truncf(x)", Math.trunc],
  [
    "rintf(x)",
    (x) =>
      Number.isFinite(x) && Math.abs(x) < 2 ** 23 ? (Object.is(Math.sign(x), -0) || x < 0 ? -even(-x) : even(x)) : x,
  ],
  ["sqrtf(x)", (x) => f32(Math.sqrt(x))],
  ["__fsqrt_rn(x)", (x) => f32(Math.sqrt(x))],
  ["__fadd_rn(x, y)", (x, y) => f32(x + y)],
  ["__fmul_rn(x, y)", (x, y) => f32(x * y)],
  ["__fdividef(x, y)", (x, y) => f32(x / y)],
  ["__frcp_rn(x)", (x) => f32(1 / x)],
  [
    "copysignf(x, y)",
    (x, y) => (Number.isNaN(y) ? Number.NaN : Math.sign(1 / y) < 0 || y < 0 ? -Math.abs(x) : Math.abs(x)),
  ],
  ["__saturatef(x)", (x) => saturate(x, 0, 1)],
  [
    "(float)isnan(x) + 2 * isinf(x) + 4 * isfinite(x) + 8 * signbit(y)",
    (x, y) =>
      Number.isNaN(x)
        ? 1 + 8 * +(y < 0 || Object.is(y, -0))
        : (Number.isFinite(x) ? 4 : 2) + 8 * +(y < 0 || Object.is(y, -0)),
  ],
  ["(float)__float2int_rz(x)", (x) => f32(toInt(Math.trunc(x)))],
  ["(float)__float2int_rn(x)", (x) => f32(toInt(Number.isFinite(x) ? even(x) : x))],
  ["(float)__float2int_ru(x)", (x) => f32(toInt(Math.ceil(x)))],
  ["(float)__float2uint_rd(x)", (x) => f32(saturate(Math.floor(x), 0, 0xffffffff))],
  ["(float)lroundf(x * 0)", (x) => (Number.isFinite(x) ? 0 : 0)],
  ["__double2float_rn((double)x * y)", (x, y) => f32(x * y)],
  ["(float)fmax((double)x, 2)", (x) => (Number.isNaN(x) ? 2 : Math.max(x, 2))],
];

type Run = (x: Int32Array, y: Int32Array) => Int32Array;
const runs = new Map<string, Run>();

beforeAll(async () => {
  const kernels = [
    ...integerCases.map(
      ([text], k) =>
        `__global__ void i${k}(const int *p, const int *q, int *r) { int t = threadIdx.x, x = p[t], y = q[t]; r[t] = ${text}; }`,
    ),
    ...floatCases.map(
      ([text], k) =>
        `__global__ void f${k}(const float *p, const float *q, float *r) { int t = threadIdx.x; float x = p[t], y = q[t]; r[t] = ${text}; }`,
    ),
  ];
  const { module } = await compileCu(`#include <math.h>\n${kernels.join("\n")}\n`);
  const texts = [
    ...integerCases.map(([text], k) => [text, `i${k}`]),
    ...floatCases.map(([text], k) => [text, `f${k}`]),
  ];
  for (const [text, name] of texts as [string, string][]) {
    runs.set(name[0] + text, (x, y) => {
      const result = new Int32Array(x.length);
      launch(importKernels(module, { kernels: [name] })[0]!, [1, x.length], [x, y, result]);
      return result;
    });
  }
}, 120_000);

describe("integer functions", () => {
  it.each(integerCases)("%s", (text, expected) => {
    const operands = pairs(edges);
    // A NaN may lose its payload on the way: patterns of NaNs are left out where floats are made of bits.
    const chosen = text.includes("as_float") ? operands.filter(([x]) => !Number.isNaN(fromBits(x))) : operands;
    const result = runs.get(`i${text}`)!(
      Int32Array.from(chosen, ([x]) => x),
      Int32Array.from(chosen, ([, y]) => y),
    );
    expect([...result]).toEqual(chosen.map(([x, y]) => i32(expected(x, y))));
  });
});

describe("float functions", () => {
  it.each(floatCases)("%s", (text, expected) => {
    const operands = pairs(reals.map(f32)).filter(([, y]) => !(text.includes("copysign") && Number.isNaN(y)));
    const of = (pick: 0 | 1) => Int32Array.from(operands, (pair) => floatBits(pair[pick]));
    const result = runs.get(`f${text}`)!(of(0), of(1));
    const same = (pattern: number) => (Number.isNaN(fromBits(pattern)) ? "NaN" : fromBits(pattern));
    expect([...result].map(same)).toEqual(operands.map(([x, y]) => same(floatBits(expected(x, y)))));
  });
});
