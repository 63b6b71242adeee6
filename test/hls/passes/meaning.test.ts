/** Passes keep the meaning of random kernels, and leave kernels that verify. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printKernel } from "../../../src/hls/ir/print.js";
import { allPasses, kernelPasses } from "../../../src/hls/passes/index.js";
import { type Pass, runPasses } from "../../../src/hls/passes/pass.js";
import { expectSameMemory, memoryAfter } from "../agreement.js";
import { randomKernel, randomLaunch } from "../random-kernel.js";

const runs = Number(process.env.SOFF_FUZZ_RUNS ?? 25);

describe("interpret(before) = interpret(after)", () => {
  const suites: readonly { name: string; passes: readonly Pass[] }[] = [
    ...allPasses.map((pass) => ({ name: pass.name, passes: [pass] })),
    { name: "all passes in order", passes: kernelPasses },
  ];
  it.each(suites)("$name", ({ passes }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 120 }),
        fc.boolean(),
        (seed, size, simple) => {
          const kernel = randomKernel(seed, size, { simple });
          const launch = randomLaunch(seed);
          expectSameMemory(runPasses(kernel, passes), launch, memoryAfter(kernel, launch));
        },
      ),
      { numRuns: runs },
    );
  });

  it("is the same kernel on every run", () => {
    const texts = [0, 1].map(() => printKernel(runPasses(randomKernel(5, 100), kernelPasses)));
    expect(texts[0]).toBe(texts[1]);
  });
});
