import { beforeAll, describe, expect, it } from "vitest";
import { DataLayout } from "../../../src/hls/import/layout.js";
import type { LlvmInstruction, LlvmModule, LlvmType } from "../../../src/parser/llvm/module.js";
import { compile } from "./compile.js";

/** Every struct comes with a kernel that stores clang's own sizeof, alignment and member offsets. */
const structs: Readonly<Record<string, { readonly body: string; readonly members: readonly string[] }>> = {
  Plain: { body: "char a; int b; char c; long d; short e;", members: ["a", "b", "c", "d", "e"] },
  Vectors: {
    body: "char a; float4 b; uchar3 c; float3 d; double2 e; char f;",
    members: ["a", "b", "c", "d", "e", "f"],
  },
  Arrays: { body: "short a[3]; float3 b[2]; char c[5]; long d[1];", members: ["a", "b", "c", "d"] },
  Nested: {
    body: "char a; struct { char x; int y; } b[3]; struct { long z; char w; } c; char d;",
    members: ["a", "b", "c", "d"],
  },
  Tail: { body: "int a; char b;", members: ["a", "b"] },
};
const packed = { body: "char a; int b; float4 c; char d; long e;", members: ["a", "b", "c", "d", "e"] };

function source(): string {
  const all = [
    ...Object.entries(structs).map(([name, { body, members }]) => ({ name, body, members, attribute: "" })),
    { name: "Packed", ...packed, attribute: "__attribute__((packed))" },
  ];
  return all
    .map(({ name, body, members, attribute }) => {
      const stores = members
        .map((member, k) => `o[${k + 2}] = __builtin_offsetof(struct ${name}, ${member});`)
        .join(" ");
      return `struct ${attribute} ${name} { ${body} };
__kernel void of_${name}(__global volatile long *o, __global struct ${name} *p, long i) {
  o[0] = sizeof(struct ${name}); o[1] = __alignof__(struct ${name}); ${stores} *(__global volatile char *)&p[i] = 1; }`;
    })
    .join("\n");
}

/** The constants that a kernel stores as 64-bit integers, in order. */
function storedConstants(module: LlvmModule, kernel: string): number[] {
  const instructions: LlvmInstruction[] = module.functions
    .get(kernel)!
    .blocks.flatMap((block) => [...block.instructions]);
  return instructions.flatMap((inst) =>
    inst.op === "store" && inst.value.kind === "int" && inst.value.type.kind === "int" && inst.value.type.bits === 64
      ? [Number(inst.value.value)]
      : [],
  );
}

/** clang's struct types may hold padding as extra members: fields are found by offset. */
function offsets(layout: DataLayout, type: LlvmType & { kind: "struct" }): number[] {
  return type.fields.map((_, index) => layout.fieldOffset(type, index));
}

describe("data layout of spir64", () => {
  let module: LlvmModule;
  beforeAll(async () => {
    module = await compile(source());
  });

  it.each([...Object.keys(structs), "Packed"])("struct %s is laid out as clang does", (name) => {
    const layout = new DataLayout(module.types);
    const type = module.types.get(`struct.${name}`);
    expect(type?.kind).toBe("struct");
    if (type?.kind !== "struct") return;
    const [size, align, ...members] = storedConstants(module, `of_${name}`);
    expect(layout.allocSize(type)).toBe(size);
    // An over-aligned LLVM struct may be a packed one with explicit padding.
    expect(align! % layout.alignOf(type)).toBe(0);
    expect(offsets(layout, type)).toEqual(expect.arrayContaining(members));
    expect(members).toHaveLength((structs[name] ?? packed).members.length);
  });

  const int = (bits: number): LlvmType => ({ kind: "int", bits });
  const vector = (length: number, element: LlvmType): LlvmType => ({ kind: "vector", length, element });
  const float: LlvmType = { kind: "float", name: "float" };
  it.each([
    ["i1", int(1), 1, 1, 1],
    ["i24", int(24), 3, 4, 4],
    ["i48", int(48), 6, 8, 8],
    ["i64", int(64), 8, 8, 8],
    ["i128", int(128), 16, 16, 8],
    ["<3 x float>", vector(3, float), 12, 16, 16],
    ["<3 x i8>", vector(3, int(8)), 3, 4, 4],
    ["<8 x i1>", vector(8, int(1)), 1, 1, 1],
    ["<16 x float>", vector(16, float), 64, 64, 64],
    ["[3 x <3 x float>]", { kind: "array", length: 3, element: vector(3, float) } as LlvmType, 48, 48, 16],
    ["ptr", { kind: "ptr", addressSpace: 1 } as LlvmType, 8, 8, 8],
  ])("%s", (_, type, store, alloc, align) => {
    const layout = new DataLayout(new Map());
    expect([layout.storeSize(type), layout.allocSize(type), layout.alignOf(type)]).toEqual([store, alloc, align]);
  });
});
