import { describe, expect, it } from "vitest";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import { verifyKernel } from "../../../src/hls/ir/verify.js";
import { randomKernel } from "../random-kernel.js";

const head = `kernel k {
  param p "int*" buffer bytes 8 values %p: ptr @ 0
  param x "int" scalar bytes 4 element int 32 x 1 values %x: i32 @ 0
`;

describe("verifyKernel", () => {
  it("accepts random kernels", () => {
    for (let seed = 0; seed < 40; seed++) verifyKernel(randomKernel(seed, 80));
  });

  const cases: readonly [name: string, body: string, message: RegExp][] = [
    [
      "a use before its definition",
      "b0: %a = add i32 %b, 1 %b = add i32 %x, 1 ret",
      /block 0, `%\d+\.a = add .*used where it is not defined/,
    ],
    [
      "a use that is not dominated",
      "b0: %c = icmp eq i32 %x, 0 condbr %c, b1, b2 b1: %a = add i32 %x, 1 br b2 b2: store i32 %a to %p align 4 ret",
      /block 2, `store .*not defined/,
    ],
    ["a value without definition", "b0: store i32 %9 to %p align 4 ret", /%9 is not defined/],
    ["two definitions", "b0: %a = add i32 %x, 1 %a = add i32 %x, 2 ret", /defined twice/],
    ["operands of another type", "b0: %a = add i64 %x, 1 ret", /i64 is wanted, but an operand is i32/],
    ["a float sum of integers", "b0: %a = fadd i32 %x, %x ret", /i32 is not for fadd/],
    [
      "a phi without a value for an edge",
      "b0: %c = icmp eq i32 %x, 0 condbr %c, b1, b2 b1: br b2 b2: %f = phi i32 [b1: 1] ret",
      /block 2, phi %\d+: it has values for blocks 1, the predecessors are 0, 1/,
    ],
    [
      "a phi with a value for a block that does not come here",
      "b0: br b1 b1: %f = phi i32 [b0: 1, b2: 2] ret b2: ret",
      /predecessors are 0/,
    ],
    ["a branch to the entry", "b0: br b1 b1: br b0", /entry/],
    ["a branch to nowhere", "b0: br b7", /no block 7/],
    ["equal targets of a branch", "b0: %c = icmp eq i32 %x, 0 condbr %c, b1, b1 b1: ret", /both ways/],
    ["a truncation that grows", "b0: %a = trunc i32 %x to i64 ret", /shorter/],
    ["a condition of 32 bits", "b0: condbr %x, b1, b2 b1: ret b2: ret", /i1 is wanted/],
    ["an offset of 32 bits", "b0: %a = ptradd ptr %p, %x ret", /i64 is wanted/],
    ["an alignment that is no power of two", "b0: store i32 1 to %p align 3 ret", /power of two/],
    ["lanes aligned too little", "b0: %a, %b = load i32 %p align 4 ret", /8 bytes is aligned to 4/],
    ["an unknown object", "b0: %a = load i32 @t align 4 ret", /no object t/],
    ["a repeated case", "b0: switch i32 %x [1: b1, 1: b2] default b1 b1: ret b2: ret", /two cases/],
    [
      "an atomic operation on 16 bits",
      "b0: %b = trunc i32 %x to i16 %a = atomic add i16 %b at %p ret",
      /i16 is not for atomic/,
    ],
    ["an atomic integer sum of floats", "b0: %a = atomic add f32 1.0 at %p ret", /f32 is not for atomic add/],
    ["an atomic float sum of integers", "b0: %a = atomic fadd i32 %x at %p ret", /i32 is not for atomic fadd/],
    ["a compare-and-exchange that compares nothing", "b0: %a = atomic cmpxchg i32 %x at %p ret", /compares/],
    ["an exchange that compares", "b0: %a = atomic xchg i32 %x if 3 at %p ret", /compares/],
    ["an atomic operation on a constant", "b0: %a = atomic add i32 %x at (ptr.constant null) ret", /can change/],
    ["an address that is none", "b0: %a = atomic add i32 %x at %x ret", /can change/],
    [
      "a variable in another space",
      "local t size 4 align 4 b0: %a = load i32 (ptr.private @t) align 4 ret",
      /the address of t/,
    ],
    ["a variable of no size", "private t size 0 align 4 b0: ret", /no size/],
    ["two variables of one name", "private t size 4 align 4 local t size 4 align 4 b0: ret", /different names/],
    ["a byte swap of one byte", "b0: %b = trunc i32 %x to i8 %a = bswap i8 %b ret", /even number of bytes/],
  ];
  it.each(cases)("rejects %s", (_, body, message) => {
    expect(() => verifyKernel(parseKernel(`${head}${body} }`))).toThrow(message);
  });

  it("looks at parameters' places", () => {
    const text = 'kernel k { param x "int" scalar bytes 4 values %x: i64 @ 0 b0: ret }';
    expect(() => verifyKernel(parseKernel(text))).toThrow(/outside its bytes/);
  });
});
