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

/** The 8-bit format, which no device family gives depths for. */
function smallFormat(): OperatorConfig[] {
  const latencyOf = () => 4;
  return [
    ...floatOperators(8, latencyOf),
    ...comparisons(8),
    ...([16, 32, 64] as const).flatMap((width) => [convert(8, width, latencyOf), convert(width, 8, latencyOf)]),
    ...SIGNS.flatMap((s) => [toInteger(8, 16, s, latencyOf), fromInteger(16, s, 8, latencyOf)]),
  ];
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
    ...smallFormat(),
  ];
}

/** Few or many registers, so that every cut point is tried both with and without one. */
const OTHER_DEPTHS: Readonly<Record<string, number>> = { fadd: 3, fmul: 1, fma: 9, fdiv: 7, fsqrt: 35, fround: 0 };

/** What continuous integration tries with many vectors. */
export function checkedConfigs(family: DeviceFamily): OperatorConfig[] {
  const latencyOf = recommended(family);
  const other: LatencyOf = (key) => OTHER_DEPTHS[key.replace(/\d+$/, "")]!;
  return [
    ...FLOATS.flatMap((width) => [...floatOperators(width, latencyOf), ...comparisons(width)]),
    ...([32, 64] as const).flatMap((width) => floatOperators(width, other)),
    ...FLOATS.flatMap((from) => FLOATS.filter((to) => to !== from).map((to) => convert(from, to, latencyOf))),
    ...INTEGERS.flatMap((w) => SIGNS.map((s) => toInteger(32, w, s, latencyOf))),
    ...INTEGERS.flatMap((w) => SIGNS.map((s) => fromInteger(w, s, 32, latencyOf))),
    ...SIGNS.flatMap((s) => [toInteger(64, 64, s, latencyOf), fromInteger(64, s, 64, latencyOf)]),
    ...SIGNS.flatMap((s) => [toInteger(16, 32, s, latencyOf), fromInteger(32, s, 16, latencyOf)]),
    ...[8, 16, 24, 32, 33, 64].map((w) => multiply(w, w, w, latencyOf)),
    multiply(17, 40, 57, latencyOf),
    ...[8, 16, 32, 64].flatMap((w) => SIGNS.map((s) => divide(w, s, latencyOf))),
    divide(33, true, () => 0),
    divide(24, false, () => 50),
    ...smallFormat(),
  ];
}

/** One small format at every depth up to beyond the last cut point: the result must come exactly then. */
export function depthSweep(): OperatorConfig[] {
  const depths = Array.from({ length: 9 }, (_, latency) => latency);
  return depths.flatMap((latency) =>
    floatOperators(16, () => latency).filter((c) => !/DIV|SQRT/.test(c.op) || [0, 1, 3, 5, 6].includes(latency)),
  );
}
