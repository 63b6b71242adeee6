/** Which operators are tried where. */

import { invariant } from "../../src/support/errors.js";
import type { DeviceFamily } from "../../src/target/board.js";
import {
  comparisons,
  convert,
  divide,
  type FloatWidth,
  floatOperators,
  fromInteger,
  type LatencyOf,
  multiply,
  type OperatorConfig,
  toInteger,
} from "./configs.js";

const FLOATS: readonly FloatWidth[] = [16, 32, 64];
const INTEGERS = [8, 16, 32, 64];
const SIGNS = [false, true];

/** The depths that the compiler uses. */
export function recommended(family: DeviceFamily): LatencyOf {
  return (key) => {
    const latency = family.latency[key];
    invariant(latency !== undefined, `family ${family.name} gives no latency for ${key}`);
    return latency;
  };
}

/** Everything, once, with the recommended depths; odd widths included. */
export function benchConfigs(family: DeviceFamily): OperatorConfig[] {
  const latencyOf = recommended(family);
  return [
    ...FLOATS.flatMap((width) => [...floatOperators(width, latencyOf), ...comparisons(width)]),
    ...FLOATS.flatMap((from) => FLOATS.filter((to) => to !== from).map((to) => convert(from, to, latencyOf))),
    ...FLOATS.flatMap((f) => INTEGERS.flatMap((w) => SIGNS.map((s) => toInteger(f, w, s, latencyOf)))),
    ...FLOATS.flatMap((f) => INTEGERS.flatMap((w) => SIGNS.map((s) => fromInteger(w, s, f, latencyOf)))),
    ...[8, 16, 24, 32, 33, 64].map((w) => multiply(w, w, w, latencyOf)),
    ...[
      [32, 32, 64],
      [17, 40, 57],
      [24, 17, 41],
      [50, 9, 12],
    ].map(([a, b, y]) => multiply(a!, b!, y!, latencyOf)),
    ...[1, 8, 16, 24, 32, 33, 64].flatMap((w) => SIGNS.map((s) => divide(w, s, latencyOf))),
  ];
}
