import { conversion, type Rounding } from "./convert.js";
import { type Builtin, type BuiltinTable, lane, lanewise } from "./definition.js";
import { type ClType, isFloat, type PointerType, scalarFacts, spaceWord, spell, type ValueType } from "./types.js";

/** The types `__soff_v` of a vector and `__soff_p` of a pointer to it, with the alignment of `aligned` elements. */
function loose(type: ValueType, pointer: PointerType, aligned = 1): string {
  const bytes = (aligned * scalarFacts[type.scalar].bits) / 8;
  const qualifiers = `${pointer.constant ? "const " : ""}${pointer.volatile ? "volatile " : ""}`;
  return `typedef ${type.scalar} __soff_v __attribute__((ext_vector_type(${type.lanes}), aligned(${bytes}))); typedef ${spaceWord(pointer.space)} ${qualifiers}__soff_v *__soff_p;`;
}

const isOffset = (type: ClType | undefined) => type?.kind === "value" && type.scalar === "ulong" && type.lanes === 1;

const vload: Builtin = ([offset, pointer], name) => {
  const lanes = Number(name.slice("vload".length));
  if (!isOffset(offset) || pointer?.kind !== "pointer" || pointer.to.kind !== "value" || pointer.to.lanes !== 1) {
    return undefined;
  }
  const result: ValueType = { ...pointer.to, lanes };
  if (lanes === 3) {
    // A vector of three in memory is as large as one of four.
    return { result, body: `return (${spell(result)})($1[3 * $0], $1[3 * $0 + 1], $1[3 * $0 + 2]);` };
  }
  return { result, body: `${loose(result, pointer)} return *(__soff_p)($1 + ${lanes} * $0);` };
};

const vstore: Builtin = ([data, offset, pointer], name) => {
  const lanes = Number(name.slice("vstore".length));
  if (data?.kind !== "value" || data.lanes !== lanes || !isOffset(offset) || pointer?.kind !== "pointer") {
    return undefined;
  }
  const result: ClType = { kind: "void" };
  if (lanes === 3) {
    const stores = [0, 1, 2].map((index) => `$2[3 * $1 + ${index}] = ${lane("$0", index)};`);
    return { result, body: stores.join(" ") };
  }
  return { result, body: `${loose(data, pointer)} *(__soff_p)($2 + ${lanes} * $1) = $0;` };
};

const HALF_NAME = /^v(?:load|store)(a?)_half(\d*)(?:_(rt[ezpn]))?$/;

const isHalfPointer = (type: ClType | undefined): type is PointerType =>
  type?.kind === "pointer" && type.to.kind === "value" && type.to.scalar === "half" && type.to.lanes === 1;

/** `vload_half` needs the alignment of one half, `vloada_half` that of the vector; there three lanes take the room of four. */
function halfAccess(name: string, offset: string, pointer: PointerType, at: string) {
  const [, aligned, digits, rounding] = HALF_NAME.exec(name)!;
  const lanes = Number(digits || 1);
  const room = aligned && lanes === 3 ? 4 : lanes;
  const type: ValueType = { kind: "value", scalar: "half", lanes };
  const whole = lanes !== 3;
  return {
    type,
    rounding: (rounding ?? "rte") as Rounding,
    declarations: whole && lanes > 1 ? loose(type, pointer, aligned ? lanes : 1) : "",
    /** The halves one by one, or the vector in one access. */
    element: (index: number) => `${at}[${room} * ${offset} + ${index}]`,
    vector: whole ? (lanes === 1 ? `${at}[${offset}]` : `*(__soff_p)(${at} + ${lanes} * ${offset})`) : undefined,
  };
}

const vloadHalf: Builtin = ([offset, pointer], name) => {
  if (!isOffset(offset) || !isHalfPointer(pointer)) return undefined;
  const access = halfAccess(name, "$0", pointer, "$1");
  const result: ValueType = { ...access.type, scalar: "float" };
  const read = access.vector ?? `(half3)(${[0, 1, 2].map(access.element).join(", ")})`;
  const lanes = lanewise(result, [access.type], "(float)$0").replaceAll("$0", "__soff_h");
  return { result, body: `${access.declarations} ${spell(access.type)} __soff_h = ${read}; return ${lanes};` };
};

const vstoreHalf: Builtin = ([data, offset, pointer], name) => {
  if (data?.kind !== "value" || !isFloat(data) || !isOffset(offset) || !isHalfPointer(pointer)) return undefined;
  const access = halfAccess(name, "$1", pointer, "$2");
  if (data.lanes !== access.type.lanes) return undefined;
  const scalar: ValueType = { ...data, lanes: 1 };
  const rounded = lanewise(
    access.type,
    [data],
    conversion(scalar, { ...scalar, scalar: "half" }, false, access.rounding),
  );
  const writes = access.vector
    ? `${access.vector} = __soff_h;`
    : [0, 1, 2].map((index) => `${access.element(index)} = ${lane("__soff_h", index)};`).join(" ");
  return {
    result: { kind: "void" },
    body: `${access.declarations} ${spell(access.type)} __soff_h = ${rounded}; ${writes}`,
  };
};

const halfWidths = ["", "2", "3", "4", "8", "16"];
const roundings = ["", "_rte", "_rtz", "_rtp", "_rtn"];

/** OpenCL C 1.2, section 6.12.7, and `prefetch`: the caches here need no hint. */
export const memoryBuiltins: BuiltinTable = {
  ...Object.fromEntries(
    [2, 3, 4, 8, 16].flatMap((lanes) => [
      [`vload${lanes}`, vload],
      [`vstore${lanes}`, vstore],
    ]),
  ),
  ...Object.fromEntries(
    halfWidths.flatMap((lanes) =>
      ["", "a"].flatMap((aligned) => [
        [`vload${aligned}_half${lanes}`, vloadHalf],
        ...roundings.map((rounding) => [`vstore${aligned}_half${lanes}${rounding}`, vstoreHalf]),
      ]),
    ),
  ),
  prefetch: () => ({ result: { kind: "void" }, body: "" }),
};
