import { beforeAll, describe, expect, it } from "vitest";
import { importKernels } from "../../../src/hls/import/import.js";
import type { LlvmModule } from "../../../src/parser/llvm/module.js";
import { ExitCode, UnsupportedError } from "../../../src/support/errors.js";
import { compile, problemsOf } from "./compile.js";

interface Case {
  readonly kernel: string;
  readonly parameters: string;
  /** `§` marks the line that must be named. */
  readonly body: string;
  readonly code: string;
  readonly message: RegExp;
}

const cases: readonly Case[] = [
  {
    kernel: "barriers",
    parameters: "__global int *a",
    body: "a[0] = 1;\n§ barrier(CLK_GLOBAL_MEM_FENCE);\n a[1] = a[0];",
    code: "unsupported/barrier",
    message: /barrier\(uint\)/,
  },
  {
    kernel: "fences",
    parameters: "__global int *a",
    body: "a[0] = 1;\n§ mem_fence(CLK_GLOBAL_MEM_FENCE);\n a[1] = 2;",
    code: "unsupported/fence",
    message: /mem_fence/,
  },
  {
    kernel: "atomics",
    parameters: "__global int *a",
    body: "§ atomic_add(a, 1);",
    code: "unsupported/atomic",
    message: /atomic_add\(__global volatile int\*, int\)/,
  },
  {
    kernel: "atoms",
    parameters: "__global long *a",
    body: "§ atom_inc(a);",
    code: "unsupported/atomic",
    message: /atom_inc/,
  },
  {
    kernel: "local_variable",
    parameters: "__global int *a, int i",
    body: "__local int tile[16];\n§ tile[i] = 1;\n a[0] = tile[3];",
    code: "unsupported/local-memory",
    message: /'tile'/,
  },
  {
    kernel: "private_array",
    parameters: "__global int *a, int i",
    body: "int p[8];\n for (int k = 0; k < 8; k++)\n§ p[k] = a[k * i];\n a[0] = p[i & 7] + p[a[9] & 7];",
    code: "unsupported/private-array",
    message: /'p'/,
  },
  {
    kernel: "printing",
    parameters: "__global int *a",
    body: '§ printf("%d", a[0]);',
    code: "unsupported/printf",
    message: /printf/,
  },
  {
    kernel: "group_copy",
    parameters: "__global int *a, __global int *b",
    body: "__local int l[4];\n§ event_t e = async_work_group_copy(l, a, 4, 0);\n wait_group_events(1, &e);\n b[0] = l[0];",
    code: "unsupported/async-copy",
    message: /async_work_group_copy/,
  },
  {
    kernel: "struct_copy",
    parameters: "__global struct Big *a, int i",
    body: "§ a[i] = a[0];",
    code: "unsupported/memory-block",
    message: /copying/,
  },
  {
    kernel: "lgamma_user",
    parameters: "__global float *a",
    body: "§ a[0] = lgamma(a[1]);",
    code: "unsupported/builtin",
    message: /lgamma\(float\)/,
  },
  {
    kernel: "missing_function",
    parameters: "__global int *a",
    body: "§ a[0] = not_here(a[1]);",
    code: "unsupported/undefined-function",
    message: /'not_here'/,
  },
  {
    kernel: "recursive",
    parameters: "__global int *a",
    body: "a[0] = down(a[1]);",
    code: "unsupported/recursion",
    message: /'down' calls itself/,
  },
];

const source = `#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable
struct Big { int words[16]; };
int not_here(int);
int down(int x) __attribute__((noinline));
int down(int x) { return x < 2 ? x : down(x - 1) * down(x - 2); }
int atomic_inside(__global int *p) __attribute__((noinline));
int atomic_inside(__global int *p) {
  return atomic_inc(p);
}
__kernel void through_call(__global int *a) {
  a[1] = 2;
  a[3] = atomic_inside(a);
}
__kernel void many(__global int *a, __local int *l, float x) {
  a[0] = 7;
  barrier(CLK_LOCAL_MEM_FENCE);
  a[2] = atomic_xchg(a, 3);
  printf("%d", a[0]);
  l[a[1]] = 2;
}
__kernel void images(read_only image2d_t im, sampler_t sa, __global float4 *o) { o[0] = read_imagef(im, sa, (int2)(0, 0)); }
${cases.map(({ kernel, parameters, body }) => `__kernel void ${kernel}(${parameters}) {\n${body}\n}`).join("\n")}
`;
const lines = source.split("\n");
const text = source.replaceAll("§", "");

/** The line of the mark within a kernel. */
function markedLine(kernel: string): number {
  const start = lines.findIndex((line) => line.startsWith(`__kernel void ${kernel}(`));
  return 1 + lines.findIndex((line, at) => at > start && line.includes("§"));
}

describe("what is not supported yet", () => {
  let module: LlvmModule;
  beforeAll(async () => {
    module = await compile(text);
  });

  it.each(cases)("$kernel", ({ kernel, body, code, message }) => {
    const problems = problemsOf(module, kernel);
    expect(problems.map((problem) => problem.code)).toContain(code);
    const problem = problems.find((p) => p.code === code)!;
    expect(problem.message).toMatch(message);
    expect(problem.help).toBeTruthy();
    expect(problem.span?.file).toBe("k.cl");
    if (body.includes("§")) expect(problem.span?.line).toBe(markedLine(kernel));
  });

  it("says exit code 3", () => {
    const attempt = () => importKernels(module, { kernels: ["barriers"] });
    expect(attempt).toThrow(UnsupportedError);
    try {
      attempt();
    } catch (error) {
      expect((error as UnsupportedError).exitCode).toBe(ExitCode.unsupported);
    }
  });

  it("names the calls that lead there", () => {
    const [problem, ...others] = problemsOf(module, "through_call");
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: "unsupported/atomic", span: { line: 9 } });
    expect(problem!.notes).toHaveLength(1);
    expect(problem!.notes![0]).toMatchObject({ span: { line: 13 } });
    expect(problem!.notes![0]!.message).toBe("'atomic_inside' is called from 'through_call' here");
  });

  it("collects every place of a kernel", () => {
    const found = problemsOf(module, "many").map((problem) => [problem.code, problem.span?.line]);
    expect(found).toEqual([
      ["unsupported/local-memory", 15],
      ["unsupported/barrier", 17],
      ["unsupported/atomic", 18],
      ["unsupported/printf", 19],
    ]);
  });

  it("refuses images by their parameters", () => {
    const problems = problemsOf(module, "images");
    expect(problems.filter(({ code }) => code === "unsupported/image").length).toBeGreaterThanOrEqual(2);
    expect(problems.map(({ message }) => message).join("\n")).toMatch(/'im' of type image2d_t/);
  });

  it("collects the places of all kernels when all are asked for", () => {
    try {
      importKernels(module);
      expect.unreachable();
    } catch (error) {
      const codes = new Set((error as UnsupportedError).diagnostics.map(({ code }) => code));
      for (const { code } of cases) expect(codes).toContain(code);
    }
  });
});
