/** The hand-made design of `fixtures/vadd` as if the compiler had made it: what the harness is tried on. */
import { join } from "node:path";
import type { Launch } from "../../src/launch/launch.js";
import type { Design, DesignKernel } from "../../src/rtl/design.js";
import type { Board } from "../../src/target/board.js";

export const root = join(import.meta.dirname, "../..");

export type Mode = "works" | "hangs" | "outOfBounds" | "endless" | "error" | "stray";
const modes: readonly Mode[] = ["works", "hangs", "outOfBounds", "endless", "error", "stray"];

const BASE = 0x4000000000n;
const at = (line: number, column: number, id: number, argument: string, write: boolean) => ({
  id,
  file: "vadd.cl",
  line,
  column,
  write,
  bytes: 64,
  argument,
});
const buffer = (name: string, offset: number, readOnly: boolean) => ({
  name,
  typeName: "int*",
  passing: "buffer" as const,
  readOnly,
  bytes: 8,
  offset,
  channel: 0,
});
const scalar = (name: string, offset: number) => ({
  name,
  typeName: "uint",
  passing: "scalar" as const,
  readOnly: true,
  bytes: 4,
  offset,
});

export const kernel: DesignKernel = {
  name: "vadd",
  topModule: "vadd",
  arguments: [
    buffer("a", 0x90, true),
    buffer("b", 0x98, true),
    buffer("c", 0xa0, false),
    scalar("n", 0xa8),
    scalar("mode", 0xac),
  ],
  registers: [],
  localCapacity: 65536,
  channels: [{ index: 0, memory: "DDR[0]", base: BASE.toString(), size: (1n << 34n).toString() }],
  axi: { dataBits: 512, addressBits: 64, idBits: 2 },
  datapaths: 1,
  simd: 1,
  cycles: 20,
  loops: [],
  accesses: [at(3, 10, 0, "a", false), at(3, 17, 1, "b", false), at(3, 3, 2, "c", true)],
  stages: [
    { instance: "loader", kind: "memory", label: "load of a and b at vadd.cl:3:10", file: "vadd.cl", line: 3 },
    { instance: "storer", kind: "memory", label: "store of c at vadd.cl:3:3", file: "vadd.cl", line: 3 },
  ],
  files: [
    ...["vadd.v", "vadd_loader.v", "vadd_storer.v"].map((f) => `test/sim/fixtures/vadd/${f}`),
    "templates/verilog/soff_control.v",
  ],
};

export const design: Design = {
  format: 1,
  generator: "test",
  board: "u250",
  clockMHz: 300,
  sources: [],
  kernels: [kernel],
};

const sourced = <T>(value: T) => ({ value, source: "test" });

/** A board with round figures at 300 MHz: 30 cycles to read, 15 to answer a write, 64 bytes a cycle. */
export const board: Board = {
  name: "test",
  title: "test",
  vendor: "test",
  part: "test",
  family: "xcup",
  clocks: [],
  links: [],
  host: { kind: "soc", processor: "none", source: "a test" },
  flow: { kind: "vivado" },
  resources: sourced({ lut: 1, ff: 1, dsp: 1, bram: 1, uram: 1 }),
  kernelClockMHz: sourced(300),
  memory: {
    kind: "DDR",
    channels: sourced(1),
    bytesPerChannel: sourced(2 ** 34),
    baseAddress: BASE.toString(),
    channelStride: "0",
    axiDataBits: 512,
    axiAddressBits: 40,
    timing: {
      readLatencyNs: sourced(100),
      writeLatencyNs: sourced(50),
      rowMissNs: sourced(30),
      rowBytes: sourced(8192),
      banks: sourced(16),
      turnaroundNs: sourced(10),
      peakBytesPerSecond: sourced(19.2e9),
    },
  },
};

/** A launch over `n` integers, in buffers of exactly that size. c starts as all ones bits. */
export function launchOf(mode: Mode, n: number): Launch {
  const words = (f: (i: number) => number): Uint8Array =>
    new Uint8Array(Int32Array.from({ length: n }, (_, i) => f(i)).buffer);
  const scalarOf = (name: string, value: number) => ({
    kind: "scalar" as const,
    name,
    bytes: new Uint8Array(Uint32Array.of(value).buffer),
  });
  const bufferOf = (name: string, page: number, bytes: Uint8Array) => ({
    kind: "buffer" as const,
    name,
    address: BASE + BigInt(page) * 0x10000n,
    bytes,
  });
  return {
    kernel: "vadd",
    range: { workDim: 1, global: [n, 1, 1], local: [1, 1, 1], offset: [0, 0, 0] },
    arguments: [
      bufferOf(
        "a",
        1,
        words((i) => 3 * i + 1),
      ),
      bufferOf(
        "b",
        2,
        words((i) => 1000003 * i),
      ),
      bufferOf(
        "c",
        3,
        words(() => -1),
      ),
      scalarOf("n", n),
      scalarOf("mode", modes.indexOf(mode)),
    ],
  };
}

export const resultOf = (launch: Launch): Int32Array => {
  const c = launch.arguments[2]!;
  if (c.kind !== "buffer") throw new Error("c is a buffer");
  return new Int32Array(c.bytes.slice().buffer);
};
