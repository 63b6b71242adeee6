/** Buffers in several channels of memory: where the compiler wants them, and what a circuit with them computes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseStringPromise } from "xml2js";
import { NodeHost } from "../../../src/cli/node-host.js";
import { type BuildRequest, type BuiltDesign, buildDesign } from "../../../src/flow/build.js";
import { cacheDesign } from "../../../src/flow/design-folder.js";
import { simulateLaunch } from "../../../src/flow/engines.js";
import { placeOf } from "../../../src/flow/run.js";
import type { MemoryGroup } from "../../../src/hls/datapath/types.js";
import { placeGroups } from "../../../src/hls/memory/channels.js";
import type { PreparedArgument } from "../../../src/launch/arguments.js";
import { buffersOf, placeArguments } from "../../../src/launch/layout.js";
import { makeRange } from "../../../src/launch/range.js";
import { kernelXml } from "../../../src/tools/kernel-xml.js";

const host = new NodeHost();
const folder = mkdtempSync(join(tmpdir(), "soff-channels-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(name: string, source: string, more: Partial<BuildRequest> = {}): Promise<BuiltDesign> {
  const file = join(folder, `${name}.cl`);
  writeFileSync(file, source);
  return buildDesign(host, { files: [file], board: "u250", kernels: [], compile: {}, ...more });
}

/** Number of channels of each buffer of a kernel. */
const spread = ({ design }: BuiltDesign, kernel = 0): Record<string, number> =>
  Object.fromEntries(
    design.kernels[kernel]!.arguments.flatMap(({ name, channel, stripes = [] }) =>
      channel === undefined ? [] : [[name, 1 + stripes.length]],
    ),
  );

describe("the choice of channels", () => {
  it("spreads what is read and written at once, and nothing that one channel can bear", async () => {
    const built = await build(
      "blas",
      `__kernel void axpy(float a, __global const float *x, __global float *y) {
         size_t i = get_global_id(0);
         y[i] += a * x[i];
       }
       __kernel void add(__global const float *a, __global const float *b, __global float *c) {
         size_t i = get_global_id(0);
         c[i] = a[i] + b[i];
       }
       __kernel void gemm(int n, __global const float *A, __global const float *B, __global float *C) {
         size_t i = get_global_id(1), j = get_global_id(0);
         float sum = 0;
         for (int k = 0; k < n; k++) sum += A[i * n + k] * B[k * n + j];
         C[i * n + j] = sum;
       }`,
      { parallelism: { simd: [16, 1, 1], datapaths: 1 } },
    );
    expect(spread(built, 0)).toEqual({ x: 1, y: 2 });
    expect(spread(built, 1)).toEqual({ a: 1, b: 1, c: 1 });
    // Rows and columns come back to the caches; what is left is a line of C once in n iterations.
    expect(spread(built, 2)).toEqual({ A: 1, B: 1, C: 1 });
  });

  const group = (index: number, parameters: readonly number[]): MemoryGroup => ({
    ...{ index, parameters, space: "global", variables: [], reads: true, writes: false, atomics: false },
  });
  const place = (groups: readonly MemoryGroup[], bytes: readonly number[], channels: number) =>
    placeGroups({
      groups,
      traffic: [{ depth: 0, bytes: new Map(bytes.entries()) }],
      ...{ datapaths: 1, channels, channelBytes: 64, mostStripes: 4 },
    });

  it("gives every buffer its own channel while there are enough", () => {
    const placed = place([group(0, [0]), group(1, [1]), group(2, [2])], [64, 64, 4], 4);
    expect(new Set([...placed.values()].flat()).size).toBe(3);
  });

  it("keeps heavy buffers apart when there are more buffers than channels", () => {
    const placed = place(
      [0, 1, 2, 3, 4].map((k) => group(k, [k])),
      [64, 1, 64, 1, 1],
      2,
    );
    expect(placed.get(0)).not.toEqual(placed.get(2));
  });

  it("does not spread memory that several arguments may point into", () => {
    expect(place([group(0, [0, 1])], [256], 4).get(0)).toHaveLength(1);
    expect(place([group(0, [0])], [256], 4).get(0)).toHaveLength(4);
  });

  it("spreads over no more channels than there are", () => {
    expect(place([group(0, [0])], [256], 3).get(0)).toHaveLength(2);
    expect(place([group(0, [0])], [256], 1).get(0)).toHaveLength(1);
  });
});

