/** Accesses to memory as JavaScript: a check against the expected region, then a typed array. */
import { type Instruction, type Operand, type Type, widthOf } from "../ir/types.js";
import type { Code, Expression } from "./code.js";
import { type AccessSite, storageBytes } from "./sites.js";

type Load = Extract<Instruction, { op: "load" }>;
type Store = Extract<Instruction, { op: "store" }>;

/**
 * Emits the check and gives the name of the index of the access's first byte. `B`, `L` and `D` are the
 * expected region's first address, the largest offset of this access in it (-1: none) and how far its bytes are
 * from their offsets. `P` is how far this work-item's private memory is from the first one's.
 */
export function position(code: Code, site: AccessSite, pointer: Operand): string {
  const k = site.index;
  const address = code.hold(code.wide(pointer));
  if (code.observed) code.emit(`access(${k}, ${address});`);
  const offset = code.hold(`${address} - B${k}`);
  const aligned = site.align > 1 ? ` && ((${offset} + D${k}) & ${Math.min(site.align, 4096) - 1}) === 0` : "";
  const own = site.space === "private" ? " + P" : "";
  return code.hold(
    `${offset} >= 0 && ${offset} <= L${k}${aligned} ? ${offset} + D${k}${own} : find(${k}, ${address})${own}`,
  );
}

export function load(code: Code, instruction: Load, site: AccessSite): void {
  const at = position(code, site, instruction.pointer);
  instruction.results.forEach((def, lane) => {
    code.assign(def, read(code.reps.of(def.id) === "float", def.type, at, lane * site.laneBytes, site.align));
  });
}

/** One element of memory, `plus` bytes after index `at`. */
export function read(asFloat: boolean, type: Type, at: string, plus: number, align: number): Expression {
  const bits = widthOf(type);
  const bytes = storageBytes(bits);
  const index = plus === 0 ? at : `${at} + ${plus}`;
  const element = (shift: number) => `[${shift === 0 ? index : `(${index}) >>> ${shift}`}]`;
  const isAligned = align >= Math.min(bytes, bytes === 8 && !asFloat ? 4 : bytes);
  if (type.kind === "float" && asFloat && isAligned) {
    if (bits === 32) return { as: "float", text: `F32${element(2)}` };
    if (bits === 64) return { as: "float", text: `F64${element(3)}` };
  }
  if (bits === 8) return { as: "num", text: `U8${element(0)}` };
  if (bits === 16) return { as: "num", text: isAligned ? `U16${element(1)}` : `view.getUint16(${index}, true)` };
  if (bits === 32) return { as: "num", text: isAligned ? `I32${element(2)}` : `view.getInt32(${index}, true)` };
  if (bits === 64) {
    const next = `${at} + ${plus + 4}`;
    return isAligned
      ? { as: "pair", low: `I32${element(2)}`, high: `I32[(${next}) >>> 2]` }
      : { as: "pair", low: `view.getInt32(${index}, true)`, high: `view.getInt32(${next}, true)` };
  }
  const text = `readBytes(U8, ${index}, ${bytes}, ${bits})`;
  return bits < 32 ? { as: "num", text: `Number(${text})` } : { as: "big", text };
}

export function store(code: Code, instruction: Store, site: AccessSite): void {
  const at = position(code, site, instruction.pointer);
  instruction.values.forEach((value, lane) => {
    write(code, value, at, lane * site.laneBytes, site.align);
  });
}

/** Stores one element, `plus` bytes after index `at`. */
export function write(code: Code, value: Operand, at: string, plus: number, align: number): void {
  const type = code.typeOf(value);
  const bits = widthOf(type);
  const bytes = storageBytes(bits);
  const index = plus === 0 ? at : `${at} + ${plus}`;
  const isAligned = align >= bytes;
  if (type.kind === "float" && code.rep(value) === "float" && bits >= 32 && isAligned)
    writeFloat(code, bits, index, code.float(value));
  else if (bits === 8) code.emit(`U8[${index}] = ${code.num(value)};`);
  else if (bits === 16)
    code.emit(
      isAligned ? `U16[(${index}) >>> 1] = ${code.num(value)};` : `view.setUint16(${index}, ${code.num(value)}, true);`,
    );
  else if (bits === 32)
    code.emit(
      isAligned ? `I32[(${index}) >>> 2] = ${code.num(value)};` : `view.setInt32(${index}, ${code.num(value)}, true);`,
    );
  else if (bits === 64) {
    const { low, high } = code.pair(value);
    if (align >= 4) code.emit(`I32[(${index}) >>> 2] = ${low}; I32[(${at} + ${plus + 4}) >>> 2] = ${high};`);
    else code.emit(`view.setInt32(${index}, ${low}, true); view.setInt32(${at} + ${plus + 4}, ${high}, true);`);
  } else code.emit(`writeBytes(U8, ${index}, ${bytes}, ${code.big(value)});`);
}

/** A typed array may store any NaN for NaN: the canonical one is stored as an integer. */
export function writeFloat(code: Code, bits: number, index: string, expression: string): void {
  const text = code.hold(expression);
  const shifted = `(${index}) >>> ${bits === 32 ? 2 : 3}`;
  if (bits === 32) code.emit(`if (${text} === ${text}) F32[${shifted}] = ${text}; else I32[${shifted}] = 0x7fc00000;`);
  else
    code.emit(
      `if (${text} === ${text}) F64[${shifted}] = ${text}; else { I32[(${index}) >>> 2] = 0; I32[((${index}) >>> 2) + 1] = 0x7ff80000; }`,
    );
}
