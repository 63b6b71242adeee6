import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * The house rules of docs/architecture.md: which folder of src may import from which. A folder may
 * always import from itself and from support. A new folder needs a row here.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  support: [],
  target: [],
  parser: [],
  rtl: ["hls/ir"],
  hls: ["parser", "rtl", "target", "launch/launch.ts"],
  "dl-frontend": [],
  "npu-gen": ["dl-frontend/integer/graph.ts", "rtl", "target"],
  tools: ["rtl/design.ts", "target/board.ts"],
  shell: ["rtl", "target"],
  launch: ["hls/ir", "rtl/design.ts", "target", "tools"],
  flow: ["parser", "hls", "dl-frontend", "npu-gen", "rtl", "shell", "target", "tools", "launch"],
  cli: ["flow", "target", "tools", "launch", "hls", "rtl"],
};

/** The only code that reaches files and processes by itself; everything else goes through Host. */
const MAY_DO_IO = ["cli/node-host.ts", "cli/serial-port.ts"];
/** Node's modules that compute and do nothing to the outside. */
const PURE_NODE_MODULES = ["node:path", "node:crypto", "node:url", "node:util", "node:zlib"];
/** Where an npm package may be used, for those that must not spread. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commander: ["cli"],
  execa: ["cli/node-host.ts"],
  chevrotain: ["parser", "hls/ir"],
  "@yowasp/clang": ["parser"],
  handlebars: ["tools", "rtl", "launch", "flow", "shell"],
  ajv: ["target", "rtl", "flow"],
  xml2js: ["tools"],
  protobufjs: ["dl-frontend"],
  "onnxruntime-node": ["tools"],
  highs: ["hls", "npu-gen"],
};

const src = fileURLToPath(new URL("../src", import.meta.url));
const files = (readdirSync(src, { recursive: true }) as string[]).filter((file) => file.endsWith(".ts")).sort();

/** Everything that a file imports, statically, dynamically or as a type. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), "utf8");
  const pattern = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s+)["']([^"']+)["']/gm;
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}
const under = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const within = (path: string, places: readonly string[]) => places.some((place) => under(path, place));

const violations = (check: (file: string, target: string) => string | undefined): string[] =>
  files.flatMap((file) =>
    importsOf(file)
      .map((target) => check(file, target))
      .filter((problem) => problem !== undefined),
  );

describe("layers", () => {
  it("every folder of src has a row, and every row a folder", () => {
    const folders = [...new Set(files.map((file) => file.split("/")[0]!))].sort();
    expect(folders.filter((folder) => !Object.hasOwn(MAY_IMPORT, folder))).toEqual([]);
    expect(Object.keys(MAY_IMPORT).filter((folder) => !folders.includes(folder))).toEqual([]);
  });

  it("folders import only what they may", () => {
    const found = violations((file, target) => {
      if (!target.startsWith(".")) return undefined;
      const path = relative(src, join(src, dirname(file), target)).replace(/\.js$/, ".ts");
      const folder = file.split("/")[0]!;
      return within(path, [folder, "support", ...(MAY_IMPORT[folder] ?? [])]) ? undefined : `${file} imports ${path}`;
    });
    expect(found).toEqual([]);
  });

  it("only the command line reaches files and processes", () => {
    const found = violations((file, target) => {
      const isNode = target.startsWith("node:") || ["fs", "child_process", "os", "path", "process"].includes(target);
      if (!isNode || PURE_NODE_MODULES.includes(target) || within(file, MAY_DO_IO)) return undefined;
      return `${file} imports ${target}`;
    });
    expect(found).toEqual([]);
  });

  it("only the command line uses the process", () => {
    const found = files.filter((file) => {
      if (file.startsWith("cli/")) return false;
      return /\bprocess\.(env|argv|exit|stdout|stderr|cwd)\b|\bconsole\./.test(readFileSync(join(src, file), "utf8"));
    });
    expect(found).toEqual([]);
  });

  it("npm packages stay where they belong", () => {
    const found = violations((file, target) => {
      const places = PACKAGES[target];
      return places && !within(file, places) ? `${file} imports ${target}` : undefined;
    });
    expect(found).toEqual([]);
  });

  it("templates, boards and the simulator hold no TypeScript", () => {
    for (const folder of ["templates", "boards", "sim"]) {
      const all = readdirSync(fileURLToPath(new URL(`../${folder}`, import.meta.url)), { recursive: true }) as string[];
      expect(all.filter((file) => /\.[cm]?[jt]s$/.test(file))).toEqual([]);
    }
  });
});
