/**
 * Longest register-to-register path of a netlist that Yosys mapped to Xilinx cells, with rough UltraScale+ delays.
 * An estimate for choosing pipeline depths, not a timing report: routing is a constant a hop.
 */

interface YosysCell {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions: Readonly<Record<string, "input" | "output">>;
  readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
}
interface YosysModule {
  readonly cells: Readonly<Record<string, YosysCell>>;
}

/** Nanoseconds, after the UltraScale+ data sheet (DS923, speed grade -2) with average routing. */
export const delays = {
  lut: 0.1,
  routing: 0.3,
  /** From a LUT into a carry chain, along it (a CARRY4, half a CARRY8), and out of it again. */
  carryIn: 0.12,
  carryStep: 0.02,
  carryOut: 0.12,
  wideMux: 0.08,
  clockToOut: 0.1,
  setup: 0.05,
  /** LUT RAM and shift registers: clock to output. */
  lutRam: 0.5,
  /** DSP block: multiply and add without registers inside, and each half when the M register is used. */
  dspWhole: 2.0,
  dspHalf: 1.1,
  dspRegister: 0.3,
} as const;

export interface PathEstimate {
  /** Clock period that the longest path asks for, nanoseconds. */
  readonly ns: number;
  /** LUTs and runs of carry cells on it. */
  readonly luts: number;
  readonly carries: number;
  readonly dsps: number;
}

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly ns: number;
  readonly kind: "lut" | "carry" | "dsp" | "other";
}

const wires = (cell: YosysCell, port: string) => (cell.connections[port] ?? []).filter((w) => typeof w === "number");

function inputs(cell: YosysCell): number[] {
  return Object.entries(cell.port_directions).flatMap(([port, d]) => (d === "input" ? wires(cell, port) : []));
}
function outputs(cell: YosysCell): number[] {
  return Object.entries(cell.port_directions).flatMap(([port, d]) => (d === "output" ? wires(cell, port) : []));
}

/** Parameters are strings of bits. */
const number = (cell: YosysCell, name: string) => Number.parseInt(cell.parameters[name] ?? "0", 2) || 0;

/** Timing arcs through one cell; `start` and `end` are times at registers that the cell contains. */
function arcsOf(cell: YosysCell): { arcs: Arc[]; start: [number, number][]; end: [number, number][] } {
  const arcs: Arc[] = [];
  const through = (from: number[], to: number[], ns: number, kind: Arc["kind"]) => {
    for (const f of from) for (const t of to) arcs.push({ from: f, to: t, ns, kind });
  };
  const { type } = cell;
  if (/^(LUT\d|INV|BUF)$/.test(type)) through(inputs(cell), outputs(cell), delays.lut + delays.routing, "lut");
  else if (/^MUXF\d$/.test(type)) through(inputs(cell), outputs(cell), delays.wideMux, "other");
  else if (type === "CARRY4") {
    const [s, di, o, co] = ["S", "DI", "O", "CO"].map((p) => cell.connections[p] ?? []) as (number | string)[][];
    const carryIn = [...wires(cell, "CI"), ...wires(cell, "CYINIT")];
    const pick = (w: number | string | undefined) => (typeof w === "number" ? [w] : []);
    for (let bit = 0; bit < 4; bit++) {
      for (let later = bit; later < 4; later++) {
        const out = delays.carryIn + delays.carryOut + delays.routing;
        // The sum is used outside, the carry mostly by the next cell of the chain.
        through([...pick(s?.[bit]), ...pick(di?.[bit])], pick(o?.[later]), out, "carry");
        through([...pick(s?.[bit]), ...pick(di?.[bit])], pick(co?.[later]), delays.carryIn, "carry");
      }
      through(carryIn, pick(o?.[bit]), delays.carryOut + delays.routing, "other");
      through(carryIn, pick(co?.[bit]), delays.carryStep, "other");
    }
  } else if (/^DSP48/.test(type)) {
    const data = ["A", "B", "C", "D"].flatMap((p) => wires(cell, p));
    const result = [...wires(cell, "P"), ...wires(cell, "PCOUT")];
    const registers = { a: number(cell, "AREG"), m: number(cell, "MREG"), p: number(cell, "PREG") };
    const first = registers.m ? delays.dspHalf : delays.dspWhole;
    if (registers.a)
      return {
        arcs,
        start: timed(result, registers.p ? delays.dspRegister : registers.m ? delays.dspHalf : delays.dspWhole),
        end: timed(data, delays.dspRegister),
      };
    if (registers.m || registers.p) {
      return { arcs, start: timed(result, registers.p ? delays.dspRegister : delays.dspHalf), end: timed(data, first) };
    }
    through(data, result, delays.dspWhole + delays.routing, "dsp");
  } else if (/^(SRL|RAM)/.test(type)) {
    return {
      arcs,
      start: timed(outputs(cell), delays.lutRam + delays.routing),
      end: timed(inputs(cell), delays.setup),
    };
  } else if (/^FD/.test(type)) {
    return {
      arcs,
      start: timed(outputs(cell), delays.clockToOut + delays.routing),
      end: timed(
        ["D", "CE", "R", "S"].flatMap((p) => wires(cell, p)),
        delays.setup,
      ),
    };
  }
  return { arcs, start: [], end: [] };
}

const timed = (nets: number[], ns: number): [number, number][] => nets.map((net) => [net, ns]);

/** The slowest path between registers; the module's ports count as registers. */
export function longestPath(netlist: string, top: string): PathEstimate {
  const module = (JSON.parse(netlist) as { modules: Record<string, YosysModule> }).modules[top]!;
  const into = new Map<number, Arc[]>();
  const start = new Map<number, number>();
  const end: [number, number][] = [];
  for (const cell of Object.values(module.cells)) {
    const timing = arcsOf(cell);
    for (const arc of timing.arcs) into.set(arc.to, [...(into.get(arc.to) ?? []), arc]);
    for (const [net, ns] of timing.start) start.set(net, Math.max(ns, start.get(net) ?? 0));
    end.push(...timing.end);
  }
  const arrival = new Map<number, { ns: number; by?: Arc }>();
  const visiting = new Set<number>();
  // Depth first; the netlists are shallow enough, and a combinational loop would be a fault of the module.
  const at = (net: number): number => {
    const known = arrival.get(net);
    if (known) return known.ns;
    if (visiting.has(net)) throw new Error(`combinational loop through net ${net} of ${top}`);
    visiting.add(net);
    let best: { ns: number; by?: Arc } = { ns: start.get(net) ?? delays.clockToOut + delays.routing };
    const arcs = into.get(net) ?? [];
    if (arcs.length > 0) best = { ns: -1 };
    for (const arc of arcs) {
      const ns = at(arc.from) + arc.ns;
      if (ns > best.ns) best = { ns, by: arc };
    }
    visiting.delete(net);
    arrival.set(net, best);
    return best.ns;
  };
  let worst: [number, number] = [-1, 0];
  for (const [net, ns] of [...end, ...[...into.keys()].map((n): [number, number] => [n, delays.setup])]) {
    if (at(net) + ns > worst[1]) worst = [net, at(net) + ns];
  }
  const counts = { lut: 0, carry: 0, dsp: 0, other: 0 };
  for (let by = arrival.get(worst[0])?.by; by; by = arrival.get(by.from)?.by) counts[by.kind]++;
  return { ns: worst[1], luts: counts.lut, carries: counts.carry, dsps: counts.dsp };
}
