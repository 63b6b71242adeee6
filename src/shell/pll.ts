/** Dividers of the PLLs of the open boards. */
import { InternalError } from "../support/errors.js";

export interface PllSettings {
  readonly inputMHz: number;
  /** What really comes out. */
  readonly mhz: number;
  /** As the primitive's parameters want them. */
  readonly inputDivider: number;
  readonly feedbackDivider: number;
  readonly outputDivider: number;
  /** SB_PLL40 only. */
  readonly filterRange?: number;
}

/** A clock from an oscillator: undefined when the oscillator itself will do. */
export type PllSolver = (inputMHz: number, wantedMHz: number) => PllSettings | undefined;

/** The highest output at or below what is wanted, among settings that the device allows. */
function best(candidates: Iterable<PllSettings>, wanted: number): PllSettings {
  let found: PllSettings | undefined;
  for (const each of candidates) if (each.mhz <= wanted + 1e-6 && (!found || each.mhz > found.mhz + 1e-9)) found = each;
  if (!found) throw new InternalError(`no PLL setting gives ${wanted} MHz or a little less`);
  return found;
}

/**
 * ECP5 EHXPLLL with its feedback from CLKOP (Lattice FPGA-TN-02200): output = input * feedback / input divider, the VCO
 * (output times output divider) between 400 and 800 MHz, the phase detector between 3.125 and 400 MHz.
 */
export const ehxpll: PllSolver = (inputMHz, wantedMHz) => best(ehxpllSettings(inputMHz), wantedMHz);

function* ehxpllSettings(inputMHz: number): Generator<PllSettings> {
  for (let inputDivider = 1; inputDivider <= 8; inputDivider++) {
    if (inputMHz / inputDivider < 3.125) break;
    for (let feedbackDivider = 1; feedbackDivider <= 80; feedbackDivider++) {
      const mhz = (inputMHz * feedbackDivider) / inputDivider;
      if (mhz > 400) break;
      // The middle of the VCO's range.
      const outputDivider = Math.min(128, Math.round(600 / mhz));
      const vco = mhz * outputDivider;
      if (vco < 400 || vco > 800) continue;
      yield { inputMHz, mhz, inputDivider, feedbackDivider, outputDivider };
    }
  }
}

/**
 * iCE40 SB_PLL40 in simple feedback (Lattice FPGA-TN-02052): output = input * (DIVF + 1) / ((DIVR + 1) * 2^DIVQ), the VCO between
 * 533 and 1066 MHz, the phase detector between 10 and 133 MHz. The parameters hold DIVR, DIVF and DIVQ.
 */
export const sbPll40: PllSolver = (inputMHz, wantedMHz) =>
  Math.abs(inputMHz - wantedMHz) < 1e-6 ? undefined : best(sbPll40Settings(inputMHz), wantedMHz);

function* sbPll40Settings(inputMHz: number): Generator<PllSettings> {
  for (let divr = 0; divr <= 15; divr++) {
    const reference = inputMHz / (divr + 1);
    if (reference < 10 || reference > 133) continue;
    const filterRange = reference < 17 ? 1 : reference < 26 ? 2 : reference < 44 ? 3 : reference < 66 ? 4 : 5;
    for (let divf = 0; divf <= 127; divf++) {
      const vco = reference * (divf + 1);
      if (vco < 533 || vco > 1066) continue;
      for (let divq = 1; divq <= 6; divq++) {
        const mhz = vco / 2 ** divq;
        yield { inputMHz, mhz, inputDivider: divr, feedbackDivider: divf, outputDivider: divq, filterRange };
      }
    }
  }
}

export const pllSolvers = { ehxpll, sb_pll40: sbPll40 } as const satisfies Record<string, PllSolver>;
