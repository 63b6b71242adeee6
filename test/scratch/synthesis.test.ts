/** soff_scratch and its parts with other parameters than their defaults in each tool, and its banks as block RAM. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { libraryClosure } from "../../src/rtl/library.js";
import { host } from "../memory/verilate.js";
import { ATOMIC, kindsOf, LOAD, STORE } from "./rig.js";

const folder = join(host.packageRoot, "templates/verilog");

async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await host.run(program, args, { cwd: folder, timeoutMs: 300_000 });
  if (result.notFound) throw new Error(`${program} is not installed`);
  const said = `${result.stdout}${result.stderr}`.trim();
  return result.exitCode === 0 ? said : `exit code ${result.exitCode}\n${said}`;
}

type Values = Readonly<Record<string, number>>;

const variants: Readonly<Record<string, readonly Values[]>> = {
  soff_atomic_alu: [
    { WIDTH: 64 },
    { WIDTH: 64, FADD: 1 },
    { FADD: 1 },
    { WIDTH: 64, FADD: 2 },
    { WIDTH: 64, FADD: 3, LATENCY: 4 },
  ],
  soff_scratch_hash: [{ BANK_W: 1 }, { BANK_W: 5, WORD_W: 11 }, { BANK_W: 8, WORD_W: 8 }],
  soff_scratch_pick: [{ DATA_BYTES: 4 }, { DATA_BYTES: 128, GRAIN_LOG: 0, LANE_W: 7 }],
  soff_scratch_place: [{ DATA_BYTES: 4 }, { DATA_BYTES: 128, GRAIN_LOG: 0, LANE_W: 7 }],
  soff_scratch_turns: [{ N: 1 }, { N: 7 }],
  soff_scratch_ram: [{ BYTES: 1, DEPTH: 1 }, { BYTES: 64 }],
  soff_scratch_bank: [
    { ATOMICS: 1 },
    { STORES: 0 },
    { STORES: 0, ATOMICS: 1 },
    { ATOMICS: 1, FADD: 1, DATA_BYTES: 32, LANE_W: 3, ALU_LATENCY: 7 },
  ],
};
const kinds: readonly (readonly [clients: readonly number[], parameters: Values])[] = [
  [[LOAD], { BANKS: 1 }],
  [[STORE], {}],
  [[ATOMIC], { BANKS: 1 }],
  [[LOAD, STORE, ATOMIC], {}],
  [[LOAD, STORE, ATOMIC], { FADD: 1, DATA_BYTES: 16, GRAIN_BYTES: 1 }],
  [[LOAD, STORE], { DATA_BYTES: 128, GRAIN_BYTES: 128, BANKS: 8, ADDR_W: 32 }],
  [[LOAD, STORE], { BYTES: 4, ADDR_W: 2, BANKS: 2 }],
  [[STORE, LOAD], { BYTES: 100, DATA_BYTES: 1, GRAIN_BYTES: 1, ADDR_W: 7 }],
];
const all: { module: string; list: readonly (readonly [name: string, value: string])[] }[] = [
  ...Object.entries(variants).flatMap(([module, sets]) =>
    sets.map((set) => ({ module, list: Object.entries(set).map(([n, v]) => [n, String(v)] as const) })),
  ),
  ...kinds.map(([clients, set]) => {
    const list = Object.entries({ N: clients.length, ATOMICS: clients.includes(ATOMIC) ? 1 : 0, ...set });
    const word = `${2 * clients.length}'d${kindsOf(clients)}`;
    return {
      module: "soff_scratch",
      list: [...list.map(([n, v]) => [n, String(v)] as const), ["KINDS", word] as const],
    };
  }),
];

it.each(all)("$module $list has no warning", async ({ module, list }) => {
  const verilator = ["--lint-only", "-Wall", "-y", ".", "--top-module", module, `${module}.v`];
  verilator.push(...list.map(([name, value]) => `-G${name}=${value}`));
  expect(await output("verilator", verilator)).toBe("");
  expect(await output("verilator", ["-DSOFF_SIM", ...verilator])).toBe("");
  const icarus = ["-g2005", "-Wall", "-tnull", "-y", ".", "-s", module, `${module}.v`];
  icarus.push(...list.map(([name, value]) => `-P${module}.${name}=${value.replace(/^\d+'d/, "")}`));
  expect(await output("iverilog", icarus)).toBe("");
});

it("Yosys, UltraScale+: each bank is one block RAM with byte enables, and nothing of it becomes flip-flops", async () => {
  const files = [...libraryClosure(host, ["soff_scratch"]).keys()].join(" ");
  const script = [
    `read_verilog ${files}`,
    "chparam -set N 3 -set KINDS 6'd36 -set ATOMICS 1 -set BYTES 32768 -set ADDR_W 15 -set DATA_BYTES 8 soff_scratch",
    "synth_xilinx -family xcup -top soff_scratch -flatten -run :map_ffram",
    "stat",
  ];
  const text = await output("yosys", ["-p", script.join("; ")]);
  // Verilator and Icarus do not mind names that Yosys cannot resolve.
  expect(text).not.toMatch(/implicitly declared|no driver/);
  const stat = text.slice(text.lastIndexOf("Number of memories"));
  expect(stat).toMatch(/Number of memories: +0\n/);
  // 32 KiB are eight blocks of 4 KiB.
  expect(stat).toMatch(/RAMB36E2 +8\n/);
  expect(stat).not.toMatch(/RAM\d+[XM]/);
});
