import type { DeviceFamily } from "./board.js";

/**
 * A family whose operators have as many stages as `clockMHz` asks for: its own depths are those for its own period, and at
 * half the clock half of them do. With a `depth` of more than 1, stages are that many times as many and logic counts as that much slower,
 * so that less of it goes between two registers. What has no stages stays combinational.
 */
export function atClock(family: DeviceFamily, clockMHz: number, depth = 1): DeviceFamily {
  const periodNs = 1000 / clockMHz;
  const factor = (family.periodNs / periodNs) * depth;
  const latency = Object.entries(family.latency).map(([name, n]) => [name, Math.ceil(n * factor - 1e-3)] as const);
  const delayNs = Object.entries(family.delayNs).map(
    ([name, { base, perBit }]) => [name, { base: base * depth, perBit: perBit * depth }] as const,
  );
  return { ...family, periodNs, latency: Object.fromEntries(latency), delayNs: Object.fromEntries(delayNs) };
}
