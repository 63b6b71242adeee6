import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { root, soff } from "./soff.js";

const commands = ["build", "run", "verify", "npu", "boards", "doctor", "passes"];

describe("help", () => {
  it("lists every command and the exit codes", async () => {
    const { code, stdout, stderr } = await soff(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    for (const exitCode of [0, 1, 2, 3, 4, 5, 70]) expect(stdout).toMatch(new RegExp(`^  ${exitCode} `, "m"));
  });
  it.each([
    ["build", ["--board", "-o", "--kernel", "-D", "-I", "--cl-std", "--clang", "--until", "--json"]],
    [
      "run",
      [
        "--kernel",
        "--global",
        "--local",
        "--offset",
        "--arg",
        "-D",
        "-I",
        "--cl-std",
        "--board",
        "--engine",
        "--check",
      ],
    ],
    ["run", ["--out", "--trace", "--stall-seed", "--json", "@x.npy", "zeros:", "iota:", "rand:", "local:", "null"]],
    ["verify", ["--board", "--kernel", "--seeds"]],
    ["boards", ["--json"]],
    ["doctor", ["--json"]],
    ["passes", ["--json"]],
    ["npu", ["check", "build", "run"]],
  ])("%s --help is complete", async (command, words) => {
    const { code, stdout } = await soff([command, "--help"]);
    expect(code).toBe(0);
    for (const word of words) expect(stdout).toContain(word);
  });
  it("help COMMAND is the same, and no command is wrong usage", async () => {
    expect((await soff(["help", "build"])).stdout).toBe((await soff(["build", "--help"])).stdout);
    const { code, stdout, stderr } = await soff([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: soff");
  });
  it("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
    expect((await soff(["--version"])).stdout.trim()).toBe(version);
  });
});

describe("lists", () => {
  it("boards", async () => {
    expect((await soff(["boards"])).stdout).toMatch(/^u250 +AMD Alveo U250/m);
    const { boards } = JSON.parse((await soff(["boards", "--json"])).stdout);
    expect(boards.map((board: { name: string }) => board.name)).toContain("u250");
    const one = await soff(["boards", "u250"]);
    expect(one.stdout).toContain("readLatencyNs");
    expect(JSON.parse((await soff(["boards", "u250", "--json"])).stdout).name).toBe("u250");
  });
  it("doctor", async () => {
    const { code, stdout } = await soff(["doctor", "--json"]);
    expect(code).toBe(0);
    const { tools } = JSON.parse(stdout) as { tools: { name: string; found: boolean; howToGet: string }[] };
    expect(tools.find((tool) => tool.name === "verilator")?.found).toBe(true);
    expect((await soff(["doctor"])).stdout).toContain("verilator");
  });
  it("doctor without tools says how to get them and exits with 4", async () => {
    const { code, stdout } = await soff(["doctor"], { env: { PATH: "/nowhere" } });
    expect(code).toBe(4);
    expect(stdout).toContain("verilator is missing. Get it with: sudo apt-get install verilator");
  });
  it("passes", async () => {
    const { passes } = JSON.parse((await soff(["passes", "--json"])).stdout) as {
      passes: { name: string; description: string }[];
    };
    expect(passes.length).toBeGreaterThan(0);
    const { stdout } = await soff(["passes"]);
    for (const { name, description } of passes) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(description);
    }
  });
});
