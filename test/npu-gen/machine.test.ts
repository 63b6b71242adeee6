/** Random operations and networks on the RTL of a small NPU: every layer equals the integer executor, element by element. */
import { describe, expect, it } from "vitest";
import { OPERATION_KINDS, randomNetwork, randomOperation } from "../dl-frontend/random-graph.js";
import { differences } from "./machine.js";

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
