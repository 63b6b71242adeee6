import { describe, expect, it } from "vitest";
import type { LlvmInstruction, LlvmModule, LlvmValue } from "../../../src/parser/llvm/module.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { InternalError, UnsupportedError } from "../../../src/support/errors.js";

const functionNamed = (module: LlvmModule, name: string) => module.functions.get(name)!;

/** The instructions of `define void @f(…) { … }` with this body. */
function body(text: string, before = "", parameters = "i32 %a, i32 %b, ptr %p"): LlvmInstruction[] {
  const module = parseLlvm(`${before}\ndefine void @f(${parameters}) {\n${text}\n}\n`);
  return functionNamed(module, "f").blocks.flatMap((block) => block.instructions);
}
function first<Op extends LlvmInstruction["op"]>(text: string, op: Op, before = ""): LlvmInstruction & { op: Op } {
  const [instruction] = body(`${text}\n ret void`, before);
  expect(instruction!.op).toBe(op);
  return instruction as LlvmInstruction & { op: Op };
}
/** The initializer of `@g`. */
function initializer(text: string, before = ""): LlvmValue {
  return parseLlvm(`${before}\n@g = constant ${text}\n`).globals.get("g")!.initializer!;
}

const i8 = { kind: "int", bits: 8 };
const i32 = { kind: "int", bits: 32 };
const i64 = { kind: "int", bits: 64 };
const float = { kind: "float", name: "float" };

describe("types", () => {
  it.each([
    ["i1", { kind: "int", bits: 1 }],
    ["i128", { kind: "int", bits: 128 }],
    ["ptr", { kind: "ptr", addressSpace: 0 }],
    ["ptr addrspace(3)", { kind: "ptr", addressSpace: 3 }],
    ["<4 x float>", { kind: "vector", length: 4, element: float }],
    ["<2 x ptr addrspace(1)>", { kind: "vector", length: 2, element: { kind: "ptr", addressSpace: 1 } }],
    ["[3 x [2 x i8]]", { kind: "array", length: 3, element: { kind: "array", length: 2, element: i8 } }],
    ["{ i32, float }", { kind: "struct", packed: false, fields: [i32, float] }],
    ["<{ i8, i32 }>", { kind: "struct", packed: true, fields: [i8, i32] }],
    ["{}", { kind: "struct", packed: false, fields: [] }],
    ["%struct.S", { kind: "named", name: "struct.S" }],
    ['%"class a::b"', { kind: "named", name: "class a::b" }],
    ["half", { kind: "float", name: "half" }],
    ["bfloat", { kind: "float", name: "bfloat" }],
    ['target("spirv.Event", i32, 0)', { kind: "target", name: "spirv.Event" }],
    ["void (i32, ...)", { kind: "function", result: { kind: "void" }, parameters: [i32] }],
  ])("%s", (text, expected) => {
    expect(parseLlvm(`@g = external global ${text}`).globals.get("g")!.type).toEqual(expected);
  });

  it("keeps named types, opaque ones as undefined", () => {
    const { types } = parseLlvm('%a = type { i32, %"b c" }\n%"b c" = type [2 x i8]\n%o = type opaque\n');
    expect(types.get("a")).toEqual({ kind: "struct", packed: false, fields: [i32, { kind: "named", name: "b c" }] });
    expect(types.get("b c")).toEqual({ kind: "array", length: 2, element: i8 });
    expect(types.has("o")).toBe(true);
    expect(types.get("o")).toBeUndefined();
  });
});

