import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readNpy, writeNpy } from "../../src/launch/npy.js";
import { add } from "./kernels.js";
import { folderWith, soff } from "./soff.js";

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const cwd = folderWith({
  "add.cl": add,
  "a.npy": writeNpy({ descr: "'<f4'", shape: [2, 3], bytes: floats(1, 2, 3, 4, 5, 6) }),
});
const args = (c = "zeros:float32:8", shift = "1") => [
  ...["--kernel", "add", "--global", "6", "--arg", "@a.npy", "--arg", "iota:float32:6", "--arg", c, "--arg", shift],
];
const sum = [0, 1, 3, 5, 7, 9, 11, 0];
const values = (path: string) => {
  const array = readNpy(readFileSync(join(cwd, path)), path);
  return { shape: array.shape, values: [...new Float32Array(array.bytes.buffer)] };
};

beforeAll(async () => {
  const { code, stderr } = await soff(["build", "add.cl", "--board", "u250", "-o", "built"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
});

describe("soff build", () => {
  it("writes a design that describes itself, the same bytes every time", async () => {
    await soff(["build", "add.cl", "--board", "u250", "-o", "again"], { cwd });
    const files = (folder: string) =>
      (readdirSync(join(cwd, folder), { recursive: true, withFileTypes: true }) as import("node:fs").Dirent[])
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(cwd, folder).length))
        .sort();
    expect(files("built")).toEqual(files("again"));
    expect(files("built")).toEqual(expect.arrayContaining(["/design.json", "/report.json", "/ir/add.ir"]));
    for (const file of files("built")) {
      const [one, two] = ["built", "again"].map((folder) => readFileSync(join(cwd, folder + file), "utf8"));
      expect(one).toBe(two);
      expect(one).not.toContain(cwd);
    }
    const design = JSON.parse(readFileSync(join(cwd, "built/design.json"), "utf8"));
    expect(design).toMatchObject({ format: 1, board: "u250", sources: ["add.cl"], kernels: [{ name: "add" }] });
    for (const file of design.kernels[0].files) expect(existsSync(join(cwd, "built", file))).toBe(true);
  });
  it("uses build/STEM-BOARD, and writes over an earlier design", async () => {
    for (let k = 0; k < 2; k++) {
      const { code, stdout } = await soff(["build", "add.cl", "--board", "u250", "--json"], { cwd });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ folder: "build/add-u250", kernels: [{ name: "add" }] });
    }
  });
  it("takes macros", async () => {
    writeFileSync(join(cwd, "macro.cl"), "kernel void NAME(global int *a) { a[0] = N; }\n");
    const { code, stdout } = await soff(
      ["build", "macro.cl", "--board", "u250", "-o", "macro", "-D", "NAME=renamed", "-DN=7", "--json"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).kernels[0].name).toBe("renamed");
  });
});

