/** double and half, against JavaScript's own doubles and against exact rationals rounded once. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { decode, encode, formats } from "../exact-float.js";
import { kernelsOf } from "./compile.js";
import { int, run } from "./run.js";

const source = `
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
__kernel void gemm(__global const double *a, __global const double *b, __global double *c, int n) {
  int i = get_global_id(1), j = get_global_id(0);
  double s = 0;
  for (int k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
  c[i * n + j] = 1.5 * s - c[i * n + j] / 3;
}
__kernel void from_double(__global const double *a, __global long *l, __global float *f, __global ushort *h, __global int *n) {
  int i = get_global_id(0);
  l[2 * i] = (long)a[i]; l[2 * i + 1] = (long)(ulong)a[i];
  f[i] = a[i];
  ((__global half *)h)[i] = a[i];
  n[2 * i] = (int)a[i]; n[2 * i + 1] = (uchar)a[i];
}
__kernel void to_double(__global const long *l, __global const half *h, __global double *d) {
  int i = get_global_id(0);
  d[3 * i] = l[i]; d[3 * i + 1] = (ulong)l[i]; d[3 * i + 2] = h[i];
}
__kernel void remainders(__global const double *a, __global const float2 *b, __global double *d, __global float *f) {
  int i = get_global_id(0);
  d[i] = __builtin_fmod(a[2 * i], a[2 * i + 1]); f[i] = __builtin_fmodf(b[i].x, b[i].y);
}
__kernel void halves(__global const half *a, __global const half *b, __global half *o, __global int *c) {
  int i = get_global_id(0);
  half x = a[i], y = b[i];
  o[6 * i] = x + y; o[6 * i + 1] = x - y; o[6 * i + 2] = x * y; o[6 * i + 3] = x / y; o[6 * i + 4] = sqrt(x); o[6 * i + 5] = fma(x, y, y);
  c[i] = (x < y) | (x == y) << 1 | (x != x) << 2;
}`;

let kernels: Map<string, Kernel>;
beforeAll(async () => {
  kernels = await kernelsOf(source);
}, 60_000);

/** A fixed sequence of 32-bit words. */
function words(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

const specials = [0, -0, 0.5, -0.5, 1.5, -2.5, 65504, 65520, 6e-8, 3e-8, 1e300, -1e19, 2 ** 63, 2 ** 64, -(2 ** 63)];
const halfOf = (value: number) => {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  return Number(encode(formats[16], decode(formats[64], bits)));
};
const clamp = (value: number, low: bigint, high: bigint): bigint => {
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value > 0 ? high : low;
  const whole = BigInt(Math.trunc(value));
  return whole < low ? low : whole > high ? high : whole;
};

describe("double", () => {
  it("multiplies matrices as JavaScript does", () => {
    const n = 6;
    const next = words(1);
    const matrix = () => Float64Array.from({ length: n * n }, () => (next() - 2 ** 31) / 7e8);
    const [a, b, c] = [matrix(), matrix(), matrix()];
    const expected = c.map((old, at) => {
      let s = 0;
      for (let k = 0; k < n; k++) s += a[Math.floor(at / n) * n + k]! * b[k * n + (at % n)]!;
      return 1.5 * s - old / 3;
    });
    run(kernels.get("gemm")!, { global: [n, n], local: [n, n] }, [a, b, c, int(n)]);
    expect(c).toEqual(expected);
  });

  it("becomes integers, float and half", () => {
    const next = words(2);
    const random = Array.from({ length: 200 }, () => (next() / 2 ** 31 - 1) * 2 ** ((next() >>> 8) % 80) * 2 ** -20);
    const a = Float64Array.from([...specials, Number.NaN, Infinity, -Infinity, ...random]);
    const l = new BigInt64Array(2 * a.length);
    const f = new Float32Array(a.length);
    const h = new Uint16Array(a.length);
    const n = new Int32Array(2 * a.length);
    run(kernels.get("from_double")!, { global: [a.length], local: [1] }, [a, l, f, h, n]);
    a.forEach((value, at) => {
      expect(l[2 * at]).toBe(clamp(value, -(2n ** 63n), 2n ** 63n - 1n));
      expect(BigInt.asUintN(64, l[2 * at + 1]!)).toBe(clamp(value, 0n, 2n ** 64n - 1n));
      expect(f[at]).toBe(Math.fround(value));
      expect(h[at]).toBe(halfOf(value));
      expect(n[2 * at]).toBe(Number(clamp(value, -(2n ** 31n), 2n ** 31n - 1n)));
      expect(n[2 * at + 1]).toBe(Number(clamp(value, 0n, 255n)));
    });
  });

  it("comes from integers and half", () => {
    const next = words(3);
    const l = BigInt64Array.from({ length: 256 }, () =>
      BigInt.asIntN(64, ((BigInt(next()) << 32n) | BigInt(next())) >> BigInt(next() >>> 27)),
    );
    const h = Uint16Array.from(l, () => next() >>> 16);
    const d = new Float64Array(3 * l.length);
    run(kernels.get("to_double")!, { global: [l.length], local: [1] }, [l, h, d]);
    const bitsOf = (value: number) => new BigUint64Array(new Float64Array([value]).buffer)[0]!;
    l.forEach((value, at) => {
      expect(d[3 * at]).toBe(Number(value));
      expect(d[3 * at + 1]).toBe(Number(BigInt.asUintN(64, value)));
      expect(bitsOf(d[3 * at + 2]!)).toBe(encode(formats[64], decode(formats[16], BigInt(h[at]!))));
    });
  });
});

it("LLVM's frem is the remainder of JavaScript", () => {
  const next = words(5);
  const size = () => (next() / 2 ** 31 - 1) * 2 ** ((next() >>> 8) % 120) * 2 ** -60;
  const count = 300;
  const a = Float64Array.from({ length: 2 * count }, (_, k) =>
    k < 60 ? specials[(k * 7) % specials.length]! : size(),
  );
  const b = Float32Array.from(a);
  const [d, f] = [new Float64Array(count), new Float32Array(count)];
  run(kernels.get("remainders")!, { global: [count], local: [1] }, [a, b, d, f]);
  expect(d).toEqual(Float64Array.from(d, (_, k) => a[2 * k]! % a[2 * k + 1]!));
  expect(f).toEqual(Float32Array.from(f, (_, k) => b[2 * k]! % b[2 * k + 1]!));
});

describe("half", () => {
  it("computes with one rounding", () => {
    const next = words(4);
    const numbers = [0, 1, 0x3ff, 0x400, 0x3c00, 0x3555, 0x7bff, 0x7c00, 0x7e00];
    const some = Array.from({ length: 300 }, () => next() >>> 16);
    const left = Uint16Array.from([...numbers, ...numbers.map((x) => x | 0x8000), ...some]);
    const right = Uint16Array.from(left, (_, at) => (at % 3 === 0 ? numbers[next() % 9]! : next() >>> 16));
    const o = new Uint16Array(6 * left.length);
    const c = new Int32Array(left.length);
    run(kernels.get("halves")!, { global: [left.length], local: [1] }, [left, right, o, c]);
    // A double holds sums and products of halves exactly, and enough of quotients and roots that rounding again is right.
    const value = (bits: number) =>
      new Float64Array(new BigUint64Array([encode(formats[64], decode(formats[16], BigInt(bits)))]).buffer)[0]!;
    left.forEach((bits, at) => {
      const [x, y] = [value(bits), value(right[at]!)];
      const expected = [x + y, x - y, x * y, x / y, Math.sqrt(x)].map(halfOf);
      expect([...o.subarray(6 * at, 6 * at + 5)]).toEqual(expected);
      // The product's 22 bits and y lie within the 53 of a double unless one is far smaller.
      if (Math.abs(x) < 2 ** 12 && Math.abs(x) > 2 ** -12) expect(o[6 * at + 5]).toBe(halfOf(x * y + y));
      expect(c[at]).toBe(Number(x < y) | (Number(x === y) << 1) | (Number(Number.isNaN(x)) << 2));
    });
  });
});
