/** Prints the second level of a group: a cache whose clients are the caches in front of it and whose words are lines. */
import { concat, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { bitsFor } from "../../support/numbers.js";
import type { SharedCache } from "../memory/units.js";
import { type CacheShape, declareRequest, emitCache, type LinePorts } from "./cache.js";
import { clk, rst } from "./stream.js";

/** `clients`: the line ports of the caches in front of it. Returns its own. */
export function emitShared(
  m: ModuleBuilder,
  shared: SharedCache,
  clients: readonly LinePorts[],
  addressBits: number,
  start: Expr,
): LinePorts {
  const { name, lineBytes } = shared;
  const n = clients.length;
  m.blank();
  m.comment(`Second level ${name}`);
  const shape: CacheShape = {
    ...shared,
    addressBits,
    dataBytes: lineBytes,
    grainBytes: lineBytes,
    tagBits: bitsFor(n),
    reads: true,
    writes: false,
    atomics: false,
    floatAdders: 0,
  };
  const request = declareRequest(m, shape);
  const offset = constant(0, Math.log2(lineBytes));
  const ready = m.wire(`${name}_c_ready`, n);
  const valid = m.wire(`${name}_c_resp_valid`, n);
  const data = m.wire(`${name}_c_resp_data`, lineBytes * 8);
  const many = (pick: (c: LinePorts) => Expr): Expr => concat(...[...clients].reverse().map(pick));
  m.instance(
    "soff_mem_arbiter",
    `${name}_arbiter`,
    { N: n, ADDR_W: addressBits, DATA_BYTES: lineBytes, TAG_W: shape.tagBits, ATOMICS: 0 },
    {
      clk,
      rst,
      c_req_valid: many((c) => c.rdValid),
      c_req_ready: ready,
      c_req_addr: many((c) => concat(c.rdLine, offset)),
      c_req_write: constant(0, n),
      c_req_wdata: constant(0, n * lineBytes * 8),
      c_req_wmask: constant(0, n * lineBytes),
      c_req_op: constant(0, 4 * n),
      c_req_compare: constant(0, 64 * n),
      c_resp_valid: valid,
      c_resp_data: data,
      ...request,
    },
  );
  clients.forEach((c, k) => {
    m.assign(c.rdReady, slice(ready, k, 1));
    m.assign(c.rdDataValid, slice(valid, k, 1));
    m.assign(c.rdData, data);
  });
  return emitCache(m, shape, request, start);
}
