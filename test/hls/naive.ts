/** A naive executor of Kernel IR on BigInts: one work-item, one instruction at a time. What the interpreter is compared with. */

import type { Instruction, Kernel, Operand, PureInstruction, Type, ValueId } from "../../src/hls/ir/types.js";
import { widthOf } from "../../src/hls/ir/types.js";
import { definitionsOf, isPure, typeOf } from "../../src/hls/ir/walk.js";
import type { Launch } from "../../src/launch/launch.js";
import {
  arithmetic,
  canonicalNaN,
  convert,
  decode,
  type Format,
  fma,
  formats,
  fromInteger,
  fsqrt,
  order,
  signBit,
  toInteger,
  toIntegral,
} from "./exact-float.js";

export interface NaiveOptions {
  /** Called for every value computed. */
  readonly onValue?: (id: ValueId, bits: bigint) => void;
  readonly maxSteps?: number;
}

/** Executes the launch and returns the buffers' bytes afterwards; the launch is left as it is. */
export function runNaively(kernel: Kernel, launch: Launch, options: NaiveOptions = {}): Map<string, Uint8Array> {
  const definitions = definitionsOf(kernel);
  const buffers = launch.arguments.flatMap((a) =>
    a.kind === "buffer" ? [{ name: a.name, address: a.address, bytes: Uint8Array.from(a.bytes) }] : [],
  );
  const byteAt = (address: bigint): [Uint8Array, number] => {
    for (const { address: start, bytes } of buffers)
      if (address >= start && address < start + BigInt(bytes.length)) return [bytes, Number(address - start)];
    throw new Error(`no byte at ${address}`);
  };
  const { global, local, offset, workDim } = launch.range;
  let steps = options.maxSteps ?? 1_000_000;

  const runItem = (id: readonly number[]) => {
    const values: bigint[] = [];
    const set = (value: ValueId, bits: bigint) => {
      values[value] = bits;
      options.onValue?.(value, bits);
    };
    const get = (operand: Operand): bigint => {
      if (operand.kind === "value") return values[operand.id]!;
      if (operand.kind === "const") return operand.bits;
      throw new Error("objects are not for the naive executor");
    };
    kernel.parameters.forEach((parameter, at) => {
      const argument = launch.arguments[at]!;
      for (const { def, offset: byte } of parameter.values) {
        let bits = 0n;
        if (argument.kind === "buffer") bits = argument.address;
        else if (argument.kind === "scalar")
          for (let k = Math.ceil(widthOf(def.type) / 8) - 1; k >= 0; k--)
            bits = (bits << 8n) | BigInt(argument.bytes[byte + k]!);
        set(def.id, BigInt.asUintN(widthOf(def.type), bits));
      }
    });
    const query = (instruction: Extract<Instruction, { op: "workitem" }>): number => {
      const d = instruction.dimension;
      const group = Math.floor(id[d]! / local[d]);
      switch (instruction.query) {
        case "global_id":
          return id[d]! + offset[d];
        case "local_id":
          return id[d]! % local[d];
        case "group_id":
          return group;
        case "global_size":
          return global[d];
        case "local_size":
          return Math.min(local[d], global[d] - group * local[d]);
        case "enqueued_local_size":
          return local[d];
        case "num_groups":
          return Math.ceil(global[d] / local[d]);
        case "global_offset":
          return offset[d];
        case "work_dim":
          return workDim;
      }
    };
    let previous = -1;
    for (let block = kernel.blocks[0]!; ; ) {
      if (--steps < 0) throw new Error("too many steps");
      const incoming = block.phis.map((phi) => get(phi.incoming.find((edge) => edge.block === previous)!.value));
      block.phis.forEach((phi, k) => {
        set(phi.result.id, incoming[k]!);
      });
      for (const instruction of block.instructions) {
        if (instruction.op === "load") {
          const size = Math.ceil(widthOf(instruction.results[0]!.type) / 8);
          instruction.results.forEach((def, lane) => {
            let bits = 0n;
            for (let k = size - 1; k >= 0; k--) {
              const [bytes, at] = byteAt(get(instruction.pointer) + BigInt(lane * size + k));
              bits = (bits << 8n) | BigInt(bytes[at]!);
            }
            set(def.id, BigInt.asUintN(widthOf(def.type), bits));
          });
        } else if (instruction.op === "store") {
          const size = Math.ceil(widthOf(typeOf(instruction.values[0]!, definitions)) / 8);
          instruction.values.forEach((value, lane) => {
            for (let k = 0; k < size; k++) {
              const [bytes, at] = byteAt(get(instruction.pointer) + BigInt(lane * size + k));
              bytes[at] = Number((get(value) >> BigInt(8 * k)) & 255n);
            }
          });
        } else if (!isPure(instruction)) throw new Error(`${instruction.op} is not for the naive executor`);
        else if (instruction.op === "workitem") set(instruction.result.id, BigInt(query(instruction)));
        else
          set(
            instruction.result.id,
            compute(instruction, get, (operand) => typeOf(operand, definitions)),
          );
      }
      previous = block.id;
      const { terminator } = block;
      if (terminator.op === "ret" || terminator.op === "unreachable") return;
      if (terminator.op === "br") block = kernel.blocks[terminator.target]!;
      else if (terminator.op === "condbr")
        block = kernel.blocks[get(terminator.condition) ? terminator.whenTrue : terminator.whenFalse]!;
      else {
        const value = get(terminator.value);
        const bits = widthOf(typeOf(terminator.value, definitions));
        const hit = terminator.cases.find((c) => BigInt.asUintN(bits, c.value) === value);
        block = kernel.blocks[hit?.target ?? terminator.defaultTarget]!;
      }
    }
  };

  for (let gz = 0; gz < global[2]; gz += local[2])
    for (let gy = 0; gy < global[1]; gy += local[1])
      for (let gx = 0; gx < global[0]; gx += local[0])
        for (let z = gz; z < Math.min(gz + local[2], global[2]); z++)
          for (let y = gy; y < Math.min(gy + local[1], global[1]); y++)
            for (let x = gx; x < Math.min(gx + local[0], global[0]); x++) runItem([x, y, z]);
  return new Map(buffers.map(({ name, bytes }) => [name, bytes]));
}

