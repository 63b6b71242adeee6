import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { collectCodes, diagnosticsPage } from "../scripts/diagnostics.js";
import { ExitCode } from "../src/support/errors.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = (name: string) => readFileSync(`${root}/docs/${name}`, "utf8");
const folders = (path: string) =>
  readdirSync(`${root}/${path}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

describe("docs/diagnostics.md", () => {
  it("lists the codes of the source and no others (npm run docs writes it)", () => {
    const codesIn = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(codesIn(page("diagnostics.md"))).toEqual(codesIn(diagnosticsPage()));
  });
  it("knows the codes of several areas", () => {
    const codes = collectCodes().map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["board/unknown", "argument/out-of-range", "npy/big-endian"]));
  });
  it("lists every exit code", () => {
    for (const code of Object.values(ExitCode))
      expect(page("diagnostics.md")).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });
});

it("docs/boards.md lists the boards there are", () => {
  const listed = [...page("boards.md").matchAll(/^\| `([a-z0-9_-]+)` \|.*\|.*\|.*\|$/gm)].map((match) => match[1]!);
  expect(listed.filter((name) => folders("boards").includes(name)).sort()).toEqual(
    folders("boards")
      .filter((name) => name !== "families")
      .sort(),
  );
});

describe("docs/architecture.md", () => {
  it("has every folder of src in its code map", () => {
    const missing = folders("src").filter((folder) => !page("architecture.md").includes(`\`src/${folder}`));
    expect(missing).toEqual([]);
  });
});

it("README.md leads to every document", () => {
  const readme = readFileSync(`${root}/README.md`, "utf8");
  const documents = readdirSync(`${root}/docs`).filter((file) => file.endsWith(".md"));
  expect(documents.filter((file) => !readme.includes(`(docs/${file})`))).toEqual([]);
});

describe("links in documents", () => {
  const documents = [
    "README.md",
    ...readdirSync(`${root}/docs`)
      .filter((f) => f.endsWith(".md"))
      .map((f) => `docs/${f}`),
  ];
  it.each(documents)("%s names only files that exist", (document) => {
    const text = readFileSync(`${root}/${document}`, "utf8");
    const base = document.includes("/") ? `${root}/docs` : root;
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    const all = new Set(targets.map((target) => fileURLToPath(new URL(target, `file://${base}/`))));
    for (const path of all) expect(() => readFileSync(path)).not.toThrow();
  });
});
