import { describe, expect, it } from "vitest";
import { builtinPrelude, undefinedFunctions } from "../../../src/parser/builtins/builtins.js";
import { readMangled } from "../../../src/parser/builtins/mangling.js";
import { spell } from "../../../src/parser/builtins/types.js";

const read = (mangled: string) => {
  const found = readMangled(mangled);
  return found && `${found.name}(${found.parameters.map(spell).join(", ")})`;
};

describe("mangled names", () => {
  // The left sides are what clang 22 writes for calls of these functions.
  it.each([
    ["_Z3minii", "min(int, int)"],
    ["_Z3minDv4_iS_", "min(int4, int4)"],
    ["_Z5clampDv16_hhh", "clamp(uchar16, uchar, uchar)"],
    ["_Z12get_work_dimv", "get_work_dim()"],
    ["_Z6vload4mPU3AS1Kf", "vload4(ulong, __global const float *)"],
    ["_Z7vstore2Dv2_smPU3AS3s", "vstore2(short2, ulong, __local short *)"],
    ["_Z6vload2mPKd", "vload2(ulong, __private const double *)"],
    ["_Z8shuffle2Dv2_fS_Dv4_j", "shuffle2(float2, float2, uint4)"],
    ["_Z8shuffle2Dv2_fS_Dv4_jS0_", "shuffle2(float2, float2, uint4, uint4)"],
    ["_Z5fractfPU3AS4f", "fract(float, __generic float *)"],
    ["_Z5fractDv4_fPU3AS1S_", "fract(float4, __global float4 *)"],
    ["_Z8prefetchPU3AS1KDv4_fm", "prefetch(__global const float4 *, ulong)"],
    ["_Z10atomic_addPU3AS1Vii", "atomic_add(__global volatile int *, int)"],
    ["_Z1fDhdcahstl", "f(half, double, char, char, uchar, short, ushort, long)"],
    ["_Z4f", undefined],
    ["min", undefined],
    ["_Z3foo10SomeStruct", undefined],
    ["_ZN3foo3barEi", undefined],
  ])("%s", (mangled, expected) => {
    expect(read(mangled)).toBe(expected);
  });
});

describe("the prelude", () => {
  it("defines what is known and leaves the rest", () => {
    expect(builtinPrelude(["_Z13get_global_idj", "_Z7barrierj", "_Z3foof", "_Z10atomic_addPU3AS1Vii"])).toBeUndefined();
    const text = builtinPrelude(["_Z3foof", "_Z3minff", "_Z3minfi", "_Z8toStringi"])!;
    expect(text).toContain("_Z3minff");
    // There is no min(float, int).
    expect(text).not.toContain("_Z3minfi");
    expect(text).not.toContain("_Z3foof");
  });

  it("is asked for what a module declares and calls", () => {
    expect(
      undefinedFunctions(`define spir_func i32 @_Z3fooi(i32 %x) {
}
declare dso_local spir_func i32 @_Z3minii(i32 noundef, i32 noundef) local_unnamed_addr #4
declare !dbg !3 spir_func float @_Z4sqrtf(float)
declare void @llvm.memset.p1.i64(ptr addrspace(1), i8, i64, i1 immarg) #6
`),
    ).toEqual(["_Z3minii", "_Z4sqrtf"]);
  });
});
