/** A board in Verilator, its serial line at a pseudo-terminal (sim/shell). */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildToFolder } from "../../src/flow/build.js";

export const host = new NodeHost();
const sim = join(host.packageRoot, "sim");

/** What simulation needs beside the design, by board. */
const models: Readonly<Record<string, { readonly rig: string; readonly files: readonly string[] }>> = {
  "ulx3s-85f": { rig: "rig_ulx3s", files: ["cells/EHXPLLL.v", "shell/sdram_model.v"] },
  icebreaker: { rig: "rig_ice40", files: ["cells/SB_PLL40_CORE.v", "cells/SB_SPRAM256KA.v"] },
  "ice40-hx8k": { rig: "rig_ice40", files: ["cells/SB_PLL40_CORE.v"] },
};

export interface BuiltBoard {
  /** The design's folder, for `soff run`. */
  readonly folder: string;
  readonly program: string;
  /** Cycles of one bit on the line. */
  readonly clocks: number;
  remove(): void;
}

/** Builds a kernel for a board, and a simulator of the whole board with Verilator. */
export async function buildBoard(board: string, source: string, kernel: string): Promise<BuiltBoard> {
  const folder = mkdtempSync(join(tmpdir(), "soff-shell-"));
  const { projects } = await buildToFolder(host, {
    files: [source],
    board,
    kernels: [kernel],
    compile: {},
    until: "rtl",
    folder,
  });
  const project = join(folder, projects[0]!.folder);
  const { rig, files } = models[board]!;
  const verilog = (of: string) =>
    readdirSync(of)
      .filter((name) => name.endsWith(".v"))
      .map((name) => join(of, name));
  const made = await host.run(
    "verilator",
    [
      ...["--cc", "--exe", "--build", "-O3", "--x-assign", "unique", "--x-initial", "fast", "-Wno-fatal", "-Wno-lint"],
      ...["--top-module", "rig", "--Mdir", join(folder, "sim"), "-CFLAGS", "-O1 -std=c++17"],
      ...[...verilog(join(folder, "rtl")), ...verilog(project), ...files.map((file) => join(sim, file))],
      ...[join(sim, "shell", `${rig}.v`), join(sim, "shell", "main.cpp")],
    ],
    { cwd: folder, env: { OBJCACHE: "ccache" } },
  );
  if (made.exitCode !== 0) throw new Error(`${made.stdout}\n${made.stderr}`);
  const clocks = Number(/\.CLOCKS\((\d+)\)/.exec(host.readText(join(project, "soff_board.v")))![1]);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { folder, program: join(folder, "sim", "Vrig"), clocks, remove };
}

export interface RunningBoard {
  readonly port: string;
  /** Ends it; everything it said. */
  stop(): Promise<string>;
}

/** Switches the board on. `errors`: probability that a bit on the line is wrong. */
export function startBoard(board: BuiltBoard, errors: number, seed: number): Promise<RunningBoard> {
  const child: ChildProcess = spawn(board.program, [String(board.clocks), String(errors), String(seed)]);
  let said = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.stderr!.on("data", (chunk) => {
      said += chunk;
    });
    child.stdout!.on("data", (chunk) => {
      said += chunk;
      const port = /^(\/\S+)\n/.exec(said)?.[1];
      if (port === undefined) return;
      const stop = async () => {
        child.stdin!.end();
        await ended;
        return said;
      };
      resolve({ port, stop });
    });
  });
}
