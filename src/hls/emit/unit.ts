/** Prints a memory unit of the top module: its arbiter and its cache. */

import { concat, constant, type Expr, name, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { bitsFor } from "../../support/numbers.js";
import type { MemoryUnit } from "../memory/units.js";
import { atomicCode, floatAdders } from "./atomic.js";
import type { Client } from "./client.js";
import { portPrefix } from "./ports.js";
import { clk, rst } from "./stream.js";

/** The line ports of a unit, towards its channel. */
export interface LinePorts {
  readonly rdValid: Expr;
  readonly rdReady: Expr;
  readonly rdLine: Expr;
  readonly rdDataValid: Expr;
  readonly rdData: Expr;
  readonly wrValid: Expr;
  readonly wrReady: Expr;
  readonly wrLine: Expr;
  readonly wrData: Expr;
  readonly wrStrb: Expr;
  readonly wrAck: Expr;
  readonly flushed: Expr;
}

export function emitUnit(
  m: ModuleBuilder,
  unit: MemoryUnit,
  clients: ReadonlyMap<string, Client>,
  addressBits: number,
  start: Expr,
): LinePorts {
  const own = unit.clients.map((c) => clients.get(portPrefix(c.access, c.part))!);
  const n = own.length;
  const bits = unit.dataBytes * 8;
  const { atomics } = unit.group;
  const tagBits = bitsFor(n);
  m.blank();
  m.comment(
    `Memory unit ${unit.name}: ${unit.reads ? (unit.writes ? "read and written" : "only read") : "only written"}`,
  );
  const wire = (label: string, width = 1): Expr => m.wire(`${unit.name}_${label}`, width);
  const many = (pick: (c: Client) => Expr): Expr => concat(...[...own].reverse().map(pick));
  const request = {
    req_valid: wire("req_valid"),
    req_ready: wire("req_ready"),
    req_addr: wire("req_addr", addressBits),
    req_write: wire("req_write"),
    req_wdata: wire("req_wdata", bits),
    req_wmask: wire("req_wmask", unit.dataBytes),
    req_tag: wire("req_tag", tagBits),
    req_op: wire("req_op", 4),
    req_compare: wire("req_compare", 64),
    resp_valid: wire("resp_valid"),
    resp_data: wire("resp_data", bits),
    resp_tag: wire("resp_tag", tagBits),
  };
  m.sink(request.resp_data, request.resp_tag, request.resp_valid);
  const readyAll = wire("c_ready", n);
  const respValidAll = wire("c_resp_valid", n);
  const respData = wire("c_resp_data", bits);
  m.sink(respData, respValidAll);
  m.instance(
    "soff_mem_arbiter",
    `${unit.name}_arbiter`,
    { N: n, ADDR_W: addressBits, DATA_BYTES: unit.dataBytes, TAG_W: tagBits, ATOMICS: atomics ? 1 : 0 },
    {
      clk,
      rst,
      c_req_valid: many((c) => c.valid),
      c_req_ready: readyAll,
      c_req_addr: many((c) => c.addr),
      c_req_write: many((c) => constant(c.access.node.kind === "store" ? 1 : 0, 1)),
      c_req_wdata: many((c) => (c.data ? zeroExtend(c.data, bits) : constant(0, bits))),
      c_req_wmask: many((c) => zeroExtend(c.mask, unit.dataBytes)),
      c_req_op: many((c) => constant(atomicCode(c.access.node), 4)),
      c_req_compare: many((c) => (c.compare ? zeroExtend(c.compare, 64) : constant(0, 64))),
      c_resp_valid: respValidAll,
      c_resp_data: respData,
      ...request,
    },
  );
  own.forEach((c, k) => {
    m.assign(c.ready, slice(readyAll, k, 1));
    if (c.respValid) m.assign(c.respValid, slice(respValidAll, k, 1));
    if (c.respData) m.assign(c.respData, slice(respData, 0, c.bits));
  });
  const lineBits = addressBits - Math.log2(unit.lineBytes);
  const ports: LinePorts = {
    rdValid: wire("rd_valid"),
    rdReady: wire("rd_ready"),
    rdLine: wire("rd_line", lineBits),
    rdDataValid: wire("rd_data_valid"),
    rdData: wire("rd_data", unit.lineBytes * 8),
    wrValid: wire("wr_valid"),
    wrReady: wire("wr_ready"),
    wrLine: wire("wr_line", lineBits),
    wrData: wire("wr_data", unit.lineBytes * 8),
    wrStrb: wire("wr_strb", unit.lineBytes),
    wrAck: wire("wr_ack"),
    flushed: wire("flushed"),
  };
  m.instance(
    "soff_cache",
    `${unit.name}_cache`,
    {
      ADDR_W: addressBits,
      LINE_BYTES: unit.lineBytes,
      SETS: unit.sets,
      WAYS: unit.ways,
      DATA_BYTES: unit.dataBytes,
      GRAIN_BYTES: unit.grainBytes,
      TAG_W: tagBits,
      INFLIGHT: unit.inflight,
      READS: unit.reads ? 1 : 0,
      WRITES: unit.writes ? 1 : 0,
      ATOMICS: atomics ? 1 : 0,
      FADD: floatAdders(unit.clients.map((c) => c.access)),
    },
    {
      clk,
      rst,
      start,
      flush: name("flush", 1),
      flushed: ports.flushed,
      ...request,
      rd_valid: ports.rdValid,
      rd_ready: ports.rdReady,
      rd_line: ports.rdLine,
      rd_data_valid: ports.rdDataValid,
      rd_data: ports.rdData,
      wr_valid: ports.wrValid,
      wr_ready: ports.wrReady,
      wr_line: ports.wrLine,
      wr_data: ports.wrData,
      wr_strb: ports.wrStrb,
      wr_ack: ports.wrAck,
    },
  );
  if (!unit.reads) {
    m.assign(ports.rdReady, constant(0, 1));
    m.assign(ports.rdDataValid, constant(0, 1));
    m.assign(ports.rdData, constant(0, unit.lineBytes * 8));
    m.sink(ports.rdValid, ports.rdLine);
  }
  if (!unit.writes) {
    m.assign(ports.wrReady, constant(0, 1));
    m.assign(ports.wrAck, constant(0, 1));
    m.sink(ports.wrValid, ports.wrLine, ports.wrData, ports.wrStrb);
  }
  return ports;
}
