import { expect, it } from "vitest";
import { verilatorBench } from "./bench.js";

const files = ["templates/verilog/soff_dispatch.v", "test/sim/fixtures/dispatch_bench.cpp"];

it.each([
  ["every NDRange in order", []],
  ["every NDRange as one group", ["-GWHOLE=1", "-GNUM_GROUPS=0", "-CFLAGS", "-DWHOLE"]],
])("enumerates %s, one work-item a cycle, under stalls", async (_, parameters) => {
  const output = await verilatorBench(files, parameters);
  const [word, launches, items, latency] = output.trim().split(" ");
  expect(word, output).toBe("ok");
  expect(Number(launches)).toBeGreaterThan(3000);
  expect(Number(items)).toBeGreaterThan(300_000);
  // Small launches start at once: the division for the number of groups is short.
  expect(Number(latency)).toBeLessThanOrEqual(36);
});
