/** Where a critical path runs, in the source's terms: operations by their place, stages by what they are there for. */
import type { DesignKernel } from "../rtl/design.js";
import type { Routed } from "../tools/nextpnr.js";

/** What Yosys appends to the name of a wire when it names a cell after it. */
const CELL_SUFFIX = /_(?:SB_|TRELLIS_|LUT4|CCU2C|PFUMX|L6MUX21|MULT18X18D|DP16KD|DFF).*$/;
/** Instance of the kernel in a board's top module, and of a datapath in the kernel. */
const KERNEL = "kernel.";
const DATAPATH = /^dp\d*\./;

/** Where the path begins and where it ends. `verilog`: the datapath's, whose comments give the places of values. */
export function describePath(kernel: DesignKernel, { criticalPath }: Routed, verilog: string): string {
  const places = placesOf(verilog);
  const describe = (cell: string): string => describeCell(kernel, places, cell.replace(CELL_SUFFIX, ""));
  const [first, last] = [criticalPath[0], criticalPath.at(-1)];
  if (!first || !last) return "a path that nextpnr does not name";
  const [from, to] = [describe(first.cell), describe(last.cell)];
  return from === to ? from : `${from} to ${to}`;
}

function describeCell(kernel: DesignKernel, places: ReadonlyMap<string, string>, cell: string): string {
  if (!cell.startsWith(KERNEL)) return cell.startsWith("shell.") ? "the host link (shell)" : cell;
  const name = cell.slice(KERNEL.length);
  const inDatapath = name.replace(DATAPATH, "");
  if (inDatapath !== name) {
    // An operator's instance is u_VALUE, a value some cycles later VALUE_cN or VALUE_hN.
    const value = inDatapath.split(".")[0]!.replace(/^u_/, "");
    const place = places.get(value) ?? places.get(value.replace(/_[ch]\d+$/, ""));
    if (place) return place;
  }
  const stage = kernel.stages
    .filter(({ instance }) => name === instance || name.startsWith(`${instance}.`) || name.startsWith(`${instance}_`))
    .sort((a, b) => b.instance.length - a.instance.length)[0];
  if (!stage) return name;
  const place = stage.line > 0 && !stage.label.includes(stage.file) ? ` (${stage.file}:${stage.line})` : "";
  return `${stage.label}${place}`;
}

/** The places in the source of values, by their names in the Verilog: `wire … NAME = …; // PLACE` and `// NAME: PLACE`. */
function placesOf(verilog: string): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [, wire, place, value, other] of verilog.matchAll(
    /^ +(?:wire (?:\[\d+:0\] )?(\w+) = .*; \/\/ (\S+:\d+:\d+)|\/\/ (\w+): (\S+:\d+:\d+))$/gm,
  )) {
    places.set(wire ?? value!, place ?? other!);
  }
  return places;
}
