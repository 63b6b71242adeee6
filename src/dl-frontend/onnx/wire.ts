/** The shape of decoded messages (schema.ts), as protobufjs gives them with `defaults`. Only what is read is named. */

export interface WireInt {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}
export interface WireTensor {
  readonly dims: readonly WireInt[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly WireInt[];
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly WireInt[];
  readonly stringData: readonly Uint8Array[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
  readonly dataLocation: number;
}
export interface WireValueInfo {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: {
        readonly dim: readonly { readonly dimValue: WireInt; readonly dimParam: string }[];
      } | null;
    } | null;
  } | null;
}
export interface WireAttribute {
  readonly name: string;
  readonly f: number;
  readonly i: WireInt;
  readonly s: Uint8Array;
  readonly t: WireTensor | null;
  readonly g: object | null;
  readonly floats: readonly number[];
  readonly ints: readonly WireInt[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly object[];
  readonly graphs: readonly object[];
  readonly type: number;
  readonly refAttrName: string;
}
export interface WireNode {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly WireAttribute[];
  readonly domain: string;
}
export interface WireGraph {
  readonly node: readonly WireNode[];
  readonly name: string;
  readonly initializer: readonly WireTensor[];
  readonly input: readonly WireValueInfo[];
  readonly output: readonly WireValueInfo[];
  readonly valueInfo: readonly WireValueInfo[];
  readonly sparseInitializer: readonly object[];
}
export interface WireModel {
  readonly irVersion: WireInt;
  readonly graph: WireGraph | null;
  readonly opsetImport: readonly { readonly domain: string; readonly version: WireInt }[];
  readonly functions: readonly object[];
}

/** A 64-bit integer as a double; exact to 2^53. */
export function numberOf(value: WireInt | number): number {
  if (typeof value === "number") return value;
  return (value.unsigned ? value.high >>> 0 : value.high) * 2 ** 32 + (value.low >>> 0);
}