describe("a circuit whose buffers are spread", () => {
  const source = `
    __kernel void mixed(int n, __global const float *wide, __global const int *index, __global float *sums, __global int *chain) {
      int i = get_global_id(0);
      float sum = sums[i];
      for (int k = 0; k < 3; k++) sum += wide[i + k] * wide[index[i]];
      sums[i] = sum;
      chain[i] = i;
      chain[i] = chain[i] + chain[n + i];
    }`;
  const items = 75;
  const wide = Float32Array.from({ length: items + 3 }, (_, k) => (k * 7) % 11);
  const index = Int32Array.from({ length: items }, (_, k) => (k * 29) % items);
  const sums = Float32Array.from({ length: items }, (_, k) => k);
  const chain = Int32Array.from({ length: 2 * items }, (_, k) => 1000 * k);
  const wanted = sums.map((s, i) => s + (wide[i]! + wide[i + 1]! + wide[i + 2]!) * wide[index[i]!]!);

  it("computes what the source says, and leaves all other bytes alone", async () => {
    const built = await build("mixed", source, { stripes: 4, parallelism: { simd: [2, 1, 1], datapaths: 1 } });
    expect(spread(built)).toEqual({ wide: 4, index: 4, sums: 4, chain: 4 });
    const { board, design, kernels } = built;
    const circuit = { folder: await cacheDesign(host, built.files), design, kernel: design.kernels[0]! };
    const data = [wide, index, sums, chain].map((array) => new Uint8Array(array.buffer));
    const prepared = kernels[0]!.parameters.map(
      (parameter, k): PreparedArgument =>
        k === 0
          ? { kind: "scalar", parameter, bytes: new Uint8Array(Int32Array.of(items).buffer) }
          : { kind: "buffer", parameter, bytes: data[k - 1]!, form: { descr: "'|u1'", shape: [] } },
    );
    for (const stallSeed of [undefined, 1, 2]) {
      const launch = {
        kernel: "mixed",
        range: makeRange({ global: [items] }),
        arguments: placeArguments(prepared, (k) => placeOf(board, circuit.kernel, k)),
      };
      const result = await simulateLaunch(host, {
        ...{ circuit, board, kernel: kernels[0]!, launch },
        ...(stallSeed ? { stallSeed } : {}),
      });
      expect(result.status).toBe("done");
      const [a, b, c, d] = buffersOf(launch.arguments).map(({ bytes }) => bytes.slice().buffer);
      expect(new Float32Array(a!)).toEqual(wide);
      expect(new Int32Array(b!)).toEqual(index);
      expect(new Float32Array(c!)).toEqual(wanted);
      expect(new Int32Array(d!)).toEqual(chain.map((x, i) => (i < items ? i + chain[items + i]! : x)));
      // Every channel has its share of the traffic.
      for (const channel of result.channels) expect(channel.bytesRead).toBeGreaterThan(0);
    }
  }, 240_000);

  it("has an argument for every share in kernel.xml, at the port of its channel", async () => {
    const built = await build("mixed", source, { stripes: 2, parallelism: { simd: [4, 1, 1], datapaths: 1 } });
    const [kernel] = built.design.kernels;
    const { root } = await parseStringPromise(kernelXml(kernel!, "mixed"));
    const args = (root.kernel[0].args[0].arg as { $: Record<string, string> }[]).map(({ $ }) => $);
    for (const { name, stripes = [], channel, typeName } of kernel!.arguments.slice(1)) {
      const own = args.filter((a) => a.name === name || a.name === `${name}_stripe1`);
      expect(own.map((a) => a.port)).toEqual([channel, ...stripes.map((s) => s.channel)].map((c) => `m_axi${c}`));
      expect(own.every((a) => a.addressQualifier === "1" && a.type === typeName)).toBe(true);
      expect(new Set(own.map((a) => a.offset)).size).toBe(2);
    }
    expect(new Set(args.map((a) => a.name)).size).toBe(args.length);
  });
});
