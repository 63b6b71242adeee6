#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(main))) {
  const { main: run } = await import(main.href);
  await run(process.argv.slice(2));
} else {
  console.error("soff is not built yet: run scripts/setup.sh (or: npm ci && npm run build) in its folder.");
  process.exitCode = 4;
}
