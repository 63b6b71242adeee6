import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxAccessBytes, memoryLanes, planAccess } from "../../../src/hls/import/access.js";
import { DataLayout } from "../../../src/hls/import/layout.js";
import type { LlvmType } from "../../../src/parser/llvm/module.js";

const layout = new DataLayout(new Map());
const int = (bits: number): LlvmType => ({ kind: "int", bits });
const float: LlvmType = { kind: "float", name: "float" };
const vector = (length: number, element: LlvmType): LlvmType => ({ kind: "vector", length, element });

/** `offset+bytes` of every access. */
function accesses(type: LlvmType, align: number): string[] {
  const lanes = memoryLanes(type, layout)!;
  return planAccess(lanes, align).flatMap((piece) =>
    piece.kind === "lanes"
      ? [`${piece.offset}+${piece.count}x${lanes[piece.first]!.bytes}`]
      : piece.parts.map((part) => `${part.offset}+${part.bytes}`),
  );
}

describe("accesses of a load or store", () => {
  it.each([
    ["float4 aligned", vector(4, float), 16, ["0+4x4"]],
    ["float4 at 8", vector(4, float), 8, ["0+2x4", "8+2x4"]],
    ["float4 at 4", vector(4, float), 4, ["0+1x4", "4+1x4", "8+1x4", "12+1x4"]],
    ["float3 aligned", vector(3, float), 16, ["0+3x4"]],
    ["float3 at 8", vector(3, float), 8, ["0+2x4", "8+1x4"]],
    ["float16", vector(16, float), 64, ["0+16x4"]],
    ["long16 is two lines", vector(16, int(64)), 128, ["0+8x8", "64+8x8"]],
    ["int at 1", int(32), 1, ["0+1", "1+1", "2+1", "3+1"]],
    ["int at 2", int(32), 2, ["0+2", "2+2"]],
    ["i24 aligned", int(24), 4, ["0+2", "2+1"]],
    ["i48 aligned", int(48), 8, ["0+4", "4+2"]],
    ["bool", int(1), 1, ["0+1"]],
    ["i128", int(128), 16, ["0+8", "8+8"]],
    ["int2 at 2", vector(2, int(32)), 2, ["0+2", "2+2", "4+2", "6+2"]],
  ])("%s", (_, type, align, expected) => {
    expect(accesses(type, align)).toEqual(expected);
  });

  it("covers every byte once, aligned, within a line", () => {
    const element = fc.constantFrom(int(1), int(8), int(16), int(24), int(32), int(48), int(64), int(128), float);
    const bytes = element.filter((type) => layout.bitsOf(type) % 8 === 0);
    const shape: fc.Arbitrary<LlvmType> = fc.oneof(
      element,
      fc.tuple(fc.constantFrom(2, 3, 4, 8, 16), bytes).map(([length, type]) => vector(length, type)),
      fc
        .array(bytes, { minLength: 1, maxLength: 5 })
        .map((fields): LlvmType => ({ kind: "struct", packed: false, fields })),
    );
    fc.assert(
      fc.property(shape, fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128), (type, align) => {
        const lanes = memoryLanes(type, layout)!;
        const touched = new Map<number, number>();
        for (const piece of planAccess(lanes, align)) {
          const cut =
            piece.kind === "lanes"
              ? [{ offset: piece.offset, bytes: piece.count * lanes[piece.first]!.bytes }]
              : piece.parts;
          for (const { offset, bytes: size } of cut) {
            let power = 1;
            while (power < size) power *= 2;
            expect(power).toBeLessThanOrEqual(maxAccessBytes);
            expect(align % power === 0 || align >= power).toBe(true);
            expect(offset % power).toBe(0);
            for (let k = 0; k < size; k++) touched.set(offset + k, (touched.get(offset + k) ?? 0) + 1);
          }
        }
        const wanted = lanes.flatMap((lane) => Array.from({ length: lane.bytes }, (_, k) => lane.offset + k));
        expect([...touched.keys()].sort((a, b) => a - b)).toEqual(wanted);
        expect([...touched.values()].every((count) => count === 1)).toBe(true);
      }),
    );
  });
});
