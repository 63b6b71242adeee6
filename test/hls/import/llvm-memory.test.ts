import { describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import { printKernel } from "../../../src/hls/ir/print.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { int, run } from "./run.js";

/** Memory as LLVM has it: atomic instructions, fences, blocks of memory, structs by value. */
const kernelOf = (text: string): Kernel => importKernels(parseLlvm(text))[0]!;
const linesOf = (kernel: Kernel, pattern: RegExp): string[] =>
  printKernel(kernel)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => pattern.test(line));

describe("atomicrmw", () => {
  const update = (operation: string, type: string, value: string) =>
    kernelOf(`define spir_kernel void @k(ptr addrspace(1) %p, ptr addrspace(1) %old) {
  %x = atomicrmw ${operation} ptr addrspace(1) %p, ${type} ${value} monotonic, align 8
  store ${type} %x, ptr addrspace(1) %old, align 8
  ret void
}`);

  it.each([
    ["nand", 0b1100, 0b1010, ~0b1000],
    ["sub", 5, 7, -2],
    ["min", -5, 7, -5],
    ["umin", -5, 7, 7],
    ["max", -5, 7, 7],
    ["umax", -5, 7, -5],
    ["uinc_wrap", 4, 5, 5],
    ["uinc_wrap", 5, 5, 0],
    ["udec_wrap", 0, 5, 5],
    ["udec_wrap", 3, 5, 2],
  ])("%s of %i with %i stores %i and gives the old value", (operation, before, value, after) => {
    const p = Int32Array.of(before);
    const old = Int32Array.of(0);
    run(update(operation, "i32", String(value)), { global: [1] }, [p, old]);
    expect([p[0], old[0]]).toEqual([after, before]);
  });

  it.each([
    ["fadd", 1.5, 2, 3.5],
    ["fsub", 1.5, 2, -0.5],
    ["fmax", 1.5, 2, 2],
    ["fmin", 1.5, 2, 1.5],
  ])("%s of %f with %f stores %f", (operation, before, value, after) => {
    const p = Float64Array.of(before);
    const old = Float64Array.of(0);
    run(update(operation, "double", value.toExponential(6).replace("e+0", "e+00")), { global: [1] }, [p, old]);
    expect([p[0], old[0]]).toEqual([after, before]);
  });

  it("is retried until nobody was faster", () => {
    const kernel = update("fmax", "float", "2.000000e+00");
    expect(linesOf(kernel, /= atomic|^condbr/)).toHaveLength(2);
    const p = Float32Array.of(-1);
    run(kernel, { global: [40], local: [8] }, [p, new Float32Array(1)]);
    expect(p[0]).toBe(2);
  });
});

it("cmpxchg gives the old value and whether it was the expected one", () => {
  const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %p, ptr addrspace(1) %o, i64 %e) {
  %r = cmpxchg weak volatile ptr addrspace(1) %p, i64 %e, i64 9 monotonic monotonic, align 8
  %old = extractvalue { i64, i1 } %r, 0
  %same = extractvalue { i64, i1 } %r, 1
  %w = zext i1 %same to i64
  store i64 %old, ptr addrspace(1) %o, align 8
  %o1 = getelementptr i64, ptr addrspace(1) %o, i64 1
  store i64 %w, ptr addrspace(1) %o1, align 8
  ret void
}`);
  for (const [before, expected] of [
    [5n, [9n, 5n, 1n]],
    [6n, [6n, 6n, 0n]],
  ] as const) {
    const p = BigInt64Array.of(before);
    const o = new BigInt64Array(2);
    run(kernel, { global: [1] }, [p, o, { scalar: BigInt64Array.of(5n) }]);
    expect([p[0], ...o]).toEqual(expected);
  }
});

it("memory orders are fences on the side that they speak of, two side by side are one", () => {
  const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %p) {
  %1 = load atomic i32, ptr addrspace(1) %p acquire, align 4
  %2 = load atomic i32, ptr addrspace(1) %p monotonic, align 4
  store atomic i32 %1, ptr addrspace(1) %p release, align 4
  %3 = atomicrmw volatile add ptr addrspace(1) %p, i32 1 syncscope("device") acq_rel, align 4
  fence syncscope("workgroup") seq_cst
  %4 = atomicrmw add ptr addrspace(1) %p, i32 2 monotonic, align 4
  store atomic i32 %2, ptr addrspace(1) %p seq_cst, align 4
  ret void
}`);
  const order = linesOf(kernel, /load|store|atomic|fence/).map((line) => /load|store|atomic|fence/.exec(line)![0]);
  expect(order.join(" ")).toBe("load fence load fence store fence atomic fence atomic fence store fence");
});

