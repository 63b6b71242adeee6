/** A few random kernels on the simulated circuit with stalls, always the same ones: as the interpreter has them. Half of them without lanes and copies. */
import { describe, expect, it } from "vitest";
import { check } from "./check.js";
import { generate } from "./generate.js";

const kernels = 30;

describe("random kernels", () => {
  it.concurrent.each(Array.from({ length: kernels }, (_, k) => 300 + k))(
    "circuit = interpreter under stalls: seed %d",
    async (seed) => {
      // Every third with shared operators, every other of the rest without lanes and copies.
      const alone = { parallelism: { simd: [1, 1, 1], datapaths: 1 } as const };
      const variant = seed % 3 === 0 ? { interval: 2 + (seed % 7) } : seed % 2 ? alone : {};
      const options = { pocl: false, circuit: [1 + (seed % 7)], ...variant };
      expect(await check([generate(seed)], options)).toEqual([{ kind: "same" }]);
    },
  );
});