describe("constants", () => {
  it.each([
    ["i32 -7", -7n],
    ["i64 18446744073709551615", 18446744073709551615n],
    ["i1 true", 1n],
    ["i1 false", 0n],
    ["i16 u0xFFFF", 65535n],
    ["i16 s0xFFFE", -2n],
  ])("%s", (text, value) => {
    expect(initializer(text)).toMatchObject({ kind: "int", value });
  });

  it.each([
    ["float 1.000000e+00", 0x3f800000n],
    ["float -0.000000e+00", 0x80000000n],
    ["float 0x3FB99999A0000000", 0x3dcccccdn],
    ["float 0x7FF0000000000000", 0x7f800000n],
    ["float 0xFFF0000000000000", 0xff800000n],
    ["float 0x7FF8000000000000", 0x7fc00000n],
    // A signalling NaN keeps its payload.
    ["float 0x7FF4000000000000", 0x7fa00000n],
    // The smallest subnormal float, 2^-149.
    ["float 0x36A0000000000000", 0x00000001n],
    ["float 0x380FFFFFC0000000", 0x007fffffn],
    ["float 0x47EFFFFFE0000000", 0x7f7fffffn],
    ["double 1.000000e+00", 0x3ff0000000000000n],
    ["double 0x3FF3C0CA428C59FB", 0x3ff3c0ca428c59fbn],
    ["half 0xH3C00", 0x3c00n],
    ["half 1.000000e+00", 0x3c00n],
    ["bfloat 0xR3F80", 0x3f80n],
    ["float f0x3F800000", 0x3f800000n],
    ["half f0x3C00", 0x3c00n],
    ["float +inf", 0x7f800000n],
    ["float -inf", 0xff800000n],
    ["fp128 0xL00000000000000003FFF000000000000", 0x3fff0000000000000000000000000000n],
  ])("%s", (text, bits) => {
    expect(initializer(text)).toMatchObject({ kind: "float", bits });
  });

  it("rounds every double to float as the processor does", () => {
    const view = new DataView(new ArrayBuffer(8));
    for (const value of [
      0.1,
      1 / 3,
      1e-40,
      2 ** -150,
      1.5 * 2 ** -149,
      3.4028235677973366e38,
      16777217,
      1e300,
      -1e-300,
    ]) {
      view.setFloat64(0, value);
      const bits = view.getBigUint64(0).toString(16).toUpperCase().padStart(16, "0");
      view.setFloat32(0, value);
      expect(initializer(`float 0x${bits}`)).toMatchObject({ bits: BigInt(view.getUint32(0)) });
    }
  });

  it("reads aggregates of all kinds", () => {
    expect(initializer("[2 x i32] [i32 1, i32 2]")).toMatchObject({
      kind: "aggregate",
      elements: [{ value: 1n }, { value: 2n }],
    });
    expect(initializer("{ i8, float } { i8 1, float undef }")).toMatchObject({
      elements: [{ value: 1n }, { kind: "undef" }],
    });
    expect(initializer("<{ i8, i32 }> <{ i8 1, i32 2 }>")).toMatchObject({ elements: [{ value: 1n }, { value: 2n }] });
    expect(initializer("<2 x i8> <i8 1, i8 poison>")).toMatchObject({ elements: [{ value: 1n }, { kind: "poison" }] });
    expect(initializer("<4 x i32> splat (i32 7)")).toMatchObject({ kind: "splat", element: { value: 7n } });
    expect(initializer("[4 x i32] zeroinitializer")).toMatchObject({ kind: "zero" });
    expect(initializer("ptr null")).toMatchObject({ kind: "null" });
    const text = initializer('[6 x i8] c"a\\22\\\\\\00\\FFz"');
    expect(text.kind === "string" && [...text.bytes]).toEqual([97, 34, 92, 0, 255, 122]);
  });

  it("reads constant expressions", () => {
    const tables = "@t = constant [4 x i32] zeroinitializer\n@s = addrspace(3) global i32 0";
    expect(initializer("ptr getelementptr inbounds nuw (i8, ptr @t, i64 8)", tables)).toMatchObject({
      kind: "constexpr",
      expression: { op: "gep", sourceType: i8, base: { kind: "global", name: "t" }, indices: [{ value: 8n }] },
    });
    expect(
      initializer("ptr getelementptr inbounds inrange(-8, 8) ([4 x i32], ptr @t, i64 0, i32 1)", tables),
    ).toMatchObject({
      expression: { op: "gep", indices: [{ value: 0n }, { value: 1n }] },
    });
    expect(initializer("ptr addrspacecast (ptr addrspace(3) @s to ptr)", tables)).toMatchObject({
      type: { kind: "ptr", addressSpace: 0 },
      expression: { op: "cast", cast: "addrspacecast", value: { type: { addressSpace: 3 } } },
    });
    expect(initializer("i64 add nuw (i64 ptrtoint (ptr @t to i64), i64 4)", tables)).toMatchObject({
      expression: { op: "binary", binary: "add", left: { kind: "constexpr" }, right: { value: 4n } },
    });
  });

  it("refuses what no kernel can hold", () => {
    expect(() => initializer("ptr blockaddress(@f, %x)")).toThrow(UnsupportedError);
  });
});

