/** Prints the way from a cache to the banks of the second level behind it. */
import { concat, constant, type Expr, slice } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { LinePorts } from "./cache.js";
import type { Requester } from "./client.js";
import { clk, rst } from "./stream.js";

/** Lines asked of one bank and not yet used, at most: a bank's share of a line a cycle over memory's latency. */
const readerDepth = 32;

/** What the cache `name` asks each bank, with addresses within the bank. */
export function emitFront(m: ModuleBuilder, name: string, cache: LinePorts, banks: number): Requester[] {
  const { lineBytes } = cache;
  const bits = lineBytes * 8;
  const offset = constant(0, Math.log2(lineBytes));
  const request = (valid: Expr, ready: Expr, line: Expr, respValid: Expr, respData: Expr): Requester => ({
    write: false,
    op: 0,
    bits,
    mask: constant(0, lineBytes),
    valid,
    ready,
    addr: concat(line, offset),
    data: undefined,
    compare: undefined,
    respValid,
    respData,
  });
  if (banks === 1) return [request(cache.rdValid, cache.rdReady, cache.rdLine, cache.rdDataValid, cache.rdData)];
  const wire = (label: string, width: number): Expr => m.wire(`${name}_bank_${label}`, width);
  const lineBits = cache.rdLine.width;
  const valid = wire("valid", banks);
  const ready = wire("ready", banks);
  const line = wire("line", lineBits - Math.log2(banks));
  const dataValid = wire("data_valid", banks);
  const data = Array.from({ length: banks }, (_, b) => wire(`data${b}`, bits));
  m.instance(
    "soff_line_reader",
    `${name}_reader`,
    { LINE_W: lineBits, LINE_BYTES: lineBytes, TARGETS: banks, DEPTH: readerDepth },
    {
      clk,
      rst,
      rd_valid: cache.rdValid,
      rd_ready: cache.rdReady,
      rd_line: cache.rdLine,
      rd_data_valid: cache.rdDataValid,
      rd_data_ready: cache.rdDataReady!,
      rd_data: cache.rdData,
      target_valid: valid,
      target_ready: ready,
      target_line: line,
      target_data_valid: dataValid,
      target_data: concat(...[...data].reverse()),
    },
  );
  return data.map((d, b) => request(slice(valid, b, 1), slice(ready, b, 1), line, slice(dataValid, b, 1), d));
}
