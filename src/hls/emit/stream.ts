/** Tokens and the streams that carry them. */

import { concat, constant, type Expr, name, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { ValueId } from "../ir/types.js";
import type { Lookup } from "./widths.js";

/** A valid/ready stream whose token holds values. `ready` is a declared wire that the consumer drives. */
export interface Stream {
  readonly valid: Expr;
  readonly ready: Expr;
  readonly lookup: Lookup;
}

/** How values lie in a token: the first field in the lowest bits. An empty token is one bit wide. */
export class TokenLayout {
  readonly width: number;
  private readonly offsets = new Map<ValueId, number>();

  constructor(
    readonly fields: readonly ValueId[],
    private readonly widthOf: (id: ValueId) => number,
  ) {
    let offset = 0;
    for (const id of fields) {
      this.offsets.set(id, offset);
      offset += widthOf(id);
    }
    this.width = Math.max(offset, 1);
  }

  pack(lookup: Lookup): Expr {
    if (this.fields.length === 0) return constant(0, 1);
    return concat(
      ...[...this.fields].reverse().map((id) => {
        const value = lookup(id);
        invariant(value.width === this.widthOf(id), `field ${id} is ${value.width} bits wide, not ${this.widthOf(id)}`);
        return value;
      }),
    );
  }

  /** Declares a wire for every field of the token on `bus` and returns how to find them. */
  unpack(m: ModuleBuilder, bus: Expr, nameOf: (id: ValueId) => string): Lookup {
    const fields = new Map<ValueId, Expr>();
    for (const id of this.fields) {
      const field = m.define(nameOf(id), slice(bus, this.offsets.get(id)!, this.widthOf(id)));
      m.sink(field);
      fields.set(id, field);
    }
    if (this.fields.length === 0) m.sink(bus);
    return lookupIn(fields);
  }
}

export function lookupIn(fields: ReadonlyMap<ValueId, Expr>): Lookup {
  return (id) => {
    const found = fields.get(id);
    invariant(found, `value ${id} is not in the token`);
    return found;
  };
}

/** A stream between two instances: wires for valid, ready and data. */
export function declareStream(
  m: ModuleBuilder,
  label: string,
  layout: TokenLayout,
): { valid: Expr; ready: Expr; data: Expr } {
  return {
    valid: m.wire(`${label}_valid`),
    ready: m.wire(`${label}_ready`),
    data: m.wire(`${label}_data`, layout.width),
  };
}

export const clk = name("clk", 1);
export const rst = name("rst", 1);