/** One operation by its definition. */
export function compute(
  instruction: Exclude<PureInstruction, { op: "workitem" }>,
  get: (operand: Operand) => bigint,
  typeOfOperand: (operand: Operand) => Type,
): bigint {
  switch (instruction.op) {
    case "binary": {
      const [a, b] = [get(instruction.left), get(instruction.right)];
      return instruction.result.type.kind === "float"
        ? floatBinary(instruction.kind, formatOf(instruction.result.type), a, b)
        : intBinary(instruction.kind, widthOf(instruction.result.type), a, b);
    }
    case "unary": {
      const a = get(instruction.value);
      return instruction.result.type.kind === "float"
        ? floatUnary(instruction.kind, formatOf(instruction.result.type), a)
        : intUnary(instruction.kind, widthOf(instruction.result.type), a);
    }
    case "fma":
      return fma(formatOf(instruction.result.type), get(instruction.a), get(instruction.b), get(instruction.c));
    case "icmp": {
      const bits = widthOf(typeOfOperand(instruction.left));
      const read = (v: bigint) => (instruction.predicate.startsWith("s") ? BigInt.asIntN(bits, v) : v);
      const [a, b] = [read(get(instruction.left)), read(get(instruction.right))];
      const relation = a < b ? "lt" : a > b ? "gt" : "eq";
      return holds(instruction.predicate.replace(/^[us](?=[lg])/, ""), relation) ? 1n : 0n;
    }
    case "fcmp": {
      const relation = order(formatOf(typeOfOperand(instruction.left)), get(instruction.left), get(instruction.right));
      const { predicate } = instruction;
      if (relation === undefined) return predicate.startsWith("u") ? 1n : 0n;
      if (predicate === "ord") return 1n;
      if (predicate === "uno") return 0n;
      return holds(predicate.slice(1), relation < 0 ? "lt" : relation > 0 ? "gt" : "eq") ? 1n : 0n;
    }
    case "cast":
      return cast(instruction.kind, typeOfOperand(instruction.value), instruction.result.type, get(instruction.value));
    case "select":
      return get(instruction.condition) ? get(instruction.whenTrue) : get(instruction.whenFalse);
    case "ptradd":
      return BigInt.asUintN(64, get(instruction.pointer) + get(instruction.offset));
  }
}

