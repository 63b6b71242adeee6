/** What the modules of the library take on a device family, measured by Yosys (`boards/families/area/FAMILY.json`). */

export const areaUnits = ["lut", "ff", "dsp", "bram", "uram"] as const;
export type AreaUnit = (typeof areaUnits)[number];
export type AreaFigures = Readonly<Record<AreaUnit, number>>;

/** One module with one set of parameters, synthesised alone. */
export interface AreaSample {
  readonly parameters: Readonly<Record<string, number>>;
  readonly area: AreaFigures;
}

export interface ModuleArea {
  readonly samples: readonly AreaSample[];
  /** By unit and parameter: how the area grows with the parameter, as the exponent of a power. Absent: not at all. */
  readonly exponents: Partial<Readonly<Record<AreaUnit, Readonly<Record<string, number>>>>>;
}

export interface AreaModel {
  readonly family: string;
  readonly source: string;
  readonly modules: Readonly<Record<string, ModuleArea>>;
  /** Lookup tables a bit of an operator that stands in generated Verilog. */
  readonly logicLuts: { readonly add: number; readonly compare: number; readonly logic: number; readonly mux: number };
  /** What a whole design takes, as a part of the sum of its modules: the rest is optimised away between them. */
  readonly whole: Readonly<Record<AreaUnit, number>>;
}
