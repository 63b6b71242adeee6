import { describe, expect, it } from "vitest";
import { reportFailure } from "../../src/cli/failure.js";
import { runCommand, wantsColor } from "../../src/cli/main.js";
import { NodeHost } from "../../src/cli/node-host.js";
import { InternalError, MismatchError } from "../../src/support/errors.js";
import { MemoryHost } from "../support/memory-host.js";

function context() {
  const written = { stdout: "", stderr: "" };
  const host = new MemoryHost({ "k.cl": "kernel void k() {}\n" });
  return {
    host,
    written,
    version: "0.0.0",
    output: {
      stdout: (text: string) => {
        written.stdout += text;
      },
      stderr: (text: string) => {
        written.stderr += text;
      },
      color: false,
    },
  };
}

describe("failures", () => {
  it("of our own exit with 70, ask for a report and keep what is needed to reproduce them", () => {
    const ctx = context();
    expect(reportFailure(new InternalError("boom"), ctx, ["run", "k.cl", "--global", "8"])).toBe(70);
    expect(ctx.written.stderr).toContain(
      "error[soff/internal-fault]: this is a fault of soff, not of your input: boom",
    );
    expect(ctx.written.stderr).toContain("please report it");
    const [file] = [...ctx.host.files.keys()].filter((path) => path.startsWith("/cache/faults/"));
    expect(ctx.written.stderr).toContain(file);
    const evidence = ctx.host.readText(file!);
    for (const part of ["boom", '"--global"', "kernel void k()", "program.test.ts"]) expect(evidence).toContain(part);
  });
  it("of any other kind are our own too", () => {
    expect(reportFailure(new TypeError("x is undefined"), context(), [])).toBe(70);
    expect(reportFailure("text", context(), [])).toBe(70);
  });
  it("keep their exit code and appear as JSON when asked", () => {
    const ctx = context();
    const error = new MismatchError([{ code: "a/b", severity: "error", message: "differs" }]);
    expect(reportFailure(error, ctx, ["--json"])).toBe(5);
    expect(JSON.parse(ctx.written.stdout)).toEqual({
      error: {
        exitCode: 5,
        kind: "MismatchError",
        diagnostics: [{ code: "a/b", severity: "error", message: "differs" }],
      },
    });
  });
});

it("a command line runs without touching the process", async () => {
  const ctx = context();
  expect(await runCommand(["boards"], ctx)).toBe(0);
  expect(await runCommand(["boards", "nowhere"], ctx)).toBe(2);
  expect(ctx.written.stderr).toContain("There are no boards.");
});

it("colour is for terminals, NO_COLOR turns it off", () => {
  expect(wantsColor({}, true)).toBe(true);
  expect(wantsColor({}, false)).toBe(false);
  expect(wantsColor({ NO_COLOR: "1" }, true)).toBe(false);
  expect(wantsColor({ NO_COLOR: "" }, true)).toBe(true);
  expect(wantsColor({ TERM: "dumb" }, true)).toBe(false);
  expect(wantsColor({ FORCE_COLOR: "1" }, false)).toBe(true);
});

describe("processes", () => {
  const host = new NodeHost();
  const script = (text: string) => ["-e", text];
  it("give their output and exit code, and see only part of the environment", async () => {
    process.env.SECRET_OF_THE_TEST = "hidden";
    const result = await host.run(
      process.execPath,
      script("console.log(process.env.SECRET_OF_THE_TEST, process.env.GIVEN); console.error('e'); process.exit(3)"),
      { env: { GIVEN: "yes" } },
    );
    expect(result).toEqual({ exitCode: 3, stdout: "undefined yes\n", stderr: "e\n", notFound: false, timedOut: false });
  });
  it("that do not exist are reported as such", async () => {
    expect(await host.run("no-such-program-anywhere", [])).toMatchObject({ notFound: true, timedOut: false });
  });
  it("take arguments as they are, without a shell", async () => {
    const result = await host.run(process.execPath, [...script("console.log(process.argv[1])"), "; echo $HOME `id`"]);
    expect(result.stdout).toBe("; echo $HOME `id`\n");
  });
  it("hand over standard error line by line", async () => {
    const lines: string[] = [];
    await host.run(process.execPath, script("process.stderr.write('a\\nb'); process.stderr.write('c\\nd')"), {
      onStderrLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(["a", "bc", "d"]);
  });
  it("are ended by the time limit, with everything they started", async () => {
    const child = `require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'inherit'}); setInterval(() => {}, 1000)`;
    const start = performance.now();
    // The grandchild holds the pipe open: the call only returns when it is gone too.
    const result = await host.run(process.execPath, script(child), { timeoutMs: 500 });
    expect(result.timedOut).toBe(true);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
  it("must have a name that is no option", async () => {
    await expect(host.run("-x", [])).rejects.toThrowError(/no name of a program/);
  });
});
