import { describe, expect, it } from "vitest";
import { type InterpretOptions, interpret } from "../../../src/hls/interpret/interpret.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import type { Launch, LaunchArgument } from "../../../src/launch/launch.js";
import { InputError } from "../../../src/support/errors.js";

/** Runs the text on `global` work-items in groups of `local`, with a buffer `out` of so many words; gives the words. */
function run(
  text: string,
  { global, local, words, more = [] }: { global: number; local: number; words: number; more?: LaunchArgument[] },
  options: InterpretOptions = {},
): Int32Array {
  const kernel = parseKernel(text);
  verifyKernel(kernel);
  const out = new Int32Array(words);
  const launch: Launch = {
    kernel: "k",
    range: { workDim: 1, global: [global, 1, 1], local: [local, 1, 1], offset: [0, 0, 0] },
    arguments: [{ kind: "buffer", name: "out", address: 0x1000n, bytes: new Uint8Array(out.buffer) }, ...more],
  };
  interpret(kernel, launch, options);
  return out;
}

function failure(text: string, shape: Parameters<typeof run>[1]) {
  try {
    run(text, shape);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics[0]!;
  }
  throw new Error("nothing was thrown");
}

const header = `kernel k !"k.cl":1:1 {
  param out "int*" buffer bytes 8 values %out: ptr @ 0
`;
/** out[global id] = what `tile[i]` holds, where every work-item writes its id to `tile[local id]` before a barrier. */
const reverse = (tile: string, declaration: string) => `${header}${declaration}
b0:
  %g = workitem i64 global_id 0
  %l = workitem i64 local_id 0
  %s = workitem i64 local_size 0
  %o = shl i64 %l, 2
  %p = ptradd ptr.local ${tile}, %o
  %v = trunc i64 %g to i32
  store i32 %v to %p align 4 !3:3
  barrier !4:3
  %m = sub i64 %s, 1
  %r = sub i64 %m, %l
  %ro = shl i64 %r, 2
  %q = ptradd ptr.local ${tile}, %ro
  %w = load i32 %q align 4 !5:3
  %go = shl i64 %g, 2
  %d = ptradd ptr %out, %go
  store i32 %w to %d align 4
  ret
}`;

