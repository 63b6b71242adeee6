/** Decoupled loops as Verilog: what they do not need leaves no loose ends. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../../src/cli/node-host.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { generateDesign } from "../../../src/hls/pipeline.js";
import { loadBoard, loadFamily } from "../../../src/target/load.js";

const host = new NodeHost();
const folder = mkdtempSync(join(tmpdir(), "soff-decoupled-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A loop over o[0 … n) that sums up or stores as it goes; what is stored after it goes where the work-item's id says if `after` is set. */
function kernelOf(name: string, after: boolean, sum: boolean): Kernel {
  return parseKernel(`
kernel ${name} {
  param o "int*" buffer bytes 8 values %0.o: ptr @ 0
  param p "int*" buffer bytes 8 values %1.p: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %2.n: i32 @ 0
b0:
  %3 = workitem i64 global_id 0
  %15 = shl i64 %3, 2
  br b1
b1:
  %4.k = phi i32 [b0: 0, b1: %5]
  %6.s = phi i32 [b0: 0, b1: %7]
  %8 = sext i32 %4 to i64
  %9 = shl i64 %8, 2
  %10 = ptradd ptr %0, %9
  %11 = load i32 %10 align 4
  %7 = add i32 ${sum ? "%6" : "%4"}, %11
  %12 = ptradd ptr %1, %9
  ${sum ? "" : "store i32 %7 to %12 align 4"}
  %5 = add i32 %4, 1
  %13 = icmp slt i32 %5, %2
  condbr %13, b1, b2
b2:
  %14 = ptradd ptr %1, ${after ? "%15" : "4"}
  store i32 ${sum ? "%7" : "%2"} to %14 align 4
  ret
}
`);
}

describe("a decoupled loop is clean Verilog", () => {
  it.each([
    ["nothing_parked", false, false],
    ["only_a_sum", false, true],
    ["parked_for_after", true, true],
  ] as const)("%s", (name, after, sum) => {
    const board = loadBoard(host, "u250");
    const { design, files } = generateDesign({
      kernels: [kernelOf(name, after, sum)],
      board,
      family: loadFamily(host, board.family),
      sources: [],
      host,
      parallelism: { simd: [1, 1, 1], datapaths: 1 },
    });
    const kernel = design.kernels[0]!;
    expect(kernel.loops[0]!.ahead, "the loop is decoupled").toBeDefined();
    for (const [file, text] of files) {
      mkdirSync(dirname(join(folder, name, file)), { recursive: true });
      writeFileSync(join(folder, name, file), text);
    }
    const flags = ["--lint-only", "-Wall", "-DSOFF_SIM", "--top-module", kernel.topModule];
    execFileSync("verilator", [...flags, ...kernel.files], { cwd: join(folder, name), encoding: "utf8" });
  });
});
