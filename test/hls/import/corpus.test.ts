import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { printKernel } from "../../../src/hls/ir/print.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import { compile } from "./compile.js";

const folder = fileURLToPath(new URL("./corpus/", import.meta.url));
const files = readdirSync(folder).sort();

/** Kernels in the style of the public suites: each must come through the front end whole. */
describe.each(files)("corpus %s", (file) => {
  const source = readFileSync(`${folder}${file}`, "utf8");
  const names = [...source.matchAll(/__kernel void (\w+)/g)].map((match) => match[1]!);
  let kernels: ReadonlyMap<string, Kernel>;
  beforeAll(async () => {
    kernels = new Map(importKernels(await compile(source, { file })).map((kernel) => [kernel.name, kernel]));
  });

  it.each(names)("%s", (name) => {
    const kernel = kernels.get(name)!;
    verifyKernel(kernel);
    const text = printKernel(kernel);
    expect(printKernel(parseKernel(text))).toBe(text);
    const loads = kernel.blocks
      .flatMap((block) => block.instructions)
      .filter((inst) => inst.op === "load" || inst.op === "store");
    expect(loads.length).toBeGreaterThan(0);
    for (const { span } of loads) expect([span.file, span.line > 0]).toEqual([file, true]);
  });
});
