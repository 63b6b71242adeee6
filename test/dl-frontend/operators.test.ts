import { describe, expect, it } from "vitest";
import type { Stage } from "../../src/dl-frontend/quantise/plan.js";
import { runPlan } from "../../src/dl-frontend/quantise/run-plan.js";
import { runner } from "./models.js";
import { buildCase, OPERATOR_CASES } from "./operator-cases.js";

describe("single operators against onnxruntime", () => {
  it("are at least 150", () => {
    expect(OPERATOR_CASES.length).toBeGreaterThanOrEqual(150);
    expect(new Set(OPERATOR_CASES.map(({ name }) => name)).size).toBe(OPERATOR_CASES.length);
  });

  it.each(OPERATOR_CASES.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    const { plan, inputs, want } = await buildCase(each);
    expect(plan.stages.every(({ kind }) => kind === "npu")).toBe(true);
    const got = await runPlan(plan, inputs, { runner });
    for (const [name, { data, shape, type }] of want) {
      const own = got.get(name)!;
      expect(own.shape).toEqual(shape);
      const differences = Array.from(own.data as Int8Array, (q, k) => Math.abs(q - Number(data[k])));
      const largest = Math.max(...differences);
      if (type === "float32") {
        const [stage] = plan.stages as [Stage & { kind: "npu" }];
        expect(largest).toBeLessThanOrEqual(0.51 * stage.outputs[0]!.quantisation.scale);
        continue;
      }
      // Interpolation by matrices goes through int8 between the two axes.
      const most = each.sameSteps ? 0 : each.op === "Resize" ? 2 : 1;
      expect(largest).toBeLessThanOrEqual(most);
      // One step is for halves; where a result is rounded twice (interpolation by matrices) it is common.
      const twice = each.op === "Resize";
      expect(differences.filter((d) => d > 0).length).toBeLessThanOrEqual(
        Math.max(1, (twice ? 0.5 : 0.03) * differences.length),
      );
    }
  });
});
