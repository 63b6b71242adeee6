import { describe, expect, it } from "vitest";
import { executeInteger } from "../../src/dl-frontend/integer/execute.js";
import { verifyIntegerGraph } from "../../src/dl-frontend/integer/verify.js";
import { naiveExecute } from "./naive-execute.js";
import { OPERATION_KINDS, randomInputs, randomNetwork, randomOperation } from "./random-graph.js";

describe("random integer graphs", () => {
  it.each(OPERATION_KINDS)("%s: sound, and the executor agrees with the definition", (kind) => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = randomOperation(kind, seed);
      expect(verifyIntegerGraph(graph)).toEqual([]);
      const inputs = randomInputs(graph, seed);
      expect(executeInteger(graph, inputs), `seed ${seed}`).toEqual(naiveExecute(graph, inputs));
    }
  });

  it("networks are sound and run", () => {
    for (let seed = 0; seed < 20; seed++) {
      const graph = randomNetwork(seed);
      expect(verifyIntegerGraph(graph)).toEqual([]);
      const inputs = randomInputs(graph, seed);
      expect(executeInteger(graph, inputs), `seed ${seed}`).toEqual(naiveExecute(graph, inputs));
    }
  });
});
