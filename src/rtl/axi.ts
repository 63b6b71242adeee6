/** AXI ports of a top module: their names and widths, once for kernels and NPUs. */
import type { Expr } from "./expr.js";
import type { ModuleBuilder } from "./module.js";

type Widths = readonly (readonly [name: string, bits: number])[];

/** Connections by the library's port names, `m_axi_awvalid` or `s_axi_awvalid`. */
type Ports = Record<string, Expr>;

/** Declares an AXI4-Lite slave `s_axi_*` with data of 32 bits. */
export function axiLiteSlave(m: ModuleBuilder, addressBits: number): Ports {
  const inputs: Widths = [
    ["awvalid", 1],
    ["awaddr", addressBits],
    ["wvalid", 1],
    ["wdata", 32],
    ["wstrb", 4],
    ["bready", 1],
    ["arvalid", 1],
    ["araddr", addressBits],
    ["rready", 1],
  ];
  const outputs: Widths = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rdata", 32],
    ["rresp", 2],
  ];
  const ports: Ports = {};
  for (const [port, width] of inputs) ports[`s_axi_${port}`] = m.input(`s_axi_${port}`, width);
  for (const [port, width] of outputs) ports[`s_axi_${port}`] = m.output(`s_axi_${port}`, width);
  return ports;
}

/** Sizes of an AXI4 master. */
export interface AxiMasterSizes {
  /** Bits of byte addresses. */
  readonly addressBits: number;
  /** Bytes of a beat. */
  readonly axiBytes: number;
  readonly idBits: number;
}

/** Declares the AXI4 master `m_axi<index>_*`. */
export function axiMaster(m: ModuleBuilder, index: number, { addressBits, axiBytes, idBits }: AxiMasterSizes): Ports {
  const outputs: Widths = [
    ["awvalid", 1],
    ["awid", idBits],
    ["awaddr", addressBits],
    ["awlen", 8],
    ["awsize", 3],
    ["awburst", 2],
    ["awlock", 1],
    ["awcache", 4],
    ["awprot", 3],
    ["awqos", 4],
    ["wvalid", 1],
    ["wdata", axiBytes * 8],
    ["wstrb", axiBytes],
    ["wlast", 1],
    ["bready", 1],
    ["arvalid", 1],
    ["arid", idBits],
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
  const inputs: Widths = [
    ["awready", 1],
    ["wready", 1],
    ["bvalid", 1],
    ["bid", idBits],
    ["bresp", 2],
    ["arready", 1],
    ["rvalid", 1],
    ["rid", idBits],
    ["rdata", axiBytes * 8],
    ["rresp", 2],
    ["rlast", 1],
  ];
  const ports: Ports = {};
  for (const [port, width] of outputs) ports[`m_axi_${port}`] = m.output(`m_axi${index}_${port}`, width);
  for (const [port, width] of inputs) ports[`m_axi_${port}`] = m.input(`m_axi${index}_${port}`, width);
  return ports;
}
