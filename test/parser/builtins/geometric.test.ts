/** Geometric functions against exact sums of squares, also where squares overflow or vanish; section 7.5.1's infinities. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { kernelsOf } from "../../hls/import/compile.js";
import { run } from "../../hls/import/run.js";
import { random } from "./samples.js";

const kernel = (real: string, lanes: number) => `
__kernel void geometry_${real}${lanes}(__global const ${real}${lanes} *p, __global const ${real}${lanes} *q, __global ${real} *s, __global ${real}${lanes} *v) {
  size_t i = get_global_id(0);
  s[4 * i] = length(p[i]); s[4 * i + 1] = distance(p[i], q[i]); s[4 * i + 2] = dot(p[i], q[i]); ${real === "float" ? "s[4 * i + 3] = fast_length(p[i]);" : ""}
  v[${lanes === 4 ? 2 : 1} * i] = normalize(p[i]); ${lanes === 4 ? "v[2 * i + 1] = cross(p[i], q[i]);" : ""}
}`;

const shapes = [
  {
    real: "float",
    lanes: 4,
    make: (v: number[]): Float32Array | Float64Array => new Float32Array(v),
    round: Math.fround,
    most: 3.4e38,
    ulp: 2 ** -23,
  },
  {
    real: "double",
    lanes: 2,
    make: (v: number[]): Float32Array | Float64Array => new Float64Array(v),
    round: (x: number) => x,
    most: 1.7e308,
    ulp: 2 ** -52,
  },
] as const;

/** The square root of a sum of squares by scaling with a power of two: accurate, and nothing overflows. */
function norm(values: readonly number[]): number {
  const largest = Math.max(...values.map(Math.abs));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  const scale = 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(largest))));
  return Math.sqrt(values.reduce((sum, v) => sum + (v / scale) ** 2, 0)) * scale;
}

describe("geometric functions", { timeout: 120_000 }, () => {
  let kernels: Map<string, Kernel>;
  beforeAll(async () => {
    kernels = await kernelsOf(shapes.map(({ real, lanes }) => kernel(real, lanes)).join("\n"));
  }, 120_000);

  it.each(shapes)("of $real, $lanes lanes", ({ real, lanes, make, round, most, ulp }) => {
    const next = random(5);
    const tiny = 1 / most;
    const special = [0, 1, -3, most / 4, -most / 4, tiny, -tiny * 3, 1e-20, 1e20];
    const count = 200;
    const pick = (k: number) =>
      round(k < 300 ? special[Math.floor(next() * special.length)]! : (next() - 0.5) * 2 ** (next() * 40 - 20));
    const p = make(Array.from({ length: lanes * count }, (_, k) => pick(k)));
    const q = make(Array.from({ length: lanes * count }, (_, k) => pick(k)));
    const s = make(new Array<number>(4 * count).fill(0));
    const v = make(new Array<number>(lanes * count * (lanes === 4 ? 2 : 1)).fill(0));
    run(kernels.get(`geometry_${real}${lanes}`)!, { global: [count], local: [1] }, [p, q, s, v]);
    const close = (value: number, exact: number, units: number) =>
      Math.abs(value - exact) <= units * ulp * Math.abs(exact) + 2 ** (real === "float" ? -149 : -1074);
    for (let i = 0; i < count; i++) {
      const a = [...p.subarray(lanes * i, lanes * i + lanes)];
      const b = [...q.subarray(lanes * i, lanes * i + lanes)];
      const length = norm(a);
      expect(close(s[4 * i]!, length, 3), `length(${a}) = ${s[4 * i]}, exactly ${length}`).toBe(true);
      const differences = a.map((x, k) => round(x - b[k]!));
      expect(close(s[4 * i + 1]!, norm(differences), 3), `distance(${a}; ${b}) = ${s[4 * i + 1]}`).toBe(true);
      const unit = v.subarray((lanes === 4 ? 2 : 1) * lanes * i);
      a.forEach((x, k) => {
        expect(close(unit[k]!, length === 0 ? 0 : x / length, 4), `normalize(${a})[${k}] = ${unit[k]}`).toBe(true);
      });
      if (lanes !== 4) continue;
      const product = (x: number, y: number) => round(a[x]! * b[y]!);
      const cross = [
        round(product(1, 2) - product(2, 1)),
        round(product(2, 0) - product(0, 2)),
        round(product(0, 1) - product(1, 0)),
        0,
      ];
      expect([...unit.subarray(4, 8)].map((x) => x + 0)).toEqual(cross.map((x) => x + 0));
    }
  });

  it("keeps only the signs of infinities", () => {
    const p = Float32Array.of(Infinity, 2, -Infinity, -0, Number.NaN, 1, 2, Infinity, -0, 0, 0, -0);
    const s = new Float32Array(12);
    const v = new Float32Array(24);
    run(kernels.get("geometry_float4")!, { global: [3], local: [1] }, [p, p, s, v]);
    const half = Math.fround(Math.SQRT1_2);
    expect([...v.subarray(0, 4)]).toEqual([half, 0, -half, -0]);
    expect([...v.subarray(8, 12)]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect([...v.subarray(16, 20)]).toEqual([-0, 0, 0, -0]);
    expect([s[0], s[4], s[8]]).toEqual([Infinity, Number.NaN, 0]);
  });
});
