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

describe("circuit = interpreter", () => {
  it.concurrent.each(exampleNames())("%s, plain and stalled at random", async (name) => {
    const launch = loadExample(name)[0]!;
    expect((await runExample(host, launch)).check).toEqual(clean);
    expect((await runExample(host, launch, 1)).check).toEqual(clean);
  });
});
