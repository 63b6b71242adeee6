/** Every operation on corner cases and random operands, against arithmetic on exact numbers. */
import { describe, expect, it } from "vitest";
import { evaluate, type Pure } from "../../../src/hls/interpret/evaluate.js";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import { KernelBuilder } from "../../../src/hls/ir/build.js";
import { constOf, f32, i, type Kernel, type Operand, type Type, widthOf } from "../../../src/hls/ir/types.js";
import { compute } from "../naive.js";
import { Random } from "../random-kernel.js";

const f16: Type = { kind: "float", bits: 16 };
const f64: Type = { kind: "float", bits: 64 };
const ints = [1, 5, 8, 16, 24, 32, 33, 48, 64, 128].map(i);
const floats = [f16, f32, f64];
const show = (t: Type) => `${t.kind[0]}${widthOf(t)}`;

type Build = (builder: KernelBuilder, operands: readonly Operand[]) => Operand;
interface Case {
  readonly name: string;
  readonly operands: readonly Type[];
  readonly build: Build;
}

const intBinaries = [
  "add",
  "sub",
  "mul",
  "udiv",
  "sdiv",
  "urem",
  "srem",
  "and",
  "or",
  "xor",
  "shl",
  "lshr",
  "ashr",
  "umin",
  "umax",
  "smin",
  "smax",
] as const;
const floatBinaries = ["fadd", "fsub", "fmul", "fdiv", "fmin", "fmax", "copysign"] as const;
const intPredicates = ["eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"] as const;
const floatPredicates = [
  "oeq",
  "one",
  "olt",
  "ole",
  "ogt",
  "oge",
  "ord",
  "ueq",
  "une",
  "ult",
  "ule",
  "ugt",
  "uge",
  "uno",
] as const;

const cases: Case[] = [
  ...ints.flatMap((type) => [
    ...intBinaries.map((kind) => ({
      name: `${kind} ${show(type)}`,
      operands: [type, type],
      build: ((b, [x, y]) => b.binary(kind, x!, y!)) as Build,
    })),
    ...(["ctlz", "cttz", "ctpop", "bitreverse", "abs"] as const).map((kind) => ({
      name: `${kind} ${show(type)}`,
      operands: [type],
      build: ((b, [x]) => b.unary(kind, x!)) as Build,
    })),
    ...(widthOf(type) % 16 === 0
      ? [{ name: `bswap ${show(type)}`, operands: [type], build: ((b, [x]) => b.unary("bswap", x!)) as Build }]
      : []),
    ...intPredicates.map((kind) => ({
      name: `icmp ${kind} ${show(type)}`,
      operands: [type, type],
      build: ((b, [x, y]) => b.icmp(kind, x!, y!)) as Build,
    })),
    ...ints.flatMap((to) =>
      widthOf(to) === widthOf(type)
        ? []
        : (widthOf(to) < widthOf(type) ? (["trunc"] as const) : (["zext", "sext"] as const)).map((kind) => ({
            name: `${kind} ${show(type)} to ${show(to)}`,
            operands: [type],
            build: ((b, [x]) => b.cast(kind, x!, to)) as Build,
          })),
    ),
    ...floats.flatMap((to) =>
      (["sitofp", "uitofp"] as const).map((kind) => ({
        name: `${kind} ${show(type)} to ${show(to)}`,
        operands: [type],
        build: ((b, [x]) => b.cast(kind, x!, to)) as Build,
      })),
    ),
  ]),
  ...floats.flatMap((type) => [
    ...floatBinaries.map((kind) => ({
      name: `${kind} ${show(type)}`,
      operands: [type, type],
      build: ((b, [x, y]) => b.binary(kind, x!, y!)) as Build,
    })),
    ...(["fneg", "fabs", "fsqrt", "floor", "ceil", "ftrunc", "rint", "round"] as const).map((kind) => ({
      name: `${kind} ${show(type)}`,
      operands: [type],
      build: ((b, [x]) => b.unary(kind, x!)) as Build,
    })),
    { name: `fma ${show(type)}`, operands: [type, type, type], build: ((b, [x, y, z]) => b.fma(x!, y!, z!)) as Build },
    ...floatPredicates.map((kind) => ({
      name: `fcmp ${kind} ${show(type)}`,
      operands: [type, type],
      build: ((b, [x, y]) => b.fcmp(kind, x!, y!)) as Build,
    })),
    {
      name: `select ${show(type)}`,
      operands: [i(1), type, type],
      build: ((b, [c, x, y]) => b.select(c!, x!, y!)) as Build,
    },
    {
      name: `bitcast ${show(type)}`,
      operands: [type],
      build: ((b, [x]) => b.cast("bitcast", x!, i(widthOf(type)))) as Build,
    },
    {
      name: `bitcast to ${show(type)}`,
      operands: [i(widthOf(type))],
      build: ((b, [x]) => b.cast("bitcast", x!, type)) as Build,
    },
    ...ints.flatMap((to) =>
      (["fptosi", "fptoui"] as const).map((kind) => ({
        name: `${kind} ${show(type)} to ${show(to)}`,
        operands: [type],
        build: ((b, [x]) => b.cast(kind, x!, to)) as Build,
      })),
    ),
    ...floats.flatMap((to) =>
      widthOf(to) === widthOf(type)
        ? []
        : [
            {
              name: `convert ${show(type)} to ${show(to)}`,
              operands: [type],
              build: ((b, [x]) => b.cast(widthOf(to) < widthOf(type) ? "fptrunc" : "fpext", x!, to)) as Build,
            },
          ],
    ),
  ]),
];