describe("globals", () => {
  it("reads linkage, address space, alignment, section, comdat and attachments", () => {
    const { globals } = parseLlvm(`$g = comdat any
@g = linkonce_odr dso_local local_unnamed_addr addrspace(2) constant [2 x i8] c"ab", section ".x", comdat, align 4, !dbg !0
@"k.l v" = internal unnamed_addr addrspace(3) global [8 x float] undef, align 16
@e = external addrspace(1) global i32
@c = private global i32 0, comdat($g)
!0 = !{}
`);
    expect(globals.get("g")).toMatchObject({ addressSpace: 2, constant: true, align: 4 });
    expect(globals.get("k.l v")).toMatchObject({
      addressSpace: 3,
      constant: false,
      align: 16,
      initializer: { kind: "undef" },
    });
    expect(globals.get("e")).toMatchObject({ addressSpace: 1, align: 0 });
    expect(globals.get("e")).not.toHaveProperty("initializer");
    expect(globals.get("c")!.initializer).toMatchObject({ value: 0n });
  });
});

describe("instructions", () => {
  it.each([
    [
      "%x = add nuw nsw i32 %a, 1",
      { op: "binary", binary: "add", flags: ["nuw", "nsw"], result: "x", right: { value: 1n } },
    ],
    ["%x = or disjoint i32 %a, %b", { binary: "or", flags: ["disjoint"] }],
    ["%x = sdiv exact i32 %a, %b", { binary: "sdiv", flags: ["exact"] }],
    [
      "%x = fadd nnan ninf nsz arcp contract afn reassoc float 1.0, 2.0",
      { binary: "fadd", flags: ["nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"] },
    ],
    [
      "%x = frem fast <2 x float> zeroinitializer, splat (float 2.0)",
      { binary: "frem", type: { kind: "vector", length: 2 } },
    ],
    ["%x = fneg nsz float 1.0", { op: "fneg", flags: ["nsz"] }],
    ["%x = icmp samesign ult i32 %a, %b", { op: "icmp", predicate: "ult", flags: ["samesign"], type: { bits: 1 } }],
    [
      "%x = icmp eq <4 x i32> zeroinitializer, zeroinitializer",
      { predicate: "eq", type: { kind: "vector", length: 4, element: { bits: 1 } } },
    ],
    ["%x = icmp ne ptr %p, null", { predicate: "ne", right: { kind: "null" } }],
    ["%x = fcmp nnan uno float 1.0, 0.0", { op: "fcmp", predicate: "uno", flags: ["nnan"] }],
    ["%x = fcmp true float 1.0, 0.0", { op: "fcmp", predicate: "true", flags: [] }],
    ["%x = zext nneg i32 %a to i64", { op: "cast", cast: "zext", flags: ["nneg"], type: i64 }],
    ["%x = trunc nuw nsw i32 %a to i8", { cast: "trunc", flags: ["nuw", "nsw"], type: i8 }],
    ["%x = uitofp nneg i32 %a to float", { cast: "uitofp", type: float }],
    ["%x = addrspacecast ptr %p to ptr addrspace(4)", { cast: "addrspacecast", type: { addressSpace: 4 } }],
    ["%x = ptrtoaddr ptr %p to i64", { cast: "ptrtoaddr" }],
    ["%x = select nnan i1 true, float 1.0, float 2.0", { op: "select", condition: { value: 1n }, type: float }],
    ["%x = freeze i32 %a", { op: "freeze", type: i32 }],
    [
      "%x = extractelement <4 x float> zeroinitializer, i64 1",
      { op: "extractelement", type: float, index: { value: 1n } },
    ],
    ["%x = insertelement <4 x i32> poison, i32 %a, i64 0", { op: "insertelement", element: { name: "a" } }],
    [
      "%x = shufflevector <2 x i32> poison, <2 x i32> poison, <4 x i32> <i32 0, i32 poison, i32 2, i32 undef>",
      { op: "shufflevector", mask: [0, -1, 2, -1], type: { length: 4 } },
    ],
    ["%x = shufflevector <2 x i32> poison, <2 x i32> poison, <3 x i32> zeroinitializer", { mask: [0, 0, 0] }],
    ["%x = shufflevector <2 x i32> poison, <2 x i32> poison, <2 x i32> splat (i32 1)", { mask: [1, 1] }],
    ["%x = extractvalue { i32, [2 x i8] } zeroinitializer, 1, 0", { op: "extractvalue", path: [1, 0], type: i8 }],
    ["%x = insertvalue { i32, i8 } poison, i32 %a, 0", { op: "insertvalue", path: [0], type: { kind: "struct" } }],
    [
      "%x = alloca [4 x i32], i32 %a, align 16, addrspace(5)",
      { op: "alloca", align: 16, count: { name: "a" }, type: { addressSpace: 5 } },
    ],
    ["%x = alloca i32, align 4", { op: "alloca", count: { value: 1n }, allocated: i32 }],
    ["%x = load volatile i32, ptr %p, align 2", { op: "load", volatile: true, atomic: false, align: 2, type: i32 }],
    [
      '%x = load atomic i32, ptr %p syncscope("workgroup") seq_cst, align 4',
      { op: "load", atomic: true, flags: ['syncscope("workgroup")', "seq_cst"] },
    ],
    ["store i32 %a, ptr %p", { op: "store", align: 0, value: { name: "a" } }],
    ["store atomic volatile i32 %a, ptr %p release, align 4", { op: "store", atomic: true, volatile: true, align: 4 }],
    [
      "%x = getelementptr inbounds nuw [4 x i32], ptr %p, i64 0, i32 %a",
      { op: "gep", flags: ["inbounds", "nuw"], indices: [{ value: 0n }, { name: "a" }] },
    ],
    [
      "%x = getelementptr i8, ptr %p, <2 x i64> zeroinitializer",
      { op: "gep", type: { kind: "vector", length: 2, element: { kind: "ptr" } } },
    ],
    [
      '%x = atomicrmw volatile add ptr %p, i32 1 syncscope("agent") monotonic, align 4',
      {
        op: "atomicrmw",
        operation: "add",
        type: i32,
        align: 4,
        flags: ["volatile", 'syncscope("agent")', "monotonic"],
      },
    ],
    ["%x = atomicrmw umax ptr %p, i32 %a seq_cst", { operation: "umax", align: 0 }],
    [
      "%x = cmpxchg weak ptr %p, i32 %a, i32 %b acq_rel monotonic, align 4",
      {
        op: "cmpxchg",
        expected: { name: "a" },
        replacement: { name: "b" },
        type: { kind: "struct", fields: [i32, { bits: 1 }] },
      },
    ],
    ['fence syncscope("workgroup") acquire', { op: "fence" }],
    ["%x = va_arg ptr %p, i32", { op: "other", opcode: "va_arg" }],
  ])("%s", (text, expected) => {
    const attached = `${text}, !dbg !0, !tbaa !1`;
    for (const variant of [text, attached]) {
      const [instruction] = body(`${variant}\n ret void`, "!0 = !{}\n!1 = !{}");
      expect(instruction).toMatchObject(expected);
    }
  });

  it("reads calls with every decoration", () => {
    const call = first(
      '%x = tail call nnan contract spir_func noundef range(i32 0, 5) i32 @g(i32 noundef %a, ptr byval(%struct.S) align 8 %p, float nofpclass(nan inf) 1.0, metadata !{}) #1 [ "deopt"(i32 1) ], !dbg !0',
      "call",
      "!0 = !{}",
    );
    expect(call).toMatchObject({
      type: i32,
      flags: ["nnan", "contract"],
      callee: { kind: "global", name: "g" },
      arguments: [{ name: "a" }, { name: "p" }, { kind: "float" }, { kind: "metadata", text: "!{}" }],
    });
    expect(first("call void (ptr, ...) @printf(ptr %p, i32 %a)", "call").type).toEqual({ kind: "void" });
    expect(first("%x = call i32 %p()", "call").callee).toMatchObject({ kind: "local", name: "p" });
    expect(first("call cc 75 void @h()", "call").result).toBeUndefined();
    expect(first("call void @h(metadata i32 %a)", "call").arguments).toMatchObject([
      { kind: "metadata", text: "i32 %a" },
    ]);
    expect(first('call void asm sideeffect "nop", "r"(i32 %a)', "other").opcode).toBe("inline assembly");
  });

  it("leaves debug intrinsics and records out", () => {
    const found = body(
      `call void @llvm.dbg.value(metadata i32 %a, metadata !0, metadata !DIExpression()), !dbg !0
      #dbg_value(i32 %a, !0, !DIExpression(DW_OP_plus_uconst, 3), !0)
      ret void`,
      "!0 = !{}",
    );
    expect(found.map(({ op }) => op)).toEqual(["ret"]);
  });

  it("reads control flow", () => {
    const module = parseLlvm(`define i32 @f(i32 %n) {
entry:
  switch i32 %n, label %"other one" [
    i32 -1, label %loop
    i32 2, label %exit
  ], !dbg !0
loop:                                             ; preds = %entry
  %i = phi i32 [ 0, %entry ], [ %j, %loop ], !dbg !0
  %j = add i32 %i, 1
  %c = icmp slt i32 %j, %n
  br i1 %c, label %loop, label %exit, !dbg !0, !llvm.loop !0
"other one":
  br label %exit
exit:
  %r = phi i32 [ 1, %entry ], [ %j, %loop ], [ poison, %"other one" ]
  ret i32 %r
dead:
  unreachable
}
!0 = distinct !{!0}
`);
    const { blocks } = functionNamed(module, "f");
    expect(blocks.map(({ label }) => label)).toEqual(["entry", "loop", "other one", "exit", "dead"]);
    expect(blocks[0]!.instructions[0]).toMatchObject({
      op: "switch",
      defaultTarget: "other one",
      cases: [
        { value: -1n, target: "loop" },
        { value: 2n, target: "exit" },
      ],
    });
    expect(blocks[1]!.instructions[3]).toMatchObject({ op: "condbr", whenTrue: "loop", whenFalse: "exit" });
    expect(blocks[3]!.instructions[0]).toMatchObject({
      incoming: [
        { block: "entry" },
        { block: "loop", value: { name: "j" } },
        { block: "other one", value: { kind: "poison" } },
      ],
    });
    expect(blocks[3]!.instructions[1]).toMatchObject({ op: "ret", value: { name: "r" } });
  });

  it("skips instructions without structure over several lines", () => {
    const found = body(
      `  invoke void @g()
          to label %ok unwind label %bad, !dbg !0
ok:
  ret void
bad:
  %l = landingpad { ptr, i32 }
          cleanup
          catch ptr null
  resume { ptr, i32 } %l`,
      "!0 = !{}",
    );
    expect(found.map((each) => (each.op === "other" ? each.opcode : each.op))).toEqual([
      "invoke",
      "ret",
      "landingpad",
      "resume",
    ]);
  });
});

