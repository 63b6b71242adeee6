/** Prints a memory unit of the top module: for each bank an arbiter and a cache. */

import { concat, constant, type Expr, slice, zeroExtend } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { bitsFor } from "../../support/numbers.js";
import type { MemoryUnit } from "../memory/units.js";
import { floatAdders } from "./atomic.js";
import { type CacheShape, declareRequest, emitCache, type LinePorts } from "./cache.js";
import type { Client, Requester } from "./client.js";
import { clk, rst } from "./stream.js";

/** Name of the instance prefix of a bank. */
export function bankName(unit: MemoryUnit, bank: number): string {
  return unit.banks > 1 ? `${unit.name}_b${bank}` : unit.name;
}

/** Returns the line ports, one set a bank. `fronts`: what each bank is asked by the caches in front of it. */
export function emitUnit(
  m: ModuleBuilder,
  unit: MemoryUnit,
  own: readonly Client[],
  fronts: readonly (readonly Requester[])[],
  fillsOutside: boolean,
  addressBits: number,
  start: Expr,
): LinePorts[] {
  m.blank();
  m.comment(
    `Memory unit ${unit.name}: ${unit.reads ? (unit.writes ? "read and written" : "only read") : "only written"}`,
  );
  const requesters = splitClients(m, unit, own, addressBits);
  const bankBits = Math.log2(unit.banks);
  return requesters.map((list, bank) => {
    const ports = emitBank(
      m,
      unit,
      bankName(unit, bank),
      [...list, ...(fronts[bank] ?? [])],
      fillsOutside,
      addressBits - bankBits,
      start,
    );
    if (unit.banks === 1) return ports;
    const whole = (line: Expr): Expr => concat(line, constant(bank, bankBits));
    return { ...ports, rdLine: whole(ports.rdLine), wrLine: whole(ports.wrLine) };
  });
}

/** What each bank is asked, with addresses within the bank. */
function splitClients(
  m: ModuleBuilder,
  unit: MemoryUnit,
  own: readonly Client[],
  addressBits: number,
): readonly (readonly Requester[])[] {
  const { banks, lineBytes } = unit;
  if (banks === 1) return [own];
  const offsetBits = Math.log2(lineBytes);
  const bankBits = Math.log2(banks);
  const lists: Requester[][] = Array.from({ length: banks }, () => []);
  for (const client of own) {
    if (client.part !== undefined) {
      // Wide accesses have a port a bank.
      const upper = slice(client.addr, offsetBits + bankBits, addressBits - offsetBits - bankBits);
      lists[client.part]!.push({
        ...client,
        addr: concat(upper, slice(client.addr, 0, offsetBits)),
      });
      m.sink(client.addr);
      continue;
    }
    const wire = (label: string, width: number): Expr => m.wire(`${client.name}_bank_${label}`, width);
    const valid = wire("valid", banks);
    const ready = wire("ready", banks);
    const addr = wire("addr", addressBits - bankBits);
    const hasAnswers = client.respValid !== undefined;
    const respValid = hasAnswers ? wire("resp_valid", banks) : undefined;
    const respData = hasAnswers ? wire("resp_data", banks * client.bits) : undefined;
    const unusedValid = hasAnswers ? client.respValid! : m.wire(`unused_${client.name}_resp_valid`);
    const unusedData = hasAnswers ? client.respData! : m.wire(`unused_${client.name}_resp_data`, client.bits);
    m.instance(
      "soff_bank_port",
      `${client.name}_banks`,
      {
        ADDR_W: addressBits,
        LINE_BYTES: lineBytes,
        BANKS: banks,
        DATA_W: client.bits,
        ANSWERS: hasAnswers ? 1 : 0,
        DEPTH: unit.inflight + 4,
      },
      {
        clk,
        rst,
        req_valid: client.valid,
        req_ready: client.ready,
        req_addr: client.addr,
        resp_valid: unusedValid,
        resp_data: unusedData,
        bank_req_valid: valid,
        bank_req_ready: ready,
        bank_req_addr: addr,
        bank_resp_valid: respValid ?? constant(0, banks),
        bank_resp_data: respData ?? constant(0, banks * client.bits),
      },
    );
    lists.forEach((list, b) => {
      list.push({
        ...client,
        valid: slice(valid, b, 1),
        ready: slice(ready, b, 1),
        addr,
        respValid: respValid ? slice(respValid, b, 1) : undefined,
        respData: respData ? slice(respData, b * client.bits, client.bits) : undefined,
      });
    });
  }
  return lists;
}

function emitBank(
  m: ModuleBuilder,
  unit: MemoryUnit,
  bank: string,
  own: readonly Requester[],
  fillsOutside: boolean,
  addressBits: number,
  start: Expr,
): LinePorts {
  const n = own.length;
  const bits = unit.dataBytes * 8;
  const { atomics } = unit;
  const shape: CacheShape = {
    ...unit,
    name: bank,
    addressBits,
    tagBits: bitsFor(n),
    floatAdders: floatAdders(unit.clients.map((c) => c.access)),
    fillsOutside,
  };
  const wire = (label: string, width = 1): Expr => m.wire(`${bank}_${label}`, width);
  const many = (pick: (c: Requester) => Expr): Expr => concat(...[...own].reverse().map(pick));
  const request = declareRequest(m, shape);
  const readyAll = wire("c_ready", n);
  const respValidAll = wire("c_resp_valid", n);
  const respData = wire("c_resp_data", bits);
  m.sink(respData, respValidAll);
  m.instance(
    "soff_mem_arbiter",
    `${bank}_arbiter`,
    { N: n, ADDR_W: addressBits, DATA_BYTES: unit.dataBytes, TAG_W: shape.tagBits, ATOMICS: atomics ? 1 : 0 },
    {
      clk,
      rst,
      c_req_valid: many((c) => c.valid),
      c_req_ready: readyAll,
      c_req_addr: many((c) => c.addr),
      c_req_write: many((c) => constant(c.write ? 1 : 0, 1)),
      c_req_wdata: many((c) => (c.data ? zeroExtend(c.data, bits) : constant(0, bits))),
      c_req_wmask: many((c) => zeroExtend(c.mask, unit.dataBytes)),
      c_req_op: many((c) => constant(c.op, 4)),
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
  return emitCache(m, shape, request, start);
}
