import { describe, expect, it } from "vitest";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";

/** Stores of a function as `lanes@byte offset align`, after what the parser does to them. */
function stores(body: string): string[] {
  const module = parseLlvm(
    `define void @f(ptr addrspace(1) %p, ptr addrspace(1) %q, <2 x float> %pair, float %x) {\n${body}\nret void\n}`,
  );
  const [block] = module.functions.get("f")!.blocks;
  const addresses = new Map(
    block!.instructions.flatMap((each) => (each.op === "gep" ? [[each.result, each] as const] : [])),
  );
  const found = block!.instructions.flatMap((each) => {
    if (each.op !== "store") return [];
    const { type } = each.value;
    const gep = each.pointer.kind === "local" ? addresses.get(each.pointer.name) : undefined;
    const index = gep?.indices[0];
    const offset = index?.kind === "int" ? Number(index.value) * 4 : 0;
    return [`${type.kind === "vector" ? type.length : 1}@${offset} align ${each.align}`];
  });
  const names = block!.instructions.flatMap(({ result }) => (result === undefined ? [] : [result]));
  expect(new Set(names).size).toBe(names.length);
  return found;
}

const load = "%v = load <4 x float>, ptr addrspace(1) %p, align 16";

describe("a store of a vector that was just loaded", () => {
  it("writes the one lane that changed", () => {
    expect(
      stores(
        `${load}\n%w = insertelement <4 x float> %v, float %x, i64 1\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
      ),
    ).toEqual(["1@4 align 4"]);
    expect(
      stores(
        `${load}\n%w = insertelement <4 x float> %v, float %x, i64 2\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
      ),
    ).toEqual(["1@8 align 8"]);
  });

  it("writes neighbouring lanes together and others apart", () => {
    const both = `${load}\n%a = insertelement <4 x float> %v, float %x, i64 0\n%w = insertelement <4 x float> %a, float %x, i64 3\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`;
    expect(stores(both)).toEqual(["1@0 align 16", "1@12 align 4"]);
    const pair = `${load}\n%e = shufflevector <2 x float> %pair, <2 x float> poison, <4 x i32> <i32 0, i32 1, i32 poison, i32 poison>
%w = shufflevector <4 x float> %v, <4 x float> %e, <4 x i32> <i32 0, i32 1, i32 4, i32 5>\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`;
    expect(stores(pair)).toEqual(["2@8 align 8"]);
  });

  const changed = "%w = insertelement <4 x float> %v, float %x, i64 1";
  it.each([
    ["is elsewhere", `${load}\n${changed}\nstore <4 x float> %w, ptr addrspace(1) %q, align 16`],
    [
      "came after a write",
      `${load}\nstore float %x, ptr addrspace(1) %q\n${changed}\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
    ],
    [
      "came after a barrier",
      `${load}\ncall void @_Z7barrierj(i32 1)\n${changed}\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
    ],
    ["is volatile", `${load}\n${changed}\nstore volatile <4 x float> %w, ptr addrspace(1) %p, align 16`],
    [
      "moves lanes",
      `${load}\n%w = shufflevector <4 x float> %v, <4 x float> poison, <4 x i32> <i32 1, i32 2, i32 3, i32 0>\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
    ],
    [
      "has an index known at run time only",
      `${load}\n%n = fptoui float %x to i64\n%w = insertelement <4 x float> %v, float %x, i64 %n\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`,
    ],
  ])("is left alone when it %s", (_, body) => {
    expect(stores(body).at(-1)).toBe("4@0 align 16");
  });

  it("may have work-item functions and arithmetic in between", () => {
    const body = `${load}\n%i = call i64 @_Z13get_global_idj(i32 0)\n%s = call float @llvm.sqrt.f32(float %x)\n${changed}\nstore <4 x float> %w, ptr addrspace(1) %p, align 16`;
    expect(stores(body)).toEqual(["1@4 align 4"]);
  });
});
