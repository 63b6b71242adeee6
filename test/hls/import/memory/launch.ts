/** The launches of the kernels in this folder. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Launch } from "../../../../src/launch/launch.js";

export const expectedFile = fileURLToPath(new URL("./expected.json", import.meta.url));

/** What PoCL writes to `out`, by file, kernel and n. */
export type Expected = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>>>;

export const sourceOf = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`./${file}`, import.meta.url)), "utf8");

export const kernelsIn = (source: string): readonly string[] =>
  [...source.matchAll(/^__kernel void (\w+)/gm)].map((match) => match[1]!);

export const values = [5, 6];

export const inputOf = (n: number): Int32Array =>
  Int32Array.from({ length: 64 }, (_, k) => (k * k * 37 + k * 11 + n) % 100);

/** 16 work-items in groups of four. */
export function launchOf(kernel: string, n: number): Launch {
  return {
    kernel,
    range: { workDim: 1, global: [16, 1, 1], local: [4, 1, 1], offset: [0, 0, 0] },
    arguments: [
      { kind: "buffer", name: "out", address: 0x1000n, bytes: new Uint8Array(64) },
      { kind: "buffer", name: "in", address: 0x2000n, bytes: new Uint8Array(inputOf(n).buffer) },
      { kind: "scalar", name: "n", bytes: new Uint8Array(Int32Array.of(n).buffer) },
    ],
  };
}