describe("names and numbers", () => {
  it("numbers unnamed parameters, blocks and values as LLVM does", () => {
    const module = parseLlvm(`define i32 @f(i32, i32 %named, i32 %1) {
  %3 = add i32 %0, %1
  br label %4
4:
  %5 = mul i32 %3, 2
  ret i32 %5
}
define i32 @g(i32) {
  call i32 @f(i32 1, i32 2, i32 3)
  store i32 1, ptr null
  %3 = add i32 %0, 1
  ret i32 %2
}
declare void @h(i32 noundef, ptr addrspace(1) readonly)
`);
    const f = functionNamed(module, "f");
    expect(f.parameters.map(({ name }) => name)).toEqual(["0", "named", "1"]);
    expect(f.blocks.map(({ label }) => label)).toEqual(["2", "4"]);
    const [call, store] = functionNamed(module, "g").blocks[0]!.instructions;
    expect(call!.result).toBe("2");
    expect(store!.result).toBeUndefined();
    expect(functionNamed(module, "h")).toMatchObject({ blocks: [], parameters: [{ name: "0" }, { name: "1" }] });
  });

  it("decodes quoted names", () => {
    const module = parseLlvm('define void @"a \\22b\\22"(i32 %"x y") {\n"l 1":\n ret void\n}\n');
    const f = functionNamed(module, 'a "b"');
    expect(f.parameters[0]!.name).toBe("x y");
    expect(f.blocks[0]!.label).toBe("l 1");
  });
});

