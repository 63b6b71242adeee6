/** Prints one cache of the top module and the line ports that it has towards memory. */
import { constant, type Expr, name } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { clk, rst } from "./stream.js";

/** The line ports of a cache, towards its channel or a second level. */
export interface LinePorts {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly lineBytes: number;
  readonly rdValid: Expr;
  readonly rdReady: Expr;
  readonly rdLine: Expr;
  readonly rdDataValid: Expr;
  readonly rdData: Expr;
  /** Of a cache whose lines wait outside of it. */
  readonly rdDataReady?: Expr;
  readonly wrValid: Expr;
  readonly wrReady: Expr;
  readonly wrLine: Expr;
  readonly wrData: Expr;
  readonly wrStrb: Expr;
  readonly wrAck: Expr;
  readonly flushed: Expr;
}

export interface CacheShape {
  readonly name: string;
  readonly addressBits: number;
  readonly lineBytes: number;
  readonly sets: number;
  readonly ways: number;
  readonly dataBytes: number;
  readonly grainBytes: number;
  readonly tagBits: number;
  readonly inflight: number;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly atomics: boolean;
  readonly floatAdders: number;
  /** Lines that come wait outside (`soff_line_reader`). */
  readonly fillsOutside: boolean;
  /** No cache: accesses go straight to the channel. */
  readonly direct?: boolean;
}

/** The wires of a cache's client side, `NAME_req_…` and `NAME_resp_…`. */
export function declareRequest(m: ModuleBuilder, shape: CacheShape): Record<string, Expr> {
  const wire = (label: string, width = 1): Expr => m.wire(`${shape.name}_${label}`, width);
  const bits = shape.dataBytes * 8;
  const request = {
    req_valid: wire("req_valid"),
    req_ready: wire("req_ready"),
    req_addr: wire("req_addr", shape.addressBits),
    req_write: wire("req_write"),
    req_wdata: wire("req_wdata", bits),
    req_wmask: wire("req_wmask", shape.dataBytes),
    req_tag: wire("req_tag", shape.tagBits),
    req_op: wire("req_op", 4),
    req_compare: wire("req_compare", 64),
    resp_valid: wire("resp_valid"),
    resp_data: wire("resp_data", bits),
    resp_tag: wire("resp_tag", shape.tagBits),
  };
  m.sink(request.resp_data, request.resp_tag, request.resp_valid);
  return request;
}

/** Line numbers at the ports have `addressBits` of the shape less the line's own. */
export function emitCache(m: ModuleBuilder, shape: CacheShape, request: Record<string, Expr>, start: Expr): LinePorts {
  const { lineBytes, reads, writes } = shape;
  const wire = (label: string, width = 1): Expr => m.wire(`${shape.name}_${label}`, width);
  const lineBits = shape.addressBits - Math.log2(lineBytes);
  const ports: LinePorts = {
    reads,
    writes,
    lineBytes,
    rdValid: wire("rd_valid"),
    rdReady: wire("rd_ready"),
    rdLine: wire("rd_line", lineBits),
    rdDataValid: wire("rd_data_valid"),
    rdData: wire("rd_data", lineBytes * 8),
    ...(shape.fillsOutside ? { rdDataReady: wire("rd_data_ready") } : {}),
    wrValid: wire("wr_valid"),
    wrReady: wire("wr_ready"),
    wrLine: wire("wr_line", lineBits),
    wrData: wire("wr_data", lineBytes * 8),
    wrStrb: wire("wr_strb", lineBytes),
    wrAck: wire("wr_ack"),
    flushed: wire("flushed"),
  };
  const lines = {
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
  };
  const common = {
    ADDR_W: shape.addressBits,
    LINE_BYTES: lineBytes,
    DATA_BYTES: shape.dataBytes,
    TAG_W: shape.tagBits,
    INFLIGHT: shape.inflight,
    READS: reads ? 1 : 0,
    WRITES: writes ? 1 : 0,
  };
  if (shape.direct) {
    const { req_op, req_compare, ...plain } = request;
    m.sink(req_op!, req_compare!, name("flush", 1));
    m.instance("soff_direct", `${shape.name}_cache`, common, { clk, rst, flushed: ports.flushed, ...plain, ...lines });
  } else {
    m.instance(
      "soff_cache",
      `${shape.name}_cache`,
      {
        ...common,
        SETS: shape.sets,
        WAYS: shape.ways,
        GRAIN_BYTES: shape.grainBytes,
        ...(shape.fillsOutside ? { FILLS: 0 } : {}),
        ATOMICS: shape.atomics ? 1 : 0,
        FADD: shape.floatAdders,
      },
      {
        clk,
        rst,
        start,
        flush: name("flush", 1),
        flushed: ports.flushed,
        ...request,
        ...lines,
        rd_data_ready: ports.rdDataReady ?? m.wire(`unused_${shape.name}_rd_data_ready`),
      },
    );
  }
  if (!reads) {
    m.assign(ports.rdReady, constant(0, 1));
    m.assign(ports.rdDataValid, constant(0, 1));
    m.assign(ports.rdData, constant(0, lineBytes * 8));
    m.sink(ports.rdValid, ports.rdLine);
  }
  if (!writes) {
    m.assign(ports.wrReady, constant(0, 1));
    m.assign(ports.wrAck, constant(0, 1));
    m.sink(ports.wrValid, ports.wrLine, ports.wrData, ports.wrStrb);
  }
  return ports;
}
