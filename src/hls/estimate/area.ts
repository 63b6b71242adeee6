/**
 * What a design will take on its device, from its Verilog: library modules by what Yosys measured for their like
 * (boards/families/area), registers and operators of generated modules by counting their bits.
 */
import {
  type AreaFigures,
  type AreaModel,
  type AreaSample,
  type AreaUnit,
  areaUnits,
  type ModuleArea,
} from "../../target/area-model.js";

export interface AreaEstimate extends AreaFigures {
  /** By instance of a library module, for reports; the same modules with the same parameters are one row. */
  readonly rows: readonly AreaRow[];
  /** Library modules that the model has no sample of. */
  readonly unknown: readonly string[];
}

export interface AreaRow {
  readonly module: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly count: number;
  /** Of all of them. */
  readonly area: AreaFigures;
}

/** A module with parameters, and how often a design has it. */
export interface Instance {
  readonly module: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly count: number;
}

/** `texts`: the Verilog of generated modules by module name; whatever else is instantiated belongs to the library. */
export function estimateArea(texts: ReadonlyMap<string, string>, top: string, model: AreaModel): AreaEstimate {
  const own = { lut: 0, ff: 0, dsp: 0, bram: 0, uram: 0 };
  const unknown = new Set<string>();
  const rows: AreaRow[] = [];
  for (const { module, parameters, count } of instancesOf(texts, top)) {
    const text = texts.get(module);
    if (text !== undefined) {
      const { lut, ff } = looseLogic(text, model);
      own.lut += lut * count;
      own.ff += ff * count;
      continue;
    }
    const known = Object.hasOwn(model.modules, module) ? model.modules[module] : undefined;
    if (!known || known.samples.length === 0) {
      unknown.add(module);
      continue;
    }
    const one = moduleArea(known, parameters);
    rows.push({ module, parameters, count, area: map((unit) => one[unit] * count) });
  }
  const whole = map((unit) => {
    const sum = rows.reduce((n, row) => n + row.area[unit], own[unit]);
    return Math.round(sum * model.whole[unit]);
  });
  return { ...whole, rows, unknown: [...unknown].sort() };
}

const map = (of: (unit: AreaUnit) => number): AreaFigures =>
  Object.fromEntries(areaUnits.map((unit) => [unit, of(unit)])) as Record<AreaUnit, number>;

/** All modules below and including `top`, generated ones and those of the library that they instantiate. */
export function instancesOf(texts: ReadonlyMap<string, string>, top: string): readonly Instance[] {
  const found = new Map<string, { module: string; parameters: Record<string, number>; count: number }>();
  const visit = (module: string, parameters: Record<string, number>): void => {
    const key = `${module} ${Object.entries(parameters).join(" ")}`;
    const entry = found.get(key);
    if (entry) entry.count++;
    else found.set(key, { module, parameters, count: 1 });
    const text = texts.get(module);
    if (text === undefined) return;
    for (const match of text.matchAll(/^ {2,}([A-Za-z_]\w*)(?: #\(([^;]*?)\))? [A-Za-z_]\w* \($/gm)) {
      if (match[1] === "module" || (!texts.has(match[1]!) && !match[1]!.startsWith("soff_"))) continue;
      visit(match[1]!, parametersOf(match[2] ?? ""));
    }
  };
  visit(top, {});
  return [...found.values()];
}

function parametersOf(text: string): Record<string, number> {
  const parameters: Record<string, number> = {};
  for (const [, name, value] of text.matchAll(/\.(\w+)\((-?\d+)\)/g)) parameters[name!] = Number(value);
  return parameters;
}

/** Area of one module: the sample most alike, scaled by the parameters in which it differs. */
export function moduleArea(
  { samples, exponents }: ModuleArea,
  parameters: Readonly<Record<string, number>>,
): AreaFigures {
  return map((unit) => {
    const powers = exponents[unit] ?? {};
    const nearest = samples.reduce((best, each) =>
      distance(each, parameters, powers) < distance(best, parameters, powers) ? each : best,
    );
    const scale = Object.entries(powers).reduce((product, [name, power]) => {
      const ratio = ((parameters[name] ?? 0) + 1) / ((nearest.parameters[name] ?? 0) + 1);
      return product * ratio ** power;
    }, 1);
    return nearest.area[unit] * scale;
  });
}

/** How unlike a sample is: parameters that the area grows with count by that, others (switches) by whether they agree. */
function distance(
  sample: AreaSample,
  parameters: Readonly<Record<string, number>>,
  powers: Readonly<Record<string, number>>,
): number {
  let sum = 0;
  for (const [name, value] of Object.entries(parameters)) {
    const other = sample.parameters[name] ?? 0;
    if (other === value) continue;
    const apart = Math.abs(Math.log2((value + 1) / (other + 1)));
    const isSwitch = Math.min(other, value) === 0;
    sum += isSwitch ? 20 : apart * (0.3 + (powers[name] ?? 0));
  }
  return sum;
}

/** Registers and operators that stand in a generated module itself. */
function looseLogic(text: string, model: AreaModel): { readonly lut: number; readonly ff: number } {
  const { add, compare, logic, mux } = model.logicLuts;
  let lut = 0;
  let ff = 0;
  for (const line of text.split("\n")) {
    const register = /^\s*reg (?:\[(\d+):0\] )?\w+;/.exec(line);
    if (register) ff += Number(register[1] ?? 0) + 1;
    const wire = /^\s*(?:wire (?:\[(\d+):0\] )?\w+ =|assign \w+ =|always @\(posedge clk\) \w+ <=)(.*)$/.exec(line);
    if (!wire) continue;
    const bits = Number(wire[1] ?? 0) + 1;
    const value = wire[2]!.replace(/\d+'h[0-9a-f]+/g, "").replace(/\/\/.*$/, "");
    const count = (pattern: RegExp) => [...value.matchAll(pattern)].length;
    const widest = Math.max(
      bits,
      ...[...value.matchAll(/\[(\d+):(\d+)\]/g)].map((m) => Number(m[1]) - Number(m[2]) + 1),
    );
    lut += count(/ [+-] /g) * bits * add;
    lut += count(/ (?:==|!=|<|<=|>|>=) /g) * widest * compare;
    lut += count(/ [&|^] /g) * bits * logic;
    lut += count(/ \? /g) * bits * mux;
    // A shift by a variable is a multiplexer a bit of the amount.
    lut += count(/ (?:<<|>>|>>>) \(?[a-z]/g) * bits * mux * Math.ceil(Math.log2(bits + 1));
  }
  return { lut, ff };
}
