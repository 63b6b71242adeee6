/** Seeded random integer graphs, for tests of whatever runs them: single operators with odd shapes, and small networks. */
import type {
  Binary,
  IntegerGraph,
  IntegerOperation,
  IntegerTensor,
  Quantisation,
  Requantise,
  Window,
} from "../../src/dl-frontend/integer/graph.js";
import { sizeOf } from "../../src/dl-frontend/integer/shape.js";
import { windowOutput } from "../../src/dl-frontend/integer/verify.js";

/** A small generator of pseudo-random numbers (mulberry32): the same seed, the same graph. */
export class Random {
  constructor(private state: number) {}
  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  int8(length: number): Int8Array {
    return Int8Array.from({ length }, () => this.between(-128, 127));
  }
}

export type OperationKind = IntegerOperation["kind"];
export const OPERATION_KINDS: readonly OperationKind[] = [
  "conv",
  "matmul",
  "add",
  "mul",
  "lookup",
  "max-pool",
  "average-pool",
  "softmax",
  "reshape",
  "transpose",
  "slice",
  "concat",
  "pad",
  "gather",
];

/** Values for the graph's inputs. */
export function randomInputs(graph: IntegerGraph, seed: number): Map<number, Int8Array> {
  const random = new Random(seed);
  const shapes = new Map(graph.tensors.map((tensor) => [tensor.id, tensor.shape]));
  return new Map(graph.inputs.map((id) => [id, random.int8(sizeOf(shapes.get(id)!))]));
}

/** A graph of one operation on graph inputs. */
export function randomOperation(kind: OperationKind, seed: number): IntegerGraph {
  const random = new Random(seed);
  const build = new Builder(random);
  const size = (most: number) => random.between(1, most);
  const rank4 = () => build.input([random.pick([1, 1, 1, 2]), size(20), size(13), size(13)]);
  const any = () => build.input(Array.from({ length: random.between(1, 4) }, () => size(9)));
  switch (kind) {
    case "conv":
      return build.done(build.convolution(rank4()));
    case "max-pool":
      return build.done(build.maxPool(rank4()));
    case "average-pool":
      return build.done(build.averagePool(rank4()));
    case "add":
    case "mul": {
      const shape = Array.from({ length: random.between(1, 4) }, () => size(9));
      const narrow = (other: boolean) => shape.map((extent) => (other && random.chance(0.3) ? 1 : extent));
      const a = build.input(narrow(false));
      return build.done(build.binary(kind, a, build.input(narrow(true))));
    }
    case "matmul": {
      const [batch, rows, depth, columns] = [size(3), size(9), size(40), size(20)];
      const transposed = random.chance(0.5);
      const a = build.input([batch, rows, depth]);
      const b = build.input(transposed ? [batch, columns, depth] : [batch, depth, columns], {
        scale: 0.01,
        zeroPoint: 0,
      });
      return build.done(build.matmul(a, b, transposed));
    }
    case "lookup":
      return build.done(build.lookup(random.chance(0.5) ? any() : rank4()));
    case "softmax":
      return build.done(build.softmax(any()));
    case "concat": {
      const first = any();
      const axis = random.between(0, first.shape.length - 1);
      const more = Array.from({ length: random.between(1, 3) }, () =>
        build.input(
          first.shape.map((extent, k) => (k === axis ? size(9) : extent)),
          first.quantisation,
        ),
      );
      return build.done(build.concat([first, ...more], axis));
    }
    default:
      return build.done(build.movement(kind, any()));
  }
}

