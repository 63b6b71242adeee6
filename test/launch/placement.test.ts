import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PreparedArgument } from "../../src/launch/arguments.js";
import { compareBuffers, copyArguments } from "../../src/launch/check.js";
import { boardPlace, buffersOf, describeAddress, placeArguments } from "../../src/launch/layout.js";
import { chooseLocalSize, makeRange, workItemsOf } from "../../src/launch/range.js";
import type { SoffError } from "../../src/support/errors.js";
import type { Board } from "../../src/target/board.js";

const board = {
  name: "toy",
  memory: {
    channels: { value: 2 },
    bytesPerChannel: { value: 2 ** 24 },
    baseAddress: "0x100000000",
    channelStride: "0x2000000",
  },
} as unknown as Board;

const bufferOf = (name: string, length: number): PreparedArgument => ({
  kind: "buffer",
  parameter: { name, typeName: "int*", passing: "buffer", readOnly: false, bytes: 8 },
  bytes: new Uint8Array(length).fill(1),
  form: { descr: "'|u1'", shape: [length] },
});

describe("placement", () => {
  it("keeps buffers apart, aligned and inside their channel", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 1 })), { maxLength: 12 }),
        (sizes) => {
          const placed = placeArguments(
            sizes.map(([size], k) => bufferOf(`b${k}`, size)),
            (k) => boardPlace(board, sizes[k]![1]),
          );
          const spans = buffersOf(placed).map((b, k) => ({
            start: b.address,
            end: b.address + BigInt(b.bytes.length),
            channel: sizes[k]![1],
          }));
          for (const span of spans) {
            const base = span.channel === 0 ? 0x100000000n : 0x102000000n;
            expect(span.start % 4096n).toBe(0n);
            expect(span.start - base).toBeGreaterThanOrEqual(65536n);
            expect(base + 2n ** 24n - span.end).toBeGreaterThanOrEqual(65536n);
          }
          spans.sort((a, b) => (a.start < b.start ? -1 : 1));
          for (let k = 1; k < spans.length; k++)
            expect(spans[k]!.start - spans[k - 1]!.end).toBeGreaterThanOrEqual(65536n);
        },
      ),
    );
  });
  it("refuses what does not fit", () => {
    expect(() => placeArguments([bufferOf("big", 2 ** 24)], () => boardPlace(board, 0))).toThrowError(
      /big of 16777216 bytes does not fit/,
    );
  });
  it("describes addresses by the nearest buffer", () => {
    const placed = placeArguments([bufferOf("a", 100), bufferOf("b", 50)], () => boardPlace(board, 0));
    const [a, b] = buffersOf(placed);
    expect(describeAddress(a!.address + 100n, placed)).toBe("byte 100 of buffer a, which has 100");
    expect(describeAddress(b!.address - 4n, placed)).toBe("4 bytes before buffer b");
    expect(describeAddress(b!.address + 48n, placed)).toContain("runs over its end");
    expect(describeAddress(0n, placed)).toContain("NULL");
    expect(describeAddress(1n << 60n, placed)).toContain("far from every buffer");
    expect(describeAddress(0n, [])).toBe("the launch has no buffers");
  });
});

describe("comparison", () => {
  const forms = [{ descr: "'<f4'", shape: [3], element: { kind: "float", bits: 32 } as const }];
  const launch = (values: number[]) => [
    { kind: "buffer" as const, name: "y", address: 0n, bytes: new Uint8Array(Float32Array.from(values).buffer) },
  ];
  it("finds nothing between copies", () => {
    const one = launch([1, 2, 3]);
    expect(compareBuffers(one, copyArguments(one), forms)).toEqual({ mismatches: 0 });
  });
  it("counts elements and shows the first, NaN bits and signed zeros included", () => {
    expect(compareBuffers(launch([1, 0, 3]), launch([1, -0, 4]), forms)).toEqual({
      mismatches: 2,
      first: { buffer: "y", index: 1, expected: "0 (0x00000000)", actual: "0 (0x80000000)" },
    });
  });
  it("compares bytes where there is no element type, and the odd bytes at the end", () => {
    const a = [{ kind: "buffer" as const, name: "y", address: 0n, bytes: Uint8Array.from([1, 2, 3]) }];
    const b = [{ kind: "buffer" as const, name: "y", address: 0n, bytes: Uint8Array.from([1, 2, 4]) }];
    expect(compareBuffers(a, b, [undefined]).first).toEqual({
      buffer: "y",
      index: 2,
      expected: "0x03",
      actual: "0x04",
    });
  });
});

describe("NDRanges", () => {
  const problem = (request: Parameters<typeof makeRange>[0]) => {
    try {
      makeRange(request);
    } catch (error) {
      return (error as SoffError).diagnostics[0]!.code;
    }
    return "accepted";
  };
  it("fills in what is left out", () => {
    expect(makeRange({ global: [64, 3] })).toEqual({
      workDim: 2,
      global: [64, 3, 1],
      local: [64, 1, 1],
      offset: [0, 0, 0],
    });
    expect(makeRange({ global: [64], local: [7], offset: [5] })).toMatchObject({ local: [7, 1, 1], offset: [5, 0, 0] });
    expect(makeRange({ global: [64, 64], requiredLocalSize: [8, 8, 1] }).local).toEqual([8, 8, 1]);
    expect(workItemsOf(makeRange({ global: [3, 0, 5] }))).toBe(0);
  });
  it("chooses full groups where there are any", () => {
    expect(chooseLocalSize([64, 1, 1])).toEqual([64, 1, 1]);
    expect(chooseLocalSize([100, 1, 1])).toEqual([50, 1, 1]);
    expect(chooseLocalSize([7, 1, 1])).toEqual([7, 1, 1]);
    expect(chooseLocalSize([67, 1, 1])).toEqual([64, 1, 1]);
    expect(chooseLocalSize([0, 1, 1])).toEqual([1, 1, 1]);
    expect(chooseLocalSize([1, 9, 9])).toEqual([1, 1, 1]);
  });
  it("refuses what the device cannot do", () => {
    expect(problem({ global: [64], local: [8, 8] })).toBe("range/dimensions");
    expect(problem({ global: [64], offset: [1, 1] })).toBe("range/dimensions");
    expect(problem({ global: [2 ** 33] })).toBe("range/too-large");
    expect(problem({ global: [64], local: [0] })).toBe("range/zero-local");
    expect(problem({ global: [64, 64], local: [64, 32] })).toBe("range/group-too-large");
    expect(problem({ global: [64], local: [32], requiredLocalSize: [64, 1, 1] })).toBe("range/required-local");
    expect(problem({ global: [64], requiredLocalSize: [8, 8, 1] })).toBe("range/required-local");
    expect(problem({ global: [64], local: [64], requiredLocalSize: [64, 1, 1] })).toBe("accepted");
  });
});
