/** Powers with a constant exponent cost no more than their products. */
import { expect, it } from "vitest";
import { kernelsOf } from "../../hls/import/compile.js";
import { run } from "../../hls/import/run.js";

const { fround } = Math;

it("known powers are products", { timeout: 60_000 }, async () => {
  const kernels = await kernelsOf(`
__kernel void products(__global const float4 *x, __global float4 *r, __global double *d) {
  size_t i = get_global_id(0);
  r[2 * i] = pow(x[i], (float4)(2, 3, -1, 1)); r[2 * i + 1] = pown(x[i], (int4)(4, 2, 3, -1)); d[i] = pow(d[i], 2.0);
}
__kernel void root(__global float *x) { x[0] = pow(x[0], 0.5f); }`);
  const values = [0, -0, 1.5, -2.25, 3e-30, -1e25, Infinity, Number.NaN].map(fround);
  const x = Float32Array.from({ length: 32 }, (_, k) => values[(k * 3 + (k >> 2)) % values.length]!);
  const r = new Float32Array(64);
  const d = Float64Array.of(3, -1e200, 0.1, -0, 1e-170, Infinity, 2, 7);
  const squares = d.map((value) => value * value);
  const products = kernels.get("products")!;
  run(products, { global: [8], local: [1] }, [x, r, d]);
  const cube = (v: number) => fround(fround(v * v) * v);
  const fourth = (v: number) => fround(fround(v * v) * fround(v * v));
  const expected = Array.from({ length: 8 }, (_, i) => {
    const [a, b, c, e] = [...x.subarray(4 * i, 4 * i + 4)] as [number, number, number, number];
    return [fround(a * a), cube(b), fround(1 / c), e, fourth(a), fround(b * b), cube(c), fround(1 / e)];
  });
  expect([...r]).toEqual(expected.flat());
  expect(d).toEqual(squares);
  // No table, no shift of a mantissa: products, and the choice of what is known is gone.
  const kinds = (name: string) =>
    kernels.get(name)!.blocks.flatMap((block) => block.instructions.map((x) => ("kind" in x ? x.kind : x.op)));
  expect(kinds("products")).not.toContain("ctlz");
  expect(kinds("products")).not.toContain("select");
  expect(kinds("root")).toContain("ctlz");
});
