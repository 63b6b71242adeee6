/**
 * Movements as maps: where every element of a tensor comes from. Chains of transpose, reshape, slice, concat, pad and gather
 * compose, so that only what a computation reads is ever copied.
 */
import type { IntegerGraph, IntegerTensor, Movement, TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant, unreachable } from "../../support/errors.js";
import { elementsOf } from "./shape.js";

/** An element's origin: 0 and more: element of a root (see `rootOf`); less: the constant `-code - 129`. */
export type Origins = Int32Array;

export const constantOrigin = (value: number): number => -(value + 129);
export const constantValue = (origin: number): number => -origin - 129;

const movements = new Set(["reshape", "transpose", "slice", "concat", "pad", "gather"]);
export const isMovement = (operation: { readonly kind: string }): operation is Movement =>
  movements.has(operation.kind);

export class Maps {
  private readonly tensors: ReadonlyMap<TensorId, IntegerTensor>;
  private readonly movers = new Map<TensorId, Movement>();
  private readonly known = new Map<TensorId, Origins>();
  private readonly offsets = new Map<TensorId, number>();
  private readonly roots: { readonly id: TensorId; readonly from: number; readonly to: number }[] = [];
  private total = 0;

  constructor(graph: IntegerGraph) {
    this.tensors = new Map(graph.tensors.map((t) => [t.id, t]));
    for (const operation of graph.operations) if (isMovement(operation)) this.movers.set(operation.output, operation);
  }

  tensor(id: TensorId): IntegerTensor {
    const tensor = this.tensors.get(id);
    invariant(tensor, `no tensor ${id}`);
    return tensor;
  }

  isMoved(id: TensorId): boolean {
    return this.movers.has(id);
  }

  /** First origin of a root's elements. */
  offsetOf(id: TensorId): number {
    const known = this.offsets.get(id);
    if (known !== undefined) return known;
    const size = elementsOf(this.tensor(id).shape);
    this.offsets.set(id, this.total);
    this.roots.push({ id, from: this.total, to: this.total + size });
    this.total += size;
    return this.total - size;
  }

  /** The root that an origin lies in. */
  rootOf(origin: number): TensorId {
    let low = 0;
    let high = this.roots.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.roots[middle]!.from <= origin) low = middle;
      else high = middle - 1;
    }
    return this.roots[low]!.id;
  }

  /** Roots whose elements occur. */
  rootsOf(origins: Origins): TensorId[] {
    const found = new Set<TensorId>();
    let from = 0;
    let to = -1;
    for (const origin of origins) {
      if (origin < 0 || (origin >= from && origin < to)) continue;
      const id = this.rootOf(origin);
      found.add(id);
      from = this.offsetOf(id);
      to = from + elementsOf(this.tensor(id).shape);
    }
    return [...found];
  }

  origins(id: TensorId): Origins {
    let origins = this.known.get(id);
    if (!origins) {
      origins = this.compute(id);
      this.known.set(id, origins);
    }
    return origins;
  }

  private compute(id: TensorId): Origins {
    const tensor = this.tensor(id);
    const size = elementsOf(tensor.shape);
    if (tensor.constant) return Int32Array.from(tensor.constant, constantOrigin);
    const mover = this.movers.get(id);
    if (!mover) {
      const offset = this.offsetOf(id);
      return Int32Array.from({ length: size }, (_, i) => offset + i);
    }
    if (mover.kind === "concat") return this.concatenated(mover, tensor);
    const source = this.origins(mover.input);
    if (mover.kind === "reshape") return source;
    const from = this.tensor(mover.input).shape;
    const axes = contributions(mover, from, tensor.shape);
    const outside = mover.kind === "pad" ? constantOrigin(mover.value) : 0;
    const out = new Int32Array(size);
    const at = new Array<number>(tensor.shape.length).fill(0);
    for (let i = 0; i < size; i++) {
      let flat = 0;
      for (let k = 0; k < at.length; k++) {
        const part = axes[k]![at[k]!]!;
        if (part < 0) {
          flat = -1;
          break;
        }
        flat += part;
      }
      out[i] = flat < 0 ? outside : source[flat]!;
      for (let k = at.length - 1; k >= 0; k--) {
        at[k] = at[k]! + 1;
        if (at[k]! < tensor.shape[k]!) break;
        at[k] = 0;
      }
    }
    return out;
  }

  private concatenated(mover: Movement & { kind: "concat" }, tensor: IntegerTensor): Origins {
    const out = new Int32Array(elementsOf(tensor.shape));
    const axis = mover.axis < 0 ? mover.axis + tensor.shape.length : mover.axis;
    const inner = elementsOf(tensor.shape.slice(axis + 1));
    const outer = elementsOf(tensor.shape.slice(0, axis));
    const row = tensor.shape[axis]! * inner;
    let column = 0;
    for (const input of mover.inputs) {
      const source = this.origins(input);
      const width = this.tensor(input).shape[axis]! * inner;
      for (let o = 0; o < outer; o++) out.set(source.subarray(o * width, (o + 1) * width), o * row + column);
      column += width;
    }
    return out;
  }
}

/** For every axis of the output and every index on it: the part of the input's flat index, or -1 outside of the input. */
function contributions(
  mover: Exclude<Movement, { kind: "concat" | "reshape" }>,
  from: readonly number[],
  to: readonly number[],
): Int32Array[] {
  const strides = from.map((_, k) => elementsOf(from.slice(k + 1)));
  const each = (f: (axis: number, index: number) => number): Int32Array[] =>
    to.map((extent, axis) => Int32Array.from({ length: extent }, (_, i) => f(axis, i)));
  switch (mover.kind) {
    case "transpose":
      return each((axis, i) => i * strides[mover.order[axis]!]!);
    case "slice":
      return each((axis, i) => (mover.starts[axis]! + i * mover.steps[axis]!) * strides[axis]!);
    case "gather": {
      const on = mover.axis < 0 ? mover.axis + from.length : mover.axis;
      return each((axis, i) => (axis === on ? mover.indices[i]! : i) * strides[axis]!);
    }
    case "pad":
      return each((axis, i) => {
        const extent = from[axis]!;
        const at = i - mover.before[axis]!;
        if (at >= 0 && at < extent) return at * strides[axis]!;
        if (mover.mode === "constant") return -1;
        if (mover.mode === "edge") return Math.min(Math.max(at, 0), extent - 1) * strides[axis]!;
        const period = Math.max(1, 2 * (extent - 1));
        const folded = ((at % period) + period) % period;
        return (folded < extent ? folded : period - folded) * strides[axis]!;
      });
    default:
      return unreachable(mover);
  }
}
