/** Private and local memory, barriers, atomics and blocks of memory: the interpreter, before and after the passes. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import { kernelPasses } from "../../../src/hls/passes/index.js";
import { runPasses } from "../../../src/hls/passes/pass.js";
import { kernelsOf } from "./compile.js";
import { type Expected, expectedFile, inputOf, kernelsIn, launchOf, sourceOf, values } from "./memory/launch.js";

function interpreted(kernel: Kernel, n: number): number[] {
  verifyKernel(kernel);
  const launch = launchOf(kernel.name, n);
  interpret(kernel, launch);
  const [out] = launch.arguments;
  return [...new Int32Array((out as { bytes: Uint8Array }).bytes.buffer)];
}

function check(kernel: Kernel, n: number, expected: readonly number[]): void {
  expect(interpreted(kernel, n)).toEqual(expected);
  expect(interpreted(runPasses(kernel, kernelPasses), n)).toEqual(expected);
}

const pocl = JSON.parse(readFileSync(expectedFile, "utf8")) as Expected;

describe.each(["private.cl", "local.cl"])("%s as PoCL has it", (file) => {
  const source = sourceOf(file);
  let kernels: ReadonlyMap<string, Kernel>;
  beforeAll(async () => {
    kernels = await kernelsOf(source, { file });
  });
  it.each(kernelsIn(source))("%s", (name) => {
    for (const n of values) check(kernels.get(name)!, n, pocl[file]![name]![n]!);
  });
});

/** PoCL has these atomics for devices with a generic address space only: what they do is written out here. */
describe("explicit.cl", () => {
  let kernels: ReadonlyMap<string, Kernel>;
  beforeAll(async () => {
    kernels = await kernelsOf(sourceOf("explicit.cl"), { file: "explicit.cl", std: "CL2.0" });
  });
  const groups = (n: number, each: (members: readonly number[]) => readonly number[]) =>
    [0, 4, 8, 12].flatMap((first) => each([...inputOf(n).slice(first, first + 4)]));

  it("fetch", () => {
    for (const n of values) {
      const expected = groups(n, (xs) => {
        const i = [-20, -10, 0, 10];
        const u = [0, 1000, 2000, 3000];
        for (const x of xs) {
          i[0] = i[0]! + x;
          i[1] = i[1]! - x;
          i[2] = Math.min(i[2]!, x - 50);
          i[3] = Math.max(i[3]!, x - 50);
          u[0] = (u[0]! | (1 << (x & 31))) >>> 0;
          u[1] = u[1]! ^ x;
          u[2] = u[2]! & x;
          u[3] = Math.max(u[3]!, (x - 50) >>> 0);
        }
        const sum = i.reduce((total, value, k) => (Math.imul(total, 31) + value + u[k]!) | 0, 0);
        return xs.map(() => sum);
      });
      check(kernels.get("fetch")!, n, expected);
    }
  });

  it("compare_and_flags", () => {
    // One wins the exchange, one sets the flag, four add two each.
    for (const n of values) check(kernels.get("compare_and_flags")!, n, Array(16).fill((101 + 8) * 10 + 1));
  });

  it("exchange_and_store", () => {
    for (const n of values)
      check(
        kernels.get("exchange_and_store")!,
        n,
        groups(n, (xs) => {
          // Work-item l gives its number and n to 3 - l, and adds what it finds there to its own place.
          const after = xs.map((_, l) => xs[3 - l]! + n + xs[3 - l]!);
          return xs.map((_, l) => after[l ^ 1]!);
        }),
      );
  });
});
