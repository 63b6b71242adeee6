/** Whole programs in the style of public suites, each kernel against a plain program here. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileCu, kernelOf, launch } from "./run.js";

const source = (name: string) => readFileSync(fileURLToPath(new URL(`programs/${name}.cu`, import.meta.url)), "utf8");
const f = Math.fround;
/** Numbers without a pattern, always the same. */
function noise(count: number, scale: number): Float32Array {
  let state = 12345;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state / 0x7fffffff) * scale;
  });
}

describe("heat", () => {
  const [rows, columns] = [11, 13];
  const step = f(0.1);
  const [rx, ry, rz] = [0.2, 0.3, 0.05].map(f) as [number, number, number];

  /** One step; the sum is in double, as the literal 2.0 makes it. */
  function next(now: Float32Array, power: Float32Array): Float32Array {
    const at = (y: number, x: number) =>
      now[Math.min(Math.max(y, 0), rows - 1) * columns + Math.min(Math.max(x, 0), columns - 1)]!;
    return now.map((value, i) => {
      const [y, x] = [Math.floor(i / columns), i % columns];
      const vertical = (f(at(y + 1, x) + at(y - 1, x)) - 2 * value) * ry;
      const horizontal = (f(at(y, x + 1) + at(y, x - 1)) - 2 * value) * rx;
      return value + step * (power[i]! + vertical + horizontal + f(f(80 - value) * rz));
    });
  }

  it.each([1, 2])("%i steps a launch", async (steps) => {
    const kernel = await kernelOf(source("heat"), "heat");
    const power = noise(rows * columns, 3);
    const from = noise(rows * columns, 100);
    const to = new Float32Array(rows * columns);
    let expected = from;
    for (let k = 0; k < steps; k++) expected = next(expected, power);
    const inner = 8 - 2 * steps;
    const blocks = [Math.ceil(columns / inner), Math.ceil(rows / inner)];
    launch(kernel, [blocks, [8, 8]], [steps, power, from, to, columns, rows, steps, step, rx, ry, rz]);
    expect(to).toEqual(expected);
  });
});

describe("sorting", () => {
  it("launches four instances", async () => {
    const { kernels } = await compileCu(source("sorting"));
    expect(kernels.map(({ display }) => display).sort()).toEqual([
      "sortShared<float,false>",
      "sortShared<float,true>",
      "sortShared<int,false>",
      "sortShared<int,true>",
    ]);
  });

  it.each([
    ["sortShared<float,true>", 1],
    ["sortShared<float,false>", -1],
  ] as const)("%s", async (name, sign) => {
    const kernel = await kernelOf(source("sorting"), name);
    const keys = noise(128, 1000);
    const before = keys.slice();
    const values = Uint32Array.from(keys, (_, i) => i);
    const expected = [0, 64].flatMap((start) => [...keys.subarray(start, start + 64)].sort((a, b) => sign * (a - b)));
    launch(kernel, [2, 32], [keys, values]);
    expect([...keys]).toEqual(expected);
    expect([...values].map((value) => before[value])).toEqual(expected);
  });
});

describe("transport", () => {
  it("with structures of arrays, constants of the host's, atomics and a generator a thread", async () => {
    const { kernels, warnings } = await compileCu(source("transport"));
    expect(kernels.map(({ display }) => display)).toEqual(["move<20>"]);
    expect(warnings).toEqual([]);
    const kernel = await kernelOf(source("transport"), "move");
    expect(kernel.parameters.map(({ name, passing }) => `${passing} ${name}`)).toEqual([
      "buffer particles_0",
      "buffer particles_1",
      "buffer particles_2",
      "scalar particles_3",
      "buffer tally",
      "buffer widest",
      "buffer cross_sections",
      "buffer lost",
    ]);

    const count = 50;
    // Powers of two, so that sums do not depend on their order.
    const energy = Float64Array.from({ length: count }, (_, i) => 2 ** (i % 12));
    const angle = noise(count, 6).map((value) => value - 3);
    const seed = BigUint64Array.from({ length: count }, (_, i) => BigInt(i) * 0x123456789abcn + 99n);
    const sections = Float64Array.of(0.5, 0.25, 0.125, 0.5, 0.0625, 0.25, 0.5, 0.75);
    const tally = new Float64Array(8);
    const widest = new Float32Array(1);
    const lost = new BigUint64Array(1);

    const expected = { energy: energy.slice(), seed: seed.slice(), tally: new Float64Array(8), lost: 0n, widest: 0 };
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < 20; k++) {
        expected.seed[i] = (2806196910506780709n * expected.seed[i]! + 1n) & ((1n << 63n) - 1n);
        const kind = Number((expected.seed[i]! >> 32n) & 7n);
        const part = expected.energy[i]! * sections[kind]!;
        expected.tally[kind]! += part;
        expected.energy[i]! -= part;
        if (expected.energy[i]! < 1) {
          expected.lost++;
          break;
        }
      }
      const bits = new DataView(new ArrayBuffer(4));
      bits.setFloat32(0, angle[i]!);
      bits.setUint32(0, bits.getUint32(0) & 0xfffffff0);
      expected.widest = Math.max(expected.widest, Math.abs(bits.getFloat32(0)));
    }
    const bytes = (array: BigUint64Array) => new Uint8Array(array.buffer);
    launch(kernel, [2, 32], [energy, angle, bytes(seed), count, tally, widest, sections, bytes(lost)]);
    expect(energy).toEqual(expected.energy);
    expect(seed).toEqual(expected.seed);
    expect([...tally].map((value) => value.toPrecision(12))).toEqual(
      [...expected.tally].map((value) => value.toPrecision(12)),
    );
    expect([lost[0], widest[0]]).toEqual([expected.lost, expected.widest]);
  });
});