function holds(predicate: string, relation: "lt" | "gt" | "eq"): boolean {
  if (predicate === "eq" || predicate === "ne") return (relation === "eq") === (predicate === "eq");
  return predicate[1] === "e" ? relation === "eq" || predicate[0] === relation[0] : predicate === relation;
}

const formatOf = (type: Type): Format => formats[widthOf(type) as 16 | 32 | 64];

function intBinary(kind: string, bits: number, a: bigint, b: bigint): bigint {
  const wrap = (v: bigint) => BigInt.asUintN(bits, v);
  const [x, y] = [BigInt.asIntN(bits, a), BigInt.asIntN(bits, b)];
  const far = b >= BigInt(bits);
  const table: Record<string, () => bigint> = {
    add: () => a + b,
    sub: () => a - b,
    mul: () => a * b,
    udiv: () => (b ? a / b : -1n),
    sdiv: () => (b ? x / y : -1n),
    urem: () => (b ? a % b : a),
    srem: () => (b ? x % y : a),
    and: () => a & b,
    or: () => a | b,
    xor: () => a ^ b,
    shl: () => (far ? 0n : a << b),
    lshr: () => (far ? 0n : a >> b),
    ashr: () => (far ? (x < 0n ? -1n : 0n) : x >> b),
    umin: () => (a < b ? a : b),
    umax: () => (a < b ? b : a),
    smin: () => (x < y ? a : b),
    smax: () => (x < y ? b : a),
  };
  return wrap(table[kind]!());
}

function intUnary(kind: string, bits: number, a: bigint): bigint {
  const bit = (k: number) => (a >> BigInt(k)) & 1n;
  let result = 0n;
  switch (kind) {
    case "ctlz":
      for (let k = bits - 1; k >= 0 && !bit(k); k--) result++;
      return result;
    case "cttz":
      for (let k = 0; k < bits && !bit(k); k++) result++;
      return result;
    case "ctpop":
      for (let k = 0; k < bits; k++) result += bit(k);
      return result;
    case "bitreverse":
      for (let k = 0; k < bits; k++) result |= bit(k) << BigInt(bits - 1 - k);
      return result;
    case "bswap":
      for (let k = 0; k < bits; k++) result |= bit(k) << BigInt(bits - 8 - (k & ~7) + (k & 7));
      return result;
    default:
      return BigInt.asUintN(bits, BigInt.asIntN(bits, a) < 0n ? -a : a);
  }
}

function floatBinary(kind: string, f: Format, a: bigint, b: bigint): bigint {
  if (kind === "copysign") return (a & (signBit(f) - 1n)) | (b & signBit(f));
  if (kind === "fmin" || kind === "fmax") {
    const isNotANumber = (v: bigint) => decode(f, v).kind === "nan";
    if (isNotANumber(a)) return isNotANumber(b) ? canonicalNaN(f) : b;
    if (isNotANumber(b)) return a;
    const relation = order(f, a, b)!;
    const aIsLess = relation < 0 || (relation === 0 && (a & signBit(f)) !== 0n);
    return (kind === "fmin") === aIsLess ? a : b;
  }
  return arithmetic[kind as keyof typeof arithmetic](f, a, b);
}

function floatUnary(kind: string, f: Format, a: bigint): bigint {
  switch (kind) {
    case "fneg":
      return a ^ signBit(f);
    case "fabs":
      return a & (signBit(f) - 1n);
    case "fsqrt":
      return fsqrt(f, a);
    default:
      return toIntegral(f, a, kind as "floor");
  }
}

function cast(kind: string, from: Type, to: Type, a: bigint): bigint {
  const [m, n] = [widthOf(from), widthOf(to)];
  switch (kind) {
    case "trunc":
      return BigInt.asUintN(n, a);
    case "sext":
      return BigInt.asUintN(n, BigInt.asIntN(m, a));
    case "fptosi":
      return BigInt.asUintN(n, toInteger(formatOf(from), a, -(1n << BigInt(n - 1)), (1n << BigInt(n - 1)) - 1n));
    case "fptoui":
      return toInteger(formatOf(from), a, 0n, (1n << BigInt(n)) - 1n);
    case "sitofp":
      return fromInteger(formatOf(to), BigInt.asIntN(m, a));
    case "uitofp":
      return fromInteger(formatOf(to), a);
    case "fptrunc":
    case "fpext":
      return convert(formatOf(from), formatOf(to), a);
    default:
      return BigInt.asUintN(n, a);
  }
}