describe("work-groups", () => {
  it("see each other's stores to local memory after a barrier, a last small group too", () => {
    const out = run(reverse("@tile", "  local tile size 16 align 4"), { global: 10, local: 4, words: 10 });
    expect([...out]).toEqual([3, 2, 1, 0, 7, 6, 5, 4, 9, 8]);
  });

  it("use the local memory that the launch gives", () => {
    const text = reverse("%mine", '  param mine "int*" local bytes 8 values %mine: ptr.local @ 0');
    const more: LaunchArgument[] = [{ kind: "local", name: "mine", size: 16 }];
    expect([...run(text, { global: 8, local: 4, words: 8, more })]).toEqual([3, 2, 1, 0, 7, 6, 5, 4]);
    const small: LaunchArgument[] = [{ kind: "local", name: "mine", size: 12 }];
    expect(failure(text, { global: 8, local: 4, words: 8, more: small }).message).toBe(
      "kernel k, work-item (3): store of 4 bytes at offset 12 of the local variable mine, which has 12 bytes (k.cl:3:3)",
    );
  });

  it("start with local memory that holds nothing of the group before", () => {
    const text = `${header}  local tile size 4 align 4
b0:
  %g = workitem i64 global_id 0
  %go = shl i64 %g, 2
  %d = ptradd ptr %out, %go
  %w = load i32 (ptr.local @tile) align 4
  store i32 %w to %d align 4
  store i32 7 to (ptr.local @tile) align 4
  ret
}`;
    const out = run(text, { global: 4, local: 2, words: 4 });
    expect([out[1], out[3]]).toEqual([7, 7]);
    expect(out[0]).toBe(out[2]);
    expect([0, 7]).not.toContain(out[0]);
  });

  it("keep private memory apart, across barriers and without them", () => {
    const text = (barrier: string) => `${header}  private mine size 8 align 4
b0:
  %g = workitem i64 global_id 0
  %v = trunc i64 %g to i32
  %p = ptradd ptr.private (ptr.private @mine), 4
  %old = load i32 %p align 4
  store i32 %v to %p align 4
  ${barrier}
  %w = load i32 %p align 4
  %z = icmp eq i32 %old, %w
  %zz = zext i1 %z to i32
  %x = add i32 %w, %zz
  %go = shl i64 %g, 2
  %d = ptradd ptr %out, %go
  store i32 %x to %d align 4
  ret
}`;
    for (const barrier of ["barrier", "fence"])
      expect([...run(text(barrier), { global: 6, local: 3, words: 6 })]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("pass a barrier in a loop as often as the loop goes round", () => {
    // Each round, every work-item takes its left neighbour's number: after three rounds it has come three places on.
    const text = `${header}  local ring size 16 align 4
b0:
  %g = workitem i64 global_id 0
  %l = workitem i64 local_id 0
  %v0 = trunc i64 %g to i32
  %lo = shl i64 %l, 2
  %own = ptradd ptr.local (ptr.local @ring), %lo
  %a = add i64 %l, 3
  %b = and i64 %a, 3
  %bo = shl i64 %b, 2
  %left = ptradd ptr.local (ptr.local @ring), %bo
  br b1
b1:
  %i = phi i32 [b0: 0, b1: %i1]
  %v = phi i32 [b0: %v0, b1: %w]
  store i32 %v to %own align 4
  barrier
  %w = load i32 %left align 4
  barrier
  %i1 = add i32 %i, 1
  %more = icmp ult i32 %i1, 3
  condbr %more, b1, b2
b2:
  %go = shl i64 %g, 2
  %d = ptradd ptr %out, %go
  store i32 %w to %d align 4
  ret
}`;
    expect([...run(text, { global: 8, local: 4, words: 8 })]).toEqual([1, 2, 3, 0, 5, 6, 7, 4]);
  });

  const branching = (other: string) => `${header}
b0:
  %l = workitem i64 local_id 0
  %c = icmp eq i64 %l, 2
  condbr %c, b1, b2
b1:
  ${other}
b2:
  barrier !9:5
  ret
}`;

  it("do not wait for those that have returned", () => {
    expect(() => run(branching("ret"), { global: 4, local: 4, words: 1 })).not.toThrow();
  });

  it("are told when they wait at different barriers", () => {
    const found = failure(branching("barrier !7:5\n  br b2"), { global: 8, local: 4, words: 1 });
    expect(found.code).toBe("kernel/barrier-divergence");
    expect(found.message).toBe(
      "kernel k: work-item (0) waits at the barrier at k.cl:9:5, while work-item (2) of its group waits at the barrier at k.cl:7:5",
    );
    expect(found.notes![0]!.span).toEqual({ file: "k.cl", line: 9, column: 5 });
  });

  it("may not leave a variable for its neighbour", () => {
    const text = `${header}  private a size 8 align 4
  private b size 4096 align 4
b0:
  %p = ptradd ptr.private (ptr.private @a), 128
  %x = load i32 (ptr.private @b) align 4
  store i32 %x to %p align 4 !4:7
  ret
}`;
    expect(failure(text, { global: 1, local: 1, words: 1 }).message).toBe(
      "kernel k, work-item (0): store of 4 bytes at offset 128 of the private variable a, which has 8 bytes (k.cl:4:7)",
    );
    const atNull = `${header}  private a size 8 align 4
b0:
  store i32 1 to (ptr.private null) align 4
  ret
}`;
    expect(failure(atNull, { global: 1, local: 1, words: 1 }).message).toContain("is outside every private variable");
  });
});

describe("atomic operations", () => {
  const one = (type: "i32" | "i64", kind: string, before: bigint, value: bigint, compare?: bigint) => {
    const bits = type === "i32" ? 32 : 64;
    const text = `${header}
b0:
  %old = atomic ${kind} ${type} ${value}${compare === undefined ? "" : ` if ${compare}`} at %out
  %p = ptradd ptr %out, 8
  store ${type} %old to %p align 8
  ret
}`;
    const kernel = parseKernel(text);
    verifyKernel(kernel);
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt.asUintN(bits, before), true);
    interpret(kernel, {
      kernel: "k",
      range: { workDim: 1, global: [1, 1, 1], local: [1, 1, 1], offset: [0, 0, 0] },
      arguments: [{ kind: "buffer", name: "out", address: 0x1000n, bytes }],
    });
    const read = (at: number) => BigInt.asIntN(bits, view.getBigUint64(at, true));
    return [read(0), read(8)];
  };
  // By the definitions, in whole numbers.
  const cases = (["i32", "i64"] as const).flatMap((type) => {
    const most = type === "i32" ? 0x7fffffffn : 0x7fffffffffffffffn;
    return [
      [type, "xchg", -5n, 9n, 9n],
      [type, "add", most, 1n, -most - 1n],
      [type, "sub", -most - 1n, 1n, most],
      [type, "and", 0b1100n, 0b1010n, 0b1000n],
      [type, "or", 0b1100n, 0b1010n, 0b1110n],
      [type, "xor", 0b1100n, 0b1010n, 0b0110n],
      [type, "umin", -1n, 5n, 5n],
      [type, "umax", -1n, 5n, -1n],
      [type, "smin", -1n, 5n, -1n],
      [type, "smax", -1n, 5n, 5n],
      [type, "inc", 4n, 5n, 5n],
      [type, "inc", 5n, 5n, 0n],
      [type, "inc", -1n, 5n, 0n],
      [type, "dec", 4n, 5n, 3n],
      [type, "dec", 0n, 5n, 5n],
      [type, "dec", -2n, 5n, 5n],
    ] as const;
  });
  it.each(cases)("%s %s of %d with %d leaves %d and gives the old value", (type, kind, before, value, after) => {
    expect(one(type, kind, before, value)).toEqual([after, before]);
  });
  it.each(["i32", "i64"] as const)("%s cmpxchg stores only where the old value is the expected one", (type) => {
    expect(one(type, "cmpxchg", -3n, 8n, -3n)).toEqual([8n, -3n]);
    expect(one(type, "cmpxchg", -3n, 8n, 3n)).toEqual([-3n, -3n]);
  });

  it("add floats, and move any bits of one", () => {
    const text = `${header}
b0:
  %g = workitem i64 global_id 0
  %x = uitofp i64 %g to f32
  %a = atomic fadd f32 %x at %out
  %p = ptradd ptr %out, 8
  %y = uitofp i64 %g to f64
  %b = atomic fadd f64 %y at %p
  %q = ptradd ptr %out, 16
  %n = load f32 %q align 4
  %r = ptradd ptr %out, 20
  %c = atomic xchg f32 %n at %r
  ret
}`;
    const kernel = parseKernel(text);
    verifyKernel(kernel);
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    view.setUint32(16, 0xffc12345, true);
    interpret(kernel, {
      kernel: "k",
      range: { workDim: 1, global: [100, 1, 1], local: [10, 1, 1], offset: [0, 0, 0] },
      arguments: [{ kind: "buffer", name: "out", address: 0x1000n, bytes }],
    });
    expect(view.getFloat32(0, true)).toBe(4950);
    expect(view.getFloat64(8, true)).toBe(4950);
    expect(view.getUint32(20, true)).toBe(0xffc12345);
  });

  it("are out of bounds like any access", () => {
    const text = `${header}
b0:
  %p = ptradd ptr %out, 4
  %a = atomic add i32 1 at %p !2:2
  ret
}`;
    expect(failure(text, { global: 1, local: 1, words: 1 }).message).toContain(
      "atomic operation of 4 bytes at address 0x1004 is outside every buffer",
    );
  });
});

it("prints in the order of execution", () => {
  const text = `${header}  object name align 1 hex "68c3a400"
b0:
  %g = workitem i64 global_id 0
  %i = trunc i64 %g to i32
  %d = uitofp i64 %g to f64
  %h = fdiv f64 %d, 4.0
  print "%s %d/%.2f\\n" [ptr.constant @name, i32 %i, f64 %h]
  ret
}`;
  const texts: string[] = [];
  run(text, { global: 3, local: 1, words: 1 }, { onPrint: (printed) => texts.push(printed) });
  expect(texts).toEqual(["hä 0/0.00\n", "hä 1/0.25\n", "hä 2/0.50\n"]);
});
