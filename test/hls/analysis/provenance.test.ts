import { describe, expect, it } from "vitest";
import { provenance, type Root } from "../../../src/hls/analysis/provenance.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";

const text = `kernel k {
  param A "int*" buffer bytes 8 values %A: ptr @ 0
  param B "int*" buffer bytes 8 values %B: ptr @ 0
  param n "long" scalar bytes 8 element int 64 x 1 values %n: i64 @ 0
  object table align 4 hex "0001020304050607"

b0.entry:
  %c = icmp slt i64 %n, 0
  %a1 = ptradd ptr %A, 8
  %a2 = ptradd ptr %a1, %n
  store i32 1 to %a2 align 4
  %t = ptradd ptr.constant @table, %n
  %t1 = load i32 %t align 4
  %s = select ptr %c, %a1, %B
  store i32 2 to %s align 4
  %z = select ptr %c, %A, null
  store i32 3 to %z align 4
  %i = ptrtoint ptr %B to i64
  %m = and i64 %i, -16
  %j = inttoptr i64 %m to ptr
  store i32 4 to %j align 4
  %w = inttoptr i64 %n to ptr
  store i32 5 to %w align 4
  %l = load ptr %A align 8
  %l1 = ptradd ptr %l, 4
  store i32 6 to %l1 align 4
  br b1

b1.loop:
  %p = phi ptr [b0: %A, b1: %p2]
  %q = phi ptr [b0: %A, b1: %w]
  store i32 7 to %p align 4
  store i32 8 to %q align 4
  %p2 = ptradd ptr %p, 4
  %d = icmp eq ptr %p2, %B
  condbr %d, b2, b1

b2.end:
  ret
}`;

const show = (root: Root) =>
  root.kind === "parameter"
    ? `#${root.index}`
    : root.kind === "object"
      ? `@${root.object}`
      : root.kind === "variable"
        ? `@${root.variable}`
        : "unknown";

describe("provenance", () => {
  const kernel = parseKernel(text);
  const { accesses } = provenance(kernel);
  const rows = accesses.map(({ roots }) => roots.map(show).join(" "));

  it("follows pointers to parameters and objects", () => {
    expect(rows).toEqual(["#0", "@table", "#0 #1", "#0", "#1", "unknown", "#0", "unknown", "#0", "#0 unknown"]);
  });

  it("gives the chain of offsets where only ptradd lies between", () => {
    const [first, table, , , masked, , , , looped] = accesses;
    expect(first!.path?.offsets).toHaveLength(2);
    expect(first!.path?.offsets[0]).toMatchObject({ kind: "const", bits: 8n });
    expect(first!.path?.offsets[1]).toMatchObject({ kind: "value" });
    expect(table!.path?.base).toMatchObject({ kind: "object", object: "table" });
    expect(masked!.path).toBeUndefined();
    expect(looped!.path).toBeUndefined();
  });
});

describe("provenance of local and private memory", () => {
  const rows = (body: string) => {
    const kernel = parseKernel(`kernel k {
  param A "int*" buffer bytes 8 values %A: ptr @ 0
  param B "int*" buffer bytes 8 values %B: ptr @ 0
  param L "int*" local bytes 8 values %L: ptr.local @ 0
  param n "long" scalar bytes 8 element int 64 x 1 values %n: i64 @ 0
  local tile size 64 align 8
  private one size 64 align 8
  private two size 64 align 8
b0:
${body}
  ret
}`);
    return provenance(kernel).accesses.map(({ access, roots }) => `${access.op} ${roots.map(show).join(" ")}`);
  };

  it("knows variables, local parameters and atomics", () => {
    expect(
      rows(`%t = ptradd ptr.local @tile, %n
  %a = atomic add i32 1 at %t
  %b = atomic or i32 1 at %A
  %s = select ptr.local 1, %t, %L
  store i32 1 to %s align 4`),
    ).toEqual(["atomic @tile", "atomic #0", "store #2 @tile"]);
  });

  it("gives a pointer from a variable the roots of all that are stored there, whole or in pieces", () => {
    expect(
      rows(`%at = ptradd ptr.private @one, %n
  %x = load ptr %at align 8
  store i32 1 to %x align 4
  store ptr %A to (ptr.private @one) align 8
  %i = ptrtoint ptr %B to i64
  %h = trunc i64 %i to i32
  store i32 %h to %at align 4
  %y = load ptr (ptr.private @two) align 8
  store i32 2 to %y align 4`),
    ).toEqual(["load @one", "store #0 #1", "store @one", "store @one", "load @two", "store unknown"]);
  });

  it("carries pointers from variable to variable, through pointers to them and atomic exchanges", () => {
    expect(
      rows(`store ptr %A to (ptr.private @one) align 8
  %c = load i64 (ptr.private @one) align 8
  %o = atomic xchg i64 %c at (ptr.local @tile)
  %d = load ptr (ptr.local @tile) align 8
  store i32 1 to %d align 4
  store ptr.private @one to (ptr.private @two) align 8
  %p = load ptr.private (ptr.private @two) align 8
  %q = load ptr %p align 8
  store i32 2 to %q align 4`).slice(-5),
    ).toEqual(["store #0", "store @two", "load @two", "load @one", "store #0"]);
  });
});
