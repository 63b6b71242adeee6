/** Copying and filling blocks of memory: `memcpy`, `memmove`, `memset`, and struct assignments that clang makes of them. */
import type { LlvmType } from "../../parser/llvm/module.js";
import { i, type Operand } from "../ir/types.js";
import { alignmentAt, maxAccessBytes } from "./access.js";
import type { Frame, InstructionOf, KernelContext, Lane } from "./context.js";
import { countedLoop } from "./loops.js";
import { loadLanes, storeLanes } from "./memory.js";
import { lanes, scalar } from "./values.js";

/** Blocks up to so many bytes are moved without a loop, when that takes few enough accesses. */
const maxStraightBytes = 256;
const maxStraightAccesses = 16;

/** The families `memcpy`, `memmove` and `memset`; false for any other intrinsic. */
export function importBlockMove(ctx: KernelContext, frame: Frame, inst: InstructionOf<"call">, name: string): boolean {
  const family = /^(memcpy|memmove|memset)(\.inline)?$/.exec(name)?.[1];
  if (!family) return false;
  const [target] = lanes(ctx, frame, inst.arguments[0]!);
  const length = scalar(ctx, frame, inst.arguments[2]!);
  const to = { pointer: target!, align: Math.max(inst.alignments[0] ?? 0, 1) };
  if (family === "memset") fill(ctx, to, scalar(ctx, frame, inst.arguments[1]!), length);
  else {
    const [source] = lanes(ctx, frame, inst.arguments[1]!);
    copy(ctx, to, { pointer: source!, align: Math.max(inst.alignments[1] ?? 0, 1) }, length, family === "memmove");
  }
  return true;
}

interface Place {
  readonly pointer: Lane;
  readonly align: number;
}

/** A place some bytes on. `unit`: what a variable distance is a multiple of. */
function moved(ctx: KernelContext, { pointer, align }: Place, by: Operand, unit: number): Place {
  const { builder } = ctx;
  const known = by.kind === "const" ? alignmentAt(Number(by.bits), align) : Math.min(align, unit);
  return pointer.kind === "byval"
    ? { pointer: { ...pointer, offset: builder.add(pointer.offset, by) }, align: known }
    : { pointer: builder.ptradd(pointer, by), align: known };
}

/** So many bytes as integers of up to `widest` bytes each, as far as they go. */
function integersFor(bytes: number, widest: number): LlvmType {
  const fields: LlvmType[] = [];
  let rest = bytes;
  for (let width = widest; rest > 0; width /= 2) {
    const length = Math.floor(rest / width);
    if (length > 0) fields.push({ kind: "array", length, element: { kind: "int", bits: 8 * width } });
    rest -= length * width;
  }
  return { kind: "struct", packed: true, fields };
}

/** Copies a block. With `overlaps` source and target may share bytes, and all of it is read before any is written. */
export function copy(ctx: KernelContext, to: Place, from: Place, length: Operand, overlaps: boolean): void {
  const { builder } = ctx;
  const align = Math.min(to.align, from.align);
  const move = (bytes: number, at: Operand, unit: number) => {
    const type = integersFor(bytes, Math.min(8, align));
    const source = moved(ctx, from, at, unit);
    const values = loadLanes(ctx, type, source.pointer, source.align).map((lane) => ctx.operand(lane));
    const target = moved(ctx, to, at, unit);
    storeLanes(ctx, type, values, ctx.operand(target.pointer), target.align);
  };
  if (isStraight(length, align)) return move(Number(constant(length)), builder.int(i(64), 0), maxAccessBytes);
  if (!overlaps) return inChunks(ctx, length, align, move);
  // Backwards when the target lies behind the source, so that nothing is overwritten before it is read.
  const [target, source] = [ctx.operand(to.pointer), ctx.operand(from.pointer)];
  const isBehind = builder.icmp("ugt", builder.toBits(target), builder.toBits(source));
  const last = builder.sub(length, builder.int(i(64), 1));
  const one = builder.int(i(64), 1);
  countedLoop(ctx, "memmove", { start: builder.int(i(64), 0), end: length, step: one }, (at) =>
    move(1, builder.select(isBehind, builder.sub(last, at), at), 1),
  );
}

/** Fills a block with one byte. */
export function fill(ctx: KernelContext, to: Place, byte: Operand, length: Operand): void {
  const { builder } = ctx;
  const align = to.align;
  const put = (bytes: number, at: Operand, unit: number) => {
    const type = integersFor(bytes, Math.min(8, align));
    const target = moved(ctx, to, at, unit);
    const widths = type.kind === "struct" ? type.fields.flatMap((field) => widthsOf(field)) : [];
    storeLanes(
      ctx,
      type,
      widths.map((width) => repeated(ctx, byte, width)),
      ctx.operand(target.pointer),
      target.align,
    );
  };
  if (isStraight(length, align)) put(Number(constant(length)), builder.int(i(64), 0), maxAccessBytes);
  else inChunks(ctx, length, align, put);
}

const widthsOf = (field: LlvmType): readonly number[] =>
  field.kind === "array" && field.element.kind === "int"
    ? Array.from({ length: field.length }, () => (field.element as { bits: number }).bits)
    : [];

/** An integer all of whose bytes are the same. */
function repeated(ctx: KernelContext, byte: Operand, bits: number): Operand {
  const { builder } = ctx;
  const ones = BigInt(`0x${"01".repeat(bits / 8)}`);
  return builder.mul(builder.resize(byte, bits), builder.int(i(bits), ones));
}

const constant = (length: Operand): bigint | undefined => (length.kind === "const" ? length.bits : undefined);

function isStraight(length: Operand, align: number): boolean {
  const bytes = constant(length);
  if (bytes === undefined) return false;
  const access = Math.min(align, maxAccessBytes);
  return bytes <= BigInt(maxStraightBytes) && Number(bytes) / access <= maxStraightAccesses;
}

/** A loop over chunks as wide as the alignment allows, then what is left of a constant length. */
function inChunks(
  ctx: KernelContext,
  length: Operand,
  align: number,
  move: (bytes: number, at: Operand, unit: number) => void,
): void {
  const { builder } = ctx;
  const type = i(64);
  const bytes = constant(length);
  // Of a variable length nothing is known but that it counts bytes.
  const chunk = bytes === undefined ? 1 : Math.min(align, maxAccessBytes);
  const whole = bytes === undefined ? undefined : bytes - (bytes % BigInt(chunk));
  const end = whole === undefined ? builder.resize(length, 64) : builder.int(type, whole);
  countedLoop(ctx, "block", { start: builder.int(type, 0), end, step: builder.int(type, chunk) }, (at) =>
    move(chunk, at, chunk),
  );
  if (whole !== undefined && bytes !== undefined && bytes > whole)
    move(Number(bytes - whole), builder.int(type, whole), chunk);
}