/** A small network of the shapes that real ones have: convolutions, depthwise pairs, residuals, concatenations, a classifier. */
export function randomNetwork(
  seed: number,
  operations = 8,
  extents: readonly [number, number] = [8, 17],
): IntegerGraph {
  const random = new Random(seed);
  const build = new Builder(random);
  let at = build.input([1, random.pick([1, 3, 4]), random.between(...extents), random.between(...extents)]);
  for (let k = 0; k < operations; k++) {
    const [, , height, width] = at.shape as [number, number, number, number];
    const choice = random.between(0, 6);
    if (choice <= 2) at = build.convolution(at);
    else if (choice === 3 && height > 2 && width > 2) at = build.maxPool(at);
    else if (choice === 4) at = build.binary("add", at, build.convolution(at, "same"));
    else if (choice === 5) at = build.binary("mul", at, build.lookup(build.averagePool(at, true)));
    else at = build.concat([at, build.convolution(at, "same", at.quantisation)], 1);
  }
  const pooled = build.averagePool(at, true);
  return build.done(build.convolution(pooled));
}

class Builder {
  private readonly tensors: IntegerTensor[] = [];
  private readonly operations: IntegerOperation[] = [];
  private readonly inputs: number[] = [];
  constructor(private readonly random: Random) {}

  done(output: IntegerTensor): IntegerGraph {
    const { tensors, operations, inputs } = this;
    return { name: "random", tensors, operations, inputs, outputs: [output.id] };
  }

  input(shape: readonly number[], quantisation?: Quantisation): IntegerTensor {
    const tensor = this.tensor(shape, quantisation);
    this.inputs.push(tensor.id);
    return tensor;
  }

