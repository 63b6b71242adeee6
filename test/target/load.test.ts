import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import type { SoffError } from "../../src/support/errors.js";
import type { Board } from "../../src/target/board.js";
import { boardNames, channelBase, loadBoard, loadFamily } from "../../src/target/load.js";
import { MemoryHost } from "../support/memory-host.js";

const root = new URL("../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const schema = text("boards/board.schema.json");
const u250 = () => JSON.parse(text("boards/u250/board.json"));

/** Loads the u250 with other values at some fields (undefined: without the field), and gives the messages. */
function messages(changes: Readonly<Record<string, unknown>>, raw?: string): readonly string[] {
  const board = u250();
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    keys.reduce((object, key) => object[key], board)[last] = value;
  }
  const host = new MemoryHost({
    "/soff/boards/board.schema.json": schema,
    "/soff/boards/u250/board.json": raw ?? JSON.stringify(board),
  });
  try {
    loadBoard(host, "u250");
  } catch (error) {
    return (error as SoffError).diagnostics.map((d) => d.message);
  }
  return [];
}

describe("the boards that come with soff", () => {
  const host = new NodeHost();
  const names = readdirSync(new URL("boards", root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "families")
    .map((entry) => entry.name)
    .sort();
  it("are listed", () => expect(boardNames(host)).toEqual(names));
  it.each(names)("%s is sound and its family is there", (name) => {
    const board: Board = loadBoard(host, name);
    expect(board.name).toBe(name);
    expect(loadFamily(host, board.family).name).toBe(board.family);
  });
  it("u250 has the channels of the card", () => {
    const board = loadBoard(host, "u250");
    expect([0, 1, 2, 3].map((c) => channelBase(board, c))).toEqual([
      0x4000000000n,
      0x5000000000n,
      0x6000000000n,
      0x7000000000n,
    ]);
    // 512 bits at the kernel's 300 MHz are just the DIMM's bandwidth.
    expect((board.memory.axiDataBits / 8) * board.kernelClockMHz.value * 1e6).toBe(
      board.memory.timing.peakBytesPerSecond.value,
    );
  });
});

describe("a spoilt board file", () => {
  it("is accepted unspoilt", () => expect(messages({})).toEqual([]));
  it.each([
    ["memory.timing.banks", undefined, "memory.timing.banks: this field is missing"],
    ["kernelClockMHz.source", undefined, "kernelClockMHz.source: this field is missing"],
    ["memory.timing.rowMissNs.value", -1, "memory.timing.rowMissNs.value: must be >= 0"],
    ["resources.value.lut", "many", "resources.value.lut: must be integer"],
    ["colour", "red", "colour: there is no such field"],
    ["memory.axiDataBits", 96, "memory.axiDataBits: must be one of 32, 64"],
    ["name", "u251", 'calls itself "u251"'],
    ["memory.channelStride", "0x1000", "channels overlap"],
    ["memory.axiAddressBits", 38, "memory.axiAddressBits: too few"],
    ["family", "../x", "family: must match pattern"],
  ])("%s = %j", (path, value, expected) => {
    const found = messages({ [path]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });
  it("names every wrong field at once", () => expect(messages({ title: undefined, part: "x;rm" })).toHaveLength(2));
  it("that is no JSON", () => expect(messages({}, "{")[0]).toContain("is not JSON"));
});

describe("unknown names", () => {
  it("of a board are wrong usage, with a suggestion", () => {
    try {
      loadBoard(new NodeHost(), "u520");
      throw new Error("accepted");
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2 });
      expect((error as SoffError).diagnostics[0]!.help).toContain("Did you mean u250?");
    }
  });
  it("never reach the file system as a path", () => {
    expect(() => loadBoard(new NodeHost(), "../boards/u250")).toThrowError(/there is no board/);
  });
  it("of a family are said too", () => {
    expect(() => loadFamily(new NodeHost(), "xcupp")).toThrowError(/no figures for the device family/);
  });
});
