/**
 * Every module of `templates/verilog` as it stands: Verilator with all warnings, Icarus as Verilog-2005, and a sidecar
 * that says what the module's header says.
 */
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import { evaluate, moduleHeader, type Sidecar } from "./header.js";
import { variants } from "./variants.js";

const host = new NodeHost();
const folder = `${host.packageRoot}/templates/verilog`;
const modules = host
  .list(folder)
  .filter((file) => file.endsWith(".v"))
  .map((file) => file.replace(/\.v$/, ""));

const text = (module: string) => host.readText(`${folder}/${module}.v`);

async function output(program: string, args: readonly string[]): Promise<string> {
  const result = await host.run(program, args, { cwd: folder, timeoutMs: 120_000 });
  if (result.notFound) return `${program} is not installed: this check needs it`;
  const said = `${result.stdout}${result.stderr}`.trim();
  return result.exitCode === 0 ? said : `exit code ${result.exitCode}\n${said}`;
}

it("the library is there", () => {
  expect(modules).toContain("soff_fifo");
  expect(modules.length).toBeGreaterThan(20);
});

describe.each(modules)("%s", (module) => {
  it("is one module in a file of its name, without waivers", () => {
    expect([...text(module).matchAll(/^\s*module\s+(\w+)/gm)].map((m) => m[1])).toEqual([module]);
    expect(text(module)).not.toMatch(/lint_off|translate_off/);
    expect(text(module).startsWith("// ")).toBe(true);
  });

  it("has a sidecar that says the same as its header", () => {
    expect(host.exists(`${folder}/${module}.json`), `${module}.json`).toBe(true);
    const sidecar = JSON.parse(host.readText(`${folder}/${module}.json`)) as Sidecar;
    const header = moduleHeader(text(module), module);
    expect(sidecar.name).toBe(module);
    expect(sidecar.description.length).toBeGreaterThan(10);
    expect(typeof sidecar.latency).toMatch(/string|number/);
    expect(sidecar.parameters.map((p) => p.name)).toEqual(header.parameters.map((p) => p.name));
    for (const p of sidecar.parameters) expect(p.meaning.length, p.name).toBeGreaterThan(5);
    const defaults = new Map<string, number>();
    for (const p of header.parameters) defaults.set(p.name, evaluate(p.value, defaults));
    for (const p of sidecar.parameters)
      expect(evaluate(String(p.default), defaults), p.name).toBe(defaults.get(p.name));
    const described = sidecar.ports.map((p) => `${p.direction} ${p.name} ${evaluate(p.width, defaults)}`);
    const declared = header.ports.map((p) => `${p.direction} ${p.name} ${evaluate(p.width, defaults)}`);
    expect(described).toEqual(declared);
    // Widths must agree for other parameters as well, where those make sense.
    const others = new Map([...defaults].map(([name, value]) => [name, value * 2 + 1]));
    for (const [i, p] of sidecar.ports.entries()) {
      expect(evaluate(p.width, others), p.name).toBe(evaluate(header.ports[i]!.width, others));
    }
  });

  it("is clean in Verilator and Icarus for all parameters tried", { timeout: 300_000 }, async () => {
    for (const parameters of variants(module)) {
      const list = Object.entries(parameters);
      const verilator = ["--lint-only", "-Wall", "-y", ".", "--top-module", module, `${module}.v`];
      verilator.push(...list.map(([name, value]) => `-G${name}=${value}`));
      expect(await output("verilator", verilator), JSON.stringify(parameters)).toBe("");
      if (text(module).includes("SOFF_SIM")) {
        expect(await output("verilator", ["-DSOFF_SIM", ...verilator]), JSON.stringify(parameters)).toBe("");
      }
      const icarus = ["-g2005", "-Wall", "-tnull", "-y", ".", "-s", module, `${module}.v`];
      icarus.push(...list.map(([name, value]) => `-P${module}.${name}=${value}`));
      expect(await output("iverilog", icarus), JSON.stringify(parameters)).toBe("");
    }
  });
});
