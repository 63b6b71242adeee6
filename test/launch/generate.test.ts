import { describe, expect, it } from "vitest";
import { elementType } from "../../src/launch/element.js";
import { iota, RandomStream, random, splitMix64 } from "../../src/launch/generate.js";

const type = (name: string) => elementType(name)!;

describe("the generator", () => {
  it("is xoshiro128** and SplitMix64", () => {
    // Reference outputs published with the algorithms' C code (state 1, 2, 3, 4; seed 1477776061723855037).
    const stream = new RandomStream(1, 2, 3, 4);
    expect(Array.from({ length: 4 }, () => stream.next32())).toEqual([11520, 0, 5927040, 70819200]);
    expect(splitMix64(1477776061723855037n, 2)).toEqual([1985237415132408290n, 2979275885539914483n]);
  });
  it("gives the same bytes for ever", () => {
    expect(Buffer.from(random(type("uint32"), 4, 1n)).toString("hex")).toMatchInlineSnapshot(
      `"ba4109650103d35421f3d225a9dcab3f"`,
    );
    expect([...new Float32Array(random(type("float32"), 3, 7n).buffer)]).toMatchInlineSnapshot(`
      [
        0.4193505048751831,
        0.3618946671485901,
        0.6968157291412354,
      ]
    `);
  });
});

describe("random buffers", () => {
  it.each(["float16", "float32", "float64"])("%s is uniform in [0, 1)", (name) => {
    const bytes = random(type(name), 4000, 3n);
    const values =
      name === "float64"
        ? [...new Float64Array(bytes.buffer)]
        : name === "float32"
          ? [...new Float32Array(bytes.buffer)]
          : [];
    if (name === "float16") {
      // Exponents of a half below 1 are at most 14.
      for (const half of new Uint16Array(bytes.buffer)) expect(half >> 10).toBeLessThan(15);
      return;
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean).toBeGreaterThan(0.47);
    expect(mean).toBeLessThan(0.53);
  });
  it("integer ranges are half open and reach both ends", () => {
    const values = [...new Int32Array(random(type("int32"), 2000, 5n, { low: -2n, high: 3n }).buffer)];
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    const wide = [
      ...new BigUint64Array(random(type("uint64"), 500, 5n, { low: 1n << 40n, high: (1n << 40n) + 9n }).buffer),
    ];
    expect(wide.every((v) => v >= 1n << 40n && v < (1n << 40n) + 9n)).toBe(true);
    expect([...random(type("uint8"), 3, 1n, { low: 9n, high: 9n })]).toEqual([9, 9, 9]);
  });
  it("float ranges never give their upper end, though rounding would", () => {
    const values = [...new Float32Array(random(type("float32"), 2000, 1n, { low: 16777215, high: 16777216 }).buffer)];
    expect(Math.max(...values)).toBeLessThan(16777216);
  });
});

it("iota counts, and wraps in small types", () => {
  expect([...new Float32Array(iota(type("float"), 4).buffer)]).toEqual([0, 1, 2, 3]);
  expect([...iota(type("uchar"), 258)].slice(254)).toEqual([254, 255, 0, 1]);
  expect([...new BigInt64Array(iota(type("long"), 3).buffer)]).toEqual([0n, 1n, 2n]);
});