describe("soff run", () => {
  it("on the interpreter", async () => {
    const { code, stdout, stderr } = await soff(["run", "add.cl", ...args(), "--engine", "ir", "--out", "ir"], { cwd });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("reference interpreter");
    expect(values("ir/c.npy")).toEqual({ shape: [8], values: sum });
    expect(existsSync(join(cwd, "ir/a.npy"))).toBe(false);
  });

  it("on the circuit of a built design, checked, with every field of the contract", async () => {
    const { code, stdout } = await soff(
      ["run", "built", ...args("zeros:float32:2x4"), "--check", "--out", "rtl", "--json"],
      { cwd },
    );
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(Object.keys(report).sort()).toEqual(
      [
        ...[
          "kernel",
          "engine",
          "board",
          "cycles",
          "predictedCycles",
          "clockMHz",
          "datapaths",
          "simd",
          "workItems",
          "bytesRead",
        ],
        ...["bytesWritten", "bound", "efficiency", "check", "outputs"],
      ].sort(),
    );
    expect(report).toMatchObject({
      ...{ kernel: "add", engine: "rtl", board: "u250", clockMHz: 300, workItems: 6, check: { mismatches: 0 } },
      outputs: [{ name: "c", file: "rtl/c.npy", dtype: "float32", shape: [2, 4] }],
    });
    expect(report.cycles).toBeGreaterThan(6);
    expect(report.simd).toBeGreaterThan(1);
    expect(report.bound.compute).toBe(Math.ceil(6 / report.simd / report.datapaths));
    expect(report.efficiency).toBeCloseTo(Math.max(report.bound.compute, report.bound.memory) / report.cycles, 10);
    expect(values("rtl/c.npy")).toEqual({ shape: [2, 4], values: sum });
  });

  it("from the source, under stalls, with the same result", async () => {
    const { code, stdout } = await soff(["run", "add.cl", ...args(), "--check", "--stall-seed", "3"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("passed");
    expect(stdout).toMatch(/^cycles +\d+/m);
  });

  it("refuses more local memory than a work-group may have", async () => {
    const greedy = folderWith({
      "greedy.cl": `__kernel void greedy(__global int *o, __local int *s, __local char *t) {
  s[0] = t[0] = 1;
  o[0] = s[0];
}
`,
    });
    const run = ["run", "greedy.cl", "--kernel", "greedy", "--global", "1", "--arg", "zeros:int32:1"];
    const { code, stderr } = await soff([...run, "--arg", "local:65536", "--arg", "local:1"], { cwd: greedy });
    expect(code).toBe(1);
    expect(stderr).toContain("error[argument/local-memory]");
    expect(stderr).toContain("65,537 bytes");
  });

  it("names both barriers where the work-items of a group wait at different ones", async () => {
    const divergent = folderWith({
      "divergent.cl": `__kernel void divergent(__global int *o) {
  __local int s[8];
  int l = get_local_id(0);
  s[l] = l;
  if (l < 3) { barrier(CLK_LOCAL_MEM_FENCE); o[l] = s[l + 1]; }
  else { s[l] += 2; barrier(CLK_LOCAL_MEM_FENCE); o[l] = s[l - 1] * 3; }
}
`,
    });
    const run = ["run", "divergent.cl", "--kernel", "divergent", "--global", "8", "--local", "8"];
    const { code, stderr } = await soff([...run, "--arg", "zeros:int32:8"], { cwd: divergent });
    expect(code).toBe(1);
    expect(stderr).toContain("error[kernel/barrier-divergence]");
    expect(stderr).toMatch(/divergent\.cl:5:\d+.*divergent\.cl:6:\d+/);
  });

  it("writes a trace", async () => {
    const { code } = await soff(["run", "built", ...args(), "--trace", "wave.fst"], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "wave.fst")).length).toBeGreaterThan(1000);
  });

  it.each([
    ["too short a buffer", args("zeros:float32:4"), "work-item (3)", "buffer c"],
    ["a shift beyond the end", args("zeros:float32:8", "3"), "work-item (5)", "buffer c"],
    ["a NULL buffer", args("null"), "work-item (0)", "0x4"],
  ])("catches %s in simulation, with line, work-item and address", async (_, words, item, where) => {
    const { code, stderr } = await soff(["run", "built", ...words], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain("error[memory/out-of-bounds]");
    expect(stderr).toMatch(/add\.cl:4:\d+/);
    expect(stderr).toMatch(/address 0x[0-9a-f]+/);
    expect(stderr).toContain(item);
    expect(stderr).toContain(where);
    expect(stderr).toContain("> 4 |   c[i + shift] = a[i] + b[i];");
  });

  it("takes kernels without parameters and without memory", async () => {
    writeFileSync(join(cwd, "none.cl"), "kernel void none(void) {}\n");
    const { code, stdout } = await soff(["run", "none.cl", "--global", "5,3", "--check", "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ workItems: 15, bytesRead: 0, bytesWritten: 0, bound: { memory: 0 } });
  });

  it("exits with 5 when circuit and interpreter differ", async () => {
    await soff(["build", "add.cl", "--board", "u250", "-o", "tampered"], { cwd });
    const ir = join(cwd, "tampered/ir/add.ir");
    const text = readFileSync(ir, "utf8");
    expect(text).toContain(" = fadd ");
    writeFileSync(ir, text.replace(" = fadd ", " = fmul "));
    const { code, stdout } = await soff(["run", "tampered", ...args(), "--check", "--json"], { cwd });
    expect(code).toBe(5);
    // a = 1 2 3 4 5 6, b = 0 1 2 3 4 5: only 2 + 2 * 0 could agree, and does not occur.
    expect(JSON.parse(stdout).check).toMatchObject({
      mismatches: 6,
      first: { buffer: "c", index: 1, expected: "0 (0x00000000)", actual: "1 (0x3f800000)" },
    });
  });

  it("says how to get Verilator when it is missing", async () => {
    const cache = mkdtempSync(join(tmpdir(), "soff-cache-"));
    afterAll(() => rmSync(cache, { recursive: true, force: true }));
    const { code, stderr } = await soff(["run", "built", ...args()], {
      cwd,
      env: { PATH: "/nowhere", SOFF_CACHE: cache },
    });
    expect(code).toBe(4);
    expect(stderr).toContain("error[tool/verilator-missing]");
    expect(stderr).toContain("apt-get install verilator");
  });

  it("refuses a design of another board", async () => {
    const { code, stderr } = await soff(["run", "built", "--board", "zcu104", ...args()], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining("run/other-board")]);
  });
});

describe("soff verify", () => {
  it("chooses inputs, repeats them, and passes", async () => {
    const { code, stdout } = await soff(["verify", "add.cl", "--board", "u250", "--seeds", "1", "--json"], { cwd });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ passed: true, runs: [{ kernel: "add", seed: 1, check: { mismatches: 0 } }] });
    expect(report.runs[0].arguments).toHaveLength(4);
    expect(report.runs[0].stalledCycles).toBeGreaterThan(report.runs[0].cycles);
  });
});
