/** TensorProto to a tensor of numbers. */
import { inputError, unsupported } from "../../support/errors.js";
import { DATA_TYPES, type DataType, type Limits, type NumberArray, type Tensor } from "./model.js";
import { numberOf, type WireTensor } from "./wire.js";

const NAMES = new Map(Object.entries(DATA_TYPES).map(([name, number]) => [number as number, name as DataType]));

/** Bytes of one element as it is stored in a file. */
const BYTES = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
  bfloat16: 2,
} as const satisfies Partial<Record<DataType, number>>;

type StoredType = keyof typeof BYTES;

export function dataTypeOf(number: number): DataType | undefined {
  return NAMES.get(number);
}

export const isFloat = (type: DataType) =>
  type === "float32" || type === "float64" || type === "float16" || type === "bfloat16";

/** Reads the bytes of a tensor whose data is in another file. */
export type ReadExternal = (tensor: string, entries: ReadonlyMap<string, string>, bytes: number) => Uint8Array;

/** `what` names the tensor for messages, e.g. "the initialiser w1". */
export function decodeTensor(wire: WireTensor, what: string, limits: Limits, readExternal: ReadExternal): Tensor {
  const type = dataTypeOf(wire.dataType);
  if (!type)
    throw inputError("onnx/type-error", `${what} has the element type ${wire.dataType}, which ONNX does not know`);
  const shape = wire.dims.map(numberOf);
  if (!Object.hasOwn(BYTES, type)) {
    throw unsupported("onnx/element-type", `${what} has elements of type ${type}`, {
      help: "soff computes with floating point and integer tensors; export the model without this one.",
    });
  }
  const stored = type as StoredType;
  const count = checkedSize(shape, stored, what, limits);
  if (wire.dataLocation === 1) {
    const entries = new Map(wire.externalData.map(({ key, value }) => [key, value]));
    return { type, shape, data: fromBytes(stored, readExternal(what, entries, count * BYTES[stored]), count, what) };
  }
  if (wire.rawData.length > 0) return { type, shape, data: fromBytes(stored, wire.rawData, count, what) };
  const listed = listedValues(wire, stored);
  if (listed.length !== count) throw wrongLength(what, shape, count, listed.length);
  const data = makeArray(stored, count);
  if (stored === "float16" || stored === "bfloat16") {
    for (let k = 0; k < count; k++) data[k] = fromHalf(listed[k]!, stored);
  } else for (let k = 0; k < count; k++) data[k] = listed[k]!;
  return { type, shape, data };
}

/** Multiplies in BigInt, so that no product wraps, before anything is allocated. */
export function checkedSize(shape: readonly number[], type: DataType, what: string, limits: Limits): number {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 0)) {
    throw inputError("onnx/invalid-shape", `${what} has the shape ${shape.join("x")}`);
  }
  const count = shape.reduce((product, extent) => product * BigInt(extent), 1n);
  const bytes = count * BigInt(Object.hasOwn(BYTES, type) ? BYTES[type as StoredType] : 8);
  if (bytes > BigInt(limits.tensorBytes)) {
    throw inputError(
      "onnx/too-large",
      `${what} of shape ${shape.join("x")} has ${bytes} bytes; at most ${limits.tensorBytes} are accepted`,
    );
  }
  return Number(count);
}

function wrongLength(what: string, shape: readonly number[], count: number, got: number) {
  return inputError(
    "onnx/tensor-size",
    `${what} of shape ${shape.length === 0 ? "scalar" : shape.join("x")} needs ${count} elements, but the file has ${got}`,
  );
}

export function makeArray(type: DataType, count: number): NumberArray {
  switch (type) {
    case "float64":
    case "int64":
    case "uint64":
      return new Float64Array(count);
    case "int8":
      return new Int8Array(count);
    case "uint8":
    case "bool":
      return new Uint8Array(count);
    case "int16":
      return new Int16Array(count);
    case "uint16":
      return new Uint16Array(count);
    case "int32":
      return new Int32Array(count);
    case "uint32":
      return new Uint32Array(count);
    default:
      return new Float32Array(count);
  }
}

function listedValues(wire: WireTensor, type: StoredType): readonly number[] {
  switch (type) {
    case "float32":
      return wire.floatData;
    case "float64":
      return wire.doubleData;
    case "int64":
      return wire.int64Data.map(numberOf);
    case "uint32":
    case "uint64":
      return wire.uint64Data.map(numberOf);
    default:
      return wire.int32Data;
  }
}

function fromBytes(type: StoredType, bytes: Uint8Array, count: number, what: string): NumberArray {
  const size = BYTES[type];
  if (bytes.length !== count * size) throw wrongLength(what, [count], count, Math.floor(bytes.length / size));
  // The bytes of a file lie at any address: a copy is aligned.
  const buffer = new Uint8Array(bytes).buffer;
  const view = new DataView(buffer);
  switch (type) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "uint8":
    case "bool":
      return new Uint8Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint16":
      return new Uint16Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int64":
      return Float64Array.from({ length: count }, (_, k) => Number(view.getBigInt64(8 * k, true)));
    case "uint64":
      return Float64Array.from({ length: count }, (_, k) => Number(view.getBigUint64(8 * k, true)));
    case "float16":
    case "bfloat16":
      return Float32Array.from({ length: count }, (_, k) => fromHalf(view.getUint16(2 * k, true), type));
  }
}

const scratch = new DataView(new ArrayBuffer(4));

function fromHalf(bits: number, type: "float16" | "bfloat16"): number {
  if (type === "bfloat16") {
    scratch.setUint32(0, bits * 65536);
    return scratch.getFloat32(0);
  }
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The nearest half-precision number's bits, halves to even. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(size || 1)), -14);
  const unit = 2 ** (exponent - 10);
  const floor = Math.floor(size / unit);
  const rest = size / unit - floor;
  const steps = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // A carry out of the fraction is the right carry into the exponent.
  return sign | (steps < 1024 && exponent === -14 ? steps : (exponent + 15) * 1024 + steps - 1024);
}

/** The tensor's bytes as raw_data of a file has them. */
export function toBytes(tensor: Tensor): Uint8Array {
  const { type, data } = tensor;
  if (type === "int64" || type === "uint64") {
    const view = new DataView(new ArrayBuffer(8 * data.length));
    const largest = 2n ** 63n - 1n;
    for (const [k, value] of data.entries()) {
      const exact = BigInt(value);
      view.setBigInt64(8 * k, type === "int64" && exact > largest ? largest : exact, true);
    }
    return new Uint8Array(view.buffer);
  }
  if (type === "float16") {
    const bits = Uint16Array.from(data, toHalf);
    return new Uint8Array(bits.buffer);
  }
  if (type === "bfloat16") {
    const whole = Uint32Array.from(new Uint32Array(Float32Array.from(data).buffer));
    return new Uint8Array(Uint16Array.from(whole, (word) => word >>> 16).buffer);
  }
  // Constants that were computed here may be held more precisely than their type.
  const exact = data instanceof Float64Array && type === "float32" ? Float32Array.from(data) : data;
  return new Uint8Array(exact.buffer, exact.byteOffset, exact.byteLength);
}
