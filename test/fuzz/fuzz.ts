/**
 * Random kernels against PoCL and the simulated circuit. Where PoCL differs from the interpreter and Oclgrind is installed, it
 * is asked too: PoCL miscompiles some kernels with barriers in loops.
 *
 * npx tsx test/fuzz/fuzz.ts [--seed FIRST] [--runs N] [--no-pocl] [--circuit SEEDS] [--parallel X,Y,Z,P] [--interval N] [--stripes N] [--clang PATH] [--shrink] [--out DIR] [--print]
 *   --circuit 0,1   also simulates the Verilog: 0 without stalls, any other number with that stall seed
 *   --parallel 3,1,1,2  so many work-items of each dimension share a token, so many copies of the datapath; left out, the compiler chooses
 *   --interval 3        operations share operators: a token every three cycles
 *   --stripes 2     every buffer that can be is dealt out to so many channels of memory; left out, the compiler chooses
 *   --clang PATH    compiles with a native clang: several times faster than the one in WebAssembly
 *   --shrink        makes each failing program small and writes it to DIR (test/fuzz/found)
 *   --print         prints the programs instead of running them
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Parallelism } from "../../src/hls/simd/choose.js";
import { check, type Verdict } from "./check.js";
import { generate } from "./generate.js";
import { shrink } from "./shrink.js";
import { type Program, printProgram } from "./syntax.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "0" },
    runs: { type: "string", default: "100" },
    pocl: { type: "boolean", default: true },
    circuit: { type: "string", default: "" },
    parallel: { type: "string" },
    interval: { type: "string" },
    stripes: { type: "string" },
    clang: { type: "string" },
    shrink: { type: "boolean", default: false },
    out: { type: "string", default: join(dirname(fileURLToPath(import.meta.url)), "found") },
    print: { type: "boolean", default: false },
  },
  allowNegative: true,
});
const options = {
  pocl: values.pocl,
  circuit: values.circuit ? values.circuit.split(",").map(Number) : [],
  ...(values.parallel ? { parallelism: parallelismOf(values.parallel) } : {}),
  ...(values.interval ? { interval: Number(values.interval) } : {}),
  ...(values.stripes ? { stripes: Number(values.stripes) } : {}),
  ...(values.clang ? { clang: values.clang } : {}),
};
const BATCH = 25;

function parallelismOf(text: string): Parallelism {
  const [x = 1, y = 1, z = 1, datapaths = 1] = text.split(",").map(Number);
  return { simd: [x, y, z], datapaths };
}

/** The same kind of failure: numbers and names in the text may change while the program shrinks. */
function signature(verdict: Verdict): string {
  if (verdict.kind === "same") return verdict.alone ? "same, PoCL alone differs" : "same";
  if (verdict.kind === "differs") return `differs ${verdict.stage}`;
  return `failed ${verdict.stage} ${verdict.detail.replaceAll(/[\d"'].*/gs, "")}`;
}

async function reduce(program: Program, verdict: Verdict): Promise<Program> {
  const wanted = signature(verdict);
  return shrink(program, async (candidate) => signature((await check([candidate], options))[0]!) === wanted);
}

const first = Number(values.seed);
const last = first + Number(values.runs);
const counts = new Map<string, number>();
for (let seed = first; seed < last; seed += BATCH) {
  const programs = Array.from({ length: Math.min(BATCH, last - seed) }, (_, k) => generate(seed + k));
  if (values.print) {
    for (const program of programs) console.log(`// seed ${program.seed}\n${printProgram(program)}`);
    continue;
  }
  for (const [k, verdict] of (await check(programs, options)).entries()) {
    const name = signature(verdict);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (verdict.kind === "same") continue;
    console.log(`seed ${seed + k}: ${verdict.kind} at ${verdict.stage}: ${verdict.detail.slice(0, 300)}`);
    if (!values.shrink) continue;
    const small = await reduce(programs[k]!, verdict);
    mkdirSync(values.out, { recursive: true });
    const head = `// seed ${seed + k}: ${verdict.kind} at ${verdict.stage}: ${verdict.detail.split("\n")[0]!.slice(0, 200)}\n`;
    writeFileSync(join(values.out, `seed-${seed + k}.cl`), head + printProgram(small));
    writeFileSync(join(values.out, `seed-${seed + k}.json`), `${JSON.stringify(small)}\n`);
    console.log(printProgram(small));
  }
}
for (const [name, count] of counts) console.log(`${count} x ${name}`);
process.exitCode = [...counts.keys()].every((name) => name.startsWith("same")) ? 0 : 5;
