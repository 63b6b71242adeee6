/**
 * The simulated circuit against the interpreter: one launch of every example, plain and with stalls.
 * `bench/kernels` does the same for every launch and five stall seeds.
 */
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { exampleNames, loadExample } from "./examples.js";
import { runExample } from "./run.js";

const host = new NodeHost();
const clean = { mismatches: 0 };

describe.each(exampleNames())("circuit = interpreter: %s", (name) => {
  const launch = loadExample(name)[0]!;

  it(`${launch.kernel}, ${launch.name}`, async () => {
    expect((await runExample(host, launch)).check).toEqual(clean);
  });

  it(`${launch.kernel}, ${launch.name}, stalled at random`, async () => {
    expect((await runExample(host, launch, 1)).check).toEqual(clean);
  });
});
