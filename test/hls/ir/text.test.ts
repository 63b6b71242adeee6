import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { printConstant, printKernel } from "../../../src/hls/ir/print.js";
import { f32, i, type Kernel } from "../../../src/hls/ir/types.js";
import { InputError } from "../../../src/support/errors.js";
import { Random, randomKernel } from "../random-kernel.js";

function problem(text: string): { code: string; message: string; line: number; column: number } {
  try {
    parseKernel(text, "bad.ir");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [{ code, message, span }] = error.diagnostics as unknown as [
      { code: string; message: string; span: { line: number; column: number } },
    ];
    return { code, message, line: span.line, column: span.column };
  }
  throw new Error("the text was accepted");
}

describe("kernel text", () => {
  it("comes back exactly from print and parse", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 120 }),
        fc.string(),
        fc.string(),
        (seed, size, name, label) => {
          const random = randomKernel(seed, size);
          // Names, labels and places of every kind.
          const kernel: Kernel = {
            ...random,
            name: name || "k",
            span: seed % 3 ? random.span : { file: "", line: 0, column: 0 },
            requiredLocalSize: [4, 2, 1],
            objects: [{ name: `${name}!`, bytes: Uint8Array.of(0, 255, seed & 255), align: 4 }],
            blocks: random.blocks.map((block, at) => ({ ...block, label: at % 2 ? label : block.label })),
          };
          expect(parseKernel(printKernel(kernel))).toEqual(kernel);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("comes back with variables in memory, atomics, barriers, fences and prints", () => {
    const text = `kernel k !"k.cl":1:1 {
  param l "float*" local bytes 8 values %0.l: ptr.local @ 0
  object s align 1 hex "6100"
  local tile size 256 align 16
  private "my stack" size 8 align 8

b0:
  %1 = atomic add i32 -1 at (ptr.local @tile) !3:4
  %2 = atomic cmpxchg i64 %3 if 0 at (ptr.private @"my stack")
  %4 = atomic fadd f32 0.5 at %0.l
  barrier !"inc.h":7:1
  fence
  print "a\\n\\"%d\\" %s" [i32 %1, ptr.constant @s, f64 1.0] !9:9
  print "" []
  ret
}
`;
    const kernel = parseKernel(text);
    expect(printKernel(kernel)).toBe(text);
    expect(kernel.variables).toEqual([
      { name: "tile", space: "local", size: 256, align: 16 },
      { name: "my stack", space: "private", size: 8, align: 8 },
    ]);
    const [add, exchange, , barrier, , print] = kernel.blocks[0]!.instructions;
    expect(add).toMatchObject({ op: "atomic", kind: "add", value: { bits: 0xffffffffn } });
    expect(exchange).toMatchObject({ op: "atomic", kind: "cmpxchg", compare: { bits: 0n } });
    expect(barrier).toEqual({ op: "barrier", span: { file: "inc.h", line: 7, column: 1 } });
    expect(print).toMatchObject({ op: "print", format: 'a\n"%d" %s', arguments: { length: 3 } });
  });

  it("writes floats so that they come back", () => {
    const random = new Random(1);
    for (let n = 0; n < 3000; n++)
      for (const bits of [32, 64] as const) {
        const value = random.floatBits(bits);
        const text = printConstant({ kind: "float", bits }, value);
        const kernel = parseKernel(`kernel k { param p "float*" buffer bytes 8 values %p: ptr @ 0
          b0: store f${bits} ${text} to %p align 8 ret }`);
        expect(kernel.blocks[0]!.instructions[0]).toMatchObject({ values: [{ bits: value }] });
      }
  });

  it("writes short forms", () => {
    expect(printConstant(f32, 0x3f800000n)).toBe("1.0");
    expect(printConstant(f32, 0x3dcccccdn)).toBe("0.1");
    expect(printConstant(f32, 0x80000000n)).toBe("-0.0");
    expect(printConstant(f32, 0x7fc00001n)).toBe("0x7fc00001");
    expect(printConstant(i(32), 0xffffffffn)).toBe("-1");
    expect(printConstant(i(1), 1n)).toBe("1");
  });

  it("names where and what is wrong", () => {
    expect(problem("kernel k {\n b0:\n  %1 = addd i32 1, 2\n ret }")).toEqual({
      code: "ir/unexpected-token",
      message: "expected the name of an operation, found addd",
      line: 3,
      column: 8,
    });
    expect(problem("kernel k {\n b1: ret }")).toMatchObject({ code: "ir/block-order", line: 2, column: 2 });
    expect(problem("kernel k { b0: %1 = add i8 300, 2 ret }")).toMatchObject({ code: "ir/constant-too-wide" });
    expect(problem("kernel k { b0: %1 = add i3000 1, 2 ret }")).toMatchObject({ code: "ir/unexpected-token" });
    expect(problem("kernel k { b0: ret # }")).toMatchObject({ code: "ir/unexpected-character", column: 20 });
    expect(problem("kernel k { b0: br b1.x")).toMatchObject({
      message: "expected a block such as `b0:` or `}`, found end of text",
    });
    expect(problem("kernel k { b0: %1 = workitem i64 global_id 3 ret }")).toMatchObject({ code: "ir/bad-dimension" });
    expect(problem('kernel "a\\qb" { b0: ret }')).toMatchObject({ code: "ir/bad-string" });
  });
});
