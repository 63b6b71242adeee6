import { describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { problemsOf } from "./compile.js";
import { int, run } from "./run.js";

/** LLVM IR that clang writes seldom, or never for OpenCL C, but may. */
const head = `declare spir_func i64 @_Z13get_global_idj(i32)\n`;
const kernelOf = (text: string): Kernel => importKernels(parseLlvm(head + text))[0]!;
const refusals = (text: string) => problemsOf(parseLlvm(head + text), "k").map(({ code }) => code);

describe("memory of odd types", () => {
  it.each([
    ["i24", 4, [0x11, 0x22, 0x33, 0xee], [0x12, 0x22, 0x33, 9]],
    ["i24", 1, [0xff, 0xff, 0xff, 0xee], [0, 0, 0, 9]],
    ["i48", 8, [0xff, 0xff, 3, 4, 5, 6, 0xee, 0xee], [0, 0, 4, 4, 5, 6, 9, 9]],
    ["i40", 2, [0xff, 0xff, 0xff, 0xff, 0x7f, 0xee], [0, 0, 0, 0, 0x80, 9]],
    [
      "i128",
      16,
      Array.from({ length: 16 }, (_, k) => (k < 9 ? 255 : k)),
      Array.from({ length: 16 }, (_, k) => (k < 9 ? 0 : k === 9 ? 10 : k)),
    ],
    ["i128", 4, Array.from({ length: 16 }, () => 255), new Array<number>(16).fill(0)],
    ["i7", 1, [0x7f, 0xee], [0, 9]],
  ] as const)("%s aligned to %i is incremented within its bytes", (type, align, before, after) => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %x = load ${type}, ptr addrspace(1) %a, align ${align}
  %y = add ${type} %x, 1
  store ${type} %y, ptr addrspace(1) %o, align ${align}
  ret void
}`);
    const o = new Uint8Array(before.length).fill(9);
    run(kernel, { global: [1] }, [Uint8Array.from(before), o]);
    expect([...o]).toEqual([...after]);
  });

  it("a bool is a byte", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %x = load i1, ptr addrspace(1) %a, align 1
  %y = xor i1 %x, true
  store i1 %y, ptr addrspace(1) %o, align 1
  ret void
}`);
    for (const x of [0, 1]) {
      const o = Uint8Array.of(9, 9);
      run(kernel, { global: [1] }, [Uint8Array.of(x), o]);
      expect([...o]).toEqual([1 - x, 9]);
    }
  });

  it("vectors of bits are packed, first lane lowest", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o) {
  %x = load <16 x i1>, ptr addrspace(1) %a, align 2
  %y = shufflevector <16 x i1> %x, <16 x i1> poison, <16 x i32> <i32 15, i32 14, i32 13, i32 12, i32 11, i32 10, i32 9, i32 8, i32 7, i32 6, i32 5, i32 4, i32 3, i32 2, i32 1, i32 0>
  store <16 x i1> %y, ptr addrspace(1) %o, align 2
  %z = bitcast <16 x i1> %x to i16
  %p = getelementptr i8, ptr addrspace(1) %o, i64 2
  store i16 %z, ptr addrspace(1) %p, align 2
  ret void
}`);
    const o = new Uint8Array(4);
    run(kernel, { global: [1] }, [Uint8Array.of(0b00000111, 0b01000000), o]);
    expect([...o]).toEqual([0b00000010, 0b11100000, 0b00000111, 0b01000000]);
  });

  it("structs as values: loaded, taken apart, put together, chosen, stored", () => {
    const kernel = kernelOf(`%s = type { i8, i32, [2 x i16], <2 x float> }
