/** Lines that stores have filled leave before the flush, and the flush does not take them once more. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../../src/cli/node-host.js";
import { runKernel } from "../../../src/flow/run.js";

const folder = mkdtempSync(join(tmpdir(), "soff-early-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a kernel that only writes its buffer", () => {
  it("writes every byte once, whatever line is the last to leave early", async () => {
    const file = join(folder, "next.cl");
    writeFileSync(
      file,
      "__kernel void next(__global const double *x, __global double *y, int n) { int i = get_global_id(0); if (i < n) y[i] = x[i] + 1.0; }",
    );
    // A write beyond the buffers ends the run with an error.
    for (const n of [16, 40, 64, 90, 200]) {
      const { report } = await runKernel(new NodeHost(), {
        target: file,
        compile: {},
        global: [n],
        arguments: [`rand:float64:${n}:3`, `zeros:float64:${n}`, `${n}`],
        engine: "rtl",
        check: true,
      });
      expect(report.check).toEqual({ mismatches: 0 });
      expect(report.bytesWritten).toBe(8 * n);
    }
  });
});
