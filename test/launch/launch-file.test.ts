import { describe, expect, it } from "vitest";
import type { Launch } from "../../src/launch/launch.js";
import { launchFile, regionsOf, registerWrites } from "../../src/launch/launch-file.js";
import type { DesignKernel } from "../../src/rtl/design.js";
import { board, kernel as vadd } from "../sim/vadd.js";

const argument = (name: string, passing: "buffer" | "scalar" | "local", bytes: number, offset: number) => ({
  name,
  typeName: "",
  passing,
  readOnly: false,
  bytes,
  offset,
});
const kernel: DesignKernel = {
  ...vadd,
  arguments: [
    argument("p", "buffer", 8, 0x90),
    argument("c", "scalar", 1, 0x98),
    argument("s", "scalar", 6, 0xa0),
    argument("t", "local", 4, 0xa8),
    argument("none", "buffer", 8, 0xb0),
  ],
};
const launch: Launch = {
  kernel: "k",
  range: { workDim: 3, global: [2 ** 32 - 1, 2, 3], local: [4, 5, 6], offset: [2 ** 40 + 7, 0, 1] },
  arguments: [
    { kind: "buffer", name: "p", address: 0x12_3456_7890n, bytes: new Uint8Array(3) },
    { kind: "scalar", name: "c", bytes: Uint8Array.of(0xfe) },
    { kind: "scalar", name: "s", bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) },
    { kind: "local", name: "t", size: 4096 },
    { kind: "scalar", name: "none", bytes: new Uint8Array(8) },
  ],
};

describe("registerWrites", () => {
  it("puts NDRange and arguments where the register map says", () => {
    expect(new Map(registerWrites(kernel, launch))).toEqual(
      new Map([
        [0x40, 3],
        [0x48, 0xffffffff],
        [0x50, 2],
        [0x58, 3],
        [0x60, 4],
        [0x68, 5],
        [0x70, 6],
        [0x78, 7],
        [0x7c, 256],
        [0x80, 0],
        [0x84, 0],
        [0x88, 1],
        [0x8c, 0],
        [0x90, 0x34567890],
        [0x94, 0x12],
        [0x98, 0xfe],
        [0xa0, 0x04030201],
        [0xa4, 0x0605],
        [0xa8, 4096],
        [0xb0, 0],
        [0xb4, 0],
      ]),
    );
  });
});

describe("launchFile", () => {
  const lines = launchFile(kernel, board, launch, { clockMHz: 150, stallSeed: 9, maxCycles: 1234 }).split("\n");

  it("gives the memory's figures in cycles of the kernel's clock", () => {
    // 100 ns, 50 ns, 30 ns and 10 ns at 150 MHz; 19.2 GB/s over 150 MHz.
    expect(lines).toContain(`channel ${0x4000000000} ${2 ** 34} 15 7.5 4.5 1.5 128 8192 16`);
  });

  it("names buffers and options", () => {
    expect(lines).toContain(`buffer 0 ${0x12_3456_7890} 3`);
    expect(lines).toContain("stall-seed 9");
    expect(lines).toContain("max-cycles 1234");
  });

  it("refuses a trace's name that would be read as another line", () => {
    expect(() => launchFile(kernel, board, launch, { clockMHz: 1, trace: "a\nregister 0 0" })).toThrow(/line break/);
  });
});

it("takes arguments with the same memory as one region", () => {
  const p = launch.arguments[0]!;
  if (p.kind !== "buffer") throw new Error("p is a buffer");
  const twice: Launch = { ...launch, arguments: [p, { ...p, name: "q", bytes: p.bytes.slice() }] };
  expect(regionsOf(twice)).toHaveLength(1);
  expect(regionsOf(twice)[0]!.copies).toHaveLength(2);
});
