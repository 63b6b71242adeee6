import { beforeAll, describe, expect, it } from "vitest";
import { add, broken, recursive, two } from "./kernels.js";
import { folderWith, soff } from "./soff.js";

const cwd = folderWith({
  "add.cl": add,
  "two.cl": two,
  "broken.cl": broken,
  "recursive.cl": recursive,
  "device.cl": "int f(int x) { return x; }\n",
  "warp.cu":
    "#include <stdio.h>\n__global__ void k(float *x) {\n  x[0] = __shfl_sync(~0u, x[1], 0);\n}\nint main() { puts(mpi()); k<<<1, 32>>>(0); }\n",
  "template.cu": "template <int N> __global__ void fill(int *x) { x[threadIdx.x] = N; }\n",
  "notes.txt": "x",
  "bad.npy": "no array",
});
const data = ["--arg", "iota:float:8", "--arg", "iota:float:8", "--arg", "zeros:float:8", "--arg", "0"];
/** A built design: these mistakes are found without compiling. */
const run = (...args: string[]) => ["run", "built", "--global", "8", ...args];

beforeAll(async () => {
  const { code, stderr } = await soff(["build", "add.cl", "--board", "u250", "-o", "built"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
});

/** Arguments, exit code, code of the message, and a part of it that one can act on. */
const cases: readonly (readonly [string, readonly string[], number, string, string])[] = [
  ["a syntax error", ["build", "broken.cl", "--board", "u250"], 1, "clang/error", "broken.cl:3:10"],
  ["a missing file", ["build", "gone.cl", "--board", "u250"], 1, "input/file-not-found", "gone.cl does not exist"],
  ["a missing file to run", ["run", "gone.cl", "--global", "1"], 1, "input/file-not-found", "gone.cl"],
  ["a file of another kind", ["build", "notes.txt", "--board", "u250"], 1, "input/unknown-language", "notes.txt"],
  ["a folder without a design", ["run", ".", "--global", "1"], 1, "design/not-found", "soff build"],
  ["a file without kernels", ["build", "device.cl", "--board", "u250"], 1, "kernel/none", "__kernel"],
  ["an unknown board", ["build", "add.cl", "--board", "u520"], 2, "board/unknown", "Did you mean u250?"],
  ["an unknown kernel", ["build", "two.cl", "--board", "u250", "--kernel", "frist"], 1, "kernel/not-found", "first"],
  ["an unknown kernel to run", ["run", "two.cl", "--kernel", "x", "--global", "1"], 1, "kernel/not-found", "second"],
  ["no choice of a kernel", ["run", "two.cl", "--global", "1"], 2, "kernel/not-chosen", "first, second"],
  ["too few arguments", run("--arg", "iota:float:8"), 2, "argument/wrong-number", "2. float* b"],
  ["too many arguments", run(...data, "--arg", "1"), 2, "argument/wrong-number", "has 4 parameters"],
  ["a scalar out of range", run(...data.slice(0, 6), "--arg", "300"), 2, "argument/out-of-range", "0 to 255"],
  ["a scalar for a buffer", run("--arg", "3", ...data.slice(2)), 2, "argument/wrong-kind", "float* a"],
  ["a missing array", run("--arg", "@gone.npy", ...data.slice(2)), 1, "argument/no-such-file", "gone.npy"],
  ["a damaged array", run("--arg", "@bad.npy", ...data.slice(2)), 1, "npy/invalid", "numpy.save"],
  ["a group that is too large", run(...data, "--local", "2048"), 2, "range/group-too-large", "1024"],
  ["sizes of other dimensions", run(...data, "--local", "4,2"), 2, "range/dimensions", "--global has 1"],
  [
    "a trace without circuit",
    run(...data, "--engine", "ir", "--trace", "t.fst"),
    2,
    "run/trace-without-circuit",
    "rtl",
  ],
  ["results into a file", run(...data, "--out", "notes.txt"), 1, "file/cannot-write", "notes.txt"],
  ["a bad macro", ["build", "add.cl", "--board", "u250", "-D", "1X"], 2, "usage/bad-define", "NAME=VALUE"],
  [
    "an unknown standard",
    ["build", "add.cl", "--board", "u250", "--cl-std", "C99"],
    2,
    "usage/unknown-standard",
    "CL1.2",
  ],
  [
    "a compiler that is not there",
    ["build", "add.cl", "--board", "u250", "--clang", "gone"],
    4,
    "tool/clang-not-found",
    "gone",
  ],
  ["a recursion", ["build", "recursive.cl", "--board", "u250"], 3, "unsupported/recursion", "recursive.cl:2:"],
  ["a warp function", ["build", "warp.cu", "--board", "u250"], 3, "unsupported/warp-function", "warp.cu:3:10"],
  ["a template without arguments", ["build", "template.cu", "--board", "u250"], 1, "kernel/none", "--kernel 'fill<"],
  [
    "wrong template arguments",
    ["build", "template.cu", "--board", "u250", "--kernel", "fill<float>"],
    1,
    "kernel/template-arguments",
    "fill<float>",
  ],
  [
    "a bitstream without the vendor's tools",
    ["build", "add.cl", "--board", "u250", "--until", "bitstream"],
    4,
    "tool/vivado-missing",
    "v++",
  ],
  ["a model that is not there", ["npu", "build", "m.onnx", "--board", "u250"], 1, "input/file-not-found", "m.onnx"],
];

describe("bad input", () => {
  it.each(cases)("%s", async (_, args, exitCode, code, part) => {
    const { code: actual, stdout, stderr } = await soff(args, { cwd });
    expect(stderr).toContain(`error[${code}]`);
    expect(stderr).toContain(part);
    expect(actual).toBe(exitCode);
    expect(stdout).toBe("");
  });

  it("shows the source around the place", async () => {
    const { stderr } = await soff(["build", "broken.cl", "--board", "u250"], { cwd });
    expect(stderr).toContain("> 3 |   a[0] = missing + 1;\n    |          ^\n");
    expect(stderr).not.toContain("\u001b");
  });

  it.each([
    [["--json"], "usage/command-line"],
    [["build", "add.cl", "--json"], "usage/command-line"],
    [["build", "broken.cl", "--board", "u250", "--json"], "clang/error"],
    [["run", "built", "--global", "8", "--json"], "argument/wrong-number"],
  ])("with --json, %j prints one JSON object", async (args, code) => {
    const { code: exitCode, stdout } = await soff(args, { cwd });
    const { error } = JSON.parse(stdout);
    expect(error.exitCode).toBe(exitCode);
    expect(error.diagnostics[0].code).toBe(code);
  });

  it.each([
    [["bulid"], "Did you mean build?"],
    [["build", "--board", "u250"], "missing required argument 'file'"],
    [["build", "add.cl"], "--board"],
    [["run", "add.cl"], "--global"],
    [["run", "add.cl", "--global", "8x8"], "whole numbers"],
    [["run", "add.cl", "--global", "1,2,3,4"], "whole numbers"],
    [["run", "add.cl", "--global", "8", "--engine", "gpu"], "rtl, ir"],
    [["run", "add.cl", "--global", "8", "--stall-seed", "-1"], "whole number"],
    [["verify", "add.cl", "--board", "u250", "--seeds", "0"], "whole number"],
    [["build", "add.cl", "--board", "u250", "--bord", "x"], "Did you mean --board?"],
  ])("wrong usage: %j", async (args, part) => {
    const { code, stderr } = await soff(args, { cwd });
    expect(stderr).toContain(part);
    expect(code).toBe(2);
  });

  it("never writes a design over other things", async () => {
    const folder = folderWith({ "precious.txt": "keep me" });
    const { code, stderr } = await soff(["build", "add.cl", "--board", "u250", "-o", folder], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("build/foreign-folder")]);
  });
});
