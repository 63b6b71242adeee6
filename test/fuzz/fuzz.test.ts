/**
 * A few random kernels against PoCL, always the same ones, and every program that once failed
 * (`found/`, written by `fuzz.ts --shrink`). The long runs are started by hand: see fuzz.ts.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { poclMissing } from "../pocl/pocl.js";
import { check } from "./check.js";
import { generate } from "./generate.js";
import { shrink } from "./shrink.js";
import { type Program, printProgram } from "./syntax.js";

const missing = await poclMissing();
if (missing && process.env.SOFF_REQUIRE_POCL) throw new Error(missing);

const found = join(dirname(fileURLToPath(import.meta.url)), "found");
const names = existsSync(found) ? readdirSync(found).filter((name) => name.endsWith(".json")) : [];
const options = { pocl: missing === undefined, circuit: [] };

describe("generator", () => {
  it("gives the same program for the same seed, and another for another", () => {
    expect(printProgram(generate(7))).toBe(printProgram(generate(7)));
    expect(printProgram(generate(7))).not.toBe(printProgram(generate(8)));
  });

  it("shrinks to what matters", async () => {
    const small = await shrink(generate(12), async (program) => printProgram(program).includes("float v"), 5000);
    expect(small.body).toHaveLength(1);
    expect(small.functions).toHaveLength(0);
    expect(small.arguments).toHaveLength(0);
  });
});

describe("random kernels", () => {
  it.skipIf(missing)("agree with PoCL", async () => {
    const programs = [101, 102, 103, 104, 105, 106].map(generate);
    const verdicts = await check(programs, options);
    expect(verdicts.map((verdict, k) => ({ seed: programs[k]!.seed, ...verdict }))).toEqual(
      programs.map(({ seed }) => ({ seed, kind: "same" })),
    );
  });

  it.each(names)("%s, which once failed", async (name) => {
    const program = JSON.parse(readFileSync(join(found, name), "utf8")) as Program;
    expect(await check([program], { ...options, circuit: [1] })).toEqual([{ kind: "same" }]);
  });
});
