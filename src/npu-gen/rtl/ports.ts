/** Sizes of the top module's ports: AXI4-Lite slave for the registers, AXI4 master for the memory. */

export interface BoardPort {
  /** Bits of byte addresses and bytes of a beat of the memory's AXI port. */
  readonly addressBits: number;
  readonly axiBytes: number;
}

export const CONTROL_ADDRESS_BITS = 8;
export const ID_BITS = 4;