define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o, i32 %n) {
entry:
  %x = load %s, ptr addrspace(1) %a, align 8
  %c = icmp sgt i32 %n, 3
  br i1 %c, label %then, label %done
then:
  %e = extractvalue %s %x, 2, 1
  %w = zext i16 %e to i32
  %y = insertvalue %s %x, i32 %w, 1
  %z = insertvalue %s %y, [2 x i16] [i16 7, i16 8], 2
  br label %done
done:
  %r = phi %s [ %x, %entry ], [ %z, %then ]
  %q = select i1 %c, %s %r, %s zeroinitializer
  store %s %q, ptr addrspace(1) %o, align 8
  ret void
}`);
    const a = new Uint8Array(24);
    const view = new DataView(a.buffer);
    view.setUint8(0, 200);
    view.setInt32(4, -9, true);
    view.setUint16(8, 11, true);
    view.setUint16(10, 40000, true);
    view.setFloat32(16, 1.25, true);
    view.setFloat32(20, -2.5, true);
    const o = new Uint8Array(24);
    run(kernel, { global: [1] }, [a, o, int(4)]);
    const out = new DataView(o.buffer);
    expect([out.getUint8(0), out.getInt32(4, true), out.getUint16(8, true), out.getUint16(10, true)]).toEqual([
      200, 40000, 7, 8,
    ]);
    expect([out.getFloat32(16, true), out.getFloat32(20, true)]).toEqual([1.25, -2.5]);
    run(kernel, { global: [1] }, [a, o, int(3)]);
    expect([out.getUint8(0), out.getInt32(4, true), out.getFloat32(20, true)]).toEqual([0, 0, 0]);
  });
});

describe("pointers", () => {
  it("vectors of addresses", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %a, ptr addrspace(1) %o, <2 x i32> %i) {
  %p = getelementptr i32, ptr addrspace(1) %a, <2 x i32> %i
  %n = ptrtoint <2 x ptr addrspace(1)> %p to <2 x i64>
  %b = ptrtoint ptr addrspace(1) %a to i64
  %n0 = extractelement <2 x i64> %n, i32 0
  %n1 = extractelement <2 x i64> %n, i32 1
  %d0 = sub i64 %n0, %b
  %d1 = sub i64 %n1, %b
  store i64 %d0, ptr addrspace(1) %o, align 8
  %q = getelementptr i64, ptr addrspace(1) %o, i64 1
  store i64 %d1, ptr addrspace(1) %q, align 8
  ret void
}`);
    const o = new BigInt64Array(2);
    run(kernel, { global: [1] }, [new Int32Array(1), o, { scalar: Int32Array.of(5, -3) }]);
    expect([...o]).toEqual([20n, -12n]);
  });

  it("constant offsets of a chain become one", () => {
    const kernel = kernelOf(`%s = type { i32, [4 x { i8, i64 }] }
define spir_kernel void @k(ptr addrspace(1) %a) {
  %p = getelementptr %s, ptr addrspace(1) %a, i64 1, i32 1, i64 2, i32 1
  %q = getelementptr i8, ptr addrspace(1) %p, i64 -8
  store i8 1, ptr addrspace(1) %q, align 1
  ret void
}`);
    const adds = kernel.blocks.flatMap((block) => block.instructions).filter((inst) => inst.op === "ptradd");
    // 72 bytes a struct, the array at 8, 16 bytes an element, the i64 at 8; minus 8.
    expect(adds.map((inst) => inst.offset)).toEqual([{ kind: "const", type: { kind: "int", bits: 64 }, bits: 112n }]);
  });

  it("masks keep what a pointer points into", () => {
    const kernel = kernelOf(`declare ptr addrspace(1) @llvm.ptrmask.p1.i64(ptr addrspace(1), i64)
define spir_kernel void @k(ptr addrspace(1) %a) {
  %p = getelementptr i8, ptr addrspace(1) %a, i64 13
  %q = call ptr addrspace(1) @llvm.ptrmask.p1.i64(ptr addrspace(1) %p, i64 -8)
  store i8 1, ptr addrspace(1) %q, align 1
  ret void
}`);
    const a = new Uint8Array(16);
    run(kernel, { global: [1] }, [a]);
    expect(a.indexOf(1)).toBe(8);
  });

  it("a loop over a constant table keeps the constant space", () => {
    const kernel = kernelOf(`@t = internal addrspace(1) constant [4 x i32] [i32 5, i32 6, i32 7, i32 8], align 4
define spir_kernel void @k(ptr addrspace(1) %o) {
entry:
  br label %loop
loop:
  %p = phi ptr addrspace(1) [ @t, %entry ], [ %next, %loop ]
  %s = phi i32 [ 0, %entry ], [ %sum, %loop ]
  %v = load i32, ptr addrspace(1) %p, align 4
  %sum = add i32 %s, %v
  %next = getelementptr i32, ptr addrspace(1) %p, i64 1
  %more = icmp ne ptr addrspace(1) %next, getelementptr (i8, ptr addrspace(1) @t, i64 16)
  br i1 %more, label %loop, label %done
done:
  store i32 %sum, ptr addrspace(1) %o, align 4
  ret void
}`);
    const o = new Int32Array(1);
    run(kernel, { global: [1] }, [o]);
    expect(o[0]).toBe(26);
    expect(kernel.objects.map(({ name, bytes }) => [name, [...bytes]])).toEqual([
      ["t", [5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0]],
    ]);
    const loads = kernel.blocks.flatMap((block) => block.phis).map((phi) => phi.result.type);
    expect(loads).toContainEqual({ kind: "ptr", space: "constant" });
  });
});

