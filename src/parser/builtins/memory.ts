import { type Builtin, type BuiltinTable, lane } from "./definition.js";
import { type ClType, type PointerType, scalarFacts, spaceWord, spell, type ValueType } from "./types.js";

/** A vector with only the alignment of its elements, which is all that the pointer promises. */
function loose(type: ValueType, pointer: PointerType): string {
  const bytes = scalarFacts[type.scalar].bits / 8;
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

/** OpenCL C 1.2, section 6.12.7, and `prefetch`: the caches here need no hint. */
export const memoryBuiltins: BuiltinTable = {
  ...Object.fromEntries(
    [2, 3, 4, 8, 16].flatMap((lanes) => [
      [`vload${lanes}`, vload],
      [`vstore${lanes}`, vstore],
    ]),
  ),
  prefetch: () => ({ result: { kind: "void" }, body: "" }),
};
