import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Tests of the command line run the built program: build it once, before any test. A type error is
 * reported but stops nothing here: tests of other parts can run meanwhile, and `npm run check` fails.
 */
export default function setup(): void {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  try {
    execFileSync(process.execPath, [tsc, "--project", root], { stdio: "pipe" });
  } catch (error) {
    console.warn(`the build has errors:\n${String((error as { stdout?: Buffer }).stdout ?? error)}`);
  }
}
