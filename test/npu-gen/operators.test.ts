/** Single-operator models (strides, pads, groups, odd sizes, ranks): the RTL of a small NPU equals the integer executor. */
import { describe, expect, it } from "vitest";
import { toInteger } from "../../src/dl-frontend/quantise/run-plan.js";
import { buildCase, OPERATOR_CASES } from "../dl-frontend/operator-cases.js";
import { differencesOn } from "./machine.js";

const operators = [...new Set(OPERATOR_CASES.map((c) => c.op))];

describe.each(operators)("%s on the circuit", (op) => {
  it("equals the executor in every case", { timeout: 300_000 }, async () => {
    for (const operator of OPERATOR_CASES.filter((c) => c.op === op)) {
      const { plan, inputs } = await buildCase(operator);
      for (const stage of plan.stages) {
        if (stage.kind !== "npu") continue;
        const operands = new Map(stage.inputs.map((p) => [p.tensor, toInteger(p, inputs.get(p.value)!)]));
        expect(await differencesOn(stage.graph, operands), operator.name).toEqual([]);
      }
    }
  });
});
