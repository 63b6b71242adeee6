/**
 * Empirical bias correction (Nagel et al. 2019, section 4.2): the integer graph runs over some samples layer by layer, and where the
 * mean of a convolution's result, before its function, has drifted from the float model's, the bias takes the difference back.
 */
import { executeOperation, type Operand, operandsOf } from "../integer/execute.js";
import type { Convolution, IntegerGraph, IntegerOperation, TensorId } from "../integer/graph.js";
import { sizeOf } from "../integer/shape.js";
import { verifyIntegerGraph, windowOutput } from "../integer/verify.js";
import type { ConvolutionOp, Network, ValueId } from "../network/network.js";
import type { Calibration, FloatTensor, Sample } from "./calibrate.js";
import type { Accumulator } from "./emit.js";
import type { Plan, Stage } from "./plan.js";
import { toInteger } from "./run-plan.js";

/** Multiplications that the executor may spend on it; of large models fewer samples are taken, of the largest none. */
const BUDGET = 1.5e9;
const MOST_SAMPLES = 16;

export async function correctBiases(
  plan: Plan,
  accumulators: ReadonlyMap<ValueId, Accumulator>,
  network: Network,
  calibration: Calibration,
  samples: readonly Sample[],
): Promise<Plan> {
  const stages: Stage[] = [];
  for (const stage of plan.stages) {
    stages.push(stage.kind === "npu" ? await correctStage(stage, accumulators, network, calibration, samples) : stage);
  }
  return { ...plan, stages };
}

type NpuStage = Stage & { kind: "npu" };

async function correctStage(
  stage: NpuStage,
  accumulators: ReadonlyMap<ValueId, Accumulator>,
  network: Network,
  calibration: Calibration,
  all: readonly Sample[],
): Promise<NpuStage> {
  const { graph } = stage;
  const count = Math.min(all.length, MOST_SAMPLES, Math.floor(BUDGET / Math.max(1, multiplications(graph))));
  if (count === 0) return stage;
  const values: Map<TensorId, Int8Array>[] = [];
  const floats: ReadonlyMap<string, FloatTensor>[] = [];
  for (const sample of all.slice(0, count)) {
    const known = await calibration.valuesOf(sample);
    // Behind host nodes that were not watched there is nothing to start from.
    if (
      !stage.inputs.every((port) => known.has(port.value) && sizeOf(port.shape) === known.get(port.value)!.data.length)
    )
      return stage;
    floats.push(known);
    const constants = graph.tensors.flatMap((tensor) =>
      tensor.constant ? [[tensor.id, tensor.constant] as const] : [],
    );
    values.push(
      new Map([
        ...constants,
        ...stage.inputs.map((port) => [port.tensor, toInteger(port, known.get(port.value)!)] as const),
      ]),
    );
  }
  const real = new Map(network.operations.flatMap((op) => (op.kind === "conv" ? [[op.output, op] as const] : [])));
  const tensors = new Map(graph.tensors.map((tensor) => [tensor.id, tensor]));
  const remaining = lastReads(graph);
  const operations = graph.operations.map((given, index): IntegerOperation => {
    let operation = given;
    const source = operation.kind === "conv" ? sourceOf(real.get(operation.output), network) : undefined;
    const unit = accumulators.get(operation.output);
    if (operation.kind === "conv" && source !== undefined && unit) {
      const statistics = calibration.statistics.get(source);
      const want = floats.map((known) => known.get(source)).filter((tensor) => tensor !== undefined);
      if (statistics?.channelsAreThoseOf(tensors.get(operation.output)!.shape) && want.length === count) {
        const target = average(want.map((tensor) => statistics.meansOf(tensor.data as Float32Array)));
        operation = withMeans(operation, target, values, tensors.get(operation.input)!, unit);
      }
    }
    const output = tensors.get(operation.output)!;
    for (const each of values) {
      const operand = (id: TensorId): Operand => {
        const tensor = tensors.get(id)!;
        return { shape: tensor.shape, zeroPoint: tensor.quantisation.zeroPoint, data: each.get(id)! };
      };
      each.set(output.id, executeOperation(operation, operand, output));
      for (const id of remaining.get(index) ?? []) each.delete(id);
    }
    return operation;
  });
  const corrected = { ...graph, operations };
  // A corrected bias that left the accumulator's range would be worse than the drift.
  return verifyIntegerGraph(corrected).length === 0 ? { ...stage, graph: corrected } : stage;
}

