import { describe, expect, it } from "vitest";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Launch, LaunchArgument } from "../../../src/launch/launch.js";
import { InputError } from "../../../src/support/errors.js";

const buffer = (name: string, address: bigint, bytes: Uint8Array): LaunchArgument => ({
  kind: "buffer",
  name,
  address,
  bytes,
});
const words = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const launch = (global: number, ...args: LaunchArgument[]): Launch => ({
  kernel: "k",
  range: { workDim: 1, global: [global, 1, 1], local: [4, 1, 1], offset: [0, 0, 0] },
  arguments: args,
});

function failure(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics[0]!;
  }
  throw new Error("nothing was thrown");
}

const copy = parseKernel(`kernel k !"copy.cl":1:1 {
  param A "int*" buffer readonly bytes 8 values %A: ptr @ 0
  param B "int*" buffer bytes 8 values %B: ptr @ 0

b0.entry:
  %g = workitem i64 global_id 0
  %o = shl i64 %g, 2
  %a = ptradd ptr %A, %o
  %v = load i32 %a align 4 !3:10
  %b = ptradd ptr %B, %o
  store i32 %v to %b align 4 !3:5
  ret
}`);

describe("interpret", () => {
  it("updates buffers in place and counts", () => {
    const out = new Uint8Array(24);
    const result = interpret(copy, launch(6, buffer("A", 0x1000n, words(1, 2, 3, 4, 5, 6)), buffer("B", 0x2000n, out)));
    expect([...new Int32Array(out.buffer)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(result).toEqual({
      workItems: 6,
      blockExecutions: [6],
      instructions: 42,
      loads: 6,
      stores: 6,
      atomics: 0,
      bytesRead: 24,
      bytesWritten: 24,
    });
  });

  it("names place, work-item and nearest buffer of a bad access, and keeps what was written before", () => {
    const out = new Uint8Array(16);
    const found = failure(() =>
      interpret(copy, launch(8, buffer("A", 0x1000n, words(1, 2, 3, 4, 5, 6, 7, 8)), buffer("B", 0x8000n, out))),
    );
    expect(found.code).toBe("memory/out-of-bounds");
    expect(found.span).toEqual({ file: "copy.cl", line: 3, column: 5 });
    expect(found.message).toBe(
      "kernel k, work-item (4): store of 4 bytes at address 0x8010 is outside every buffer: it begins at the end of buffer B (16 bytes at 0x8000) (copy.cl:3:5)",
    );
    expect([...new Int32Array(out.buffer)]).toEqual([1, 2, 3, 4]);
  });

  it("sees an access that a buffer ends in the middle of", () => {
    const found = failure(() =>
      interpret(copy, launch(2, buffer("A", 0x1000n, words(1, 2)), buffer("B", 0x2000n, new Uint8Array(6)))),
    );
    expect(found.message).toContain("it reaches 2 bytes past the end of buffer B");
  });

  it("refuses NULL and misaligned addresses", () => {
    const zero: LaunchArgument = { kind: "scalar", name: "A", bytes: new Uint8Array(8) };
    expect(failure(() => interpret(copy, launch(1, zero, buffer("B", 0x2000n, new Uint8Array(4))))).message).toContain(
      "load of 4 bytes at address 0x0",
    );
    const odd = launch(1, buffer("A", 0x1002n, words(1)), buffer("B", 0x2000n, new Uint8Array(4)));
    expect(failure(() => interpret(copy, odd)).code).toBe("memory/misaligned");
  });

  it("lets a pointer into one buffer reach another", () => {
    const kernel =
      parseKernel(`kernel k { param A "int*" buffer bytes 8 values %A: ptr @ 0 param B "int*" buffer bytes 8 values %B: ptr @ 0
      b0: %i = ptrtoint ptr %B to i64 %j = ptrtoint ptr %A to i64 %d = sub i64 %i, %j %p = ptradd ptr %A, %d store i32 7 to %p align 4 ret }`);
    const out = new Uint8Array(4);
    interpret(kernel, launch(1, buffer("A", 0x1000n, words(1)), buffer("B", 0x200000n, out)));
    expect([...out]).toEqual([7, 0, 0, 0]);
  });

  it("sees one buffer through two arguments, and overlapping ones", () => {
    const kernel =
      parseKernel(`kernel k { param A "int*" buffer bytes 8 values %A: ptr @ 0 param B "int*" buffer bytes 8 values %B: ptr @ 0
      b0: store i32 5 to %A align 4 %v = load i32 %B align 4 %w = add i32 %v, 1 store i32 %w to %B align 4 ret }`);
    const bytes = new Uint8Array(4);
    interpret(kernel, launch(2, buffer("A", 0x1000n, bytes), buffer("B", 0x1000n, bytes)));
    expect(bytes[0]).toBe(6);
  });

  it("reads constant objects and refuses to write them", () => {
    const kernel = (body: string) =>
      parseKernel(`kernel k { param B "int*" buffer bytes 8 values %B: ptr @ 0 object t align 4 hex "0100000002000000"
      b0: %g = workitem i64 global_id 0 %o = shl i64 %g, 2 %p = ptradd ptr.constant @t, %o ${body} ret }`);
    const read = kernel("%v = load i32 %p align 4 %q = ptradd ptr %B, %o store i32 %v to %q align 4");
    const out = new Uint8Array(8);
    interpret(read, launch(2, buffer("B", 0x1000n, out)));
    expect([...new Int32Array(out.buffer)]).toEqual([1, 2]);
    expect(failure(() => interpret(read, launch(3, buffer("B", 0x1000n, new Uint8Array(12))))).message).toContain(
      "constant t (8 bytes",
    );
    expect(
      failure(() => interpret(kernel("store i32 1 to %p align 4"), launch(1, buffer("B", 0x1000n, out)))).message,
    ).toContain("writes constant memory");
  });

  it("ends loops that do not end", () => {
    const kernel = parseKernel(`kernel k { b0: br b1 b1.loop: br b1 !4:7 }`);
    const found = failure(() => interpret(kernel, launch(1), { maxSteps: 1000 }));
    expect(found.code).toBe("kernel/too-many-steps");
    expect(found.message).toContain("more than 1000 loop iterations");
  });

  it("counts loop iterations by block", () => {
    const kernel = parseKernel(`kernel k { b0: %g = workitem i64 global_id 0 br b1
      b1: %i = phi i64 [b0: 0, b1: %n] %n = add i64 %i, 1 %c = icmp ule i64 %n, %g condbr %c, b1, b2  b2: ret }`);
    expect(interpret(kernel, launch(5)).blockExecutions).toEqual([5, 15, 5]);
  });

  it("executes irreducible control flow", () => {
    const kernel = parseKernel(`kernel k { param B "int*" buffer bytes 8 values %B: ptr @ 0
      b0: %g = workitem i64 global_id 0 %t = trunc i64 %g to i32 %c = icmp eq i32 %t, 0 condbr %c, b1, b2
      b1: %x = phi i32 [b0: 10, b2: %z] %y = add i32 %x, 1 br b2
      b2: %w = phi i32 [b0: 20, b1: %y] %z = mul i32 %w, 2 %d = icmp ult i32 %z, 100 condbr %d, b1, b3
      b3: %o = shl i64 %g, 2 %p = ptradd ptr %B, %o store i32 %z to %p align 4 ret }`);
    const out = new Uint8Array(8);
    interpret(kernel, launch(2, buffer("B", 0x1000n, out)));
    // item 0: 10, 11 → 22, 23 → 46, 47 → 94, 95 → 190; item 1: 20 → 40, 41 → 82, 83 → 166
    expect([...new Int32Array(out.buffer)]).toEqual([190, 166]);
  });

  it("goes through ranges of three dimensions with smaller last groups, and through empty ones", () => {
    const kernel = parseKernel(`kernel k { param B "ulong*" buffer bytes 8 values %B: ptr @ 0
      b0: %x = workitem i64 global_id 0 %y = workitem i64 global_id 1 %z = workitem i64 global_id 2
      %lx = workitem i64 local_size 0 %ly = workitem i64 group_id 1 %n = workitem i64 num_groups 0
      %a = mul i64 %z, 3 %b = add i64 %a, %y %c = mul i64 %b, 5 %d = add i64 %c, %x %o = shl i64 %d, 3 %p = ptradd ptr %B, %o
      %m = mul i64 %lx, 100 %s = mul i64 %ly, 10 %t = add i64 %m, %s %u = add i64 %t, %n store i64 %u to %p align 8 ret }`);
    const out = new Uint8Array(30 * 8);
    const range = { workDim: 3, global: [5, 3, 2], local: [2, 2, 1], offset: [0, 0, 0] } as const;
    interpret(kernel, { kernel: "k", range, arguments: [buffer("B", 0x1000n, out)] });
    const expected: bigint[] = [];
    for (let z = 0; z < 2; z++)
      for (let y = 0; y < 3; y++)
        for (let x = 0; x < 5; x++) expected.push(BigInt((x === 4 ? 1 : 2) * 100 + Math.floor(y / 2) * 10 + 3));
    expect([...new BigUint64Array(out.buffer)]).toEqual(expected);
    const empty = { ...range, global: [5, 0, 2] } as const;
    expect(interpret(kernel, { kernel: "k", range: empty, arguments: [buffer("B", 0x1000n, out)] }).workItems).toBe(0);
  });

  it("keeps the bits of NaNs that are only moved, and makes canonical ones otherwise", () => {
    const kernel = parseKernel(`kernel k { param B "float*" buffer bytes 8 values %B: ptr @ 0
      b0: %x = load f32 %B align 4 %p = ptradd ptr %B, 4 store f32 %x to %p align 4
      %n = fneg f32 %x %q = ptradd ptr %B, 8 store f32 %n to %q align 4
      %s = fadd f32 %x, 1.0 %r = ptradd ptr %B, 12 store f32 %s to %r align 4
      %d = fdiv f32 0.0, 0.0 %t = ptradd ptr %B, 16 store f32 %d to %t align 4 ret }`);
    const out = new Uint8Array(20);
    new DataView(out.buffer).setUint32(0, 0x7f812345, true);
    interpret(kernel, launch(1, buffer("B", 0x1000n, out)));
    expect([...new Uint32Array(out.buffer)].map((v) => v.toString(16))).toEqual([
      "7f812345",
      "7f812345",
      "ff812345",
      "7fc00000",
      "7fc00000",
    ]);
  });
});
