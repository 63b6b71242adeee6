/**
 * Text in, text out: `PASS/NAME.ir` after PASS, fold and dce is `PASS/NAME.out.ir`. After a change on purpose,
 * SOFF_UPDATE_GOLDEN=1 writes the new texts: read them before committing.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { printKernel } from "../../../src/hls/ir/print.js";
import { allPasses } from "../../../src/hls/passes/index.js";
import { runPasses } from "../../../src/hls/passes/pass.js";

const here = import.meta.dirname;
/** Some passes leave work for others; their texts are read better after it. */
const after: Readonly<Record<string, readonly string[]>> = { narrow: ["fold", "dce"], fold: ["dce"], "range-fold": [] };
const passNamed = (name: string) => allPasses.find((pass) => pass.name === name)!;

describe("golden texts", () => {
  for (const pass of allPasses) {
    const folder = join(here, pass.name);
    const inputs = readdirSync(folder).filter((file) => file.endsWith(".ir") && !file.endsWith(".out.ir"));
    it(`has texts for ${pass.name}`, () => expect(inputs).not.toEqual([]));
    it.each(inputs)(`${pass.name}: %s`, (file) => {
      const passes = [pass, ...(after[pass.name] ?? []).map(passNamed)];
      const text = printKernel(runPasses(parseKernel(readFileSync(join(folder, file), "utf8"), file), passes));
      const path = join(folder, file.replace(/\.ir$/, ".out.ir"));
      if (process.env.SOFF_UPDATE_GOLDEN) writeFileSync(path, text);
      expect(text).toBe(readFileSync(path, "utf8"));
    });
  }
});