describe("control flow", () => {
  it("several edges from one block count once", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %o, i32 %n) {
entry:
  switch i32 %n, label %b [ i32 1, label %a
    i32 2, label %a
    i32 3, label %b
    i32 -1, label %c ]
a:
  br label %c
b:
  %x = icmp eq i32 %n, 0
  br i1 %x, label %c, label %c
c:
  %r = phi i32 [ 10, %a ], [ 20, %b ], [ 20, %b ], [ 30, %entry ]
  store i32 %r, ptr addrspace(1) %o, align 4
  ret void
}`);
    for (const [n, expected] of [
      [1, 10],
      [2, 10],
      [3, 20],
      [0, 20],
      [-1, 30],
    ] as const) {
      const o = new Int32Array(1);
      run(kernel, { global: [1] }, [o, int(n)]);
      expect(o[0]).toBe(expected);
    }
    expect(
      kernel.blocks.every((block) =>
        block.phis.every((phi) => new Set(phi.incoming.map((e) => e.block)).size === phi.incoming.length),
      ),
    ).toBe(true);
  });

  it("unreachable blocks go, with their phi entries; a call that never returns ends its path", () => {
    const kernel = kernelOf(`define internal i32 @spin(i32 %x) {
  unreachable
}
define internal i32 @pick(i32 %x) {
  %c = icmp eq i32 %x, 99
  br i1 %c, label %never, label %always
never:
  %v = call i32 @spin(i32 %x)
  ret i32 %v
always:
  ret i32 4
}
define spir_kernel void @k(ptr addrspace(1) %o, i32 %n) {
entry:
  br label %done
dead:
  br label %done
done:
  %r = phi i32 [ 1, %entry ], [ 2, %dead ]
  %p = call i32 @pick(i32 %n)
  %s = add i32 %r, %p
  store i32 %s, ptr addrspace(1) %o, align 4
  ret void
}`);
    const o = new Int32Array(1);
    run(kernel, { global: [1] }, [o, int(1)]);
    expect(o[0]).toBe(5);
    expect(kernel.blocks.map(({ label }) => label)).not.toContain("dead");
    expect(kernel.blocks.map(({ terminator }) => terminator.op)).toContain("unreachable");
  });

  it("freeze, undef and poison are values", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %o, i32 %n) {
  %f = freeze i32 undef
  %g = add i32 %f, poison
  %h = or i32 %g, %n
  store i32 %h, ptr addrspace(1) %o, align 4
  ret void
}`);
    const o = new Int32Array(1);
    run(kernel, { global: [1] }, [o, int(6)]);
    expect(o[0]).toBe(6);
  });

  it("comparisons that are always true or false", () => {
    const kernel = kernelOf(`define spir_kernel void @k(ptr addrspace(1) %o, float %x) {
  %t = fcmp true float %x, 1.0
  %f = fcmp false float %x, 1.0
  %a = select i1 %t, i32 1, i32 2
  %b = select i1 %f, i32 10, i32 20
  %s = add i32 %a, %b
  store i32 %s, ptr addrspace(1) %o, align 4
  ret void
}`);
    const o = new Int32Array(1);
    run(kernel, { global: [1] }, [o, { scalar: Float32Array.of(Number.NaN) }]);
    expect(o[0]).toBe(21);
  });
});

describe("refused", () => {
  it("calls through pointers", () => {
    expect(
      refusals("define spir_kernel void @k(ptr addrspace(1) %o, ptr %f) {\n  call void %f()\n  ret void\n}"),
    ).toContain("unsupported/indirect-call");
  });
  it("recursion through another function", () => {
    expect(
      refusals(`define internal i32 @even(i32 %x) {
  %r = call i32 @odd(i32 %x)
  ret i32 %r
}
define internal i32 @odd(i32 %x) {
  %r = call i32 @even(i32 %x)
  ret i32 %r
}
define spir_kernel void @k(ptr addrspace(1) %o) {
  %r = call i32 @even(i32 1)
  store i32 %r, ptr addrspace(1) %o, align 4
  ret void
}`),
    ).toEqual(["unsupported/recursion"]);
  });
  it("program-scope variables, tables of addresses, wide integers, atomics on what no memory knows", () => {
    expect(
      refusals(`@v = addrspace(1) global i32 0, align 4
@w = addrspace(2) constant [2 x ptr addrspace(2)] [ptr addrspace(2) @x, ptr addrspace(2) null], align 8
@x = addrspace(2) constant i32 1, align 4
define spir_kernel void @k(ptr addrspace(1) %o, i2048 %i) {
  %1 = atomicrmw add ptr addrspace(1) %o, i16 1 seq_cst, align 2
  %2 = cmpxchg ptr addrspace(1) %o, i8 1, i8 2 seq_cst seq_cst, align 1
  %3 = atomicrmw usub_cond ptr addrspace(1) %o, i32 1 seq_cst, align 4
  store i32 %3, ptr addrspace(1) @v, align 4
  %4 = load ptr addrspace(2), ptr addrspace(2) @w, align 8
  store ptr addrspace(2) %4, ptr addrspace(1) %o, align 8
  ret void
}`),
    ).toEqual([
      "unsupported/parameter-type",
      "unsupported/atomic",
      "unsupported/atomic",
      "unsupported/atomic",
      "unsupported/program-scope-variable",
      "unsupported/pointer-table",
    ]);
  });
  it("pointers that may be into different memories", () => {
    expect(
      refusals(`define spir_kernel void @k(ptr addrspace(1) %o, ptr addrspace(2) %c, i1 %b) {
  %g = addrspacecast ptr addrspace(1) %o to ptr addrspace(4)
  %h = addrspacecast ptr addrspace(2) %c to ptr addrspace(4)
  %p = select i1 %b, ptr addrspace(4) %g, ptr addrspace(4) %h
  %v = load i32, ptr addrspace(4) %p, align 4
  store i32 %v, ptr addrspace(1) %o, align 4
  ret void
}`),
    ).toEqual(["unsupported/mixed-pointer"]);
  });
});
