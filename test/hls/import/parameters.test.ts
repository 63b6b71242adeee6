import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel, SourceParameter } from "../../../src/hls/ir/types.js";
import type { LlvmModule } from "../../../src/parser/llvm/module.js";
import { InputError } from "../../../src/support/errors.js";
import { compile } from "./compile.js";

const source = `
typedef uint counter; typedef struct { int a; float4 v; char c[3]; } S; typedef float3 vec;
__kernel void buffers(__global const float *in, __constant int *table, __global int *out, __global const int *lie,
                      __global float *restrict unused) {
  out[0] = in[0] + table[1]; *(__global int *)lie = 3;
}
__kernel void numbers(__global int *o, char c, uchar uc, short s, ushort us, int i, uint ui, long l, ulong ul, float f,
                      counter n, float4 f4, vec f3, uchar2 u2, long3 l3) {
  o[0] = c + uc + s + us + i + ui + l + ul + (int)f + n + (int)f4.w + (int)f3.z + u2.y + (int)l3.y;
}
__kernel __attribute__((reqd_work_group_size(16, 4, 1))) void byvalue(__global int *o, S s, int i) {
  o[0] = s.a + (int)s.v.y + s.c[2]; o[1] = s.c[i & 1];
}
__kernel __attribute__((vec_type_hint(float4))) void plain(void) {}
`;

describe("parameters", () => {
  let module: LlvmModule;
  let kernels: Map<string, Kernel>;
  beforeAll(async () => {
    module = await compile(source);
    kernels = new Map(importKernels(module).map((kernel) => [kernel.name, kernel]));
  });
  const parameter = (kernel: string, name: string): SourceParameter =>
    kernels.get(kernel)!.parameters.find((p) => p.name === name)!;

  it("buffers: read-only means const and never written", () => {
    const summary = kernels
      .get("buffers")!
      .parameters.map((p) => [p.name, p.typeName, p.passing, p.readOnly, p.bytes, p.values.length]);
    expect(summary).toEqual([
      ["in", "float*", "buffer", true, 8, 1],
      ["table", "int*", "buffer", true, 8, 1],
      ["out", "int*", "buffer", false, 8, 1],
      ["lie", "int*", "buffer", false, 8, 1],
      ["unused", "float*", "buffer", false, 8, 0],
    ]);
    expect(parameter("buffers", "table").values[0]!.def.type).toEqual({ kind: "ptr", space: "constant" });
  });

  it.each([
    ["c", "char", 1, "int", 8, 1],
    ["uc", "uchar", 1, "uint", 8, 1],
    ["s", "short", 2, "int", 16, 1],
    ["us", "ushort", 2, "uint", 16, 1],
    ["i", "int", 4, "int", 32, 1],
    ["ui", "uint", 4, "uint", 32, 1],
    ["l", "long", 8, "int", 64, 1],
    ["ul", "ulong", 8, "uint", 64, 1],
    ["f", "float", 4, "float", 32, 1],
    ["n", "counter", 4, "uint", 32, 1],
    ["f4", "float4", 16, "float", 32, 4],
    ["f3", "vec", 16, "float", 32, 3],
    ["u2", "uchar2", 2, "uint", 8, 2],
    ["l3", "long3", 32, "int", 64, 3],
  ] as const)("%s is a %s of %i bytes", (name, typeName, bytes, kind, bits, lanes) => {
    const p = parameter("numbers", name);
    expect(p).toMatchObject({ typeName, passing: "scalar", bytes, element: { kind, bits, lanes } });
    expect(p.values.every(({ def, offset }) => def.type.kind !== "ptr" && offset % (bits / 8) === 0)).toBe(true);
  });

  it("only the lanes that are used have values", () => {
    expect(parameter("numbers", "f3").values.map(({ offset }) => offset)).toEqual([8]);
    expect(parameter("numbers", "l3").values.map(({ offset }) => offset)).toEqual([8]);
  });

  it("struct members are values at their offsets", () => {
    const s = parameter("byvalue", "s");
    expect(s).toMatchObject({ typeName: "S", passing: "scalar", bytes: 48 });
    expect(s.element).toBeUndefined();
    const offsets = s.values.map(({ offset }) => offset);
    expect(offsets).toEqual(expect.arrayContaining([0, 20, 32, 33, 34]));
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  });

  it("reqd_work_group_size", () => {
    expect(kernels.get("byvalue")!.requiredLocalSize).toEqual([16, 4, 1]);
    expect(kernels.get("plain")!.requiredLocalSize).toBeUndefined();
  });

  it("spans and names are the source's", () => {
    const kernel = kernels.get("buffers")!;
    expect(kernel.span).toMatchObject({ file: "k.cl", line: 3 });
    const loads = kernel.blocks.flatMap((block) => block.instructions).filter(({ op }) => op === "load");
    expect(loads.map(({ span }) => [span.file, span.line])).toEqual([
      ["k.cl", 5],
      ["k.cl", 5],
    ]);
  });

  it("imports the kernels asked for, in that order", () => {
    expect(importKernels(module, { kernels: ["plain", "buffers"] }).map(({ name }) => name)).toEqual([
      "plain",
      "buffers",
    ]);
    expect(importKernels(module).map(({ name }) => name)).toEqual(["buffers", "numbers", "byvalue", "plain"]);
  });

  it("names the kernels there are when one is not found", () => {
    const wrong = () => importKernels(module, { kernels: ["bufers"] });
    expect(wrong).toThrow(InputError);
    try {
      wrong();
    } catch (error) {
      const [diagnostic] = (error as InputError).diagnostics;
      expect(diagnostic).toMatchObject({ code: "kernel/not-found" });
      expect(diagnostic!.message).toContain("bufers");
      expect(diagnostic!.help).toBe("Did you mean buffers? The kernels are: buffers, numbers, byvalue, plain.");
    }
  });

  it("a file without kernels is rejected", async () => {
    const empty = await compile("int helper(int x) { return x + 1; }");
    expect(() => importKernels(empty)).toThrow(InputError);
  });
});
