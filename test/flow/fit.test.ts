/** Kernels that are folded: built again until they fit, and right when operators are shared. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import { checkFit, foldedUntilItFits } from "../../src/flow/fit.js";
import { runKernel } from "../../src/flow/run.js";
import { loadBoard } from "../../src/target/load.js";

const host = new NodeHost();
const board = loadBoard(host, "icebreaker");
const scratch = mkdtempSync(join(tmpdir(), "soff-fit-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A build of one kernel with `operations` alike; the rest of it takes 3,000 LUTs, each operator 600. */
function attempts(operations: number) {
  const tried: (number | undefined)[] = [];
  const attempt = async (interval: (kernel: string) => number | undefined) => {
    tried.push(interval("k"));
    const turns = Math.min(interval("k") ?? 1, operations);
    const lut = 3000 + 600 * Math.ceil(operations / turns);
    checkFit(board, turns > 1 ? { name: "k", turns } : { name: "k" }, { lut, ff: 0, dsp: 0, bram: 0, uram: 0 });
    return lut;
  };
  return { tried, attempt };
}

describe("a kernel that does not fit", () => {
  it("is built again with operators shared by twice as many operations", async () => {
    const { tried, attempt } = attempts(12);
    expect(await foldedUntilItFits(host, attempt)).toBe(3000 + 600 * 3);
    expect(tried).toEqual([undefined, 2, 4]);
  });

  it("is built again with four times as many when it is more than twice too large", async () => {
    const { tried, attempt } = attempts(20);
    expect(await foldedUntilItFits(host, attempt)).toBe(3000 + 600 * 3);
    expect(tried).toEqual([undefined, 4, 8]);
  });

  it("is refused when nothing more can be shared, with the figures of the smallest", async () => {
    const { tried, attempt } = attempts(3);
    const tooLarge = async (interval: (kernel: string) => number | undefined) => {
      await attempt(interval);
      const turns = Math.min(interval("k") ?? 1, 3);
      checkFit(board, { name: "k", turns }, { lut: 6000, ff: 0, dsp: 0, bram: 0, uram: 0 });
    };
    await expect(foldedUntilItFits(host, tooLarge)).rejects.toThrow(
      "k does not fit icebreaker: it takes 6,000 lookup tables of 5,280 (114 %), with operators shared by up to 3 operations",
    );
    expect(tried).toEqual([undefined, 2, 4, 6]);
  });

  it("other failures are passed on at once", async () => {
    let calls = 0;
    await expect(
      foldedUntilItFits(host, async () => {
        calls++;
        throw new Error("broken");
      }),
    ).rejects.toThrow("broken");
    expect(calls).toBe(1);
  });
});

describe("shared operators", () => {
  const taps = [-1, 0, 1].flatMap((j) =>
    [-1, 0, 1].map((i) => `in[(y + ${j}) * w + x + ${i}] * k${(j + 1) * 3 + i + 1}`),
  );
  const source = `__kernel void conv(__global const double *in, __global double *out, int w) {
  const double k0 = 0.5, k1 = -1.25, k2 = 3.0, k3 = 0.1, k4 = 7.7, k5 = 1e-3, k6 = -2.5, k7 = 9.0, k8 = 0.3;
  int x = get_global_id(0) + 1, y = get_global_id(1) + 1;
  out[(y - 1) * (w - 2) + x - 1] = ${taps.join(" + ")};
}
`;

  it("give the same bytes: a 3x3 convolution in double with one multiplier and one adder", async () => {
    const file = join(scratch, "conv.cl");
    host.writeFile(file, source);
    const folder = join(scratch, "conv");
    const request = { files: [file], board: "icebreaker", kernels: [], compile: {}, until: "rtl", folder } as const;
    const { built, report } = await buildToFolder(host, { ...request, interval: () => 100 });
    // More turns than operations are of no use: nine products, or what fused multiply-add leaves of them.
    expect(report.kernels[0]!.turns).toBeLessThanOrEqual(9);
    expect(report.kernels[0]!.turns).toBeGreaterThanOrEqual(8);
    const verilog = [...built.files].find(([path]) => path.endsWith("_datapath.v"))![1];
    const count = (module: string) => verilog.split(`${module} #`).length - 1;
    expect(count("soff_fp_mul") + count("soff_fp_fma") + count("soff_fp_add")).toBeLessThanOrEqual(3);
    for (const stallSeed of [undefined, 3]) {
      const { report: run } = await runKernel(host, {
        target: folder,
        compile: {},
        global: [6, 4],
        arguments: ["rand:float64:56:1", "zeros:float64:24", "8"],
        engine: "rtl",
        check: true,
        ...(stallSeed === undefined ? {} : { stallSeed }),
      });
      expect(run.check).toEqual({ mismatches: 0 });
      // A token an interval at best.
      expect(run.bound!.compute).toBeGreaterThanOrEqual(24 * 8);
      expect(run.cycles!).toBeGreaterThanOrEqual(run.bound!.compute);
    }
  }, 300_000);
});
