/**
 * Random kernels for property tests: structured control flow with loops, values of many types, loads from one
 * buffer and stores of everything to another. They end, stay in bounds, and are a function of seed and size.
 */
import { KernelBuilder } from "../../src/hls/ir/build.js";
import {
  type BlockId,
  constOf,
  f32,
  i,
  type Kernel,
  type Operand,
  type Type,
  widthOf,
} from "../../src/hls/ir/types.js";
import type { Launch } from "../../src/launch/launch.js";

export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) | 0;
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }
  below(n: number): number {
    return this.next() % n;
  }
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
  /** Bits with a liking for corners: 0, 1, all ones, the sign, powers of two. */
  bits(width: number): bigint {
    const wide =
      (BigInt(this.next()) << 96n) | (BigInt(this.next()) << 64n) | (BigInt(this.next()) << 32n) | BigInt(this.next());
    const value = [
      () => wide,
      () => BigInt(this.below(20)),
      () => -BigInt(this.below(20)),
      () => (1n << BigInt(this.below(width))) - BigInt(this.below(3)),
      () => wide >> BigInt(this.below(128)),
    ][this.below(5)]!();
    return BigInt.asUintN(width, value);
  }
  /** Bits of a float: any, near 1, subnormal, infinite, NaN with a payload, or small whole. */
  floatBits(width: 16 | 32 | 64): bigint {
    const [e, f] = width === 16 ? [5, 10] : width === 32 ? [8, 23] : [11, 52];
    const fraction = BigInt.asUintN(f, this.bits(64));
    const all = (1n << BigInt(e)) - 1n;
    const middle = all >> 1n;
    const exponent = [
      () => this.bits(e),
      () => middle + BigInt(this.below(5)) - 2n,
      () => middle + BigInt(this.below(f + 4)),
      () => 0n,
      () => all,
      () => all - 1n,
    ][this.below(6)]!();
    const kept = this.chance(30) ? fraction & ~((1n << BigInt(this.below(f + 1))) - 1n) : fraction;
    const sign = BigInt(this.below(2)) << BigInt(width - 1);
    return sign | (BigInt.asUintN(e, exponent) << BigInt(f)) | (this.chance(20) ? 0n : kept);
  }
}

export interface RandomOptions {
  /** Only types and operations that simple datapaths have: integers of 1, 8, 16, 32 and 64 bits, f32. */
  readonly simple?: boolean;
}

const f16: Type = { kind: "float", bits: 16 };
const f64: Type = { kind: "float", bits: 64 };
const allTypes: readonly Type[] = [1, 7, 8, 16, 24, 32, 33, 40, 64, 100].map(i).concat([f16, f32, f32, f32, f64]);
const simpleTypes: readonly Type[] = [1, 8, 16, 32, 32, 64, 64].map(i).concat([f32, f32]);

