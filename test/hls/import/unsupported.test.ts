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
    kernel: "short_atomics",
    parameters: "__global short *a",
    body: "§ __sync_fetch_and_add(a, (short)1);",
    code: "unsupported/atomic",
    message: /'add' on this type/,
  },
  {
    kernel: "allocation",
    parameters: "__global int *a",
    body: "§ int *p = (int *)malloc(64);\n p[a[0]] = 1;\n a[1] = p[a[2]];",
    code: "unsupported/allocation",
    message: /malloc/,
  },
  {
    kernel: "overloaded_user",
    parameters: "__global float *a",
    body: "§ a[0] = elsewhere(a[1]);",
    code: "unsupported/builtin",
    message: /elsewhere\(float\)/,
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
int not_here(int);
float __attribute__((overloadable)) elsewhere(float);
void *malloc(size_t);
void later(__global int *);
int down(int x) __attribute__((noinline));
int down(int x) { return x < 2 ? x : down(x - 1) * down(x - 2); }
void deep_inside(__global int *p) __attribute__((noinline));
void deep_inside(__global int *p) {
  later(p);
}
__kernel void through_call(__global int *a) {
  a[1] = 2;
  deep_inside(a);
}
__kernel void many(__global int *a, float x) {
  later(a);
  a[2] = not_here(3);
  a[3] = elsewhere(x);
}
__kernel void images(read_only image2d_t im, sampler_t sa, __global float4 *o) { o[0] = read_imagef(im, sa, (int2)(0, 0)); }
${cases.map(({ kernel, parameters, body }) => `__kernel void ${kernel}(${parameters}) {\n${body}\n}`).join("\n")}
`;
const lines = source.split("\n");
const text = source.replaceAll("§", "");

const lineOf = (start: string): number => 1 + lines.findIndex((line) => line.startsWith(start));

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
    const attempt = () => importKernels(module, { kernels: ["allocation"] });
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
    expect(problem).toMatchObject({ code: "unsupported/undefined-function", span: { line: lineOf("  later(p)") } });
    expect(problem!.notes).toHaveLength(1);
    expect(problem!.notes![0]).toMatchObject({ span: { line: lineOf("  deep_inside(a)") } });
    expect(problem!.notes![0]!.message).toBe("'deep_inside' is called from 'through_call' here");
  });

  it("collects every place of a kernel", () => {
    const found = problemsOf(module, "many").map((problem) => [problem.code, problem.span?.line]);
    const first = lineOf("  later(a)");
    expect(found).toEqual([
      ["unsupported/undefined-function", first],
      ["unsupported/undefined-function", first + 1],
      ["unsupported/builtin", first + 2],
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