const stride = 16;

/** A kernel that applies the operation to a record of operands of each work-item and stores the result. */
function kernelOf({ operands, build }: Case): { kernel: Kernel; result: Type } {
  const b = new KernelBuilder("op");
  const [input, output] = [b.buffer("IN"), b.buffer("OUT")];
  b.block("entry");
  const id = b.workItem("global_id");
  const values = operands.map((type, n) => {
    const at = b.ptradd(
      input,
      b.binary(
        "add",
        b.binary("mul", id, constOf(i(64), BigInt(stride * operands.length))),
        constOf(i(64), BigInt(stride * n)),
      ),
    );
    return b.load(type, at, 1)[0]!;
  });
  const result = build(b, values);
  b.store([result], b.ptradd(output, b.binary("mul", id, constOf(i(64), BigInt(stride)))), 1);
  b.ret();
  return { kernel: b.finish(), result: b.typeOf(result) };
}

function operationOf(kernel: Kernel): Pure {
  const found = kernel.blocks[0]!.instructions.at(-4) as Pure;
  return found;
}

function writeBits(bytes: Uint8Array, at: number, width: number, bits: bigint): void {
  for (let k = 0; k < Math.ceil(width / 8); k++) bytes[at + k] = Number((bits >> BigInt(8 * k)) & 255n);
}
function readBits(bytes: Uint8Array, at: number, width: number): bigint {
  let bits = 0n;
  for (let k = Math.ceil(width / 8) - 1; k >= 0; k--) bits = (bits << 8n) | BigInt(bytes[at + k]!);
  return BigInt.asUintN(width, bits);
}

/** All pairs of corners, then random operands. */
function samples(types: readonly Type[], random: Random): bigint[][] {
  const corners = (type: Type): bigint[] => {
    const w = widthOf(type);
    if (type.kind !== "float")
      return [0n, 1n, -1n, 1n << BigInt(w - 1), (1n << BigInt(w - 1)) - 1n, 3n].map((v) => BigInt.asUintN(w, v));
    const f = BigInt(w === 16 ? 10 : w === 32 ? 23 : 52);
    const infinity = ((1n << (BigInt(w) - 1n - f)) - 1n) << f;
    const sign = 1n << BigInt(w - 1);
    return [0n, sign, 1n, infinity, sign | infinity, infinity | 5n, infinity - 1n, 1n << f];
  };
  const list: bigint[][] = [];
  if (types.length <= 2) {
    const [x, y] = types;
    for (const a of corners(x!)) for (const c of y ? corners(y) : [0n]) list.push(y ? [a, c] : [a]);
  }
  while (list.length < 130)
    list.push(types.map((type) => (type.kind === "float" ? random.floatBits(type.bits) : random.bits(widthOf(type)))));
  return list;
}

describe("every operation agrees with exact arithmetic", () => {
  it.each(cases)("$name", (test) => {
    const { kernel, result } = kernelOf(test);
    const operation = operationOf(kernel);
    const rows = samples(test.operands, new Random(test.name.length * 7919 + test.name.charCodeAt(1)));
    const input = new Uint8Array(rows.length * stride * test.operands.length);
    rows.forEach((row, r) => {
      row.forEach((bits, n) => {
        writeBits(input, (r * row.length + n) * stride, widthOf(test.operands[n]!), bits);
      });
    });
    const output = new Uint8Array(rows.length * stride);
    interpret(kernel, {
      kernel: "op",
      range: { workDim: 1, global: [rows.length, 1, 1], local: [64, 1, 1], offset: [0, 0, 0] },
      arguments: [
        { kind: "buffer", name: "IN", address: 0x10000n, bytes: input },
        { kind: "buffer", name: "OUT", address: 0x200000n, bytes: output },
      ],
    });
    const order = operandIds(operation);
    rows.forEach((row, r) => {
      const get = (operand: Operand) => row[order.indexOf(operand.kind === "value" ? operand.id : -1)]!;
      const typeOf = (operand: Operand) => test.operands[order.indexOf(operand.kind === "value" ? operand.id : -1)]!;
      const expected = compute(operation, get, typeOf);
      const found = readBits(output, r * stride, widthOf(result));
      const folded = evaluate(operation, row, test.operands[operation.op === "select" ? 1 : 0]!);
      if (found === expected && folded === expected) return;
      const hex = (v: bigint) => `${test.name}(${row.map((x) => x.toString(16)).join(", ")}) = ${v.toString(16)}`;
      expect({ interpret: hex(found), evaluate: hex(folded) }).toEqual({
        interpret: hex(expected),
        evaluate: hex(expected),
      });
    });
  });
});

/** The operand values in the order in which they were loaded. */
function operandIds(operation: Pure): number[] {
  const ids: number[] = [];
  for (const key of ["condition", "whenTrue", "whenFalse", "left", "right", "value", "a", "b", "c"]) {
    const operand = (operation as unknown as Record<string, Operand | undefined>)[key];
    if (operand && typeof operand === "object" && operand.kind === "value") ids.push(operand.id);
  }
  return ids;
}
