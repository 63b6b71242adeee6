/** The WebAssembly clang end to end: kernels in, typed module or diagnostics out. */
import { describe, expect, it } from "vitest";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import type { CompileRequest } from "../../../src/parser/clang/request.js";
import type { LlvmFunction, LlvmInstruction, LlvmModule } from "../../../src/parser/llvm/module.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { InputError, SoffError } from "../../../src/support/errors.js";
import { MemoryHost } from "../../support/memory-host.js";

type Options = Omit<CompileRequest, "file">;

async function compile(files: Readonly<Record<string, string>> | string, options: Options = {}, file = "k.cl") {
  const all = typeof files === "string" ? { "/project/k.cl": files } : files;
  const { llvm, warnings } = await compileToLlvm(new MemoryHost(all), { file, ...options });
  return { llvm, warnings, module: parseLlvm(llvm) };
}
async function failure(
  files: Readonly<Record<string, string>> | string,
  options: Options = {},
  file = "k.cl",
): Promise<SoffError> {
  const error = await compile(files, options, file).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SoffError);
  return error as SoffError;
}
const kernel = (module: LlvmModule, name: string): LlvmFunction => {
  const fn = module.functions.get(name)!;
  expect(fn.callingConvention).toBe("spir_kernel");
  return fn;
};
const instructions = (fn: LlvmFunction): readonly LlvmInstruction[] => fn.blocks.flatMap((block) => block.instructions);
const ops = (fn: LlvmFunction) =>
  instructions(fn).map((each): string => (each.op === "binary" ? each.binary : each.op));

