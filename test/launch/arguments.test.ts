import { describe, expect, it } from "vitest";
import { type ParameterInfo, prepareArgument, prepareArguments } from "../../src/launch/arguments.js";
import { elementType, halfBits, halfValue } from "../../src/launch/element.js";
import { writeNpy } from "../../src/launch/npy.js";
import { SoffError } from "../../src/support/errors.js";
import { MemoryHost } from "../support/memory-host.js";

const buffer: ParameterInfo = { name: "A", typeName: "float*", passing: "buffer", readOnly: false, bytes: 8 };
const local: ParameterInfo = { name: "tile", typeName: "float*", passing: "local", readOnly: false, bytes: 8 };
const struct: ParameterInfo = { name: "s", typeName: "struct S", passing: "scalar", readOnly: false, bytes: 6 };
function scalar(typeName: string, type: string, lanes = 1): ParameterInfo {
  const element = elementType(type)!;
  const stored = lanes === 3 ? 4 : lanes;
  return {
    name: "n",
    typeName,
    passing: "scalar",
    readOnly: false,
    bytes: (stored * element.bits) / 8,
    element: { ...element, lanes },
  };
}

const six = writeNpy({ descr: "'<u2'", shape: [3], bytes: Uint8Array.from([1, 2, 3, 4, 5, 6]) });
const host = new MemoryHost({ "x.npy": six, "bad.npy": "no array" });

const bytesOf = (parameter: ParameterInfo, spec: string): number[] => {
  const prepared = prepareArgument(host, parameter, spec, 0);
  if (prepared.kind === "local") throw new Error("local");
  return [...prepared.bytes];
};
const failure = (parameter: ParameterInfo, spec: string) => {
  try {
    prepareArgument(host, parameter, spec, 2);
  } catch (error) {
    if (error instanceof SoffError) {
      const [first] = error.diagnostics;
      return { exit: error.exitCode, code: first!.code, text: `${first!.message} ${first!.help ?? ""}` };
    }
    throw error;
  }
  throw new Error(`${spec} was accepted`);
};

describe("scalars", () => {
  it.each([
    ["int", "42", [42, 0, 0, 0]],
    ["int", "-1", [255, 255, 255, 255]],
    ["int", "0x10", [16, 0, 0, 0]],
    ["int", "-0x80000000", [0, 0, 0, 128]],
    ["uint", "4294967295", [255, 255, 255, 255]],
    ["uchar", "255", [255]],
    ["char", "-128", [128]],
    ["short", "0b101", [5, 0]],
    ["ulong", "18446744073709551615", Array(8).fill(255)],
    ["long", "-9223372036854775808", [0, 0, 0, 0, 0, 0, 0, 128]],
    ["uchar", "true", [1]],
    ["float", "1.5", [0, 0, 192, 63]],
    ["float", "1e-3", [0x6f, 0x12, 0x83, 0x3a]],
    ["float", "-0", [0, 0, 0, 128]],
    ["float", "-inf", [0, 0, 128, 255]],
    ["float", "0x10", [0, 0, 128, 65]],
    ["float", "2.f", [0, 0, 0, 64]],
    ["double", ".5", [0, 0, 0, 0, 0, 0, 224, 63]],
    ["half", "65504", [255, 123]],
  ])("%s %s", (type, text, bytes) => {
    expect(bytesOf(scalar(type, type), text)).toEqual(bytes);
  });
  it("vectors, of three lanes too", () => {
    expect(bytesOf(scalar("uchar4", "uchar", 4), "1,2,3,4")).toEqual([1, 2, 3, 4]);
    expect(bytesOf(scalar("short3", "short", 3), "1,-1,2")).toEqual([1, 0, 255, 255, 2, 0, 0, 0]);
  });
  it("a struct by the bytes of a file", () => {
    expect(bytesOf(struct, "@x.npy")).toEqual([1, 2, 3, 4, 5, 6]);
  });
  it.each([
    ["uchar", "300", "argument/out-of-range"],
    ["uchar", "-1", "argument/out-of-range"],
    ["int", "2147483648", "argument/out-of-range"],
    ["float", "1e39", "argument/out-of-range"],
    ["half", "65520", "argument/out-of-range"],
    ["int", "1.5", "argument/not-a-number"],
    ["int", "twelve", "argument/not-a-number"],
    ["float", "1.5.2", "argument/not-a-number"],
    ["int", "1,2", "argument/wrong-lanes"],
    ["int", "zeros:int32:4", "argument/wrong-kind"],
    ["int", "null", "argument/wrong-kind"],
    ["int", "", "argument/malformed"],
    ["int", "local:4", "argument/wrong-kind"],
  ])("%s does not take %s", (type, text, code) => {
    const { exit, code: actual, text: message } = failure(scalar(type, type), text);
    expect([exit, actual]).toEqual([2, code]);
    expect(message).toContain(`--arg 3 (${type} n)`);
  });
  it("says the range", () => {
    expect(failure(scalar("uchar", "uchar"), "300").text).toContain("300 does not fit into uint8 (0 to 255)");
  });
});

