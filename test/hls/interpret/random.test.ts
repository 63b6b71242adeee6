/** The interpreter against the naive executor on random kernels. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import { expectSameMemory } from "../agreement.js";
import { runNaively } from "../naive.js";
import { randomKernel, randomLaunch } from "../random-kernel.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 60);

describe("interpret", () => {
  it.each([
    { types: "datapath types", simple: true },
    { types: "all types", simple: false },
  ])("agrees with a naive executor on random kernels of $types", ({ simple }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 120 }), (seed, size) => {
        const kernel = randomKernel(seed, size, { simple });
        verifyKernel(kernel);
        const launch = randomLaunch(seed);
        expectSameMemory(kernel, launch, runNaively(kernel, launch));
      }),
      { numRuns: runs },
    );
  });
});