describe("kernels", () => {
  it("keep their lines, names, and attributes", async () => {
    const { module } = await compile(`typedef struct { int a; float4 b; } S;
float helper(float x,
             float y) {
  return x * y;
}
__attribute__((reqd_work_group_size(8, 4, 1)))
__kernel void k(__global const float *in, __global float *out, int n, S s) {
  int i = get_global_id(0);
  float sum = 0;
  for (int j = 0; j < n; j++)
    sum += helper(in[j], s.b.y);
  out[i] = sum;
}
__constant int table[3] = {5, 6, 7};
__kernel void l(__global int *p, int n) {
  switch (n) {
    case 1: p[0] = table[p[1] & 1]; break;
    case -5: p[1] = 4; break;
    default: p[2] = n;
  }
}
`);
    const k = kernel(module, "k");
    expect(k.parameters.map(({ name }) => name)).toEqual(["in", "out", "n", "s"]);
    expect(k.parameters[3]!.byval).toEqual({ kind: "named", name: "struct.S" });
    expect(k.metadata.get("reqd_work_group_size")).toEqual([8n, 4n, 1n]);
    expect(k.metadata.get("kernel_arg_type")).toEqual(["float*", "float*", "int", "S"]);
    expect(k.span).toMatchObject({ file: "k.cl" });
    const lineOf = (op: string) => instructions(k)[ops(k).indexOf(op)]!.span;
    // The multiplication is in the helper, inlined; the sum in the kernel: no contraction to one operation.
    expect(lineOf("fmul")).toEqual({ file: "k.cl", line: 4, column: 12 });
    expect(lineOf("fadd")).toEqual({ file: "k.cl", line: 11, column: 9 });
    expect(module.globals.get("table")).toMatchObject({
      addressSpace: 2,
      constant: true,
      initializer: { kind: "aggregate" },
    });
    expect(instructions(kernel(module, "l")).find(({ op }) => op === "switch")).toMatchObject({
      cases: expect.arrayContaining([expect.objectContaining({ value: -5n }), expect.objectContaining({ value: 1n })]),
    });
  });

  it("keep loops and accesses as they were written", async () => {
    const { module } = await compile(`
__kernel void copy(__global int *a, __global const int *b, int n) { for (int i = 0; i < n; i++) a[i] = b[i]; }
__kernel void fill(__global int *a, int n) { for (int i = 0; i < n; i++) a[i] = 0; }
__kernel void zero(__global int *a) { a[0] = a[1] = a[2] = a[3] = a[4] = a[5] = a[6] = a[7] = 0; }
__kernel void bits(__global int *a, uint n) { int c = 0; while (n) { n &= n - 1; c++; } a[0] = c; }
__kernel void four(__global int *a) { for (int i = 0; i < 4; i++) a[i] += i; }
__kernel void lanes(__global const float4 *a, __global float *o) { float4 v = a[0]; o[0] = v.x * v.y; }
__kernel void scan(__global float *a, __global const float *b, int n) { for (int i = 0; i < n; i++) a[i + 1] = a[i] + b[i]; }
`);
    const intrinsics = [...module.functions.keys()].filter((name) => name.startsWith("llvm."));
    expect(intrinsics).toEqual([]);
    const count = (name: string, op: string) => ops(kernel(module, name)).filter((each) => each === op).length;
    expect([count("copy", "load"), count("copy", "store"), count("copy", "phi")]).toEqual([1, 1, 1]);
    expect([count("fill", "store"), count("zero", "store"), count("four", "store")]).toEqual([1, 8, 1]);
    expect(instructions(kernel(module, "lanes")).filter(({ op }) => op === "load")).toMatchObject([
      { type: { kind: "vector", length: 4 } },
    ]);
    expect(count("scan", "fadd")).toBe(1);
  });

  it("fuse a product and a sum only where the source says so", async () => {
    const text = (pragma: string) => `__kernel void k(__global float *p) { ${pragma}\n p[0] = p[1] * p[2] + p[3]; }`;
    const { module } = await compile({
      "/project/k.cl": `${text("")}\n${text('_Pragma("OPENCL FP_CONTRACT ON")').replace("void k", "void fused")}`,
    });
    expect(ops(kernel(module, "k"))).toEqual(expect.arrayContaining(["fmul", "fadd"]));
    expect(ops(kernel(module, "fused"))).not.toContain("fmul");
    expect(module.functions.has("llvm.fmuladd.f32")).toBe(true);
  });

  it("may use -D, -I and headers anywhere, also above the source", async () => {
    const { module, llvm } = await compile(
      {
        "/project/k/k.cl":
          '#include "sub/a.h"\n#include <lib.h>\n#include "../up.h"\n__kernel void k(__global int *p) { p[0] = A + LIB + UP + GIVEN(2); p[1] = from_header(p[2]); }',
        "/project/k/sub/a.h": '#include "b.h"\n#define A B\n',
        "/project/k/sub/b.h": "#define B 1000\nint from_header(int x) {\n  return x / 7;\n}\n",
        "/project/my inc/lib.h": "#define LIB 200\n",
        "/project/up.h": "#define UP 30\n",
      },
      { includeDirs: ["my inc"], defines: ["GIVEN(x)=(x+2)"] },
      "k/k.cl",
    );
    const k = kernel(module, "k");
    expect(instructions(k).find(({ op }) => op === "store")).toMatchObject({ value: { value: 1234n } });
    expect(instructions(k).find((each) => each.op === "binary")!.span).toEqual({
      file: "k/sub/b.h",
      line: 3,
      column: 12,
    });
    expect(llvm).not.toContain("/src/");
  });

  it("may be in any version of OpenCL C, or C++ for OpenCL", async () => {
    const generic = "__kernel void k(__global int *p) { int *q = p; q[0] = __OPENCL_C_VERSION__; }";
    const { module } = await compile(generic, { std: "CL2.0" });
    expect(instructions(kernel(module, "k")).find(({ op }) => op === "store")).toMatchObject({
      value: { value: 200n },
    });
    await compile("__kernel void k(__global int *p) { p[0] = 1; }", { std: "CL3.0" });
    const templated =
      "template <typename T> T twice(T x) { return x + x; }\n__kernel void k(__global float *p) { p[0] = twice(min(p[1], p[2])); }";
    const cpp = await compile({ "/project/k.clcpp": templated }, {}, "k.clcpp");
    expect(ops(kernel(cpp.module, "k"))).toContain("fadd");
    expect([...cpp.module.functions.keys()].filter((name) => name.includes("min"))).toEqual([]);
  });
});

