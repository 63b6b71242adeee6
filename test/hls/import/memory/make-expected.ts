/** Writes expected.json with PoCL's results, which take PoCL a minute. Run with `npx tsx` after a change of the kernels. */
import { writeFileSync } from "node:fs";
import { runOnPocl } from "../../../pocl/pocl.js";
import { expectedFile, kernelsIn, launchOf, sourceOf, values } from "./launch.js";

const expected: Record<string, Record<string, Record<string, number[]>>> = {};
for (const file of ["private.cl", "local.cl"]) {
  const source = sourceOf(file);
  const jobs = kernelsIn(source).flatMap((name) => values.map((n) => ({ name, n })));
  const results = await runOnPocl(
    jobs.map(({ name, n }) => ({ source, file, options: ["-cl-std=CL1.2"], launch: launchOf(name, n) })),
    120_000,
  );
  const byKernel: Record<string, Record<string, number[]>> = {};
  jobs.forEach(({ name, n }, k) => {
    const result = results[k]!;
    if (!result.ok) throw new Error(`${name}: ${result.error}`);
    const kernel = byKernel[name] ?? {};
    byKernel[name] = kernel;
    kernel[n] = [...new Int32Array(result.buffers[0]!.slice().buffer)];
  });
  expected[file] = byKernel;
}
const text = JSON.stringify(expected, null, 1).replace(/\[[^\]]*\]/g, (list) => list.replace(/\s+/g, " "));
writeFileSync(expectedFile, `${text}\n`);
