import { describe, expect, it } from "vitest";
import { parseClangDiagnostics } from "../../../src/parser/clang/diagnostics.js";

describe("clang's diagnostics", () => {
  it("reads places, severities, flags and notes", () => {
    const found = parseClangDiagnostics(`k.cl:3:7: warning: unused variable 'x' [-Wunused-variable]
    3 |   int x = 1;
      |       ^
k.cl:9:10: error: call to 'f' is ambiguous
    9 |   return f(1);
      |          ^
h.h:2:5: note: candidate function
h.h:3:5: note: candidate function
1 warning and 1 error generated.
`);
    expect(found).toEqual([
      {
        code: "clang/unused-variable",
        severity: "warning",
        message: "unused variable 'x'",
        span: { file: "k.cl", line: 3, column: 7 },
      },
      {
        code: "clang/error",
        severity: "error",
        message: "call to 'f' is ambiguous",
        span: { file: "k.cl", line: 9, column: 10 },
        notes: [
          {
            code: "clang/note",
            severity: "note",
            message: "candidate function",
            span: { file: "h.h", line: 2, column: 5 },
          },
          {
            code: "clang/note",
            severity: "note",
            message: "candidate function",
            span: { file: "h.h", line: 3, column: 5 },
          },
        ],
      },
    ]);
  });

  it("does not take the user's text for a diagnostic", () => {
    const found = parseClangDiagnostics(`k.cl:3:7: error: no
    3 | // x.c:1:2: error: in a comment
      | ^
`);
    expect(found.map(({ message }) => message)).toEqual(["no"]);
  });

  it("keeps how a header came to be included", () => {
    const [found] = parseClangDiagnostics(`In file included from k.cl:1:
In file included from inc/a.h:2:
inc/b.h:7:1: fatal error: 'gone.h' file not found
`);
    expect(found).toMatchObject({ severity: "error", span: { file: "inc/b.h", line: 7, column: 1 } });
    expect(found!.notes!.map(({ span }) => `${span!.file}:${span!.line}`)).toEqual(["k.cl:1", "inc/a.h:2"]);
  });

  it("reads warnings that became errors, and errors without a place", () => {
    expect(
      parseClangDiagnostics("k.cl:1:2: error: x is bad [-Werror,-Wfoo-bar]\nclang: error: unknown argument: '-q'\n"),
    ).toEqual([
      { code: "clang/foo-bar", severity: "error", message: "x is bad", span: { file: "k.cl", line: 1, column: 2 } },
      { code: "clang/error", severity: "error", message: "unknown argument: '-q'" },
    ]);
  });

  it("leaves out that there are too many", () => {
    expect(parseClangDiagnostics("fatal error: too many errors emitted, stopping now [-ferror-limit=]\n")).toEqual([]);
  });
});