describe("buffers", () => {
  it("from files and generated", () => {
    expect(bytesOf(buffer, "@x.npy")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bytesOf(buffer, "zeros:int16:2x2")).toEqual(Array(8).fill(0));
    expect(bytesOf(buffer, "iota:uchar:3")).toEqual([0, 1, 2]);
    expect(bytesOf(buffer, "rand:int8:5:1")).toHaveLength(5);
    expect(bytesOf(buffer, "rand:int32:64:1:5:6").filter((_, k) => k % 4 === 0)).toEqual(Array(64).fill(5));
    expect(bytesOf(buffer, "null")).toEqual(Array(8).fill(0));
    expect(prepareArgument(host, buffer, "null", 0).kind).toBe("scalar");
    expect(prepareArgument(host, buffer, "iota:int:2x3", 0)).toMatchObject({ form: { descr: "'<i4'", shape: [2, 3] } });
  });
  it.each([
    ["@gone.npy", 1, "argument/no-such-file", "there is no file gone.npy"],
    ["@bad.npy", 1, "npy/invalid", "bad.npy"],
    ["@", 2, "argument/malformed", "name of a file"],
    ["zeros:flaot32:4", 2, "argument/malformed", "Did you mean float32?"],
    ["zeros:float32", 2, "argument/malformed", "zeros:TYPE:SHAPE"],
    ["zeros:float32:4x", 2, "argument/malformed", "shape"],
    ["zeros:float64:999999999999", 2, "argument/malformed", "at most"],
    ["rand:int8:4:1:0:300", 2, "argument/malformed", "no range of int8"],
    ["rand:int8:4:1:5:1", 2, "argument/malformed", "no range"],
    ["rand:int8:4:x", 2, "argument/malformed", "seed"],
    ["42", 2, "argument/wrong-kind", "@file.npy"],
    ["local:64", 2, "argument/wrong-kind", "zeros:TYPE:SHAPE"],
    ["bogus:1", 2, "argument/malformed", "no value"],
  ])("refuse %s", (text, exit, code, part) => {
    const problem = failure(buffer, text);
    expect([problem.exit, problem.code]).toEqual([exit, code]);
    expect(problem.text).toContain(part);
  });
});

it("local memory takes a size only", () => {
  expect(prepareArgument(host, local, "local:4096", 0)).toMatchObject({ kind: "local", size: 4096 });
  expect(failure(local, "4096").code).toBe("argument/wrong-kind");
  expect(failure(local, "local:0").code).toBe("argument/malformed");
});

it("a file for a struct must have its size", () => {
  expect(failure({ ...struct, bytes: 8 }, "@x.npy")).toMatchObject({ exit: 1, code: "argument/wrong-size" });
});

it("a wrong number of arguments lists the signature", () => {
  expect(() => prepareArguments(host, "k", [buffer, scalar("int", "int")], ["null"])).toThrowError(
    /kernel k has 2 parameters, but 1 --arg was given/,
  );
  try {
    prepareArguments(host, "k", [buffer, scalar("int", "int")], []);
  } catch (error) {
    expect((error as SoffError).diagnostics[0]!.help).toContain("1. float* A: @file.npy");
    expect((error as SoffError).diagnostics[0]!.help).toContain("2. int n: a number");
  }
});

it("halves: every value comes back, and rounding goes to the nearest even one", () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfValue(bits);
    if (halfBits(value) !== (Number.isNaN(value) ? 0x7e00 : bits)) wrong.push(bits);
  }
  // Half way between two neighbours: to the even one; a little off: to the nearer one.
  for (let bits = 0; bits < 0x7bff; bits++) {
    const middle = (halfValue(bits) + halfValue(bits + 1)) / 2;
    const [even, above, below] = [middle, middle * (1 + 2 ** -40), middle * (1 - 2 ** -40)].map(halfBits);
    if (even !== bits + (bits % 2) || above !== bits + 1 || below !== bits) wrong.push(bits);
  }
  expect(wrong).toEqual([]);
});
