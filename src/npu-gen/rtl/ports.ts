/** Ports of the top module: AXI4-Lite slave for the registers, AXI4 master for the memory. */
import type { Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";

export interface BoardPort {
  /** Bits of byte addresses and bytes of a beat of the memory's AXI port. */
  readonly addressBits: number;
  readonly axiBytes: number;
}

export const CONTROL_ADDRESS_BITS = 8;
export const ID_BITS = 4;

export function controlPorts(m: ModuleBuilder): Record<string, Expr> {
  const inputs: [string, number][] = [
    ["awvalid", 1],
    ["awaddr", CONTROL_ADDRESS_BITS],
    ["wvalid", 1],
    ["wdata", 32],
    ["wstrb", 4],
    ["bready", 1],
    ["arvalid", 1],
    ["araddr", CONTROL_ADDRESS_BITS],
    ["rready", 1],
  ];
  const outputs: [string, number][] = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rdata", 32],
    ["rresp", 2],
  ];
  return Object.fromEntries([
    ...inputs.map(([n, w]) => [`s_axi_${n}`, m.input(`s_axi_${n}`, w)]),
    ...outputs.map(([n, w]) => [`s_axi_${n}`, m.output(`s_axi_${n}`, w)]),
  ]) as Record<string, Expr>;
}

export function axiPorts(m: ModuleBuilder, port: BoardPort): Record<string, Expr> {
  const { addressBits, axiBytes } = port;
  const outputs: [string, number][] = [
    ["awvalid", 1],
    ["awid", ID_BITS],
    ["awaddr", addressBits],
    ["awlen", 8],
    ["awsize", 3],
    ["awburst", 2],
    ["awlock", 1],
    ["awcache", 4],
    ["awprot", 3],
    ["awqos", 4],
    ["wvalid", 1],
    ["wdata", 8 * axiBytes],
    ["wstrb", axiBytes],
    ["wlast", 1],
    ["bready", 1],
    ["arvalid", 1],
    ["arid", ID_BITS],
    ["araddr", addressBits],
    ["arlen", 8],
    ["arsize", 3],
    ["arburst", 2],
    ["arlock", 1],
    ["arcache", 4],
    ["arprot", 3],
    ["arqos", 4],
    ["rready", 1],
  ];
  const inputs: [string, number][] = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bid", ID_BITS],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rid", ID_BITS],
    ["rdata", 8 * axiBytes],
    ["rresp", 2],
    ["rlast", 1],
  ];
  return Object.fromEntries([
    ...outputs.map(([n, w]) => [`m_axi_${n}`, m.output(`m_axi0_${n}`, w)]),
    ...inputs.map(([n, w]) => [`m_axi_${n}`, m.input(`m_axi0_${n}`, w)]),
  ]) as Record<string, Expr>;
}