describe("built-in functions", () => {
  it("leave names to the user, and have the line of their call", async () => {
    const { module } = await compile(`int clamp(int x) { return x + 1; }
#define max(a, b) ((a) * (b))
typedef struct { int min; } S;
__kernel void k(__global int *p, __global float *f, S s) {
  int abs = s.min;
  p[0] = clamp(p[1]) + max(p[2], abs)
       + min(p[3], 3);
  f[0] = fma(f[1], f[2], f[3]);
}
`);
    const k = kernel(module, "k");
    expect(ops(k)).toContain("mul");
    const calls = instructions(k).filter((each) => each.op === "call");
    expect(
      calls.map(({ callee, span }) => `${callee.kind === "global" && callee.name} ${span.line}:${span.column}`),
    ).toEqual(["llvm.smin.i32 7:10", "llvm.fma.f32 8:10"]);
  });

  it("leave only work-item functions and what is not known here", async () => {
    const { module } = await compile(
      `float mystery(float x); __kernel void k(__global float4 *v, __global int *p, __global uchar *c, __local float *l) {
  size_t i = get_global_id(0);
  v[i] = normalize(cross(v[i], v[i + 1])) + length(v[2].xyz) + dot(v[3], v[4]) + distance(v[5].xy, v[6].xy);
  vstore3(vload3(1, c), 2, c);
  vstore16(convert_uchar16_sat(vload16(i, p)), i, c);
  vstore4(vload4(0, l), 1, (__global float *)v);
  v[7] = shuffle2(v[8], v[9], vload4(0, (__global uint *)p));
  p[0] = any(isless(v[1], v[2])) + all(vload2(0, p)) + as_int(mystery(v[3].x)) + (int)signbit(v[3].y);
  v[10] = bitselect(v[1], v[2], v[3]);
  prefetch(p, 4);
  p[1] = as_int(nan(3u)) + (int)get_num_groups(0) + (int)get_local_size(1) + (int)get_work_dim();
}
`,
      { std: "CL1.1" },
    );
    const left = [...module.functions.values()].filter(
      ({ blocks, name }) => blocks.length === 0 && !name.startsWith("llvm."),
    );
    expect(left.map(({ name }) => name).sort()).toEqual([
      "_Z12get_work_dimv",
      "_Z13get_global_idj",
      "_Z14get_local_sizej",
      "_Z14get_num_groupsj",
      "mystery",
    ]);
    const call = instructions(kernel(module, "k")).find(
      (each) => each.op === "call" && each.callee.kind === "global" && each.callee.name === "mystery",
    );
    expect(call!.span).toMatchObject({ file: "k.cl", line: 8 });
    // Sixteen ints are one access each way.
    const wide = instructions(kernel(module, "k")).filter(
      (each) => each.op === "load" && each.type.kind === "vector" && each.type.length === 16,
    );
    expect(wide).toHaveLength(1);
  });
});

describe("diagnostics", () => {
  it("name the user's file, line and column, with notes", async () => {
    const error = await failure(
      {
        "/project/k/main.cl":
          '#include "h.h"\n__kernel void k(__global int *p) {\n  p[0] = nothing;\n  p[1] = TWICE(missing);\n}\n',
        "/project/k/h.h": "#define TWICE(x) (x + absent)\n",
      },
      {},
      "k/main.cl",
    );
    expect(error).toBeInstanceOf(InputError);
    const places = error.diagnostics.map(
      ({ message, span }) => `${span!.file}:${span!.line}:${span!.column} ${message}`,
    );
    expect(places).toEqual([
      "k/main.cl:3:10 use of undeclared identifier 'nothing'",
      "k/main.cl:4:16 use of undeclared identifier 'missing'",
      "k/main.cl:4:10 use of undeclared identifier 'absent'",
    ]);
    expect(error.diagnostics[2]!.notes).toMatchObject([
      { severity: "note", message: "expanded from macro 'TWICE'", span: { file: "k/h.h", line: 1 } },
    ]);
  });

  it("come with the way to an included file that is wrong", async () => {
    const error = await failure({ "/project/k.cl": '\n#include "a.h"\n', "/project/a.h": "int f(\n;\n" });
    expect(error.diagnostics[0]).toMatchObject({
      span: { file: "a.h", line: 2 },
      notes: [{ span: { file: "k.cl", line: 2 } }],
    });
    const gone = await failure('#include "gone.h"\n');
    expect(gone.diagnostics[0]).toMatchObject({
      message: "'gone.h' file not found",
      span: { file: "k.cl", line: 1, column: 10 },
    });
  });

  it("are returned as warnings when they are no errors", async () => {
    const { warnings } = await compile("#warning watch out\n__kernel void k(__global int *p) { p[0] = 1; }", {
      includeDirs: ["nowhere"],
    });
    expect(warnings.map(({ code, severity }) => [code, severity])).toEqual([
      ["input/include-dir-not-found", "warning"],
      ["clang/#warnings", "warning"],
    ]);
    const error = await failure('#pragma clang diagnostic error "-W#warnings"\n#warning watch out\n');
    expect(error.diagnostics[0]).toMatchObject({
      code: "clang/#warnings",
      severity: "error",
      span: { line: 2, column: 2 },
    });
  });

  it.each([
    ["input/file-not-found", "gone.cl", {}, 1],
    ["input/unknown-language", "k.txt", {}, 1],
    ["usage/unknown-standard", "k.cl", { std: "CL9" }, 2],
    ["usage/unknown-standard", "k.cl", { std: "CLC++" }, 2],
    ["usage/bad-define", "k.cl", { defines: ["-include x"] }, 2],
  ])("%s", async (code, file, options, exitCode) => {
    const error = await failure({ "/project/k.cl": "", "/project/k.txt": "", "/project/k.cu": "" }, options, file);
    expect(error.diagnostics[0]!.code).toBe(code);
    expect(error.exitCode).toBe(exitCode);
  });
});
