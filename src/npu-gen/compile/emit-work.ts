/** A piece of work to instructions: weights and parameters are laid out once, then each of its boxes is emitted. */
import type { Convolution } from "../../dl-frontend/integer/graph.js";
import { invariant } from "../../support/errors.js";
import type { EmitContext } from "./context.js";
import { prepareConvolution } from "./emit-conv.js";
import { emitMatrixMultiply } from "./emit-matmul.js";
import { emitMove } from "./emit-move.js";
import { emitAveragePool, emitMaxPool, emitMeanStrip } from "./emit-pool.js";
import { emitSoftmax } from "./emit-softmax.js";
import { prepareVector, type VectorPart } from "./emit-vector.js";
import type { Tile } from "./plan.js";
import { shape4 } from "./shape.js";
import { type Part, windowWithin } from "./tile.js";
import { broadcastsByFour, type ConvolutionForm, softmaxAxis, type Work } from "./work.js";

export type WorkPass = (tile: Tile) => void;

/** A part's axes: batch, channels, rows, columns. */
const four = ({ place }: Part): VectorPart => {
  const { n, c, h, w } = place.shape;
  return { place, shape: [n, c, h, w] };
};

export function prepareWork(
  context: EmitContext,
  work: Work,
  form: (operation: Convolution) => ConvolutionForm,
): WorkPass {
  if (work.kind === "move") {
    const origins = context.maps.origins(work.output);
    return ({ inputs, output }) =>
      emitMove(context, origins, output, new Map(work.sources.map((id, i) => [id, inputs[i]!])));
  }
  const { node } = work;
  const zero = (id: number): number => context.tensor(id).quantisation.zeroPoint;
  switch (node.kind) {
    case "conv": {
      const { operation, addition } = node;
      const { tensor, weights, window } = form(operation);
      const made = shape4(context.tensor(operation.output).shape);
      const pass = prepareConvolution(context, {
        operation,
        addition,
        inputZero: zero(operation.input),
        valueZero: zero(operation.output),
        addendZero: addition ? zero(addition.other) : 0,
        inputs: shape4(context.tensor(tensor).shape).c,
        outputs: made.c,
        columns: made.w,
        weights,
        window,
        groups: operation.groups,
      });
      return ({ inputs: [input, addend], output }) =>
        pass(input!.place, output.place, addend?.place, windowWithin(window, output.box, input!.box).pads);
    }
    case "pool": {
      const { operation } = node;
      const half = { now: 0 as 0 | 1 };
      return ({ inputs: [input], output, mean }) => {
        if (mean && operation.kind === "average-pool") {
          if (!mean.adds) half.now = context.nextHalf();
          emitMeanStrip(context, operation, input!.place, output.place, zero(operation.input), {
            ...mean,
            half: half.now,
          });
          return;
        }
        const { pads } = windowWithin(operation.window, output.box, input!.box);
        if (operation.kind === "max-pool") emitMaxPool(context, operation, input!.place, output.place, pads);
        else emitAveragePool(context, operation, input!.place, output.place, zero(operation.input), pads);
      };
    }
    case "vector": {
      const { operation } = node;
      const pass = prepareVector(context, operation);
      const ids = operation.kind === "lookup" ? [operation.input] : [operation.a, operation.b];
      const shapes = ids.map((id) => context.tensor(id).shape);
      const shape = context.tensor(operation.output).shape;
      if (broadcastsByFour(shape, shapes)) return ({ inputs, output }) => pass(inputs.map(four), four(output));
      return ({ inputs, output }) =>
        pass(
          inputs.map(({ place }, i) => ({ place, shape: shapes[i]! })),
          { place: output.place, shape },
        );
    }
    case "softmax": {
      const { operation } = node;
      const { shape } = context.tensor(operation.output);
      const axis = softmaxAxis(shape.length, operation.axis);
      return ({ inputs: [input], output }) => {
        if (axis !== undefined) emitSoftmax(context, operation, four(output).shape, axis, input!.place, output.place);
        else
          emitSoftmax(
            context,
            operation,
            shape,
            operation.axis < 0 ? operation.axis + shape.length : operation.axis,
            input!.place,
            output.place,
          );
      };
    }
    case "matmul": {
      const { operation } = node;
      return ({ inputs: [a, b], output, scratch }) => {
        invariant(scratch, `no room for the operand of ${operation.name}`);
        emitMatrixMultiply(context, operation, a!.place, b!.place, output.place, scratch);
      };
    }
  }
}
