/** Real bitstreams with the real tools: one for ECP5, one for iCE40, of the smallest kernel there is. The rest is bench/boards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";
import { checkFit } from "../../src/flow/fit.js";
import type { SoffError } from "../../src/support/errors.js";
import { loadBoard } from "../../src/target/load.js";

const host = new NodeHost();
const scratch = mkdtempSync(join(tmpdir(), "soff-bitstream-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Clock that must be reached at least, MHz. The flow may lower a board's clock, but not below this. */
const LEAST: Readonly<Record<string, number>> = { "ulx3s-85f": 40, "ice40-hx8k": 35.9 };

describe("bitstreams", () => {
  it.each(Object.keys(LEAST))("%s: the clock is met", { timeout: 1_200_000 }, async (board) => {
    const source = join(scratch, "fill.cl");
    host.writeFile(source, "__kernel void fill(__global int *x) { x[get_global_id(0)] = get_global_id(0); }");
    const folder = join(scratch, board);
    const { report } = await buildToFolder(host, {
      files: [source],
      board,
      kernels: [],
      compile: {},
      until: "bitstream",
      folder,
    });
    const made = report.kernels[0]!.implementation!;
    expect(made.achievedMHz).toBeGreaterThanOrEqual(made.wantedMHz);
    expect(made.wantedMHz).toBeGreaterThanOrEqual(LEAST[board]!);
    const bytes = host.readFile(join(folder, made.bitstream!));
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0x00]);
    expect(bytes.length).toBeGreaterThan(50_000);
  });
});

describe("fit", () => {
  it("names every resource that lacks, and by how much", () => {
    const board = loadBoard(host, "icebreaker");
    const area = { lut: 10_560, ff: 100, dsp: 81, bram: 30, uram: 4 };
    try {
      checkFit(board, { name: "conv" }, area);
      expect.unreachable();
    } catch (error) {
      const [{ code, message } = { code: "", message: "" }] = (error as SoffError).diagnostics;
      expect(code).toBe("build/does-not-fit");
      expect(message).toContain("10,560 lookup tables of 5,280 (200 %)");
      expect(message).toContain("81 DSP blocks of 8");
      expect(message).not.toContain("block RAMs");
    }
    expect(() => checkFit(board, { name: "conv" }, { ...area, lut: 5280, dsp: 8 })).not.toThrow();
  });
});
