/** Prints a memory channel of the top module: the caches whose buffers lie in one memory, towards its AXI4 master. */

import { axiMaster } from "../../rtl/axi.js";
import { concat, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import { bitsFor } from "../../support/numbers.js";
import type { Board } from "../../target/board.js";
import type { MemorySizes } from "../memory/sizes.js";
import type { MemorySystem } from "../memory/units.js";
import type { LinePorts } from "./cache.js";
import { clk, rst } from "./stream.js";

/** `here`: the line ports that it serves. Returns a wire that says that memory has answered with an error. */
export function emitChannel(
  m: ModuleBuilder,
  index: number,
  here: readonly LinePorts[],
  board: Board,
  sizes: MemorySizes,
  idBits: number,
): Expr {
  const readers = here.filter((l) => l.reads);
  const writers = here.filter((l) => l.writes);
  const { lineBytes } = here[0]!;
  invariant(
    here.every((l) => l.lineBytes === lineBytes),
    "units of a channel have lines of one size",
  );
  const addressBits = board.memory.axiAddressBits;
  const axiBytes = board.memory.axiDataBits / 8;
  const lineBits = addressBits - Math.log2(lineBytes);
  m.blank();
  m.comment(`Memory channel ${index}`);
  const wire = (label: string, width = 1): Expr => m.wire(`ch${index}_${label}`, width);
  const pack = (list: typeof here, pick: (p: LinePorts) => Expr, empty: Expr): Expr =>
    list.length > 0 ? concat(...[...list].reverse().map(pick)) : empty;
  const spread = (vector: Expr, list: typeof here, pick: (p: LinePorts) => Expr): void => {
    list.forEach((h, k) => {
      m.assign(pick(h), slice(vector, k, 1));
    });
    if (list.length === 0) m.sink(vector);
  };
  const rdReady = wire("rd_ready", Math.max(1, readers.length));
  const rdDataValid = wire("rd_data_valid", Math.max(1, readers.length));
  const rdData = wire("rd_data", lineBytes * 8);
  const wrReady = wire("wr_ready", Math.max(1, writers.length));
  const wrAck = wire("wr_ack", Math.max(1, writers.length));
  const error = wire("error");
  m.sink(rdData);
  const common = {
    NR: readers.length,
    NW: writers.length,
    ADDR_W: addressBits,
    LINE_BYTES: lineBytes,
    ID_W: idBits,
  };
  m.instance(
    sizes.direct ? "soff_direct_channel" : "soff_channel",
    `channel${index}`,
    sizes.direct ? common : { ...common, AXI_BYTES: axiBytes, MAX_BURST: sizes.maxBurst, QUEUE: sizes.queue },
    {
      clk,
      rst,
      rd_valid: pack(readers, (p) => p.rdValid, constant(0, 1)),
      rd_ready: rdReady,
      rd_line: pack(readers, (p) => p.rdLine, constant(0, 1)),
      rd_data_valid: rdDataValid,
      rd_data: rdData,
      wr_valid: pack(writers, (p) => p.wrValid, constant(0, 1)),
      wr_ready: wrReady,
      wr_line: pack(writers, (p) => p.wrLine, constant(0, 1)),
      wr_data: pack(writers, (p) => p.wrData, constant(0, 1)),
      wr_strb: pack(writers, (p) => p.wrStrb, constant(0, 1)),
      wr_ack: wrAck,
      ...axiMaster(m, index, { addressBits, axiBytes, idBits }),
      error,
    },
  );
  spread(rdReady, readers, (p) => p.rdReady);
  spread(rdDataValid, readers, (p) => p.rdDataValid);
  for (const h of readers) m.assign(h.rdData, rdData);
  spread(wrReady, writers, (p) => p.wrReady);
  spread(wrAck, writers, (p) => p.wrAck);
  invariant(lineBits > 0, "a line is smaller than memory");
  return error;
}

/** Bits of the AXI ids of a design: enough for all that can ask any of its channels. */
export function axiIdBits({ units }: MemorySystem): number {
  const fronts = new Set(units.flatMap((u) => u.fronts));
  return bitsFor(units.reduce((n, u) => n + (fronts.has(u) ? 0 : u.banks), 0));
}
