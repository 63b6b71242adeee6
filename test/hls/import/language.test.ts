import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { kernelsOf } from "./compile.js";
import { int, run } from "./run.js";

const source = `
#define GID get_global_id(0)
// --- vectors
__kernel void swizzle(__global const int4 *a, __global int4 *o) {
  int4 v = a[GID]; int4 r = v.wzyx; r.xz = v.yy; r.s3 += v.s0; o[GID] = r;
}
__kernel void element(__global const int8 *a, __global int8 *o, int k) {
  int8 v = a[0]; ((int *)&v)[0] = v.s7; v[k & 7] = 100 + v[(k + 3) & 7]; o[0] = v;
}
__kernel void bytes(__global const uint *a, __global uint *o, __global uchar4 *b) {
  uchar4 c = as_uchar4(a[GID]); b[GID] = c.yxwz; o[GID] = as_uint(c.wzyx);
}
__kernel void halves(__global const ulong2 *a, __global uint4 *o, __global float4 *f, __global short8 *s) {
  o[0] = as_uint4(a[0]); f[0] = as_float4(a[0]).zwxy; s[0] = as_short8(a[0]) + (short8)(1);
}
__kernel void threes(__global const float3 *a, __global float3 *o, float3 k) {
  o[GID] = a[GID] * k + k.zxy;
}
__kernel void compare(__global const float4 *a, __global const float4 *b, __global int4 *o) {
  o[GID] = (a[GID] < b[GID]) | -(a[GID] != b[GID]); o[GID] = select(o[GID], (int4)(7), a[GID] >= b[GID] * 2);
}
__kernel void wide(__global const float16 *a, __global float16 *o) { o[GID] = a[GID].sfedcba9876543210; }
// --- structs
struct Inner { short k[3]; char c; };
struct Outer { int a; float3 v; struct Inner in[2]; long z; };
__kernel void members(__global struct Outer *s, __global int *o, int i) {
  o[0] = s[1].a; o[1] = s[i].in[1].k[2]; o[2] = (int)s[i].z; s[i].in[i].c = 5; s[0].v.y = 2.5f; o[3] = sizeof(struct Outer);
}
__kernel void by_value(struct Outer s, __global int *o, int i) {
  o[0] = s.a; o[1] = s.in[i].k[i + 1]; o[2] = (int)s.z; o[3] = (int)s.v.z; o[4] = s.in[1].c;
}
struct __attribute__((packed)) Packed { char a; int b; long c; float d; short e; };
__kernel void unaligned(__global struct Packed *p, __global long *o) {
  size_t i = GID; o[i] = p[i].b + p[i].c + (long)p[i].d + p[i].e + p[i].a;
  p[i].c = 0x0102030405060708L * (i + 1); p[i].b = -2 - (int)i; p[i].d = 0.5f; p[i].e = 0x1234;
}
// --- pointers
__kernel void chosen(__global int *a, __global int *b, int n) {
  __global int *p = n > 3 ? a + 1 : b + 2; *p = 2;
  __global int *q = a; for (int k = 0; k < n; k++) q += *q; *q = 7;
  b[0] = (int)(q - a); b[1] = q == a + 3; b[4] = b < b + n;
}
__kernel void null_pointer(__global int *a, __global int *maybe) { a[0] = maybe ? maybe[0] : -1; }
// --- calls
__attribute__((noinline)) int several(int x, __global int *p) {
  if (x < 0) return -1; for (int k = 0; k < x; k++) { if (p[k] == 9) return k; if (p[k] == 8) { p[k] = 0; return 100 + k; } } return 1000;
}
__attribute__((noinline)) int4 vector_result(int4 v, int k) { return k & 1 ? v.yzwx : v * k; }
__attribute__((noinline)) void no_result(__global int *p, int v) { if (v > 2) *p = v; }
__attribute__((noinline)) int nested(int x, __global int *p) { return x > 4 ? several(x - 4, p) + 1 : several(x, p) + 2; }
__kernel void calls(__global int *a, __global int *o, __global int4 *v) {
  int i = GID; o[i] = several(i - 1, a) + nested(i, a); v[i] = vector_result(v[i], i); no_result(o + 16 + i, i);
}
__kernel void inner_kernel(__global int *o, int k) { o[GID] += k; }
__kernel void outer_kernel(__global int *o) { inner_kernel(o, 3); if (GID == 1) inner_kernel(o, 10); }
// --- control
__kernel void switches(__global const int *a, __global int *o) {
  int r = 0;
  switch (a[GID]) { case -1: r = 5; break; case 0: case 1: r = 6; case 2: r += 10; break; case 77: case 1000000: r = 9; break; default: r = -3; }
  switch (a[GID] & 7) { case 0: r += 100; break; case 1: r += 250; break; case 2: r += 300; break; case 3: r += 47; break; case 4: r += 12; break; case 5: r += 99; break; case 6: r += 31; break; }
  o[GID] = r;
}
__kernel void flow(__global const int *a, __global int *o, int n) {
  int i = GID, s = 0; if (i == 3) return;
  for (int k = 0; k < n; k++) {
    if (a[k] < 0) continue; if (a[k] == i) break;
    int j = a[k]; while (j > 0) { s += j & 1; j >>= 1; if (s > 50) goto out; }
  }
  do { s++; } while (s % 3);
out:
  o[i] = s;
}
__kernel void logic(__global const int *a, __global int *o) {
  int i = GID; bool x = a[i] > 2 && a[a[i] & 3] != 1 || a[i] == -5; bool y = !x ^ (a[i] & 1); o[i] = x * 2 + y;
}
// --- one built-in function in several kernels
__kernel void unequal_a(__global const float *a, __global int *o) { int i = GID; o[i] = isnan(a[i]) * 4 + isless(a[i], 1.0f) * 2 + (fmin(a[i], 2.0f) == 2.0f); }
__kernel void unequal_b(__global const float *a, __global int *o) { int i = GID; o[i] = isnan(a[i]) || a[i] == 0 ? 9 : isless(a[i], 2.0f); }
// --- tables
__constant int primes[8] = {2, 3, 5, 7, 11, 13, 17, -19};
__constant struct Outer table[2] = {{1, (float3)(1, 2, 3), {{{1, 2, 3}, 'a'}, {{4, 5, 6}, 'b'}}, -1}, {2, (float3)(4, 5, 6), {{{7, 8, 9}, 'c'}, {{10, 11, 12}, 'd'}}, 1L << 40}};
__constant char text[] = "soff\\xff";
__constant float4 vectors[2] = {(float4)(1.5f, -2, 3, 4), (float4)(0.25f)};
__constant ulong big[3] = {0xfedcba9876543210UL, 1, 0};
__kernel void tables(__global long *o, int i) {
  o[0] = primes[i] + primes[7]; o[1] = table[i & 1].in[i & 1].k[i & 1] * 1000 + table[i & 1].in[1].c; o[2] = table[1].z + table[i & 1].z;
  o[3] = text[i + 1]; o[4] = (long)(vectors[i & 1].x * 100); o[5] = (long)(big[i & 1] >> 4); o[6] = (long)table[i & 1].v.z;
}
__attribute__((noinline)) int picked(int i) { const short t[6] = {7, -300, 0, 0, 12, 32767}; return t[i] * 2; }
__kernel void private_tables(__global int *o, int i) {
  const int mostly_zero[9] = {0, 1, 0, -1, 0, 1, -1, -1, 1}; const float full[4] = {0.5f, 1.5f, 2.5f, 3.5f};
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}}; int s = 0;
  for (int q = 0; q < 9; q++) s = s * 3 + mostly_zero[q];
  o[0] = s; o[1] = (int)(full[i & 3] * 2); o[2] = grid[i & 1][i] + mostly_zero[i + 5]; o[3] = picked(i) + picked(i + 3);
}
// --- integers
__kernel void narrow(__global const char *a, __global const ushort *b, __global short *o, __global uchar *p) {
  int i = GID; o[i] = a[i] * b[i]; p[i] = (uchar)(a[i] >> 1) + (uchar)(b[i] >> 9);
}
__kernel void longs(__global const long *a, __global long *o, long k, uchar s) {
  int i = GID; o[4 * i] = a[i] * k; o[4 * i + 1] = a[i] / k; o[4 * i + 2] = a[i] % k; o[4 * i + 3] = (a[i] >> s) ^ ((ulong)a[i] >> s) ^ (a[i] << s);
}
__kernel void converts(__global const float *a, __global const int *b, __global int *o, __global float *f) {
  int i = GID; o[i] = (int)a[i] + (uchar)(int)a[i]; f[3 * i] = b[i]; f[3 * i + 1] = (uint)b[i]; f[3 * i + 2] = (float)((long)b[i] * 1000003L);
}
`;

