import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { argumentsOf, type Conversion, formatPrint, parseFormat } from "../../../src/hls/ir/print-format.js";
import { f32, i, type Type } from "../../../src/hls/ir/types.js";

const types: Readonly<Record<string, Type>> = { f64: { kind: "float", bits: 64 }, i32: i(32), i64: i(64) };
const noStrings = () => undefined;
const f32Bits = (value: number) => BigInt(new Uint32Array(new Float32Array([value]).buffer)[0]!);

describe("formatPrint", () => {
  it("writes what the C library writes (print-format.c makes the table)", () => {
    const file = fileURLToPath(new URL("./print-format.txt", import.meta.url));
    const rows = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(rows.length).toBeGreaterThan(2000);
    const wrong = rows.flatMap((row) => {
      const [format, type, bits, hex] = row.split("\t") as [string, string, string, string];
      const expected = Buffer.from(hex, "hex").toString();
      const found = formatPrint(format, [BigInt(`0x${bits}`)], [types[type]!], noStrings);
      return found === expected ? [] : [{ format, bits, expected, found }];
    });
    expect(wrong).toEqual([]);
  });

  it("writes vectors lane by lane with commas between", () => {
    const values = [1.5, -2, 0.25, 100].map(f32Bits);
    expect(formatPrint("[%5.2v4hlf]", values, [f32, f32, f32, f32], noStrings)).toBe("[ 1.50,-2.00, 0.25,100.00]");
    expect(formatPrint("%v2hhd %#v3hx", [255n, 3n, 1n, 2n, 0n], [i(8), i(8), i(16), i(16), i(16)], noStrings)).toBe(
      "-1,3 0x1,0x2,0",
    );
  });

  it("takes width and precision from arguments", () => {
    expect(
      formatPrint(
        "<%*d><%-*d><%.*f>",
        [4n, 7n, 4n, 7n, 1n, f32Bits(0.75)],
        [i(32), i(32), i(32), i(32), i(32), f32],
        noStrings,
      ),
    ).toBe("<   7><7   ><0.8>");
    expect(formatPrint("<%*d>", [0xfffffffcn, 7n], [i(32), i(32)], noStrings)).toBe("<7   >");
  });

  it("reads strings, and knows NULL, percent signs and NaN", () => {
    const strings = (address: bigint) => (address === 16n ? "text" : undefined);
    expect(formatPrint("%s|%6s|%-6s|%.2s|%s", [16n, 16n, 16n, 16n, 0n], Array(5).fill(i(64)), strings)).toBe(
      "text|  text|text  |te|(null)",
    );
    expect(formatPrint("100%% %f %5F", [0x7fc00000n, 0xffc00000n], [f32, f32], noStrings)).toBe("100% nan   NAN");
    expect(formatPrint("%p %p", [0n, 0x1234n], [i(64), i(64)], noStrings)).toBe("(nil) 0x1234");
    expect(formatPrint("%f", [0x3e00n], [{ kind: "float", bits: 16 }], noStrings)).toBe("1.500000");
  });

  it("leaves a conversion as it is when there is no argument for it, and what is none", () => {
    expect(formatPrint("%d %d %y", [1n], [i(32)], noStrings)).toBe("1 %d %y");
  });
});

it("parseFormat tells how many arguments a conversion takes", () => {
  const conversions = parseFormat("a %d %v4hlf %*.*f %%").filter(
    (part): part is Conversion => part.kind === "conversion",
  );
  expect(conversions.map(argumentsOf)).toEqual([1, 4, 3]);
});