describe("blocks of memory", () => {
  const copy = (length: string, alignments: readonly [number, number], name = "memcpy") =>
    kernelOf(`declare void @llvm.${name}.p1.p1.i64(ptr addrspace(1), ptr addrspace(1), i64, i1)
define spir_kernel void @k(ptr addrspace(1) %o, ptr addrspace(1) %a, i64 %n) {
  call void @llvm.${name}.p1.p1.i64(ptr addrspace(1) align ${alignments[0]} %o, ptr addrspace(1) align ${alignments[1]} %a, i64 ${length}, i1 false)
  ret void
}`);
  const input = Uint8Array.from({ length: 600 }, (_, k) => (k * 7 + 3) & 255);

  it.each([
    ["16", [16, 16], ["load i64", "align 16"]],
    ["64", [64, 64], ["load i64", "align 64"]],
    ["12", [8, 4], ["load i32", "align 4"]],
  ] as const)("%s bytes aligned to %j are few wide accesses", (length, alignments, parts) => {
    const loads = linesOf(copy(length, alignments), /load/);
    for (const part of parts) expect(loads[0]).toContain(part);
    expect(loads).toHaveLength(length === "12" ? 3 : 1);
  });

  it.each([
    [13, 1],
    [13, 4],
    [31, 8],
    [100, 4],
    [259, 16],
    [512, 64],
    [517, 8],
    [0, 4],
  ])("%i bytes aligned to %i arrive, and no byte more", (length, align) => {
    const out = new Uint8Array(600).fill(9);
    run(copy(String(length), [align, align]), { global: [1] }, [out, input, { scalar: BigInt64Array.of(0n) }]);
    const expected = [...input.slice(0, length), ...new Array<number>(600 - length).fill(9)];
    expect([...out]).toEqual(expected);
  });

  it("of a length that is not constant", () => {
    for (const length of [0, 1, 37]) {
      const out = new Uint8Array(600).fill(9);
      run(copy("%n", [8, 8]), { global: [1] }, [out, input, { scalar: BigInt64Array.of(BigInt(length)) }]);
      expect([...out.slice(0, length + 1)]).toEqual([...input.slice(0, length), 9]);
    }
  });

  it("that overlap are moved as if through a copy", () => {
    const text = (
      from: number,
      to: number,
      length: string,
    ) => `declare void @llvm.memmove.p1.p1.i64(ptr addrspace(1), ptr addrspace(1), i64, i1)
define spir_kernel void @k(ptr addrspace(1) %a, i64 %n) {
  %from = getelementptr i8, ptr addrspace(1) %a, i64 ${from}
  %to = getelementptr i8, ptr addrspace(1) %a, i64 ${to}
  call void @llvm.memmove.p1.p1.i64(ptr addrspace(1) %to, ptr addrspace(1) %from, i64 ${length}, i1 false)
  ret void
}`;
    for (const [from, to] of [
      [3, 8],
      [8, 3],
      [5, 5],
    ] as const)
      for (const length of ["11", "300", "%n"]) {
        const data = input.slice();
        const expected = input.slice();
        const bytes = length === "%n" ? 50 : Number(length);
        expected.copyWithin(to, from, from + bytes);
        run(kernelOf(text(from, to, length)), { global: [1] }, [data, { scalar: BigInt64Array.of(50n) }]);
        expect([...data]).toEqual([...expected]);
      }
  });

  it.each([
    ["i8 -85", "24", 8],
    ["i8 0", "300", 4],
    ["i8 %b", "21", 4],
    ["i8 %b", "%n", 1],
  ])("set to %s, %s bytes aligned to %i", (byte, length, align) => {
    const kernel = kernelOf(`declare void @llvm.memset.p1.i64(ptr addrspace(1), i8, i64, i1)
define spir_kernel void @k(ptr addrspace(1) %o, i8 %b, i64 %n) {
  call void @llvm.memset.p1.i64(ptr addrspace(1) align ${align} %o, ${byte}, i64 ${length}, i1 false)
  ret void
}`);
    const out = new Uint8Array(310).fill(9);
    run(kernel, { global: [1] }, [out, { scalar: Uint8Array.of(77) }, { scalar: BigInt64Array.of(5n) }]);
    const count = length === "%n" ? 5 : Number(length);
    const value = { "i8 -85": 171, "i8 0": 0, "i8 %b": 77 }[byte]!;
    expect([...out]).toEqual([...new Array<number>(count).fill(value), ...new Array<number>(310 - count).fill(9)]);
  });
});