const workItems = `
__kernel void ids(__global ulong *o) {
  size_t at = (get_global_id(0) - get_global_offset(0)) + get_global_size(0) * ((get_global_id(1) - get_global_offset(1)) + get_global_size(1) * (get_global_id(2) - get_global_offset(2)));
  __global ulong *p = o + 32 * at;
  for (uint d = 0; d < 4; d++) {
    p[d] = get_global_id(d); p[4 + d] = get_local_id(d); p[8 + d] = get_group_id(d); p[12 + d] = get_global_size(d);
    p[16 + d] = get_local_size(d); p[20 + d] = get_num_groups(d); p[24 + d] = get_global_offset(d);
  }
  p[28] = get_work_dim(); p[29] = get_global_id(3) + 10 * get_local_size(7) + 100 * get_num_groups(0x80000000u);
  p[30] = get_global_id(1); p[31] = get_local_id(2);
}`;

const version2 = `
__kernel void linear(__global ulong *o) {
  size_t g = get_global_linear_id(); o[3 * g] = g; o[3 * g + 1] = get_local_linear_id(); o[3 * g + 2] = get_enqueued_local_size(0);
}
__attribute__((noinline)) int sum(const int *p, int n) { int s = 0; for (int i = 0; i < n; i++) s += p[i]; return s; }
__kernel void generic_pointer(__global int *a, __global int *o, int n) {
  int *p = n > 2 ? a : o; while (n-- > 0) p++; *p = sum(a, 4); o[5] = sum((int *)o, 2);
}`;

