/** What must hold in every integer graph: shapes, ranges of fields, order. The front end checks its own output with it. */
import { unreachable } from "../../support/errors.js";
import { operandsOf } from "./execute.js";
import type { IntegerGraph, IntegerOperation, IntegerTensor, Requantise, TensorId, Window } from "./graph.js";
import { sameShape, sizeOf } from "./shape.js";

/** Every violation as a sentence; empty for a sound graph. */
export function verifyIntegerGraph(graph: IntegerGraph): string[] {
  const problems: string[] = [];
  const tensors = new Map<TensorId, IntegerTensor>();
  for (const tensor of graph.tensors) {
    if (tensors.has(tensor.id)) problems.push(`two tensors have the id ${tensor.id}`);
    tensors.set(tensor.id, tensor);
    const { scale, zeroPoint } = tensor.quantisation;
    if (!isInt8(zeroPoint)) problems.push(`${tensor.name}: zero point ${zeroPoint}`);
    if (!(scale > 0 && Number.isFinite(scale))) problems.push(`${tensor.name}: scale ${scale}`);
    if (!tensor.shape.every((extent) => Number.isInteger(extent) && extent > 0)) {
      problems.push(`${tensor.name}: shape ${tensor.shape.join("x")}`);
    }
    if (tensor.constant && tensor.constant.length !== sizeOf(tensor.shape)) {
      problems.push(`${tensor.name}: ${tensor.constant.length} constant values`);
    }
  }
  const made = new Set<TensorId>(graph.inputs);
  for (const tensor of graph.tensors) if (tensor.constant) made.add(tensor.id);
  for (const operation of graph.operations) {
    const fail = (problem: string) => problems.push(`${operation.kind} ${operation.name}: ${problem}`);
    const output = tensors.get(operation.output);
    const operands = operandsOf(operation).map((id) => tensors.get(id));
    if (!output || operands.some((tensor) => !tensor)) {
      fail("names a tensor that does not exist");
      continue;
    }
    for (const id of operandsOf(operation)) if (!made.has(id)) fail(`reads tensor ${id} before it is made`);
    if (made.has(output.id)) fail(`makes tensor ${output.name} a second time`);
    made.add(output.id);
    checkOperation(operation, operands as IntegerTensor[], output, fail);
  }
  for (const id of graph.outputs) if (!made.has(id)) problems.push(`output ${id} is not made`);
  return problems;
}

type Fail = (problem: string) => void;

const isInt8 = (value: number) => Number.isInteger(value) && value >= -128 && value <= 127;

