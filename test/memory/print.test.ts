/** soff_print_port and the harness's side of it: which tokens print, in which order, and the bytes. */
import { expect, it } from "vitest";
import { host, verilate } from "./verilate.js";

it("prints each enabled token once, when it goes on, byte 0 first", async () => {
  const program = await verilate({
    name: "print-rig",
    top: "print_rig",
    sources: ["memory/print_rig.sv", "memory/print_bench.cpp", "../sim/print.cpp"],
    parameters: {},
  });
  const { stdout, exitCode } = await host.run(program, []);
  expect(exitCode).toBe(0);
  const hex = (bytes: readonly number[]) => bytes.map((b) => b.toString(16).padStart(2, "0")).join("");
  const expected: string[] = [];
  // The bench counts through {reset, valid, fire, an idle bit, enables}.
  for (let i = 0; i < 32; i++) {
    if ((i & 24) !== 24) continue;
    const words = [0x01020304 + i, 0x02040608 + i].map((w) => [w & 255, (w >> 8) & 255, (w >> 16) & 255, w >> 24]);
    if (i & 1) expected.push(`SOFF-PRINT 3 ${hex([...words.flat(), i, 0, 0, 0, 0, 0, 0, 0])}`);
    if (i & 2) expected.push(`SOFF-PRINT 10 ${hex([0xf0 + (i & 15), 0, 0, 0, 0, 0, 0, 0])}`);
  }
  const lines = stdout.split("\n").filter((line) => line.startsWith("SOFF-PRINT"));
  // Which of two printfs of one token comes first is free.
  const site = (wanted: string) => (line: string) => line.split(" ")[1] === wanted;
  for (const of of ["3", "10"]) expect(lines.filter(site(of))).toEqual(expected.filter(site(of)));
  expect(lines.length).toBe(expected.length);
});
