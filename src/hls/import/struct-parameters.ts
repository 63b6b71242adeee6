/**
 * What the host passes for a struct parameter. A struct of plain data is one argument, given as its
 * bytes. One that holds pointers (a CUDA lambda with its captures) cannot be: the addresses are not known
 * before the launch. Each of its members is an argument of its own.
 */
import type { LlvmType } from "../../parser/llvm/module.js";
import type { SourceParameter, Type } from "../ir/types.js";
import { type MemoryLane, memoryLanes } from "./access.js";
import type { ByvalParameter } from "./context.js";
import type { DataLayout } from "./layout.js";

type Part = SourceParameter["values"][number];

/** A stretch of the struct that is passed as one. */
interface Piece {
  readonly offset: number;
  readonly bytes: number;
  /** Its type, when it is a single member. */
  readonly type?: Type;
}

/** Called when the kernel's body is imported, and with it all reads of the struct are known. */
export function structParameters(
  type: LlvmType,
  typeName: string,
  { name, bytes, parts }: ByvalParameter,
  layout: DataLayout,
): readonly SourceParameter[] {
  const values = [...parts.values()].sort((a, b) => a.offset - b.offset || a.def.id - b.def.id);
  const lanes = memoryLanes(type, layout) ?? [];
  if (!lanes.some((lane) => lane.type.kind === "ptr")) {
    // A class without members has a byte that nobody reads: nothing to pass.
    const empty = bytes === 1 && values.length === 0 && layout.resolve(type).kind === "struct";
    if (empty) return [];
    const vector = vectorElement(typeName, lanes);
    return [{ name, typeName, passing: "scalar", readOnly: true, bytes, ...vector, values }];
  }
  const all = pieces(lanes, values);
  const holds = (piece: Piece, { offset }: Part) => offset >= piece.offset && offset < piece.offset + piece.bytes;
  // An index that varies is a choice among all places, padding included. What is read there is never used.
  const padding = values.filter((part) => !all.some((piece) => holds(piece, part)));
  const firstPointer = all.findIndex((piece) => piece.type?.kind === "ptr");
  return all.map((piece, index): SourceParameter => {
    const inside = [
      ...values.filter((part) => holds(piece, part)).map(({ def, offset }) => ({ def, offset: offset - piece.offset })),
      ...(index === firstPointer ? padding.map(({ def }) => ({ def, offset: 0 })) : []),
    ];
    const shown = { name: `${name}_${index}`, values: inside, readOnly: true };
    if (piece.type?.kind === "ptr") return { ...shown, typeName: "void*", passing: "buffer", bytes: 8 };
    return {
      ...shown,
      typeName: piece.type ? memberType(piece.type) : `byte[${piece.bytes}]`,
      passing: "scalar",
      bytes: piece.bytes,
      ...(piece.type ? { element: elementOf(piece.type, 1) } : {}),
    };
  });
}

/** The members, those taken together that one read spans. */
function pieces(lanes: readonly MemoryLane[], values: readonly Part[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const lane of lanes) {
    const last = result.at(-1);
    const spanned =
      last && values.some(({ def, offset }) => offset < lane.offset && offset + bytesOf(def.type) > lane.offset);
    if (spanned) result[result.length - 1] = { offset: last.offset, bytes: lane.offset + lane.bytes - last.offset };
    else result.push({ offset: lane.offset, bytes: lane.bytes, type: lane.type });
  }
  return result;
}

const bytesOf = (type: Type): number => (type.kind === "ptr" ? 8 : Math.ceil(type.bits / 8));

function memberType(type: Type): string {
  if (type.kind === "float") return { 16: "half", 32: "float", 64: "double" }[type.bits];
  return type.kind === "int" ? `int${8 * bytesOf(type)}` : "void*";
}

function elementOf(type: Type, lanes: number): NonNullable<SourceParameter["element"]> {
  return { kind: type.kind === "float" ? "float" : "int", bits: 8 * bytesOf(type), lanes };
}

/** `float4` of CUDA is a struct of four floats, but to people a vector. */
function vectorElement(typeName: string, lanes: readonly MemoryLane[]): Pick<SourceParameter, "element"> {
  if (typeName === "dim3" && lanes.length === 3) return { element: { kind: "uint", bits: 32, lanes: 3 } };
  // A class round one number (`__half`) is passed like the number.
  if (lanes.length === 1) return { element: elementOf(lanes[0]!.type, 1) };
  const found = /^(u?)(?:char|short|int|long|longlong|float|double)([1-4])$/.exec(typeName);
  const first = lanes[0]?.type;
  if (!found || !first || lanes.length !== Number(found[2])) return {};
  const element = elementOf(first, lanes.length);
  return { element: found[1] === "u" ? { ...element, kind: "uint" } : element };
}
