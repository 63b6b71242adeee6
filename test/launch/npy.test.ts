import { describe, expect, it } from "vitest";
import { dtypeName, readNpy, writeNpy } from "../../src/launch/npy.js";
import { InputError } from "../../src/support/errors.js";

/** A file built by hand from the format's description. */
function file(header: string, data: readonly number[], version = 1): Uint8Array {
  const text = `${header}\n`;
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([
    0x93,
    ...Buffer.from("NUMPY"),
    version,
    0,
    ...length,
    ...Buffer.from(text, "latin1"),
    ...data,
  ]);
}
const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const codeOf = (data: Uint8Array) => {
  try {
    readNpy(data, "x.npy");
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error("no error");
};

describe("reading", () => {
  it.each([1, 2, 3])("version %i", (version) => {
    const array = readNpy(file(header("'<i2'", "(2, 1)"), [1, 0, 2, 0], version), "x.npy");
    expect(array.shape).toEqual([2, 1]);
    expect([...array.bytes]).toEqual([1, 0, 2, 0]);
    expect(dtypeName(array)).toBe("int16");
  });
  it.each([
    ["'|b1'", 1, "bool"],
    ["'|i1'", 1, "int8"],
    ["'|u1'", 1, "uint8"],
    ["'<i2'", 2, "int16"],
    ["'<u2'", 2, "uint16"],
    ["'<f2'", 2, "float16"],
    ["'<i4'", 4, "int32"],
    ["'<u4'", 4, "uint32"],
    ["'<f4'", 4, "float32"],
    ["'<i8'", 8, "int64"],
    ["'<u8'", 8, "uint64"],
    ["'<f8'", 8, "float64"],
    ["'<c8'", 8, "'<c8'"],
    ["'|V3'", 3, "'|V3'"],
    ["'>u1'", 1, "uint8"],
  ])("type %s of %i bytes", (descr, size, name) => {
    const data = Array.from({ length: size * 3 }, (_, k) => k);
    const array = readNpy(file(header(descr, "(3,)"), data), "x.npy");
    expect([array.itemSize, dtypeName(array), [...array.bytes]]).toEqual([size, name, data]);
  });
  it("a scalar, an empty array and a structured type", () => {
    expect(readNpy(file(header("'<f4'", "()"), [0, 0, 128, 63]), "x.npy").shape).toEqual([]);
    expect(readNpy(file(header("'<f4'", "(0, 5)"), []), "x.npy").bytes.length).toBe(0);
    const descr = "[('mass', '<f4'), ('pos', '<i2', (3,)), ('in', [('a', '|u1'), ('b', '|u1')])]";
    const array = readNpy(file(header(descr, "(1,)"), Array(12).fill(7)), "x.npy");
    expect([array.itemSize, array.descr]).toEqual([12, descr]);
  });
  it("column-major arrays come out row-major", () => {
    // a = [[0, 1, 2], [3, 4, 5]], stored column by column.
    const array = readNpy(file(header("'<i2'", "(2, 3)", "True"), [0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5, 0]), "x.npy");
    expect([...new Int16Array(array.bytes.buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
    // The element at (i, j, k) is 100 i + 10 j + k.
    const cube: number[] = [];
    for (let k = 0; k < 4; k++) for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) cube.push(100 * i + 10 * j + k);
    const rows = readNpy(file(header("'|u1'", "(2, 3, 4)", "True"), cube), "x.npy");
    expect([...rows.bytes]).toEqual([...cube].sort((a, b) => a - b));
  });
  it("refuses with a reason", () => {
    expect(codeOf(Uint8Array.from([1, 2, 3])).message).toContain("signature");
    expect(codeOf(file(header("'<f4'", "(2,)"), [1, 2, 3])).message).toContain("promises 8 bytes");
    expect(codeOf(file(header("'<f4'", "(2,)"), Array(9).fill(0))).message).toContain("but 9 follow");
    expect(codeOf(file(header("'>f4'", "(1,)"), [0, 0, 0, 0])).code).toBe("npy/big-endian");
    expect(codeOf(file(header("'|O'", "(1,)"), [0])).message).toContain("Python objects");
    expect(codeOf(file(header("'<f4'", "(-1,)"), [])).message).toContain("shape");
    expect(codeOf(file("{'descr': '<f4', 'shape': (1,)}", [0, 0, 0, 0])).message).toContain("lacks");
    expect(codeOf(file(`{'descr': ${"[".repeat(5000)}`, [])).message).toContain("nested");
    expect(codeOf(file(header("'<f4'", "(9007199254740991, 9007199254740991)"), [])).message).toContain("promises");
    expect(codeOf(file("x", [], 9)).message).toContain("version is 9");
  });
});

describe("writing", () => {
  it.each([[[]], [[5]], [[2, 3]], [[0]]])("shape %j comes back", (shape) => {
    const bytes = new Uint8Array(shape.reduce((a, b) => a * b, 1) * 4).map((_, k) => k);
    const data = writeNpy({ descr: "'<f4'", shape, bytes });
    const length = data[8]! + 256 * data[9]!;
    expect((10 + length) % 64).toBe(0);
    expect(data[10 + length - 1]).toBe(10);
    expect(readNpy(data, "x.npy")).toMatchObject({ descr: "'<f4'", shape, bytes });
  });
  it("spells the header as NumPy does", () => {
    const text = Buffer.from(writeNpy({ descr: "'<i4'", shape: [3], bytes: new Uint8Array(12) })).toString("latin1");
    expect(text.slice(10, 69)).toBe("{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }  ");
  });
});
