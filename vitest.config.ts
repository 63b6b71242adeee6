import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    maxWorkers: 2,
    // Of the tests of a file that say `concurrent`: those that mostly wait for compilers and simulators.
    maxConcurrency: 2,
    // Simulations and compilers share the machine's cores with the test processes.
    testTimeout: 300_000,
    hookTimeout: 600_000,
  },
});
