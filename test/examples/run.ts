/** `soff run --check` of an example, as a call. */
import { type RunReport, runKernel } from "../../src/flow/run.js";
import type { Host } from "../../src/support/host.js";
import type { ExampleLaunch } from "./examples.js";

export async function runExample(host: Host, launch: ExampleLaunch, stallSeed?: number): Promise<RunReport> {
  const { report } = await runKernel(host, {
    target: launch.file,
    kernel: launch.kernel,
    compile: launch.compile,
    global: launch.global,
    ...(launch.local ? { local: launch.local } : {}),
    ...(launch.offset ? { offset: launch.offset } : {}),
    arguments: launch.args,
    engine: "rtl",
    check: true,
    ...(stallSeed === undefined ? {} : { stallSeed }),
  });
  return report;
}
