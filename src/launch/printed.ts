/** What a kernel printed while its circuit was simulated: `SOFF-PRINT SITE HEX` lines become text. */
import { formatPrint } from "../hls/ir/print-format.js";
import { widthOf } from "../hls/ir/types.js";
import type { DesignPrint } from "../rtl/design.js";
import { invariant } from "../support/errors.js";

/** The text of all prints, in the order in which the circuit came to them. */
export function printedText(prints: readonly DesignPrint[], stdout: string): string {
  return [...stdout.matchAll(/^SOFF-PRINT (\d+) ([0-9a-f]*)$/gm)]
    .map(([, site, hex]) => {
      const print = prints.find((each) => each.site === Number(site));
      invariant(print, `the design knows no printf ${site}`);
      return textOf(print, packed(hex!));
    })
    .join("");
}

/** The bytes as one number, the first lowest. */
const packed = (hex: string): bigint => BigInt(`0x0${Buffer.from(hex, "hex").reverse().toString("hex")}`);

/** The arguments lie side by side, the first in the lowest bits. */
function textOf({ format, arguments: types, strings }: DesignPrint, data: bigint): string {
  let rest = data;
  const bits = types.map((type) => {
    const width = widthOf(type);
    const value = BigInt.asUintN(width, rest);
    rest >>= BigInt(width);
    return value;
  });
  return formatPrint(format, bits, types, (address) => {
    for (const { start, hex } of strings) {
      const bytes = Buffer.from(hex, "hex");
      const at = Number(address - BigInt(start));
      if (at < 0 || at >= bytes.length) continue;
      const end = bytes.indexOf(0, at);
      return bytes.subarray(at, end < 0 ? bytes.length : end).toString("utf8");
    }
    return undefined;
  });
}