describe("OpenCL C means in Kernel IR what it says", () => {
  let kernels: Map<string, Kernel>;
  beforeAll(async () => {
    kernels = await kernelsOf(source);
  });
  const go = (name: string, items: number, args: Parameters<typeof run>[2]) =>
    run(kernels.get(name)!, { global: [items] }, args);

  it("swizzles", () => {
    const a = Int32Array.from({ length: 8 }, (_, k) => 10 + k);
    const o = new Int32Array(8);
    go("swizzle", 2, [a, o]);
    expect([...o]).toEqual([11, 12, 11, 20, 15, 16, 15, 28]);
  });

  it("vector elements at variable places", () => {
    for (let k = 0; k < 9; k++) {
      const a = [1, 2, 3, 4, 5, 6, 7, 8];
      const o = new Int32Array(8);
      go("element", 1, [Int32Array.from(a), o, int(k)]);
      a[0] = a[7]!;
      a[k & 7] = 100 + a[(k + 3) & 7]!;
      expect([...o]).toEqual(a);
    }
  });

  it("byte vectors and integers share their bits, little endian", () => {
    const o = new Uint32Array(2);
    const b = new Uint8Array(8);
    go("bytes", 2, [Uint32Array.of(0x44332211, 0xddccbbaa), o, b]);
    expect([...o]).toEqual([0x11223344, 0xaabbccdd]);
    expect([...b]).toEqual([0x22, 0x11, 0x44, 0x33, 0xbb, 0xaa, 0xdd, 0xcc]);
  });

  it("reinterprets vectors of other widths", () => {
    const bits = Uint32Array.of(0x3f800000, 0xbf000001, 0x40490fdb, 0x80000000);
    const o = new Uint32Array(4);
    const f = new Uint32Array(4);
    const s = new Int16Array(8);
    go("halves", 1, [bits, o, f, s]);
    expect([...o]).toEqual([...bits]);
    expect([...f]).toEqual([bits[2], bits[3], bits[0], bits[1]]);
    expect([...s]).toEqual([...new Int16Array(bits.buffer)].map((x) => ((x + 1) << 16) >> 16));
  });

  it("3-vectors lie in 16 bytes, whose last four stay", () => {
    const a = Float32Array.of(1, 2, 3, 99, 4, 5, 6, 99);
    const o = new Float32Array(8).fill(-7);
    go("threes", 2, [a, o, { scalar: Float32Array.of(10, 20, 30, 0) }]);
    expect([...o]).toEqual([40, 50, 110, -7, 70, 110, 200, -7]);
  });

  it("vector comparisons and select", () => {
    const a = [1, 2, 3, 8];
    const b = [1, 5, Number.NaN, 4];
    const o = new Int32Array(4);
    go("compare", 1, [Float32Array.from(a), Float32Array.from(b), o]);
    // A true comparison is -1; minus that is 1, and -1 | 1 is -1.
    expect([...o]).toEqual(a.map((x, k) => (x >= b[k]! * 2 ? 7 : (x < b[k]! ? -1 : 0) | (x !== b[k] ? 1 : 0))));
  });

  it("vectors of 16", () => {
    const a = Float32Array.from({ length: 32 }, (_, k) => k);
    const o = new Float32Array(32);
    go("wide", 2, [a, o]);
    expect([...o]).toEqual([...a.slice(0, 16).reverse(), ...a.slice(16).reverse()]);
  });

  /** struct Outer: a at 0, v at 16, in at 32 (two of 8 bytes), z at 48, 64 bytes in all. */
  const outer = (count: number) => {
    const bytes = new Uint8Array(64 * count);
    const view = new DataView(bytes.buffer);
    for (let k = 0; k < count; k++) {
      view.setInt32(64 * k, 1000 + k, true);
      [1.5, 2.5, 3.5].forEach((x, lane) => view.setFloat32(64 * k + 16 + 4 * lane, x + k, true));
      for (let inner = 0; inner < 2; inner++) {
        for (let e = 0; e < 3; e++) view.setInt16(64 * k + 32 + 8 * inner + 2 * e, -(100 * k + 10 * inner + e), true);
        view.setInt8(64 * k + 32 + 8 * inner + 6, -60 - inner);
      }
      view.setBigInt64(64 * k + 48, BigInt(-5 - k), true);
    }
    return { bytes, view };
  };

  it("members of structs in buffers", () => {
    const { bytes, view } = outer(2);
    const o = new Int32Array(4);
    go("members", 1, [bytes, o, int(1)]);
    expect([...o]).toEqual([1001, -112, -6, 64]);
    expect(view.getInt8(64 + 32 + 8 + 6)).toBe(5);
    expect(view.getFloat32(20, true)).toBe(2.5);
  });

  it("structs by value, members at variable places too", () => {
    for (const i of [0, 1]) {
      const o = new Int32Array(5);
      go("by_value", 1, [{ scalar: outer(1).bytes }, o, int(i)]);
      expect([...o]).toEqual([1000, -(10 * i + i + 1), -5, 3, -61]);
    }
  });

  it("packed structs: accesses at any alignment", () => {
    const bytes = new Uint8Array(19 * 3);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 3; i++) {
      view.setInt8(19 * i, -i);
      view.setInt32(19 * i + 1, 1000 * i - 7, true);
      view.setBigInt64(19 * i + 5, BigInt(i) * 10_000_000_000n, true);
      view.setFloat32(19 * i + 13, 2 * i, true);
      view.setInt16(19 * i + 17, -300 * i, true);
    }
    const o = new BigInt64Array(3);
    go("unaligned", 3, [bytes, o]);
    expect([...o]).toEqual(
      [0, 1, 2].map((i) => BigInt(1000 * i - 7 - i + 2 * i - 300 * i) + BigInt(i) * 10_000_000_000n),
    );
    for (let i = 0; i < 3; i++) {
      expect(view.getBigInt64(19 * i + 5, true)).toBe(0x0102030405060708n * BigInt(i + 1));
      expect(view.getInt32(19 * i + 1, true)).toBe(-2 - i);
      expect(view.getFloat32(19 * i + 13, true)).toBe(0.5);
      expect(view.getInt16(19 * i + 17, true)).toBe(0x1234);
      expect(view.getUint8(19 * i)).toBe(-i & 255);
    }
  });

  it("pointers chosen by condition and by loop", () => {
    for (const n of [0, 2, 4]) {
      const a = Int32Array.of(1, 2, 0, 1, 0, 0, 0, 0);
      const b = new Int32Array(8);
      go("chosen", 1, [a, b, int(n)]);
      const x = [1, 2, 0, 1, 0, 0, 0, 0];
      const y = new Array<number>(8).fill(0);
      if (n > 3) x[1] = 2;
      else y[2] = 2;
      let q = 0;
      for (let k = 0; k < n; k++) q += x[q]!;
      x[q] = 7;
      y[0] = q;
      y[1] = q === 3 ? 1 : 0;
      y[4] = n > 0 ? 1 : 0;
      expect([[...a], [...b]]).toEqual([x, y]);
    }
  });

  it("NULL buffers", () => {
    const a = new Int32Array(1);
    go("null_pointer", 1, [a, { scalar: new Uint8Array(8) }]);
    expect(a[0]).toBe(-1);
    go("null_pointer", 1, [a, Int32Array.of(5)]);
    expect(a[0]).toBe(5);
  });

  it("calls that are not inlined by clang", () => {
    const a = [1, 2, 8, 9, 3, 4, 8, 9];
    const several = (x: number, p: number[]): number => {
      if (x < 0) return -1;
      for (let k = 0; k < x; k++) {
        if (p[k] === 9) return k;
        if (p[k] === 8) {
          p[k] = 0;
          return 100 + k;
        }
      }
      return 1000;
    };
    const nested = (x: number, p: number[]) => (x > 4 ? several(x - 4, p) + 1 : several(x, p) + 2);
    const buffer = Int32Array.from(a);
    const o = new Int32Array(24);
    const v = Int32Array.from({ length: 32 }, (_, k) => k + 1);
    const before = [...v];
    go("calls", 8, [buffer, o, v]);
    for (let i = 0; i < 8; i++) {
      expect(o[i]).toBe(several(i - 1, a) + nested(i, a));
      const [x, y, z, w] = before.slice(4 * i, 4 * i + 4) as [number, number, number, number];
      expect([...v.slice(4 * i, 4 * i + 4)]).toEqual(i & 1 ? [y, z, w, x] : [x * i, y * i, z * i, w * i]);
      expect(o[16 + i]).toBe(i > 2 ? i : 0);
    }
    expect([...buffer]).toEqual(a);
  });

  it("kernels that call kernels", () => {
    const o = new Int32Array(3);
    go("outer_kernel", 3, [o]);
    expect([...o]).toEqual([3, 13, 3]);
  });

  it("switches", () => {
    const a = [-1, 0, 1, 2, 77, 1000000, 5, 6, -8];
    const o = new Int32Array(a.length);
    go("switches", a.length, [Int32Array.from(a), o]);
    const first = new Map([
      [-1, 5],
      [0, 16],
      [1, 16],
      [2, 10],
      [77, 9],
      [1000000, 9],
    ]);
    const second = [100, 250, 300, 47, 12, 99, 31, 0];
    expect([...o]).toEqual(a.map((x) => (first.get(x) ?? -3) + second[x & 7]!));
  });

  it("loops with break, continue, goto and early return", () => {
    const a = [5, -1, 1023, 2, 7, 255, 1023, 65535, 65535, 4];
    const o = new Int32Array(8).fill(-9);
    go("flow", 8, [Int32Array.from(a), o, int(a.length)]);
    const expected = Array.from({ length: 8 }, (_, i) => {
      if (i === 3) return -9;
      let s = 0;
      for (const x of a) {
        if (x < 0) continue;
        if (x === i) break;
        for (let j = x; j > 0; ) {
          s += j & 1;
          j >>= 1;
          if (s > 50) return s;
        }
      }
      do s++;
      while (s % 3);
      return s;
    });
    expect([...o]).toEqual(expected);
  });

  it("booleans and short circuits", () => {
    const a = [3, 1, -5, 2, 4, 0, 7];
    const o = new Int32Array(a.length);
    go("logic", a.length, [Int32Array.from(a), o]);
    expect([...o]).toEqual(
      a.map((v) => {
        const x = (v > 2 && a[v & 3] !== 1) || v === -5;
        const y = Number(!x) ^ (v & 1);
        return Number(x) * 2 + Number(y !== 0);
      }),
    );
  });

  it("built-in functions that several kernels call", () => {
    const a = Float32Array.of(Number.NaN, 0, 1.5, 3);
    const o = new Int32Array(4);
    go("unequal_a", 4, [a, o]);
    expect([...o]).toEqual([5, 2, 0, 1]);
    go("unequal_b", 4, [a, o]);
    expect([...o]).toEqual([9, 9, 1, 0]);
  });

  it("constant tables of every kind", () => {
    const primes = [2, 3, 5, 7, 11, 13, 17, -19];
    for (const i of [0, 1]) {
      const o = new BigInt64Array(7);
      go("tables", 1, [o, int(i)]);
      expect([...o]).toEqual([
        BigInt(primes[i]! - 19),
        BigInt([1, 11][i]! * 1000 + [98, 100][i]!),
        (1n << 40n) + [-1n, 1n << 40n][i]!,
        BigInt("soff".charCodeAt(i + 1)),
        [150n, 25n][i]!,
        [0xfedcba987654321n, 0n][i]!,
        [3n, 6n][i]!,
      ]);
    }
    // The last character of the text is -1 as a char.
    const o = new BigInt64Array(7);
    go("tables", 1, [o, int(3)]);
    expect(o[3]).toBe(-1n);
    expect(o[0]).toBe(7n - 19n);
  });

  it("constant tables declared in functions", () => {
    const sparse = [0, 1, 0, -1, 0, 1, -1, -1, 1];
    const short = [7, -300, 0, 0, 12, 32767];
    for (const i of [0, 1, 2]) {
      const o = new Int32Array(4);
      go("private_tables", 1, [o, int(i)]);
      expect([...o]).toEqual([
        sparse.reduce((sum, x) => sum * 3 + x, 0),
        [1, 3, 5][i],
        [1, 5, 3][i]! + sparse[i + 5]!,
        2 * (short[i]! + short[i + 3]!),
      ]);
    }
  });

  it("narrow integers", () => {
    const a = Int8Array.of(-128, 127, -1, 5, 77);
    const b = Uint16Array.of(65535, 300, 65535, 2, 40000);
    const o = new Int16Array(5);
    const p = new Uint8Array(5);
    go("narrow", 5, [a, b, o, p]);
    expect([...o]).toEqual([...Int16Array.from(a, (x, k) => x * b[k]!)]);
    expect([...p]).toEqual([...Uint8Array.from(a, (x, k) => (x >> 1) + (b[k]! >> 9))]);
  });

  it("64-bit integers", () => {
    const a = BigInt64Array.of(-(1n << 63n), (1n << 63n) - 1n, 123456789012345n, -77n, 0n);
    const o = new BigInt64Array(20);
    const k = -987654321n;
    const s = 13n;
    go("longs", 5, [a, o, { scalar: BigInt64Array.of(k) }, { scalar: Uint8Array.of(13) }]);
    const wrap = (x: bigint) => BigInt.asIntN(64, x);
    const expected = [...a].flatMap((x) => [
      wrap(x * k),
      wrap(x / k),
      wrap(x % k),
      wrap((x >> s) ^ (BigInt.asUintN(64, x) >> s) ^ (x << s)),
    ]);
    expect([...o]).toEqual(expected);
  });

  it("conversions", () => {
    const a = Float32Array.of(1.9, -1.9, 200.5, 0, 3e8);
    const b = Int32Array.of(16777217, -1, 2147483647, -16777219, 12345);
    const o = new Int32Array(5);
    const f = new Float32Array(15);
    go("converts", 5, [a, b, o, f]);
    expect([...o]).toEqual([...a].map((x) => Math.trunc(x) + (Math.trunc(x) & 255)));
    // The products have at most 52 significant bits: fround rounds once.
    expect([...f]).toEqual([...b].flatMap((x) => [x, x >>> 0, x * 1000003].map(Math.fround)));
  });
});