  convolution(input: IntegerTensor, like?: "same", quantisation?: Quantisation): IntegerTensor {
    const { random } = this;
    const [batch, channels, height, width] = input.shape as [number, number, number, number];
    const depthwise = random.chance(0.3);
    const divisors = [1, 2, 3, 4].filter((g) => channels % g === 0);
    const groups = depthwise ? channels : random.pick(divisors);
    const outChannels = like
      ? channels
      : depthwise
        ? channels * random.pick([1, 1, 2])
        : groups * random.between(1, 12);
    const window: Window = like
      ? { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] }
      : this.window(height, width, true);
    const depth = (channels / groups) * window.kernel[0] * window.kernel[1];
    const output = this.tensor([batch, outChannels, ...windowOutput(window, input.shape)], quantisation);
    // Accumulators of about depth^0.5 * 74 * 74 are brought to the range of int8.
    const gain = random.pick([30, 60, 200]) / (Math.sqrt(depth) * 5500);
    this.operations.push({
      kind: "conv",
      name: `conv${output.id}`,
      input: input.id,
      output: output.id,
      weights: random.int8(outChannels * depth),
      bias: Int32Array.from({ length: outChannels }, () => random.between(-20000, 20000)),
      groups,
      window,
      requantise: this.requantise(random.chance(0.8) ? outChannels : 1, gain, output),
      ...this.table(outChannels),
    });
    return output;
  }

  maxPool(input: IntegerTensor): IntegerTensor {
    const window = this.window(input.shape[2]!, input.shape[3]!, true);
    const shape = [...input.shape.slice(0, 2), ...windowOutput(window, input.shape)];
    const output = this.tensor(shape, input.quantisation);
    this.operations.push({ kind: "max-pool", name: `pool${output.id}`, input: input.id, output: output.id, window });
    return output;
  }

  averagePool(input: IntegerTensor, global = false): IntegerTensor {
    const [height, width] = input.shape.slice(2) as [number, number];
    const window: Window = global
      ? { kernel: [height, width], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }
      : this.window(height, width, true);
    const output = this.tensor([...input.shape.slice(0, 2), ...windowOutput(window, input.shape)]);
    const taps = window.kernel[0] * window.kernel[1];
    const gain = 0.7 + this.random.next();
    const factors = Array.from({ length: taps }, (_, k) => multiplierOf(gain / (k + 1)));
    this.operations.push({
      kind: "average-pool",
      name: `mean${output.id}`,
      input: input.id,
      output: output.id,
      window,
      countPadding: this.random.chance(0.4),
      requantise: { ...this.requantise(1, 1, output), ...fromFactors(factors) },
    });
    return output;
  }

  binary(kind: Binary["kind"], a: IntegerTensor, b: IntegerTensor): IntegerTensor {
    const { random } = this;
    const shape = a.shape.map((extent, axis) => (extent === 1 ? b.shape[axis]! : extent));
    const output = this.tensor(shape);
    const factor = () => random.between(1, 2 ** 21 - 1) * (random.chance(0.2) ? -1 : 1);
    const requantise = this.requantise(1, 1 / 150, output);
    this.operations.push({
      kind,
      name: `${kind}${output.id}`,
      a: a.id,
      b: b.id,
      output: output.id,
      ...(kind === "add" ? { factors: [factor(), factor()] as const } : {}),
      requantise: kind === "add" ? { ...requantise, ...fromFactors([[1, random.between(19, 22)]]) } : requantise,
      ...this.table(shape[1] ?? 0),
    });
    return output;
  }

  matmul(a: IntegerTensor, b: IntegerTensor, transposed: boolean): IntegerTensor {
    const output = this.tensor([a.shape[0]!, a.shape[1]!, transposed ? b.shape[1]! : b.shape[2]!]);
    const gain = 60 / (Math.sqrt(a.shape[2]!) * 5500);
    this.operations.push({
      kind: "matmul",
      name: `matmul${output.id}`,
      a: a.id,
      b: b.id,
      output: output.id,
      transposed,
      requantise: this.requantise(1, gain, output),
      ...this.table(0),
    });
    return output;
  }

  lookup(input: IntegerTensor): IntegerTensor {
    const output = this.tensor(input.shape);
    const channels = input.shape.length > 1 && this.random.chance(0.3) ? input.shape[1]! : 1;
    const table = this.random.int8(256 * channels);
    this.operations.push({ kind: "lookup", name: `table${output.id}`, input: input.id, output: output.id, table });
    return output;
  }

  softmax(input: IntegerTensor): IntegerTensor {
    const output = this.tensor(input.shape, { scale: 1 / 256, zeroPoint: -128 });
    const scale = 0.005 + this.random.next() * 0.2;
    this.operations.push({
      kind: "softmax",
      name: `softmax${output.id}`,
      input: input.id,
      output: output.id,
      axis: this.random.between(0, input.shape.length - 1),
      exponential: Uint16Array.from({ length: 256 }, (_, d) => Math.round(65535 * Math.exp(-scale * d))),
      fractionBits: 8,
    });
    return output;
  }

  concat(inputs: readonly IntegerTensor[], axis: number): IntegerTensor {
    const sum = inputs.reduce((total, tensor) => total + tensor.shape[axis]!, 0);
    const [first] = inputs as [IntegerTensor];
    const output = this.tensor(
      first.shape.map((extent, k) => (k === axis ? sum : extent)),
      first.quantisation,
    );
    this.operations.push({
      kind: "concat",
      name: `concat${output.id}`,
      inputs: inputs.map((tensor) => tensor.id),
      output: output.id,
      axis,
    });
    return output;
  }

  movement(kind: "reshape" | "transpose" | "slice" | "pad" | "gather", input: IntegerTensor): IntegerTensor {
    const { random } = this;
    const { shape, quantisation } = input;
    const finish = (outputShape: readonly number[], fields: object): IntegerTensor => {
      const output = this.tensor(outputShape, quantisation);
      const base = { kind, name: `${kind}${output.id}`, input: input.id, output: output.id };
      this.operations.push({ ...base, ...fields } as IntegerOperation);
      return output;
    };
    switch (kind) {
      case "reshape": {
        const size = sizeOf(shape);
        const factor = random.pick([1, 2, 3, 4, 5, 7].filter((f) => size % f === 0));
        return finish(random.chance(0.5) ? [factor, size / factor] : [1, size / factor, factor, 1], {});
      }
      case "transpose": {
        const order = shape.map((_, axis) => axis);
        for (let k = order.length - 1; k > 0; k--) {
          const other = random.between(0, k);
          [order[k], order[other]] = [order[other]!, order[k]!];
        }
        return finish(
          order.map((axis) => shape[axis]!),
          { order },
        );
      }
      case "slice": {
        const steps = shape.map(() => random.pick([1, 1, 1, 2, 3, -1, -2]));
        const starts = shape.map((extent) => random.between(0, extent - 1));
        const extents = shape.map((extent, axis) => {
          const room = steps[axis]! > 0 ? extent - 1 - starts[axis]! : starts[axis]!;
          return random.between(1, Math.floor(room / Math.abs(steps[axis]!)) + 1);
        });
        return finish(extents, { starts, steps });
      }
      case "pad": {
        const mode = random.pick(["constant", "constant", "edge", "reflect"] as const);
        const width = (extent: number) => random.between(0, mode === "reflect" ? Math.min(3, extent - 1) : 3);
        const before = shape.map(width);
        const after = shape.map(width);
        const value = random.chance(0.5) ? quantisation.zeroPoint : random.between(-128, 127);
        return finish(
          shape.map((extent, axis) => extent + before[axis]! + after[axis]!),
          { before, after, mode, value },
        );
      }
      case "gather": {
        const axis = random.between(0, shape.length - 1);
        const indices = Int32Array.from({ length: random.between(1, 9) }, () => random.between(0, shape[axis]! - 1));
        return finish(
          shape.map((extent, k) => (k === axis ? indices.length : extent)),
          { axis, indices },
        );
      }
      default:
        return kind satisfies never;
    }
  }

  private tensor(shape: readonly number[], quantisation?: Quantisation): IntegerTensor {
    const id = this.tensors.length;
    const chosen = quantisation ?? {
      scale: 2 ** -this.random.between(2, 8),
      zeroPoint: this.random.between(-128, 127),
    };
    const tensor = { id, name: `t${id}`, shape, quantisation: chosen };
    this.tensors.push(tensor);
    return tensor;
  }

  /** A window that fits at least once. */
  private window(height: number, width: number, padded: boolean): Window {
    const { random } = this;
    const axis = (extent: number) => {
      const kernel = Math.min(random.pick([1, 2, 3, 3, 3, 5, 7]), extent);
      const most = kernel === 1 ? 1 : Math.floor((extent - 1) / (kernel - 1));
      const dilation = Math.min(random.pick([1, 1, 1, 2, 3]), most);
      const pad = () => (padded ? random.between(0, Math.min(3, kernel - 1)) : 0);
      return { kernel, dilation, stride: random.pick([1, 1, 2, 3]), before: pad(), after: pad() };
    };
    const [v, h] = [axis(height), axis(width)];
    return {
      kernel: [v.kernel, h.kernel],
      strides: [v.stride, h.stride],
      dilations: [v.dilation, h.dilation],
      pads: [v.before, h.before, v.after, h.after],
    };
  }

  private requantise(channels: number, gain: number, output: IntegerTensor): Requantise {
    const { random } = this;
    const factors = Array.from({ length: channels }, () => multiplierOf(gain * (0.5 + random.next())));
    const low = random.chance(0.3) ? output.quantisation.zeroPoint : -128;
    return {
      rounding: random.chance(0.2) ? "half-up" : "half-even",
      ...fromFactors(factors),
      zeroPoint: output.quantisation.zeroPoint,
      low,
      high: random.chance(0.2) ? random.between(low, 127) : 127,
    };
  }

  private table(channels: number): { table?: Int8Array } {
    if (!this.random.chance(0.3)) return {};
    return { table: this.random.int8(channels > 0 && this.random.chance(0.2) ? 256 * channels : 256) };
  }
}

/** [multiplier, shift] with multiplier in 2^23 … 2^24; coarser ones too, so that exact halves occur. */
function multiplierOf(factor: number): [number, number] {
  const exponent = Math.floor(Math.log2(factor)) + 1;
  return [Math.round(factor * 2 ** (24 - exponent)), 24 - exponent];
}

function fromFactors(factors: readonly (readonly [number, number])[]): Pick<Requantise, "multiplier" | "shift"> {
  return { multiplier: Int32Array.from(factors, ([m]) => m), shift: Uint8Array.from(factors, ([, n]) => n) };
}
