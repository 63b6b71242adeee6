/** Random operations and networks on the RTL of a small NPU: every layer equals the integer executor, element by element. */
import { describe, expect, it } from "vitest";
import type { IntegerGraph } from "../../src/dl-frontend/integer/graph.js";
import { compileGraph } from "../../src/npu-gen/compile/compile.js";
import { UnsupportedError } from "../../src/support/errors.js";
import { OPERATION_KINDS, randomNetwork, randomOperation } from "../dl-frontend/random-graph.js";
import { differences, smallNpu } from "./machine.js";

describe.each(OPERATION_KINDS)("%s on the circuit", (kind) => {
  it("equals the executor", { timeout: 300_000 }, async () => {
    for (let seed = 1; seed <= 8; seed++) {
      expect(await differences(randomOperation(kind, seed), seed), `seed ${seed}`).toEqual([]);
    }
  });
});

describe("random networks on the circuit", () => {
  it("equal the executor layer by layer", { timeout: 300_000 }, async () => {
    for (let seed = 1; seed <= 12; seed++)
      expect(await differences(randomNetwork(seed), seed), `seed ${seed}`).toEqual([]);
  });

  it("do not depend on the memory's pace", { timeout: 300_000 }, async () => {
    for (let seed = 31; seed <= 36; seed++) {
      expect(await differences(randomNetwork(seed), seed, seed), `seed ${seed}`).toEqual([]);
    }
  });
});

describe("with less memory than the tensors need", () => {
  /** A share of the words that everything would need, and how many tensors then live in DRAM. */
  const cramped = (graph: IntegerGraph, share: number): { capacity: number; spilled: number } => {
    const options = { keepAll: true, moveAll: true };
    const capacity = Math.floor(compileGraph(graph, smallNpu, options).words * share);
    const { words, spilled } = compileGraph(graph, smallNpu, { ...options, capacity });
    expect(words).toBeLessThanOrEqual(capacity);
    return { capacity, spilled };
  };

  it("networks go through DRAM box by box and equal the executor", { timeout: 300_000 }, async () => {
    for (const [seed, share] of [
      [1, 0.3],
      [2, 0.15],
      [3, 0.15],
      [6, 0.15],
      [7, 0.5],
      [8, 0.15],
    ] as const) {
      const graph = randomNetwork(seed, 8, [30, 60]);
      const { capacity, spilled } = cramped(graph, share);
      expect(spilled).toBeGreaterThan(0);
      expect(await differences(graph, seed, seed % 2, { capacity }), `seed ${seed}`).toEqual([]);
    }
  });

  it("single operations do as well", { timeout: 300_000 }, async () => {
    let streamed = 0;
    for (const kind of OPERATION_KINDS)
      for (let seed = 1; seed <= 5; seed++) {
        const graph = randomOperation(kind, seed);
        try {
          const { capacity } = cramped(graph, 0.7);
          streamed++;
          expect(await differences(graph, seed, 0, { capacity }), `${kind}, seed ${seed}`).toEqual([]);
        } catch (error) {
          // A few words cannot be cut further.
          if (!(error instanceof UnsupportedError)) throw error;
        }
      }
    expect(streamed).toBeGreaterThan(25);
  });

  it("means of images add up strip by strip", { timeout: 300_000 }, async () => {
    const quantisation = { scale: 0.1, zeroPoint: 7 };
    const [channels, height, width] = [20, 30, 40];
    const taps = height * width;
    const graph: IntegerGraph = {
      name: "mean",
      tensors: [
        { id: 0, name: "x", shape: [1, channels, height, width], quantisation },
        { id: 1, name: "table", shape: [1, channels, height, width], quantisation },
        { id: 2, name: "y", shape: [1, channels, 1, 1], quantisation },
      ],
      operations: [
        { kind: "lookup", name: "l", input: 0, output: 1, table: Int8Array.from({ length: 256 }, (_, q) => 37 * q) },
        {
          kind: "average-pool",
          name: "m",
          input: 1,
          output: 2,
          window: { kernel: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] },
          countPadding: false,
          requantise: {
            rounding: "half-even",
            multiplier: Int32Array.from({ length: taps }, (_, k) => Math.round((20 * 2 ** 18) / (k + 1))),
            shift: new Uint8Array(taps).fill(18),
            zeroPoint: 7,
            low: -128,
            high: 127,
          },
        },
      ],
      inputs: [0],
      outputs: [2],
    };
    expect(compileGraph(graph, smallNpu, { capacity: 300 }).spilled).toBeGreaterThan(0);
    expect(await differences(graph, 1, 0, { capacity: 300 })).toEqual([]);
  });

  it("what cannot be cut small enough is refused", () => {
    expect(() => compileGraph(randomNetwork(1), smallNpu, { capacity: 16 })).toThrow(UnsupportedError);
  });
});
