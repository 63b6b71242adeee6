import { describe, expect, it } from "vitest";
import { columns, count, editDistance, grouped, nearest, suggestion } from "../../src/support/text.js";

describe("edit distance", () => {
  it.each([
    ["", "", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["u520", "u250", 1],
    ["gemm", "gem", 1],
  ])("of %s and %s is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe("suggestions", () => {
  it("finds the near name and leaves far ones alone", () => {
    expect(nearest("u520", ["zcu104", "u250"])).toBe("u250");
    expect(nearest("GEMM", ["gemm"])).toBe("gemm");
    expect(nearest("banana", ["u250"])).toBeUndefined();
  });
  it("lists what there is", () => {
    expect(suggestion("u25", "boards", ["u250"])).toBe("Did you mean u250? The boards are: u250.");
    expect(suggestion("x", "kernels", [])).toBe("There are no kernels.");
  });
});

it("formats counts, figures and tables", () => {
  expect(count(1, "byte")).toBe("1 byte");
  expect(count(0, "byte")).toBe("0 bytes");
  expect([999, 1000, 1234567, 1234.5, -1000].map(grouped)).toEqual(["999", "1,000", "1,234,567", "1,234.5", "-1,000"]);
  expect(
    columns(
      [
        ["a", "10"],
        ["bcd", "5"],
      ],
      [1],
    ),
  ).toBe("a    10\nbcd   5");
});
