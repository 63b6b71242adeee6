import { describe, expect, it } from "vitest";
import { engines, formats, INSTRUCTION_BITS, layouts } from "../../src/npu-gen/isa/formats.js";
import { decode, disassemble, encode, type FieldValue } from "../../src/npu-gen/isa/instruction.js";
import { Random } from "../dl-frontend/random-graph.js";

describe("the instruction set", () => {
  it.each(engines)("of %s: fields do not overlap and fit an instruction", (engine) => {
    const used = new Set<number>();
    for (const { low, bits, times = 1 } of layouts[engine].values())
      for (let bit = low; bit < low + bits * times; bit++) {
        expect(used.has(bit)).toBe(false);
        used.add(bit);
        expect(bit).toBeLessThan(INSTRUCTION_BITS);
      }
  });

  it.each(engines)("of %s: what is encoded is decoded", (engine) => {
    const random = new Random(7);
    for (let round = 0; round < 50; round++) {
      const fields: Record<string, FieldValue> = {
        wait: random.between(0, 127),
        signal: 0,
        tag: random.between(0, 4095),
      };
      for (const { name, bits, times } of formats[engine]) {
        const value = () => random.between(0, 2 ** bits - 1);
        fields[name] = times === undefined ? value() : Array.from({ length: times }, value);
      }
      expect(decode(encode({ engine, fields }))).toEqual({ engine, fields });
    }
  });

  it("takes negative values as two's complement, and refuses what does not fit", () => {
    const bytes = encode({ engine: "compute", fields: { y: -2, half: 1 } });
    expect(disassemble(bytes)).toBe("compute half=1 y=65534");
    expect(() => encode({ engine: "compute", fields: { half: 2 } })).toThrow(/does not fit/);
    expect(() => encode({ engine: "store", fields: { half: 0 } })).toThrow(/no field/);
  });
});
