/** Generated Verilog as other tools see it: Icarus elaborates it, Yosys finds it well formed, and it is the same every time. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NodeHost } from "../../../src/cli/node-host.js";
import { importKernels } from "../../../src/hls/import/import.js";
import { type GeneratedDesign, generateDesign } from "../../../src/hls/pipeline.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { loadBoard, loadFamily } from "../../../src/target/load.js";
import { elaborate } from "../../../src/tools/icarus.js";

const host = new NodeHost();
const folder = mkdtempSync(join(tmpdir(), "soff-design-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Loops, a table, every kind of memory unit, division, floats, a vector access. */
const source = `
__constant uchar table[16] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
__kernel void mixed(__global const float4 *a, __global int *in_place, __global float *out, int n, uint m) {
  size_t i = get_global_id(0);
  float sum = 0.0f;
  for (int k = 0; k < n; k++) {
    float4 v = a[i + k];
    if (v.x < 0.5f) continue;
    sum += v.x * v.y + v.z / v.w;
    if (sum > 100.0f) break;
  }
  out[i] = sum * table[i & 15];
  in_place[i] = in_place[i] % (int)(m | 1u) + (int)sum;
}
__kernel void nothing(void) {}
`;

async function generate(): Promise<GeneratedDesign> {
  const file = join(folder, "mixed.cl");
  writeFileSync(file, source);
  const { llvm } = await compileToLlvm(host, { file });
  const board = loadBoard(host, "u250");
  return generateDesign({
    kernels: importKernels(parseLlvm(llvm)),
    board,
    family: loadFamily(host, board.family),
    sources: ["mixed.cl"],
    host,
    // Every kind of module is there with two lanes already; more of them only take Yosys time.
    parallelism: { simd: [2, 1, 1], datapaths: 1 },
  });
}

describe("a generated design", () => {
  let first: GeneratedDesign;
  beforeAll(async () => {
    first = await generate();
    for (const [file, text] of first.files) host.writeFile(join(folder, file), text);
  });

  it("is the same, byte for byte, on every build", async () => {
    const second = await generate();
    expect([...second.files]).toEqual([...first.files]);
    expect(second.design).toEqual(first.design);
  });

  it("names the source's lines and values", () => {
    const text = first.files.get("rtl/mixed_top_datapath.v")!;
    expect(text).toMatch(/\/\/ .*mixed\.cl:9:/);
    expect(text).toMatch(/wire \[31:0\] sum_/);
    expect(text).toMatch(/loop at .*mixed\.cl:6:3: ring of at most \d+ tokens/);
  });

  it("describes its arguments, memory groups and accesses", () => {
    const kernel = first.design.kernels.find((k) => k.name === "mixed")!;
    expect(kernel.arguments.map((a) => a.name)).toEqual(["a", "in_place", "out", "n", "m"]);
    expect(new Set(kernel.arguments.slice(0, 3).map((a) => a.channel)).size).toBe(3);
    expect(kernel.accesses.map((a) => `${a.write ? "store" : "load"} ${a.argument} ${a.bytes}`).sort()).toEqual([
      "load a 16",
      "load in_place 4",
      "store in_place 4",
      "store out 4",
    ]);
  });

  it.each(["mixed", "nothing"])("is elaborated by Icarus without a warning: %s", async (name) => {
    const kernel = first.design.kernels.find((k) => k.name === name)!;
    const result = await elaborate(
      host,
      kernel.files.map((f) => join(folder, f)),
      kernel.topModule,
    );
    expect(result.warnings).toEqual([]);
  });

  it("is well formed for Yosys: no loops, no undriven or doubly driven signals", async () => {
    const kernel = first.design.kernels.find((k) => k.name === "mixed")!;
    const script = `read_verilog ${kernel.files.join(" ")}; hierarchy -check -top ${kernel.topModule}; proc; flatten; opt -fast; check -assert`;
    const result = await host.run("yosys", ["-q", "-p", script], { cwd: folder, timeoutMs: 280_000 });
    expect(`${result.stdout}${result.stderr}`.trim()).toBe("");
    expect(result.exitCode).toBe(0);
  });
});
