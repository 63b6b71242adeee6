/** Instructions as the compiler makes them, as bytes, and as text. */
import { invariant } from "../../support/errors.js";
import { type Engine, engines, INSTRUCTION_BITS, layouts, type PlacedField } from "./formats.js";

export type FieldValue = number | readonly number[];

export interface Instruction {
  readonly engine: Engine;
  /** Fields left out are 0. Negative values stand for their two's complement. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** 64 bytes. A value that does not fit its field is a fault of the compiler. */
export function encode(instruction: Instruction): Uint8Array {
  const bytes = new Uint8Array(INSTRUCTION_BITS / 8);
  const layout = layouts[instruction.engine];
  const put = (low: number, bits: number, value: number, name: string): void => {
    const range = 2 ** bits;
    const whole = Number.isInteger(value) && value < range && value >= -range / 2;
    invariant(whole, `${instruction.engine}.${name} = ${value} does not fit ${bits} bits`);
    let rest = value < 0 ? value + range : value;
    for (let at = low, left = bits; left > 0; ) {
      const room = Math.min(8 - (at % 8), left);
      bytes[at >> 3] = bytes[at >> 3]! | ((rest % 2 ** room) << (at % 8));
      rest = Math.floor(rest / 2 ** room);
      at += room;
      left -= room;
    }
  };
  put(0, layout.get("engine")!.bits, engines.indexOf(instruction.engine), "engine");
  for (const [name, value] of Object.entries(instruction.fields)) {
    const f = layout.get(name);
    invariant(f !== undefined && name !== "engine", `${instruction.engine} has no field ${name}`);
    const values = typeof value === "number" ? [value] : value;
    invariant(values.length <= (f.times ?? 1), `${instruction.engine}.${name} has ${values.length} values`);
    values.forEach((v, i) => {
      put(f.low + i * f.bits, f.bits, v, name);
    });
  }
  return bytes;
}

/** What an instruction's bytes say. Fields are non-negative. */
export function decode(bytes: Uint8Array): Instruction {
  const get = (low: number, bits: number): number => {
    let value = 0;
    for (let at = low + bits - 1; at >= low; at--) value = value * 2 + ((bytes[at >> 3]! >> (at % 8)) & 1);
    return value;
  };
  const engine = engines[get(0, layouts.end.get("engine")!.bits)];
  invariant(engine !== undefined, "an instruction for no engine");
  const fields: Record<string, FieldValue> = {};
  const value = (f: PlacedField): FieldValue =>
    f.times === undefined
      ? get(f.low, f.bits)
      : Array.from({ length: f.times }, (_, i) => get(f.low + i * f.bits, f.bits));
  for (const f of layouts[engine].values()) if (f.name !== "engine") fields[f.name] = value(f);
  return { engine, fields };
}

/** One line of text: the engine and the fields that are not 0. */
export function disassemble(bytes: Uint8Array): string {
  const { engine, fields } = decode(bytes);
  const texts = Object.entries(fields)
    .filter(([, v]) => (typeof v === "number" ? v !== 0 : v.some((x) => x !== 0)))
    .map(([name, v]) => `${name}=${typeof v === "number" ? v : v.join(",")}`);
  return [engine, ...texts].join(" ");
}
