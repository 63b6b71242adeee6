/** Yosys: synthesis for an estimate of area. */
import { join } from "node:path";
import { InternalError, unsupported } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { checkedName, checkedPath, copyVerilog, inScratch } from "./scratch.js";
import { runTool, tools } from "./tool.js";

/** Large designs take a quarter of an hour. */
export const SYNTHESIS_MS = 3 * 3600 * 1000;

/** Cells of the device, in its own units. */
export interface Area {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  /** Blocks of the board file's size (36 Kbit for Xilinx; two of half the size count as one). */
  readonly bram: number;
  readonly uram: number;
  /** Every cell type with its number. */
  readonly cells: Readonly<Record<string, number>>;
}

/** How a family is synthesised, and how many units of what each of its cells is. */
interface Family {
  readonly command: string;
  /** Macros that the library's Verilog is read with. */
  readonly defines?: readonly string[];
  readonly units: readonly (readonly [cell: RegExp, unit: "lut" | "ff" | "dsp" | "bram" | "uram", each: number])[];
}

const xilinx: Family["units"] = [
  [/^LUT[1-6]$/, "lut", 1],
  // LUT RAM and shift registers sit in LUTs.
  [/^RAM32M$|^RAM64M$/, "lut", 4],
  [/^RAM32M16$|^RAM64M8$/, "lut", 8],
  [/^RAM(32|64)X1D$/, "lut", 2],
  [/^RAM128X1D$/, "lut", 4],
  [/^RAM(32|64)X1S$/, "lut", 1],
  [/^RAM128X1S$/, "lut", 2],
  [/^RAM256X1S$/, "lut", 4],
  [/^RAM256X1D$/, "lut", 8],
  [/^SRL/, "lut", 1],
  [/^FD[RSCP]E/, "ff", 1],
  [/^DSP48/, "dsp", 1],
  [/^RAMB36/, "bram", 1],
  [/^RAMB18/, "bram", 0.5],
  [/^URAM288/, "uram", 1],
];

const ice40: Family["units"] = [
  [/^SB_LUT4$/, "lut", 1],
  [/^SB_DFF/, "ff", 1],
  [/^SB_MAC16$/, "dsp", 1],
  [/^SB_RAM40_4K/, "bram", 1],
  [/^SB_SPRAM256KA$/, "uram", 1],
];

const families: Readonly<Record<string, Family>> = {
  xcup: { command: "synth_xilinx -noiopad -noclkbuf -family xcup", units: xilinx },
  xcu: { command: "synth_xilinx -noiopad -noclkbuf -family xcu", units: xilinx },
  xc7: { command: "synth_xilinx -noiopad -noclkbuf -family xc7", units: xilinx },
  ecp5: {
    command: "synth_ecp5",
    units: [
      [/^LUT4$/, "lut", 1],
      [/^CCU2C$/, "lut", 2],
      [/^TRELLIS_DPR16X4$/, "lut", 4],
      [/^TRELLIS_FF$/, "ff", 1],
      [/^MULT18X18D$/, "dsp", 1],
      [/^DP16KD$|^PDPW16KD$/, "bram", 1],
    ],
  },
  ice40: { command: "synth_ice40 -device hx", defines: ["SOFF_NO_LUT_RAM"], units: ice40 },
  ice40up: { command: "synth_ice40 -device u -dsp", defines: ["SOFF_NO_LUT_RAM", "SOFF_BLOCK_FIFO"], units: ice40 },
  intel_alm: {
    command: "synth_intel_alm",
    units: [
      [/^MISTRAL_ALUT\d$|^MISTRAL_ALUT_ARITH$|^MISTRAL_NOT$/, "lut", 1],
      [/^MISTRAL_MLAB$/, "lut", 2],
      [/^MISTRAL_FF$/, "ff", 1],
      [/^MISTRAL_MUL/, "dsp", 1],
      [/^MISTRAL_M10K$/, "bram", 1],
    ],
  },
};

function knownFamily(family: string): Family {
  const known = Object.hasOwn(families, family) ? families[family] : undefined;
  if (known) return known;
  throw unsupported("synth/unknown-family", `there is no synthesis for the device family ${family}`, {
    help: `Yosys is used for ${Object.keys(families).join(", ")}.`,
  });
}

/** The script that turns Verilog files into a netlist for nextpnr. File names are relative to where Yosys runs. */
export function netlistScript(files: readonly string[], top: string, family: string, netlist: string): string {
  const { command, defines = [] } = knownFamily(family);
  for (const file of files) checkedPath(file);
  const commands = [
    ...files.map((file) => `read_verilog${defines.map((name) => ` -D${name}`).join("")} -defer ${file}`),
    `${command} -top ${checkedName(top)} -json ${checkedPath(netlist)}`,
    "tee -q -o statistics.txt stat",
  ];
  return `${commands.join("\n")}\n`;
}

/** What the statistics that {@link netlistScript} leaves say. */
export const areaFromStatistics = (statistics: string, family: string): Area => areaOf(statistics, knownFamily(family));

export interface SynthesisOptions {
  /** Parameters of the top module. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Synthesises `top` for a device family and counts what it takes. */
export async function synthesise(
  host: Host,
  files: readonly string[],
  top: string,
  family: string,
  options: SynthesisOptions = {},
): Promise<Area> {
  const known = knownFamily(family);
  return inScratch(host, async (folder) => {
    const names = copyVerilog(host, files, folder);
    const parameters = Object.entries(options.parameters ?? {}).map(([name, value]) => {
      if (!Number.isSafeInteger(value)) throw new InternalError(`the parameter ${name} is no integer`);
      return ` -set ${checkedName(name)} ${value}`;
    });
    const defines = (known.defines ?? []).map((name) => ` -D${name}`).join("");
    const commands = [
      // Deferred, so that modules are only elaborated with the parameters that they get.
      ...names.map((name) => `read_verilog${defines} -defer ${name}`),
      ...(parameters.length > 0 ? [`chparam${parameters.join("")} ${checkedName(top)}`] : []),
      `hierarchy -check -top ${checkedName(top)}`,
      `${known.command} -top ${checkedName(top)}`,
      "flatten",
      "tee -q -o statistics.txt stat",
    ];
    host.writeFile(join(folder, "synthesise.ys"), `${commands.join("\n")}\n`);
    const log = join(host.cacheDir, "logs", "yosys.log");
    await runTool(host, tools.yosys, ["-q", "-s", "synthesise.ys"], { cwd: folder, log, timeoutMs: SYNTHESIS_MS });
    return areaOf(host.readText(join(folder, "statistics.txt")), known);
  });
}

function areaOf(statistics: string, family: Family): Area {
  const cells: Record<string, number> = {};
  for (const match of statistics.matchAll(/^ {5,}(\$?[A-Za-z_]\w*)\s+(\d+)$/gm)) {
    cells[match[1]!] = (cells[match[1]!] ?? 0) + Number(match[2]);
  }
  const sums = { lut: 0, ff: 0, dsp: 0, bram: 0, uram: 0 };
  for (const [cell, n] of Object.entries(cells)) {
    for (const [pattern, unit, each] of family.units) if (pattern.test(cell)) sums[unit] += n * each;
  }
  return { ...sums, bram: Math.ceil(sums.bram), cells };
}
