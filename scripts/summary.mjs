// Prints "N passed, N failed" from vitest's JSON report and exits with 1 when anything failed.
// Usage: node summary.mjs REPORT VITEST-EXIT-CODE
import { readFileSync } from "node:fs";

const [path, exitCode] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(path, "utf8"));
  passed = report.numPassedTests;
  // A file that could not even be loaded has no tests, but it has failed.
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  failed = report.numFailedTests + unloaded.length;
} catch (error) {
  console.error(`no report of the tests (vitest ended with exit code ${exitCode}): ${error.message}`);
  failed = 1;
}
if (failed === 0 && exitCode !== "0") failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
