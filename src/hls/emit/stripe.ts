/** Prints the way from line numbers of a buffer that is dealt out to several channels to those of one channel. */
import { constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { MemoryUnit } from "../memory/units.js";
import type { LinePorts } from "./cache.js";
import { clk } from "./stream.js";

/** The line ports as the channel of this stripe sees them. */
export function emitStripe(
  m: ModuleBuilder,
  name: string,
  ports: LinePorts,
  unit: MemoryUnit,
  stripe: number,
  shareOf: (parameter: number, stripe: number) => Expr,
): LinePorts {
  const stripes = unit.channels.length;
  const lineBits = ports.rdLine.width;
  const stripeBits = Math.log2(stripes);
  const base = (k: number): Expr => {
    const address = m.define(`${name}_share${k}`, shareOf(unit.group.parameters[0]!, k));
    m.sink(address);
    return slice(address, Math.log2(unit.lineBytes), lineBits);
  };
  const [first, own] = [base(0), base(stripe)];
  const placed = (label: string, line: Expr, isUsed: boolean): Expr => {
    if (!isUsed) return constant(0, lineBits);
    const whole = m.define(`${name}_${label}_whole`, line);
    m.sink(whole);
    const place = m.wire(`${name}_${label}_place`, lineBits);
    m.instance(
      "soff_stripe",
      `${name}_${label}_stripe`,
      { LINE_W: lineBits, STRIPES: stripes },
      { clk, first, own, line: slice(whole, stripeBits, lineBits - stripeBits), place },
    );
    return place;
  };
  return {
    ...ports,
    rdLine: placed("rd", ports.rdLine, ports.reads),
    wrLine: placed("wr", ports.wrLine, ports.writes),
  };
}