describe("functions", () => {
  const module = parseLlvm(`%struct.S = type { i32, [4 x float] }
define weak_odr dso_local spir_kernel void @k(ptr addrspace(1) noalias noundef readonly align 4 captures(none) initializes((0, 4)) %out, ptr noundef byval(%struct.S) align 4 %s) local_unnamed_addr #0 section "x" comdat align 8 !dbg !5 !reqd_work_group_size !1 !kernel_arg_type !2 !vec_type_hint !3 !loop !4 {
entry:
  ret void
}
declare !dbg !5 dso_local spir_func i32 @printf(ptr addrspace(2), ...) local_unnamed_addr #1
attributes #0 = { convergent norecurse nounwind memory(argmem: readwrite) "frame-pointer"="all" "uniform" }
attributes #1 = { nounwind allocsize(0,1) align=4 }
!1 = !{i32 64, i32 1, i32 1}
!2 = !{!"float*", !"S \\22q\\22"}
!3 = !{<4 x i32> undef, i32 1, null, ptr @printf}
!4 = distinct !{!4, !1}
!5 = distinct !DISubprogram(name: "k", scope: !6, file: !6, line: 12, flags: DIFlagPrototyped | DIFlagArtificial, spFlags: DISPFlagDefinition, unit: null)
!6 = !DIFile(filename: "./dir/k.cl", directory: "/")
`);
  const k = functionNamed(module, "k");

  it("reads parameters and their attributes", () => {
    expect(k.parameters[0]!.attributes).toEqual([
      "noalias",
      "noundef",
      "readonly",
      "align 4",
      "captures(none)",
      "initializes((0, 4))",
    ]);
    expect(k.parameters[1]).toMatchObject({ name: "s", byval: { kind: "named", name: "struct.S" } });
    expect(k.parameters[1]!.attributes).toContain("byval(%struct.S)");
    expect(k.parameters[0]).not.toHaveProperty("byval");
  });

  it("reads the calling convention, variadics and where it stands", () => {
    expect(k.callingConvention).toBe("spir_kernel");
    expect(functionNamed(module, "printf")).toMatchObject({ callingConvention: "spir_func", variadic: true });
    expect(k.span).toEqual({ file: "dir/k.cl", line: 12, column: 1 });
  });

  it("resolves metadata", () => {
    expect(k.metadata.get("reqd_work_group_size")).toEqual([64n, 1n, 1n]);
    expect(k.metadata.get("kernel_arg_type")).toEqual(["float*", 'S "q"']);
    expect(k.metadata.get("vec_type_hint")).toEqual([null, 1n, null, "printf"]);
    expect(k.metadata.get("loop")).toEqual([null, [64n, 1n, 1n]]);
    expect(k.metadata.has("dbg")).toBe(false);
  });
});

