import { describe, expect, it } from "vitest";
import { gatherSources } from "../../../src/parser/clang/sources.js";
import { MemoryHost } from "../../support/memory-host.js";

const names = (host: MemoryHost, file: string, includeDirs: string[] = [], defines: string[] = []) => {
  const set = gatherSources(host, { file, includeDirs, defines });
  return [...set.files.keys()].map((path) => set.display(path)).sort();
};

describe("what a source includes", () => {
  it("is found transitively and nothing else is read", () => {
    const host = new MemoryHost({
      "/project/k/main.cl": '#include "sub/a.h"\n  #  include <lib.h>\n// #include "commented.h"\n',
      "/project/k/sub/a.h": '#include "b.h"\n#include "../../common/c.h"\n',
      "/project/k/sub/b.h": "",
      "/project/common/c.h": '#include "../k/main.cl"\n',
      "/project/inc/lib.h": "",
      "/project/k/unrelated.h": "",
      "/project/k/commented.h": "",
    });
    expect(names(host, "k/main.cl", ["inc"])).toEqual([
      "common/c.h",
      "inc/lib.h",
      "k/main.cl",
      "k/sub/a.h",
      "k/sub/b.h",
    ]);
  });

  it("may be named by a macro", () => {
    const host = new MemoryHost({
      "/project/k.cl": '#define HEADER "a.h"\n#include HEADER\n#if __has_include(<b.h>)\n#include GIVEN\n#endif\n',
      "/project/a.h": "",
      "/project/i/b.h": "",
      "/project/i/c.h": "",
    });
    expect(names(host, "k.cl", ["i"], ['GIVEN="c.h"'])).toEqual(["a.h", "i/b.h", "i/c.h", "k.cl"]);
  });

  it("keeps the way in which the user names files", () => {
    const host = new MemoryHost({
      "/else/k.cl": '#include "h.h"\n#include "x/y.h"',
      "/else/h.h": "",
      "/inc/x/y.h": "",
    });
    expect(names(host, "/else/k.cl", ["../inc"])).toEqual(["../inc/x/y.h", "/else/h.h", "/else/k.cl"]);
    expect(names(host, "../else/k.cl", ["/inc"])).toEqual(["../else/h.h", "../else/k.cl", "/inc/x/y.h"]);
  });

  it("has a limit", () => {
    const host = new MemoryHost({
      "/project/k.cl": '#include "huge.h"',
      "/project/huge.h": new Uint8Array(17 * 2 ** 20),
    });
    expect(() => gatherSources(host, { file: "k.cl" })).toThrow(/more than soff reads/);
  });
});