/** The ONNX value that the convolution computes before its function. Prescribed arithmetic is not to be changed. */
function sourceOf(op: ConvolutionOp | undefined, network: Network): string | undefined {
  if (!op || op.weightScales || op.prescribed) return undefined;
  return op.post ? op.post.source : network.values[op.output]!.source;
}

interface Input {
  readonly id: TensorId;
  readonly shape: readonly number[];
  readonly quantisation: { readonly zeroPoint: number };
}

/** The convolution with the mean of its sums, over all samples, brought to `target` (real values a channel). */
function withMeans(
  op: Convolution,
  target: Float64Array,
  values: readonly ReadonlyMap<TensorId, Int8Array>[],
  input: Input,
  { unit, offset }: Accumulator,
): Convolution {
  const depth = op.weights.length / op.bias.length;
  const patches = average(values.map((each) => patchMeans(op, each.get(input.id)!, input)));
  const perGroup = op.bias.length / op.groups;
  const bias = op.bias.map((_, c) => {
    const first = Math.floor(c / perGroup) * depth;
    let mean = 0;
    for (let k = 0; k < depth; k++) mean += op.weights[c * depth + k]! * patches[first + k]!;
    return Math.max(-(2 ** 30), Math.min(2 ** 30, Math.round((target[c]! - offset) / unit[c]! - mean)));
  });
  return { ...op, bias };
}

/** For each weight's place (channel of the input, row, column) the mean of what it is multiplied by. */
function patchMeans(op: Convolution, data: Int8Array, { shape, quantisation }: Input): Float64Array {
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const { kernel, strides, pads, dilations } = op.window;
  const [outHeight, outWidth] = windowOutput(op.window, shape);
  const means = new Float64Array(channels * kernel[0] * kernel[1]);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let ky = 0; ky < kernel[0]; ky++) {
      for (let kx = 0; kx < kernel[1]; kx++) {
        let sum = 0;
        for (let n = 0; n < batch; n++) {
          for (let y = 0; y < outHeight; y++) {
            const iy = y * strides[0] - pads[0] + ky * dilations[0];
            if (iy < 0 || iy >= height) continue;
            const row = ((n * channels + c) * height + iy) * width;
            for (let x = 0; x < outWidth; x++) {
              const ix = x * strides[1] - pads[1] + kx * dilations[1];
              if (ix >= 0 && ix < width) sum += data[row + ix]! - quantisation.zeroPoint;
            }
          }
        }
        means[at++] = sum / (batch * outHeight * outWidth);
      }
    }
  }
  return means;
}

function average(lists: readonly Float64Array[]): Float64Array {
  return lists[0]!.map((_, k) => lists.reduce((sum, list) => sum + list[k]!, 0) / lists.length);
}

/** Multiplications of one run. */
function multiplications(graph: IntegerGraph): number {
  const size = new Map(graph.tensors.map((tensor) => [tensor.id, sizeOf(tensor.shape)]));
  return graph.operations.reduce((sum, op) => {
    return op.kind === "conv" ? sum + (size.get(op.output)! * op.weights.length) / op.bias.length : sum;
  }, 0);
}

/** For every operation the tensors that nobody reads after it. */
function lastReads(graph: IntegerGraph): Map<number, TensorId[]> {
  const last = new Map<TensorId, number>();
  for (const [index, op] of graph.operations.entries()) for (const id of operandsOf(op)) last.set(id, index);
  const at = new Map<number, TensorId[]>();
  for (const [id, index] of last) at.set(index, [...(at.get(index) ?? []), id]);
  return at;
}
