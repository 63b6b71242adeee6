import { importKernels } from "../../../src/hls/import/import.js";
import { interpret } from "../../../src/hls/interpret/interpret.js";
import type { Kernel } from "../../../src/hls/ir/types.js";
import type { Launch } from "../../../src/launch/launch.js";
import { compileToLlvm } from "../../../src/parser/clang/compile.js";
import type { LlvmModule } from "../../../src/parser/llvm/module.js";
import { parseLlvm } from "../../../src/parser/llvm/parse.js";
import { MemoryHost } from "../../support/memory-host.js";
import { bitsOf, ofBits, realBytes } from "./reals.js";

/** Numbers are floats, bigints integers; a lane each. */
export type Lane = number | bigint;

interface Shape {
  readonly scalar: string;
  readonly lanes: number;
  readonly bytes: number;
  readonly signed: boolean;
}

const widths: Readonly<Record<string, number>> = { char: 1, short: 2, int: 4, long: 8, ...realBytes };

export function shapeOf(type: string): Shape {
  const [, unsigned, base, lanes] = /^(u?)(char|short|int|long|half|float|double)(\d*)$/.exec(type)!;
  return { scalar: `${unsigned}${base}`, lanes: Number(lanes || 1), bytes: widths[base!]!, signed: unsigned === "" };
}

/** A call to check: `name(parameters…)` gives `result`; `expected` computes one lane from the lanes of the arguments. */
export interface Case {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly result: string;
  readonly expected: (...lanes: never[]) => Lane | readonly Lane[];
  /** Takes whole vectors: `expected` gets arrays and returns one. */
  readonly whole?: boolean;
}

export const source = (cases: readonly Case[]): string =>
  `#pragma OPENCL EXTENSION cl_khr_fp16 : enable\n${cases
    .map(({ name, parameters, result }, index) => {
      const declared = parameters.map((type, at) => `__global const ${type} *p${at}`);
      const given = parameters.map((_, at) => `p${at}[i]`);
      return `__kernel void t${index}(${[...declared, `__global ${result} *r`].join(", ")}) {
  size_t i = get_global_id(0);
  r[i] = ${name}(${given.join(", ")});
}`;
    })
    .join("\n")}`;

export interface Compiled {
  readonly module: LlvmModule;
  readonly kernels: readonly Kernel[];
}

export async function compileCases(cases: readonly Case[], std = "CL2.0"): Promise<Compiled> {
  const host = new MemoryHost({ "/project/t.cl": source(cases) });
  const { llvm } = await compileToLlvm(host, { file: "/project/t.cl", std });
  const module = parseLlvm(llvm);
  return { module, kernels: importKernels(module) };
}

function encode(view: DataView, at: number, shape: Shape, value: Lane): void {
  if (shape.scalar === "double") view.setFloat64(at, Number(value), true);
  else if (shape.scalar === "float") view.setFloat32(at, Number(value), true);
  else if (shape.scalar === "half") view.setUint16(at, Number(bitsOf("half", Number(value))), true);
  else if (shape.bytes === 8) view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
  else if (shape.bytes === 4) view.setUint32(at, Number(BigInt.asUintN(32, BigInt(value))), true);
  else if (shape.bytes === 2) view.setUint16(at, Number(BigInt.asUintN(16, BigInt(value))), true);
  else view.setUint8(at, Number(BigInt.asUintN(8, BigInt(value))));
}

function decode(view: DataView, at: number, shape: Shape): Lane {
  if (shape.scalar === "double") return view.getFloat64(at, true);
  if (shape.scalar === "float") return view.getFloat32(at, true);
  if (shape.scalar === "half") return ofBits("half", BigInt(view.getUint16(at, true)));
  let value = 0n;
  for (let byte = shape.bytes - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(view.getUint8(at + byte));
  return shape.signed ? BigInt.asIntN(8 * shape.bytes, value) : value;
}

/** A vector of three takes the room of four. */
const stride = (shape: Shape) => shape.bytes * (shape.lanes === 3 ? 4 : shape.lanes);

/** Runs a kernel of {@link compileCases} on rows of lanes; gives the result's lanes of each row. */
export function run(kernel: Kernel, each: Case, rows: readonly (readonly (readonly Lane[])[])[]): Lane[][] {
  const types = [...each.parameters, each.result].map(shapeOf);
  const buffers = types.map((shape, column) => {
    const view = new DataView(new ArrayBuffer(stride(shape) * rows.length));
    rows.forEach((row, index) => {
      row[column]?.forEach((value, lane) => encode(view, index * stride(shape) + lane * shape.bytes, shape, value));
    });
    return view;
  });
  const launch: Launch = {
    kernel: kernel.name,
    range: { workDim: 1, global: [rows.length, 1, 1], local: [1, 1, 1], offset: [0, 0, 0] },
    arguments: buffers.map((view, index) => ({
      kind: "buffer",
      name: `b${index}`,
      address: BigInt(0x10000 * (index + 1)),
      bytes: new Uint8Array(view.buffer),
    })),
  };
  interpret(kernel, launch);
  const result = types.at(-1)!;
  const view = buffers.at(-1)!;
  return rows.map((_, index) =>
    Array.from({ length: result.lanes }, (_, lane) =>
      decode(view, index * stride(result) + lane * result.bytes, result),
    ),
  );
}