describe("struct arguments", () => {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  [11, 22, 33, 44].forEach((value, k) => {
    view.setInt32(4 * k, value, true);
  });
  view.setBigInt64(16, 5n, true);
  const head = "%s = type { [4 x i32], i64 }\n";

  it("that the kernel writes have a copy in private memory", () => {
    const kernel = kernelOf(`${head}define spir_kernel void @k(ptr byval(%s) align 8 %s, ptr addrspace(1) %o, i32 %i) {
  %w = sext i32 %i to i64
  %p = getelementptr %s, ptr %s, i64 0, i32 0, i64 %w
  %a = load i32, ptr %p, align 4
  store i32 1000, ptr %p, align 4
  %q = getelementptr %s, ptr %s, i64 0, i32 0, i64 2
  %b = load i32, ptr %q, align 4
  %sum = add i32 %a, %b
  store i32 %sum, ptr addrspace(1) %o, align 4
  ret void
}`);
    expect(kernel.variables).toEqual([{ name: "s", space: "private", size: 24, align: 8 }]);
    for (const [i, expected] of [
      [1, 22 + 33],
      [2, 33 + 1000],
    ] as const) {
      const o = Int32Array.of(0, 0);
      run(kernel, { global: [2] }, [{ scalar: bytes }, o, int(i)]);
      expect(o[0]).toBe(expected);
    }
  });

  it("that are only read need no memory", () => {
    const kernel = kernelOf(`${head}define spir_kernel void @k(ptr byval(%s) align 8 %s, ptr addrspace(1) %o, i32 %i) {
  %w = sext i32 %i to i64
  %p = getelementptr %s, ptr %s, i64 0, i32 0, i64 %w
  %a = load i32, ptr %p, align 4
  store i32 %a, ptr addrspace(1) %o, align 4
  ret void
}`);
    expect(kernel.variables).toEqual([]);
    const o = Int32Array.of(0);
    run(kernel, { global: [1] }, [{ scalar: bytes }, o, int(3)]);
    expect(o[0]).toBe(44);
  });

  it("of a function that is called are its own", () => {
    const kernel = kernelOf(`${head}define internal spir_func i32 @f(ptr byval(%s) align 8 %x) noinline {
  %p = getelementptr %s, ptr %x, i64 0, i32 0, i64 1
  %a = load i32, ptr %p, align 4
  store i32 -1, ptr %p, align 4
  %b = load i32, ptr %p, align 4
  %r = add i32 %a, %b
  ret i32 %r
}
define spir_kernel void @k(ptr byval(%s) align 8 %s, ptr addrspace(1) %o, i32 %i) {
  %r = call spir_func i32 @f(ptr byval(%s) align 8 %s)
  %r2 = call spir_func i32 @f(ptr byval(%s) align 8 %s)
  %sum = add i32 %r, %r2
  store i32 %sum, ptr addrspace(1) %o, align 4
  ret void
}`);
    const o = Int32Array.of(0);
    run(kernel, { global: [1] }, [{ scalar: bytes }, o, int(0)]);
    expect(o[0]).toBe(2 * (22 - 1));
  });
});