function checkOperation(op: IntegerOperation, operands: readonly IntegerTensor[], output: IntegerTensor, fail: Fail) {
  const [first] = operands as [IntegerTensor];
  const expectShape = (shape: readonly number[]) => {
    if (!sameShape(shape, output.shape)) fail(`output is ${output.shape.join("x")}, not ${shape.join("x")}`);
  };
  const sameQuantisation = () => {
    for (const { name, quantisation: q } of operands) {
      if (q.scale !== output.quantisation.scale || q.zeroPoint !== output.quantisation.zeroPoint) {
        fail(`${name} and ${output.name} differ in quantisation`);
      }
    }
  };
  if ("table" in op && op.table && op.table.length !== 256 && op.table.length !== 256 * (output.shape[1] ?? 0)) {
    fail(`table of ${op.table.length} entries`);
  }
  switch (op.kind) {
    case "conv": {
      const [n, channels = 0] = first.shape;
      const outChannels = op.bias.length;
      if (first.shape.length !== 4) fail("input is not of rank 4");
      if (channels % op.groups !== 0 || outChannels % op.groups !== 0) fail(`${op.groups} groups`);
      const depth = (channels / op.groups) * op.window.kernel[0] * op.window.kernel[1];
      if (op.weights.length !== outChannels * depth) fail(`${op.weights.length} weights`);
      expectShape([n!, outChannels, ...windowOutput(op.window, first.shape)]);
      checkRequantise(op.requantise, [1, outChannels], fail);
      if (op.weights.length === outChannels * depth)
        checkAccumulator(op.weights, op.bias, first.quantisation.zeroPoint, fail);
      return;
    }
    case "matmul": {
      const [, second] = operands as [IntegerTensor, IntegerTensor];
      const [batch, rows, depth] = first.shape;
      const [k, columns] = op.transposed ? [second.shape[2], second.shape[1]] : [second.shape[1], second.shape[2]];
      if (first.shape.length !== 3 || second.shape.length !== 3 || second.shape[0] !== batch || k !== depth) {
        fail(`operands ${first.shape.join("x")} and ${second.shape.join("x")}`);
      }
      if (second.quantisation.zeroPoint !== 0) fail("the second operand's zero point is not 0");
      expectShape([batch!, rows!, columns!]);
      checkRequantise(op.requantise, [1], fail);
      if (depth! * 255 * 128 >= 2 ** 31) fail("the accumulator may overflow");
      return;
    }
    case "add":
    case "mul": {
      const [, second] = operands as [IntegerTensor, IntegerTensor];
      if (first.shape.length !== second.shape.length) fail("operands differ in rank");
      expectShape(first.shape.map((extent, axis) => (extent === 1 ? second.shape[axis]! : extent)));
      if (first.shape.some((e, axis) => e !== second.shape[axis] && e !== 1 && second.shape[axis] !== 1)) {
        fail("operands cannot be broadcast");
      }
      checkRequantise(op.requantise, [1], fail);
      if (
        op.kind === "add" &&
        (!op.factors || op.factors.some((f) => !Number.isInteger(f) || Math.abs(f) >= 2 ** 22))
      ) {
        fail("factors out of range");
      }
      return;
    }
    case "lookup":
      return expectShape(first.shape);
    case "max-pool":
      sameQuantisation();
      return expectShape([...first.shape.slice(0, 2), ...windowOutput(op.window, first.shape)]);
    case "average-pool":
      checkRequantise(op.requantise, [op.window.kernel[0] * op.window.kernel[1]], fail);
      return expectShape([...first.shape.slice(0, 2), ...windowOutput(op.window, first.shape)]);
    case "softmax":
      if (op.exponential.length !== 256) fail("table of exponentials");
      if (first.shape[op.axis]! > 2 ** 16) fail("axis too long");
      return expectShape(first.shape);
    case "reshape":
      sameQuantisation();
      if (sizeOf(first.shape) !== sizeOf(output.shape)) fail("sizes differ");
      return;
    case "transpose":
      sameQuantisation();
      if ([...op.order].sort((a, b) => a - b).some((axis, k) => axis !== k)) fail(`order ${op.order.join()}`);
      return expectShape(op.order.map((axis) => first.shape[axis]!));
    case "slice":
      sameQuantisation();
      for (const [axis, extent] of output.shape.entries()) {
        const last = op.starts[axis]! + (extent - 1) * op.steps[axis]!;
        if (op.starts[axis]! < 0 || op.starts[axis]! >= first.shape[axis]! || last < 0 || last >= first.shape[axis]!) {
          fail(`reads outside axis ${axis}`);
        }
      }
      return;
    case "concat": {
      sameQuantisation();
      const sum = operands.reduce((total, tensor) => total + tensor.shape[op.axis]!, 0);
      return expectShape(first.shape.map((extent, axis) => (axis === op.axis ? sum : extent)));
    }
    case "pad":
      sameQuantisation();
      if (!isInt8(op.value)) fail(`pads with ${op.value}`);
      for (const [axis, extent] of first.shape.entries()) {
        const most = op.mode === "reflect" ? extent - 1 : Number.POSITIVE_INFINITY;
        if (op.before[axis]! < 0 || op.after[axis]! < 0 || Math.max(op.before[axis]!, op.after[axis]!) > most) {
          fail(`pads axis ${axis} by ${op.before[axis]} and ${op.after[axis]}`);
        }
      }
      return expectShape(first.shape.map((extent, axis) => extent + op.before[axis]! + op.after[axis]!));
    case "gather":
      sameQuantisation();
      if (op.indices.some((index) => index < 0 || index >= first.shape[op.axis]!)) fail("index out of range");
      return expectShape(first.shape.map((extent, axis) => (axis === op.axis ? op.indices.length : extent)));
    default:
      return unreachable(op);
  }
}

/** Height and width of what a window gives on an input [N, C, H, W]. */
export function windowOutput({ kernel, strides, dilations, pads }: Window, input: readonly number[]): [number, number] {
  const extent = (axis: 0 | 1) => {
    const covered = (kernel[axis] - 1) * dilations[axis] + 1;
    return Math.floor((input[axis + 2]! + pads[axis] + pads[axis + 2]! - covered) / strides[axis]) + 1;
  };
  return [extent(0), extent(1)];
}

function checkRequantise(by: Requantise, counts: readonly number[], fail: Fail): void {
  if (!counts.includes(by.multiplier.length) || by.shift.length !== by.multiplier.length) fail("number of multipliers");
  if (by.multiplier.some((m) => m < 0 || m > 2 ** 24)) fail("multiplier out of range");
  if (by.shift.some((n) => n > 62)) fail("shift out of range");
  if (!isInt8(by.zeroPoint) || !isInt8(by.low) || !isInt8(by.high) || by.low > by.high)
    fail("bounds of the requantisation");
}

/** The worst case over all inputs must fit 32 bits, partial sums in any order included. */
function checkAccumulator(weights: Int8Array, bias: Int32Array, zeroPoint: number, fail: Fail): void {
  const largest = Math.max(127 - zeroPoint, 128 + zeroPoint);
  const depth = weights.length / bias.length;
  for (let channel = 0; channel < bias.length; channel++) {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += Math.abs(weights[channel * depth + k]!);
    if (sum * largest + Math.abs(bias[channel]!) >= 2 ** 31)
      return fail(`the accumulator of channel ${channel} may overflow`);
  }
}