const intBinaries = [
  // Common ones are drawn more often.
  "add",
  "add",
  "add",
  "sub",
  "mul",
  "mul",
  "and",
  "shl",
  "lshr",
  "ashr",
  "sdiv",
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
const intUnaries = ["ctlz", "cttz", "ctpop", "bitreverse", "abs"] as const;
const floatUnaries = ["fneg", "fabs", "fsqrt", "floor", "ceil", "ftrunc", "rint", "round"] as const;
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
const queries = [
  "global_id",
  "local_id",
  "group_id",
  "global_size",
  "local_size",
  "enqueued_local_size",
  "num_groups",
  "global_offset",
  "work_dim",
] as const;

export const inputBytes = 1024;
/** Bytes of the output buffer that one work-item owns. */
export const outputBytes = 2048;

class Generator {
  readonly builder: KernelBuilder;
  readonly random: Random;
  private readonly types: readonly Type[];
  private readonly input: Operand;
  private readonly output: Operand;
  private pool: Operand[] = [];
  private mine: Operand;
  private slots = 0;
  private line = 1;

  constructor(
    seed: number,
    private budget: number,
    options: RandomOptions,
  ) {
    this.random = new Random(seed);
    this.types = options.simple ? simpleTypes : allTypes;
    this.builder = new KernelBuilder("random", { file: "random.cl", line: 1, column: 1 });
    this.input = this.builder.buffer("IN", "uchar*", true);
    this.output = this.builder.buffer("OUT", "uchar*");
    for (const type of [i(32), i(64), f32, i(8)]) this.pool.push(this.builder.scalar(`p${this.pool.length}`, type));
    this.builder.block("entry");
    const id = this.builder.workItem("global_id", 0, "gid");
    this.pool.push(id);
    this.mine = this.builder.ptradd(this.output, this.builder.binary("mul", id, constOf(i(64), BigInt(outputBytes))));
  }

  kernel(): Kernel {
    do this.statements(3);
    while (this.budget > 0);
    for (const value of this.pool.slice(-48)) this.store(value);
    this.builder.ret();
    return this.builder.finish();
  }

  private statements(depth: number): void {
    const { random } = this;
    const count = 2 + this.random.below(8);
    for (let n = 0; n < count && this.budget > 0; n++) {
      this.budget--;
      this.builder.span = { file: "random.cl", line: this.line++, column: 1 + this.random.below(40) };
      const kind = this.random.below(100);
      if (depth > 0 && kind < 10) this.conditional(depth);
      else if (depth > 0 && kind < 20) this.loop(depth);
      else if (depth > 0 && kind < 24) this.switch(depth);
      else if (kind < 31) this.load();
      else if (kind < 42) this.store(this.pool.at(-1 - random.below(Math.min(6, this.pool.length)))!);
      else for (let more = random.below(6); more >= 0; more--) this.pool.push(this.operation());
    }
  }

  private value(type?: Type): Operand {
    const { random } = this;
    if (!type) return random.pick(this.pool);
    const fitting = this.pool.filter((operand) => same(this.builder.typeOf(operand), type));
    if (fitting.length && random.chance(75)) return random.chance(50) ? fitting.at(-1)! : random.pick(fitting);
    if (type.kind === "float") return constOf(type, random.floatBits(type.bits));
    const other = this.pool.filter((operand) => this.builder.typeOf(operand).kind === "int");
    if (other.length && random.chance(60)) return this.resized(random.pick(other), type);
    return constOf(type, random.bits(widthOf(type)));
  }

  private resized(operand: Operand, type: Type): Operand {
    const [from, to] = [widthOf(this.builder.typeOf(operand)), widthOf(type)];
    if (from === to) return operand;
    return this.builder.cast(from > to ? "trunc" : this.random.chance(50) ? "zext" : "sext", operand, type);
  }

  private operation(): Operand {
    const { builder, random } = this;
    const type = random.pick(this.types);
    const bits = widthOf(type);
    const choice = random.below(100);
    if (choice < 8) return builder.select(this.value(i(1)), this.value(type), this.value(type));
    if (choice < 14) return builder.workItem(random.pick(queries), random.below(3) as 0 | 1 | 2);
    if (choice < 26) {
      const operand = this.value(type);
      return type.kind === "float"
        ? builder.fcmp(random.pick(floatPredicates), operand, this.value(type))
        : builder.icmp(random.pick(intPredicates), operand, this.value(type));
    }
    if (choice < 42) return this.conversion(type);
    if (type.kind === "float") {
      if (choice < 55) return builder.unary(random.pick(floatUnaries), this.value(type));
      if (choice < 62) return builder.fma(this.value(type), this.value(type), this.value(type));
      return builder.binary(random.pick(floatBinaries), this.value(type), this.value(type));
    }
    if (choice < 50) return builder.unary(random.pick(intUnaries), this.value(type));
    if (choice < 52 && bits % 16 === 0) return builder.unary("bswap", this.value(type));
    const kind = random.pick(intBinaries);
    const isShift = kind === "shl" || kind === "lshr" || kind === "ashr";
    const right = isShift && random.chance(80) ? constOf(type, BigInt(random.below(bits + 2))) : this.value(type);
    return builder.binary(kind, this.value(type), right);
  }

  private conversion(to: Type): Operand {
    const { builder, random } = this;
    const from = random.pick(this.types);
    const operand = this.value(from);
    const [m, n] = [widthOf(from), widthOf(to)];
    if (from.kind === "int" && to.kind === "int")
      return m === n ? builder.cast("bitcast", operand, to) : this.resized(operand, to);
    if (m === n && from.kind !== to.kind && random.chance(60)) return builder.cast("bitcast", operand, to);
    if (from.kind === "int") return builder.cast(random.chance(50) ? "sitofp" : "uitofp", operand, to);
    if (to.kind === "int") return builder.cast(random.chance(50) ? "fptosi" : "fptoui", operand, to);
    return m === n ? builder.cast("bitcast", operand, to) : builder.cast(m > n ? "fptrunc" : "fpext", operand, to);
  }

  private load(): void {
    const { builder, random } = this;
    const type = random.pick(this.types.filter((t) => [8, 16, 32, 64].includes(widthOf(t))));
    const size = widthOf(type) / 8;
    const lanes = random.pick([1, 1, 1, 2, 4]);
    const unit = BigInt(size * lanes);
    const index = builder.binary("urem", this.value(i(32)), constOf(i(32), BigInt(inputBytes) / unit));
    const offset = builder.binary("mul", builder.cast("zext", index, i(64)), constOf(i(64), unit));
    this.pool.push(...builder.load(type, builder.ptradd(this.input, offset), Number(unit), lanes));
  }

  private store(value: Operand): void {
    const type = this.builder.typeOf(value);
    const size = Math.ceil(widthOf(type) / 8);
    const slot = (this.slots++ % (outputBytes / 16)) * 16;
    const isPlain = [1, 2, 4, 8].includes(size);
    this.builder.store([value], this.builder.ptradd(this.mine, slot), isPlain ? size : 1);
  }

  /** Values made inside are forgotten outside, but for those that merge in phis. */
  private conditional(depth: number): void {
    const { builder } = this;
    const condition = this.value(i(1));
    const [yes, no, after] = [builder.block("yes"), builder.block("no"), builder.block("after")];
    builder.branchIf(condition, yes, no);
    const arms = [yes, no].map((block) => this.arm(block, depth, after));
    builder.at(after);
    this.merge(arms);
  }

  private switch(depth: number): void {
    const { builder, random } = this;
    const type = i(random.pick(this.types.filter((t) => t.kind === "int" && t.bits > 1)).kind === "int" ? 32 : 8);
    const value = builder.binary("urem", this.value(type), constOf(type, 5n));
    const [one, two, otherwise, after] = ["one", "two", "default", "after"].map((label) => builder.block(label)) as [
      BlockId,
      BlockId,
      BlockId,
      BlockId,
    ];
    const cases = [
      { value: 0n, target: one },
      { value: 1n, target: two },
      { value: 3n, target: one },
    ];
    builder.switch(value, cases, otherwise);
    const arms = [one, two, otherwise].map((block) => this.arm(block, depth, after));
    builder.at(after);
    this.merge(arms);
  }

  private arm(block: BlockId, depth: number, after: BlockId): { from: BlockId; pool: readonly Operand[] } {
    const outer = this.pool;
    this.pool = [...outer];
    this.builder.at(block);
    this.statements(depth - 1);
    const result = { from: this.builder.here, pool: this.pool };
    this.builder.branch(after);
    this.pool = outer;
    return result;
  }

  private merge(arms: readonly { from: BlockId; pool: readonly Operand[] }[]): void {
    const { builder, random } = this;
    const made: Operand[] = [];
    for (let n = 1 + random.below(3); n > 0; n--) {
      const type = builder.typeOf(random.pick(random.pick(arms).pool));
      if (type.kind === "ptr") continue;
      const phi = builder.phi(type);
      for (const { from, pool } of arms) {
        const fitting = pool.filter((operand) => same(builder.typeOf(operand), type));
        builder.addIncoming(phi, from, fitting.length ? random.pick(fitting) : this.constant(type));
      }
      made.push(phi);
    }
    this.pool = [...this.pool, ...made];
  }

  private constant(type: Type): Operand {
    return constOf(type, type.kind === "float" ? this.random.floatBits(type.bits) : this.random.bits(widthOf(type)));
  }

  /** A counted loop (up, down, tested at the end or at the header, by order or equality), perhaps left early. */
  private loop(depth: number): void {
    const { builder, random } = this;
    const type = i(random.pick([8, 32, 32, 64]));
    const constant = (n: number) => constOf(type, BigInt(n));
    const bound = builder.binary("add", builder.binary("urem", this.value(type), constant(4)), constant(1));
    const before = builder.here;
    const down = random.chance(30);
    const carried = Array.from({ length: 1 + random.below(3) }, () => random.pick(this.types));
    const starts = carried.map((t) => this.value(t));
    const [header, body, exit] = [builder.block("header"), builder.block("body"), builder.block("exit")];
    builder.branch(header);
    builder.at(header);
    const counter = builder.phi(type, "k");
    const phis = carried.map((t) => builder.phi(t));
    builder.addIncoming(counter, before, down ? bound : constant(0));
    phis.forEach((phi, n) => {
      builder.addIncoming(phi, before, starts[n]!);
    });
    const outer = this.pool;
    this.pool = [...outer, counter, ...phis];
    const atHeader = random.chance(40);
    const exits: { from: BlockId; pool: readonly Operand[] }[] = [];
    if (atHeader) {
      const test = down
        ? builder.icmp(random.pick(["ne", "ugt"]), counter, constant(0))
        : builder.icmp(random.pick(["ne", "ult", "slt"]), counter, bound);
      exits.push({ from: builder.here, pool: [...this.pool] });
      builder.branchIf(test, body, exit);
    } else builder.branch(body);
    builder.at(body);
    this.statements(depth - 1);
    if (random.chance(25)) {
      const next = builder.block("on");
      exits.push({ from: builder.here, pool: [...this.pool] });
      builder.branchIf(this.value(i(1)), exit, next);
      builder.at(next);
      this.statements(depth - 2);
    }
    const stepped = builder.binary(down ? "sub" : "add", counter, constant(1));
    const nexts = carried.map((t) => this.value(t));
    const latch = builder.here;
    builder.addIncoming(counter, latch, stepped);
    phis.forEach((phi, n) => {
      builder.addIncoming(phi, latch, nexts[n]!);
    });
    if (atHeader) builder.branch(header);
    else {
      const test = down
        ? builder.icmp(random.pick(["eq", "ule"]), stepped, constant(0))
        : builder.icmp(random.pick(["eq", "uge", "sge"]), stepped, bound);
      // The body is its own block when nothing was added in between: the latch must not be the exit's only way.
      exits.push({ from: latch, pool: [...this.pool] });
      builder.branchIf(test, exit, header);
    }
    this.pool = outer;
    builder.at(exit);
    this.merge(exits);
  }
}

const same = (a: Type, b: Type) => a.kind === b.kind && widthOf(a) === widthOf(b);

export function randomKernel(seed: number, size: number, options: RandomOptions = {}): Kernel {
  return new Generator(seed, size, options).kernel();
}

/** A launch of a random kernel with random data. */
export function randomLaunch(seed: number): Launch {
  const random = new Random(seed * 7 + 1);
  const items = 1 + random.below(7);
  const bytes = (count: number) => Uint8Array.from({ length: count }, () => random.below(256));
  const input = new Uint8Array(inputBytes);
  const view = new DataView(input.buffer);
  for (let at = 0; at < inputBytes; at += 4)
    view.setUint32(at, Number(random.chance(60) ? random.floatBits(32) : random.bits(32)), true);
  const scalar = (name: string, size: number) => ({ kind: "scalar" as const, name, bytes: bytes(size) });
  const base = random.pick([0n, 0x1000n, 1n << 38n, (1n << 40n) - 4096n]);
  return {
    kernel: "random",
    range: { workDim: 1, global: [items, 1, 1], local: [1 + random.below(4), 1, 1], offset: [0, 0, 0] },
    arguments: [
      { kind: "buffer", name: "IN", address: base + 4096n, bytes: input },
      { kind: "buffer", name: "OUT", address: base + 8192n, bytes: new Uint8Array(outputBytes * items) },
      scalar("p0", 4),
      scalar("p1", 8),
      scalar("p2", 4),
      scalar("p3", 1),
    ],
  };
}

/** The launch with its own copies of the buffers. */
export function copyLaunch(launch: Launch): Launch {
  return {
    ...launch,
    arguments: launch.arguments.map((a) => (a.kind === "buffer" ? { ...a, bytes: Uint8Array.from(a.bytes) } : a)),
  };
}
