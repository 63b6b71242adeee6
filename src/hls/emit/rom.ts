/** Reads of constant tables: each one has a block RAM or LUT RAM of its own, read in one cycle. */

import { concat, type Expr, name, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import { powerOfTwo } from "../../support/numbers.js";
import type { PlacedObject, RomRead } from "../datapath/types.js";
import { widthOf } from "../ir/types.js";

/** Results of the read, one cycle after `address`. */
export function emitRom(
  m: ModuleBuilder,
  read: RomRead,
  address: Expr,
  constants: readonly PlacedObject[],
  label: string,
): Expr[] {
  const tables = constants.filter((c) => read.tables.includes(c.object.name));
  invariant(tables.length > 0, "a constant read has a table");
  const elementBytes = Math.ceil(widthOf(read.results[0]!.type) / 8);
  const wordBytes = powerOfTwo(elementBytes * read.results.length);
  // One table is found by the low bits of the address, several by the whole of it.
  const single = tables.length === 1 ? tables[0]! : undefined;
  const base = single ? single.address : 0;
  const end = Math.max(...tables.map((t) => t.address + t.object.bytes.length)) - base;
  const words = powerOfTwo(Math.max(2, Math.ceil(end / wordBytes)));
  const image = new Uint8Array(words * wordBytes);
  for (const t of tables) image.set(t.object.bytes, t.address - base);
  const width = wordBytes * 8;
  const memory = m.fresh(`${label}_rom`);
  m.raw(`reg [${width - 1}:0] ${memory} [0:${words - 1}];`, "initial begin");
  for (let k = 0; k < words; k++) {
    let word = 0n;
    for (let b = wordBytes - 1; b >= 0; b--) word = (word << 8n) | BigInt(image[k * wordBytes + b]!);
    m.raw(`  ${memory}[${k}] = ${width}'h${word.toString(16)};`);
  }
  m.raw("end");
  const low = Math.log2(wordBytes);
  const index = slice(address, low, Math.log2(words));
  const q = m.fresh(`${label}_q`);
  m.raw(`reg [${width - 1}:0] ${q};`, `always @(posedge clk) ${q} <= ${memory}[${index.text}];`);
  const word = name(q, width);
  m.sink(word, address);
  return read.results.map((r, lane) => {
    const bits = slice(word, lane * elementBytes * 8, widthOf(r.type));
    return concat(bits);
  });
}