describe("debug locations", () => {
  const debug = `
!1 = !DIFile(filename: "main.cl", directory: "/")
!2 = !DIFile(filename: "inc/h.h", directory: "/")
!3 = distinct !DISubprogram(name: "f", file: !1, line: 3)
!4 = distinct !DISubprogram(name: "helper", file: !2, line: 40)
!5 = distinct !DILexicalBlock(scope: !4, file: !2, line: 41, column: 3)
!10 = !DILocation(line: 5, column: 7, scope: !3)
!11 = !DILocation(line: 42, column: 9, scope: !5, inlinedAt: !10)
!12 = !DILocation(line: 0, scope: !5, inlinedAt: !10)
!13 = !DILocation(line: 0, scope: !3)
!14 = !DILocation(line: 6, scope: !3)
!15 = distinct !DILexicalBlockFile(scope: !3, discriminator: 1)
!16 = !DILocation(line: 8, column: 2, scope: !15)
`;
  function spansOf(...locations: string[]): string[] {
    const instructions = locations.map(
      (each, index) => `%v${index} = add i32 %a, 1${each === "" ? "" : `, !dbg ${each}`}`,
    );
    const text = `define void @f(i32 %a) !dbg !3 {\n${instructions.join("\n")}\nret void\n}\n${debug}`;
    const [block] = functionNamed(parseLlvm(text), "f").blocks;
    return block!.instructions.slice(0, -1).map(({ span }) => `${span.file}:${span.line}:${span.column}`);
  }

  it("has the innermost location's own file and line", () => {
    expect(spansOf("!10", "!11", "!16")).toEqual(["main.cl:5:7", "inc/h.h:42:9", "main.cl:8:2"]);
  });
  it("takes the call's place where the inlined code has none", () => {
    expect(spansOf("!12")).toEqual(["main.cl:5:7"]);
  });
  it("counts columns from 1", () => {
    expect(spansOf("!14")).toEqual(["main.cl:6:1"]);
  });
  it("takes the neighbour's place where there is none at all", () => {
    expect(spansOf("!10", "", "!13", "!11")).toEqual(["main.cl:5:7", "main.cl:5:7", "main.cl:5:7", "inc/h.h:42:9"]);
    expect(spansOf("", "!11")).toEqual(["inc/h.h:42:9", "inc/h.h:42:9"]);
    expect(spansOf("")).toEqual(["main.cl:3:1"]);
  });
});

describe("text that this parser does not know", () => {
  it.each([
    ["define void @f() {\n  frobnicate i32 1\n}", 2, "frobnicate"],
    ["@g = constant i32 1\n@h = constant i32 ~\n", 2, "character"],
    ["define void @f() {\n  ret void\n", 3, "end of file"],
    ["@g = constant i32 0xK4000C8F5C28F5C28F5C3", 1, ""],
  ])("names the line: %s", (text, line, word) => {
    const attempt = () => parseLlvm(text);
    expect(attempt).toThrow(InternalError);
    if (word !== "") expect(attempt).toThrow(new RegExp(`line ${line}:.*${word}|${word}`, "s"));
  });
  it("refuses aliases and file-scope assembly as unsupported", () => {
    expect(() => parseLlvm("@g = constant i32 0\n@a = alias i32, ptr @g")).toThrow(UnsupportedError);
    expect(() => parseLlvm('module asm "nop"')).toThrow(UnsupportedError);
  });
  it("can parse again after a failure", () => {
    expect(() => parseLlvm("define")).toThrow(InternalError);
    expect(parseLlvm("@g = constant i32 1").globals.size).toBe(1);
  });
});
