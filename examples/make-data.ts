/**
 * Writes the arrays that launch.json files name and that no generated argument can express.
 * Deterministic: a test compares what it makes with what is committed.
 * Run with `npx tsx examples/make-data.ts`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

type Dtype = "int8" | "uint8" | "int16" | "uint16" | "int32" | "uint32" | "int64" | "uint64" | "float32";

const descriptors: Record<Dtype, string> = {
  int8: "|i1",
  uint8: "|u1",
  int16: "<i2",
  uint16: "<u2",
  int32: "<i4",
  uint32: "<u4",
  int64: "<i8",
  uint64: "<u8",
  float32: "<f4",
};

/** A NumPy file, format 1.0: the header is padded so that the data starts at a multiple of 64. */
function npy(dtype: Dtype, shape: readonly number[], data: Uint8Array): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(headerLength, 8);
  const header = `${dictionary.padEnd(headerLength - 1)}\n`;
  return Buffer.concat([head, Buffer.from(header, "latin1"), data]);
}

/** Little-endian bytes of integers of any width; negative ones in two's complement. */
function integers(bits: number, values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array((values.length * bits) / 8);
  for (const [i, value] of values.entries()) {
    let rest = BigInt.asUintN(bits, value);
    for (let b = 0; b < bits / 8; b++) {
      bytes[(i * bits) / 8 + b] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
  return bytes;
}

/** xorshift32: small, and the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

function floats(bits: readonly number[]): Uint8Array {
  return integers(32, bits.map(BigInt));
}

function bitsOf(value: number): number {
  return new Uint32Array(new Float32Array([value]).buffer)[0]!;
}

/** Zeros, subnormals, infinities, NaN, the largest and smallest numbers, halves, and neighbours of one. */
const special = [
  0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00400000, 0x00800000, 0x80800000, 0x7f7fffff,
  0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x3f800000, 0xbf800000, 0x3f800001, 0x3f7fffff, 0x3f000000,
  0x40490fdb, 0xc2f6e979, 0x00ffffff, 0x1f800000, 0x5f000000, 0x4b800001,
];

/** Ties, integers at the ends of every integer type, and what lies next to them. */
const roundable = [
  0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, -0.49999997, 0.75, -0.75, 3.999, -3.999, 8388607.5, -8388607.5, 8388608,
  16777216, 126.5, 127, 127.5, 128, -128, -128.5, -129, 254.9, 255, 255.5, 256, 32767, 32767.5, 32768, -32768, -32769,
  65535, 65535.9, 65536, 2147483520, 2147483648, -2147483648, -2147483904, 4294967040, 4294967296, 9223371487098961920,
  9223372036854775808, -9223372036854775808, -9223373136366403584, 18446742974197923840, 18446744073709551616, 1e30, -1e30,
  1e-40, -1e-40, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1, -1, 100.25, -100.25, 0.1, -0.1,
  1234567.9, -7654321.5,
].map(bitsOf);

/** Twelve values of a width at the ends of its ranges and inside. */
function edges(bits: number): bigint[] {
  const top = 1n << BigInt(bits - 1);
  return [0n, 1n, 2n, 3n, 7n, 10n, top - 1n, top, top + 1n, 2n * top - 1n, 2n * top - 2n, (2n * top) / 3n];
}

/** The rows have 0, 1, a few or very many entries; columns rise within a row. */
function sparseRows(rows: number, columns: number): { start: bigint[]; column: bigint[] } {
  const next = generator(7);
  const start = [0n];
  const column: bigint[] = [];
  for (let row = 0; row < rows; row++) {
    const wanted = row % 11 === 0 ? 0 : row % 13 === 5 ? 45 : next(8);
    for (let c = next(6), taken = 0; c < columns && taken < wanted; c += 1 + (wanted > 20 ? 0 : next(9)), taken++) {
      column.push(BigInt(c));
    }
    start.push(BigInt(column.length));
  }
  return { start, column };
}

function permutation(length: number): bigint[] {
  const next = generator(11);
  const order = Array.from({ length }, (_, i) => BigInt(i));
  for (let i = length - 1; i > 0; i--) {
    const j = next(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** 40 bytes a particle, padding zero: x, y, z, alive, (pad), kind, energy, history[3], (pad). */
function particles(count: number): Uint8Array {
  const next = generator(5);
  const data = Buffer.alloc(40 * count);
  for (let i = 0; i < count; i++) {
    const at = 40 * i;
    for (let f = 0; f < 3; f++) data.writeFloatLE(next(1000) / 8 - 60, at + 4 * f);
    data.writeUInt8(next(4), at + 12);
    data.writeUInt16LE(next(65536), at + 14);
    data.writeBigInt64LE(BigInt(next(1 << 30)) * -12345n, at + 16);
    for (let h = 0; h < 3; h++) data.writeInt32LE(next(1 << 30) - (1 << 29), at + 24 + 4 * h);
  }
  return data;
}

/** 24 bytes: count, scale, range (two shorts), (pad), bias. */
function settings(): Uint8Array {
  const data = Buffer.alloc(24);
  data.writeInt32LE(37, 0);
  data.writeFloatLE(0.375, 4);
  data.writeInt16LE(-40, 8);
  data.writeInt16LE(66, 10);
  data.writeBigInt64LE(-1000n, 16);
  return data;
}

/** A graph of so many nodes with up to five edges each, and the state of a search at its third level. */
function searchGraph(nodes: number) {
  const next = generator(23);
  const edges: number[] = [];
  const offsets = [0];
  for (let node = 0; node < nodes; node++) {
    for (let e = next(6); e > 0; e--) edges.push(next(nodes));
    offsets.push(edges.length);
  }
  const level = Array.from({ length: nodes }, () => -1);
  level[0] = 0;
  for (let depth = 0; depth < 2; depth++)
    for (let node = 0; node < nodes; node++)
      if (level[node] === depth)
        for (const to of edges.slice(offsets[node], offsets[node + 1])) if (level[to] === -1) level[to] = depth + 1;
  return { offsets, edges, level, frontier: level.map((depth) => (depth === 2 ? 1 : 0)) };
}

/** Letters in which short patterns occur often. */
function letters(length: number): number[] {
  const next = generator(29);
  return Array.from({ length }, () => 97 + (next(3) === 0 ? 1 : 0));
}

/** Every file by its path under `examples/`. */
export function exampleData(): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { start, column } = sparseRows(60, 60);
  files.set("spmv_csr/row_start.npy", npy("uint32", [start.length], integers(32, start)));
  files.set("spmv_csr/column.npy", npy("uint32", [column.length], integers(32, column)));

  const next = generator(3);
  const table: bigint[] = [];
  for (let value = 2; table.length < 301; value += 1 + next(6)) table.push(BigInt(value));
  files.set("binary_search/table.npy", npy("int32", [301], integers(32, table)));

  for (const bits of [8, 16, 32, 64]) {
    const values = edges(bits);
    const left = values.flatMap((a) => values.map(() => a));
    const right = values.flatMap(() => values);
    for (const sign of ["u", ""]) {
      const dtype = `${sign}int${bits}` as Dtype;
      files.set(`integer_ops/edges_a_${dtype}.npy`, npy(dtype, [left.length], integers(bits, left)));
      files.set(`integer_ops/edges_b_${dtype}.npy`, npy(dtype, [right.length], integers(bits, right)));
    }
  }

  const pairs = special.length ** 2;
  files.set("float_ops/pairs_a.npy", npy("float32", [pairs], floats(special.flatMap((a) => special.map(() => a)))));
  files.set("float_ops/pairs_b.npy", npy("float32", [pairs], floats(special.flatMap(() => special))));
  files.set("float_ops/roundable.npy", npy("float32", [roundable.length], floats(roundable)));
  // Every second one has an exponent near that of one, so that sums and products meet each other's range.
  const draw = generator(17);
  const random = () =>
    Array.from({ length: 200 }, (_, i) => {
      const bits = (draw(65536) * 65536 + draw(65536)) >>> 0;
      return i % 2 ? bits : ((bits & 0x807fffff) | ((120 + draw(14)) << 23)) >>> 0;
    });
  files.set("float_ops/random_a.npy", npy("float32", [200], floats(random())));
  files.set("float_ops/random_b.npy", npy("float32", [200], floats(random())));

  files.set("byte_stores/permutation.npy", npy("uint16", [128], integers(16, permutation(128))));
  files.set("structs/particles.npy", npy("uint8", [30, 40], particles(30)));
  files.set("structs/settings.npy", npy("uint8", [24], settings()));

  const angles = Array.from({ length: 32 }, (_, k) => (-2 * Math.PI * k) / 64);
  const roots = angles.flatMap((angle) => [bitsOf(Math.cos(angle)), bitsOf(Math.sin(angle))]);
  files.set("fft_local/roots.npy", npy("float32", [32, 2], floats(roots)));

  const graph = searchGraph(60);
  const whole = (values: readonly number[]) => integers(32, values.map(BigInt));
  files.set("bfs_frontier/offsets.npy", npy("int32", [graph.offsets.length], whole(graph.offsets)));
  files.set("bfs_frontier/edges.npy", npy("int32", [graph.edges.length], whole(graph.edges)));
  files.set("bfs_frontier/level.npy", npy("int32", [graph.level.length], whole(graph.level)));
  files.set("bfs_frontier/frontier.npy", npy("uint8", [graph.frontier.length], Uint8Array.from(graph.frontier)));

  files.set("string_search/text.npy", npy("uint8", [250], Uint8Array.from(letters(250))));
  files.set("string_search/pattern.npy", npy("uint8", [4], Uint8Array.from([97, 98, 97, 97])));
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(fileURLToPath(import.meta.url));
  for (const [path, bytes] of exampleData()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
}
