import { describe, expect, it } from "vitest";
import { demandedBits } from "../../../src/hls/analysis/demanded.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { definitionsOf } from "../../../src/hls/ir/walk.js";

const kernel = parseKernel(`kernel k {
  param p "char*" buffer bytes 8 values %p: ptr @ 0
  param x "long" scalar bytes 8 element int 64 x 1 values %x: i64 @ 0
  param y "long" scalar bytes 8 element int 64 x 1 values %y: i64 @ 0

b0.entry:
  %sum = add i64 %x, 5
  %high = lshr i64 %sum, 40
  %byte = trunc i64 %high to i8
  store i8 %byte to %p align 1
  %product = mul i64 %y, %y
  %masked = and i64 %product, 4095
  %left = shl i64 %masked, 8
  %short = trunc i64 %left to i16
  store i16 %short to %p align 2
  %offset = sub i64 %x, 1
  %address = ptradd ptr %p, %offset
  store i8 1 to %address align 1
  %compared = xor i64 %x, %y
  %c = icmp eq i64 %compared, 0
  %nobody = add i64 %x, %y
  condbr %c, b1, b2

b1:
  ret

b2:
  ret
}`);

const bits = (options?: { addressBits: number }) => {
  const found = demandedBits(kernel, options);
  return Object.fromEntries(definitionsOf(kernel).map((d) => [d!.def.name, found.get(d!.def.id)]));
};

describe("demandedBits", () => {
  it("goes back from users to operands", () => {
    expect(bits()).toEqual({
      p: 64,
      x: 64,
      y: 64,
      sum: 48,
      high: 8,
      byte: 8,
      product: 8,
      masked: 8,
      left: 16,
      short: 16,
      offset: 64,
      address: 64,
      compared: 64,
      c: 1,
      nobody: 0,
    });
  });

  it("looks at as many bits of addresses as memory does", () => {
    expect(bits({ addressBits: 38 })).toMatchObject({ p: 38, offset: 38, address: 38, compared: 64 });
  });
});
