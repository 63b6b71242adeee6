import { describe, expect, it } from "vitest";
import { renderDiagnostic } from "../../src/support/frame.js";

const source = ["kernel void k(global int *a) {", "\ta[0] = b;", "}"].join("\n");
const plain = { color: false, readSource: (file: string) => (file === "k.cl" ? source : undefined) };

describe("code frames", () => {
  it("show the line, its neighbours and a caret under the column, tabs expanded", () => {
    const text = renderDiagnostic(
      {
        code: "clang/error",
        severity: "error",
        message: "use of undeclared identifier 'b'",
        span: { file: "k.cl", line: 2, column: 9 },
        help: "declare it",
        notes: [
          { code: "clang/note", severity: "note", message: "from here", span: { file: "k.cl", line: 1, column: 1 } },
        ],
      },
      plain,
    );
    expect(text).toBe(
      [
        "k.cl:2:9: error[clang/error]: use of undeclared identifier 'b'",
        "  1 | kernel void k(global int *a) {",
        "> 2 |     a[0] = b;",
        "    |            ^",
        "  3 | }",
        "help: declare it",
        "k.cl:1:1: note[clang/note]: from here",
        "> 1 | kernel void k(global int *a) {",
        "    | ^",
        "  2 |     a[0] = b;",
      ].join("\n"),
    );
  });
  it("do without the source when it cannot be read, and without a place when there is none", () => {
    const span = { file: "gone.cl", line: 3, column: 1 };
    expect(renderDiagnostic({ code: "a/b", severity: "warning", message: "m", span }, plain)).toBe(
      "gone.cl:3:1: warning[a/b]: m",
    );
    expect(renderDiagnostic({ code: "a/b", severity: "error", message: "m" }, plain)).toBe("error[a/b]: m");
  });
  it("cut long lines around the place and never print control characters", () => {
    const long = `${"x".repeat(500)}\u001b!${"y".repeat(500)}`;
    const text = renderDiagnostic(
      { code: "a/b", severity: "error", message: "m", span: { file: "l.cl", line: 1, column: 502 } },
      { color: false, readSource: () => long },
    );
    const [, line, caret] = text.split("\n") as [string, string, string];
    expect(line.length).toBeLessThan(180);
    expect(line[caret.indexOf("^")]).toBe("!");
    expect(text).not.toContain("\u001b");
  });
  it("use colour only when asked to", () => {
    const diagnostic = { code: "a/b", severity: "error", message: "m" } as const;
    expect(renderDiagnostic(diagnostic, plain)).not.toContain("\u001b");
    expect(renderDiagnostic(diagnostic, { ...plain, color: true })).toContain("\u001b[1;31m");
  });
});
