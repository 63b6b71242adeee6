/**
 * Functions whose results are exact, against PoCL: parts of floats, steps, remainders, halves in memory. Results go
 * to private, global and local memory.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import type { Launch, LaunchArgument } from "../../../src/launch/launch.js";
import { kernelsOf } from "../../hls/import/compile.js";
import { poclMissing, runOnPocl } from "../../pocl/pocl.js";
import { random } from "./samples.js";

const missing = await poclMissing();
if (missing && process.env.SOFF_REQUIRE_POCL) throw new Error(missing);

/** PoCL's fract gives zeros of another sign than section 7.5.1 asks for: + 0 takes it away. */
const parts = (real: string, lanes: string) => `
__kernel void parts_${real}${lanes}(__global const ${real}${lanes} *x, __global const ${real}${lanes} *y, __global ${real}${lanes} *r, __global int${lanes} *k) {
  size_t i = get_global_id(0); ${real}${lanes} a = x[i], b = y[i], whole; int${lanes} e, q;
  __local ${real}${lanes} shared[1];
  r[10 * i] = fract(a, &whole) + 0; r[10 * i + 1] = whole;
  r[10 * i + 2] = modf(a, r + 10 * i + 3);
  r[10 * i + 4] = frexp(a, &e); k[3 * i] = e;
  r[10 * i + 5] = modf(b, shared); r[10 * i + 6] = shared[0];
  r[10 * i + 7] = nextafter(a, b); r[10 * i + 8] = logb(a); k[3 * i + 1] = ilogb(a);
  ${lanes ? "" : "r[10 * i + 9] = remquo(a, b, &q); k[3 * i + 2] = q;"}
}`;
const rests = (real: string) => `
__kernel void rests_${real}(__global const ${real} *x, __global const ${real} *y, __global ${real} *r, __global int *k) {
  size_t i = get_global_id(0); ${real} a = x[i], b = y[i];
  r[4 * i] = fmod(a, b); r[4 * i + 1] = remainder(a, b); r[4 * i + 2] = ldexp(a, (int)(i * 37 % 400) - 200); r[4 * i + 3] = nan((${real === "float" ? "uint" : "ulong"})i);
}`;
const modes = ["", "_rte", "_rtz", "_rtp", "_rtn"];
const stores = (real: string) => `
__kernel void stores_${real}(__global const ${real} *x, __global const ${real} *y, __global half *h) {
  size_t i = get_global_id(0);
  ${modes.map((mode, at) => `vstore_half${mode}(x[i], ${at} + i * 64, h);`).join(" ")}
  ${modes.map((mode, at) => `vstore_half2${mode}((${real}2)(x[i], y[i]), ${at} + 3 + i * 32, h);`).join(" ")}
  vstore_half3_rtz((${real}3)(x[i], y[i], x[i]), 8 + i * 0, h + 64 * i); vstore_half4((${real}4)(x[i], y[i], x[i], -x[i]), 8 + 16 * i, h);
  vstorea_half3_rtp((${real}3)(x[i], y[i], -x[i]), 10 + 16 * i, h); vstorea_half4_rtn((${real}4)(y[i]), 11 + 16 * i, h);
  vstorea_half8((${real}8)(x[i]), 6 + 8 * i, h); vstore_half8_rte((${real}8)(y[i], x[i], 0, 0, 1, 2, 3, x[i]), 0, h + 56 + 64 * i);
}`;
const loads = `
__kernel void loads(__global const half *h, __global float *r, __global float4 *v, __global float8 *w) {
  size_t i = get_global_id(0);
  r[3 * i] = vload_half(i, h);
  vstore2(vload_half2(i, h + 1), 0, r + 3 * i + 1);
  v[3 * i] = vload_half4(i, h + 3); v[3 * i + 1] = vloada_half4(i, h);
  v[3 * i + 2] = (float4)(vload_half3(i, h) + vloada_half3(i, h) * 0, 1);
  w[i] = vloada_half8(i, h) ; vstore8(vload_half16(0, h + i).hi, 0, (__global float *)(w + i));
}`;

const bits = { float: 4, double: 8 } as const;
type Real = keyof typeof bits;

/** Special values with both signs against one another, then random ones. */
function operands(real: Real, count: number): { x: Uint8Array; y: Uint8Array } {
  const next = random(3);
  const numbers = [
    0, 1, 0.5, 1.5, 2.5, 3, 0.1, 7, 100.25, 65504, 65519.99, 65520, 6e-8, 2.98e-8, 2.9e-8, 6.1e-5, 1e20, 1e-40, 1e38,
  ];
  const specials = [...numbers, ...(real === "double" ? [1e300, 5e-324, 2.3e-308] : []), Infinity, Number.NaN];
  const all = specials.flatMap((v) => [v, -v]);
  const pairs = all.flatMap((a) => all.map((b) => [a, b] as const));
  const size = () => (next() - 0.5) * 2 ** (next() * 60 - 30);
  const chosen = Array.from({ length: count }, (_, k) =>
    k < count / 2 ? pairs[(k * 7) % pairs.length]! : [size(), size()],
  );
  const make = (values: number[]) =>
    new Uint8Array((real === "float" ? new Float32Array(values) : new Float64Array(values)).buffer);
  return { x: make(chosen.map(([a]) => a!)), y: make(chosen.map(([, b]) => b!)) };
}