describe("work-item functions", () => {
  it("every function in every dimension, variable and constant", async () => {
    const kernel = (await kernelsOf(workItems)).get("ids")!;
    const global = [4, 3, 2];
    const local = [3, 2, 2];
    const offset = [5, 0, 100];
    const o = new BigUint64Array(32 * 24);
    run(kernel, { global, local, offset }, [o]);
    for (let z = 0; z < 2; z++)
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 4; x++) {
          const id = [x, y, z];
          const group = id.map((v, d) => Math.floor(v / local[d]!));
          const four = (values: readonly number[], beyond: number) => [...values, beyond].map(BigInt);
          const at = 32 * (x + 4 * (y + 3 * z));
          expect([...o.slice(at, at + 32)]).toEqual([
            ...four(
              id.map((v, d) => v + offset[d]!),
              0,
            ),
            ...four(
              id.map((v, d) => v % local[d]!),
              0,
            ),
            ...four(group, 0),
            ...four(global, 1),
            ...four(
              group.map((g, d) => Math.min(local[d]!, global[d]! - g * local[d]!)),
              1,
            ),
            ...four(
              global.map((g, d) => Math.ceil(g / local[d]!)),
              1,
            ),
            ...four(offset, 0),
            3n,
            110n,
            BigInt(y),
            BigInt(z % 2),
          ]);
        }
  });

  describe("OpenCL 2", () => {
    let kernels: Map<string, Kernel>;
    beforeAll(async () => {
      kernels = await kernelsOf(version2, { std: "CL2.0" });
    });

    it("linear ids and enqueued sizes", () => {
      const o = new BigUint64Array(3 * 20);
      run(kernels.get("linear")!, { global: [5, 4], local: [3, 2], offset: [7, 1] }, [o]);
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 5; x++) {
          const g = x + 5 * y;
          const width = x < 3 ? 3 : 2;
          expect([...o.slice(3 * g, 3 * g + 3)]).toEqual([g, (x % 3) + width * (y % 2), 3].map(BigInt));
        }
    });

    it("generic pointers", () => {
      const a = Int32Array.of(1, 2, 3, 4, 0, 0);
      const o = Int32Array.of(10, 20, 0, 0, 0, 0);
      run(kernels.get("generic_pointer")!, { global: [1] }, [a, o, int(4)]);
      expect([...a]).toEqual([1, 2, 3, 4, 10, 0]);
      expect(o[5]).toBe(30);
    });
  });
});
