import type { DeviceFamily } from "./board.js";

/**
 * A family whose operators have `factor` times the pipeline stages and whose logic counts as that much slower, so that
 * less of it goes between two registers. What has no stages stays combinational.
 */
export function deepened(family: DeviceFamily, factor: number): DeviceFamily {
  if (factor === 1) return family;
  const latency = Object.entries(family.latency).map(([name, n]) => [name, Math.ceil(n * factor - 1e-9)] as const);
  const delayNs = Object.entries(family.delayNs).map(
    ([name, { base, perBit }]) => [name, { base: base * factor, perBit: perBit * factor }] as const,
  );
  return { ...family, latency: Object.fromEntries(latency), delayNs: Object.fromEntries(delayNs) };
}