function launchOf(kernel: string, count: number, buffers: readonly Uint8Array[]): Launch {
  return {
    kernel,
    range: { workDim: 1, global: [count, 1, 1], local: [1, 1, 1], offset: [0, 0, 0] },
    arguments: buffers.map(
      (bytes, index): LaunchArgument => ({
        kind: "buffer",
        name: `b${index}`,
        address: 0x100000n * BigInt(index + 1),
        bytes,
      }),
    ),
  };
}

/** What lies in a buffer: numbers, of which all NaNs are alike and zeros have signs. */
type View = "float" | "double" | "int" | "half";
function values(bytes: Uint8Array, view: View): readonly (number | string)[] {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = { float: 4, double: 8, int: 4, half: 2 }[view];
  return Array.from({ length: bytes.byteLength / step }, (_, k) => {
    if (view === "int") return data.getInt32(4 * k, true);
    if (view === "half") {
      const word = data.getUint16(2 * k, true);
      return (word & 0x7fff) > 0x7c00 ? "nan" : word;
    }
    const value = view === "float" ? data.getFloat32(4 * k, true) : data.getFloat64(8 * k, true);
    return Number.isNaN(value) ? "nan" : Object.is(value, -0) ? "-0" : value;
  });
}

interface Job {
  readonly kernel: string;
  readonly launch: Launch;
  /** Of the buffers that the kernel writes. */
  readonly views: Readonly<Record<number, View>>;
}

const count = 256;
function jobs(): Job[] {
  const list: Job[] = [];
  for (const real of ["float", "double"] as const) {
    const size = bits[real];
    const { x, y } = operands(real, 4 * count);
    const room = (bytes: number) => new Uint8Array(bytes);
    list.push(
      {
        kernel: `parts_${real}`,
        launch: launchOf(`parts_${real}`, 4 * count, [x, y, room(40 * count * size), room(12 * count * 4)]),
        views: { 2: real, 3: "int" },
      },
      {
        kernel: `rests_${real}`,
        launch: launchOf(`rests_${real}`, 4 * count, [x, y, room(16 * count * size), room(4)]),
        views: { 2: real },
      },
      {
        kernel: `stores_${real}`,
        launch: launchOf(`stores_${real}`, 4 * count, [x, y, room(4 * count * 128 + 64)]),
        views: { 2: "half" },
      },
    );
  }
  const { x, y } = operands("float", 4 * count);
  list.push({
    kernel: "parts_float4",
    launch: launchOf("parts_float4", count, [x, y, new Uint8Array(count * 160), new Uint8Array(count * 48)]),
    views: { 2: "float", 3: "int" },
  });
  const next = random(9);
  const halves = new Uint8Array(Uint16Array.from({ length: 8 * count + 64 }, () => next() * 65536).buffer);
  list.push({
    kernel: "loads",
    launch: launchOf("loads", count, [
      halves,
      new Uint8Array(count * 12),
      new Uint8Array(count * 48),
      new Uint8Array(count * 32),
    ]),
    views: { 1: "float", 2: "float", 3: "float" },
  });
  return list;
}

const source = `${["float", "double"].map((real) => parts(real, "") + rests(real) + stores(real)).join("\n")}${parts("float", "4")}${loads}`;
const copy = (launch: Launch): Launch => ({
  ...launch,
  arguments: launch.arguments.map((a) => (a.kind === "buffer" ? { ...a, bytes: a.bytes.slice() } : a)),
});

describe.skipIf(missing)("exact functions are those of PoCL", { timeout: 300_000 }, () => {
  const all = jobs();
  let kernels: Map<string, Kernel>;
  let results: Awaited<ReturnType<typeof runOnPocl>>;
  beforeAll(async () => {
    kernels = await kernelsOf(source);
    results = await runOnPocl(
      all.map(({ launch }) => ({ source, file: "k.cl", launch: copy(launch) })),
      120_000,
    );
  }, 300_000);

  it.each(all.map((job, index) => ({ ...job, index })))("$kernel", ({ kernel, launch, views, index }) => {
    const result = results[index]!;
    if (!result.ok) throw new Error(result.error);
    const own = copy(launch);
    interpret(kernels.get(kernel)!, own);
    for (const [at, view] of Object.entries(views)) {
      const argument = own.arguments[Number(at)]!;
      if (argument.kind !== "buffer") throw new Error("no buffer");
      expect(values(argument.bytes, view)).toEqual(values(result.buffers[Number(at)]!, view));
    }
  });
});
