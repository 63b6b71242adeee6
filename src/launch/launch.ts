/**
 * One launch of a kernel: what both engines (interpreter and simulated RTL) execute. Addresses are
 * chosen once, so that both see the same memory.
 */

/** Three dimensions, x first; unused ones are 1 (sizes) or 0 (offsets). */
export type Dim3 = readonly [number, number, number];

export interface NdRange {
  /** Dimensions given by the user: 1, 2 or 3. */
  readonly workDim: number;
  readonly global: Dim3;
  /** Need not divide `global`: the last groups are smaller. */
  readonly local: Dim3;
  readonly offset: Dim3;
}

/**
 * A buffer whose lines are dealt out to several channels of memory in turn. The kernel's pointers count its bytes as if they were one
 * behind the other from `address` on, which is where the first channel has its share.
 */
export interface Stripes {
  readonly lineBytes: number;
  /** Where the other channels have theirs. */
  readonly others: readonly bigint[];
}

export type LaunchArgument =
  /** `bytes` is updated in place by the engine. `address` is the device address of the first byte. */
  | {
      readonly kind: "buffer";
      readonly name: string;
      readonly address: bigint;
      readonly bytes: Uint8Array;
      readonly stripes?: Stripes;
    }
  | { readonly kind: "scalar"; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: "local"; readonly name: string; readonly size: number };

/** `arguments` in the order of the kernel's source parameters. A NULL buffer is a scalar of eight zero bytes. */
export interface Launch {
  readonly kernel: string;
  readonly range: NdRange;
  readonly arguments: readonly LaunchArgument[];
}
