import { expect, it } from "vitest";
import { verilatorBench } from "./bench.js";

it("enumerates every NDRange in order, one work-item a cycle, under stalls", async () => {
  const output = await verilatorBench(["templates/verilog/soff_dispatch.v", "test/sim/fixtures/dispatch_bench.cpp"]);
  const [word, launches, items, latency] = output.trim().split(" ");
  expect(word, output).toBe("ok");
  expect(Number(launches)).toBeGreaterThan(3000);
  expect(Number(items)).toBeGreaterThan(300_000);
  // Small launches start at once: the division for the number of groups is short.
  expect(Number(latency)).toBeLessThanOrEqual(36);
});
