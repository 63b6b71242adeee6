/** Pieces of work as the plan orders them, and what a box of a piece's result needs of its operands. */
import type { Convolution, IntegerGraph, IntegerOperation, TensorId, Window } from "../../dl-frontend/integer/graph.js";
import type { Maps } from "./maps.js";
import { type Node, operandsOf, outputOf } from "./nodes.js";
import { elementsOf, type Shape4, shape4 } from "./shape.js";
import { type Box, boxBroadcast, boxOf, boxUnderWindow, type Cuts, isSameBox } from "./tile.js";

export interface LayerInfo {
  readonly name: string;
  readonly op: string;
  readonly output: TensorId;
  readonly macs: number;
}

/** A node of the graph, or a movement that must be carried out. */
export type Work =
  | { readonly kind: "node"; readonly node: Node }
  | { readonly kind: "move"; readonly output: TensorId; readonly sources: readonly TensorId[] };

export const resultOf = (work: Work): TensorId => (work.kind === "move" ? work.output : outputOf(work.node));

/** A convolution with the input as it lies: those of flattened images keep the image. */
export interface ConvolutionForm {
  readonly tensor: TensorId;
  readonly weights: Int8Array;
  readonly window: Window;
}

export function convolutionForm(operation: Convolution, graph: IntegerGraph, maps: Maps): ConvolutionForm {
  const plain = { tensor: operation.input, weights: operation.weights, window: operation.window };
  const { n, c: k, h, w } = shape4(maps.tensor(operation.input).shape);
  if (h !== 1 || w !== 1 || operation.groups !== 1 || !maps.isMoved(operation.input)) return plain;
  if (operation.window.kernel.some((e) => e !== 1) || operation.window.pads.some((p) => p !== 0)) return plain;
  const origins = maps.origins(operation.input);
  const roots = maps.rootsOf(origins);
  if (roots.length !== 1 || graph.inputs.includes(roots[0]!)) return plain;
  const root = maps.tensor(roots[0]!);
  const four = shape4(root.shape);
  const size = four.c * four.h * four.w;
  if (four.n !== n || root.shape.length < 3 || four.h * four.w === 1) return plain;
  const first = maps.offsetOf(root.id);
  const at = new Int32Array(k);
  const seen = new Set<number>();
  for (let i = 0; i < k; i++) {
    at[i] = origins[i]! - first;
    if (at[i]! < 0 || at[i]! >= size || seen.has(at[i]!)) return plain;
    seen.add(at[i]!);
  }
  for (let image = 1; image < n; image++)
    for (let i = 0; i < k; i++) if (origins[image * k + i]! - first !== image * size + at[i]!) return plain;
  const outputs = operation.bias.length;
  const weights = new Int8Array(outputs * size);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < k; i++) weights[o * size + at[i]!] = operation.weights[o * k + i]!;
  const window: Window = { ...operation.window, kernel: [four.h, four.w], strides: [1, 1], dilations: [1, 1] };
  return { tensor: root.id, weights, window };
}

/** Axis of a softmax in the shape with four axes; undefined where that shape has joined it with others. */
export function softmaxAxis(rank: number, axis: number): 0 | 1 | 2 | 3 | undefined {
  if (rank < 2) return 1;
  const at = axis < 0 ? axis + rank : axis;
  if (at < 2) return at as 0 | 1;
  if (at === rank - 1) return 3;
  return rank === 4 ? 2 : undefined;
}

/** True when operands that are broadcast are so as well in shapes of four axes. */
export function broadcastsByFour(shape: readonly number[], operands: readonly (readonly number[])[]): boolean {
  const middle = (s: readonly number[]): number => elementsOf(s.slice(2, -1));
  return operands.every((s) => middle(s) === middle(shape) || middle(s) === 1);
}

/** How a piece of work may be cut, and what a box of its result reads of each operand. */
export interface Access {
  readonly operands: readonly TensorId[];
  readonly cuts: Cuts;
  readonly boxes: (box: Box) => readonly Box[];
}

const EVERYWHERE: Cuts = { images: true, rows: true, columns: true };
const NOWHERE: Cuts = { images: false, rows: false, columns: false };

export function accessOf(work: Work, maps: Maps, form: (operation: Convolution) => ConvolutionForm): Access {
  const four = (id: TensorId): Shape4 => shape4(maps.tensor(id).shape);
  if (work.kind === "move") return moveAccess(work.output, work.sources, maps);
  const { node } = work;
  switch (node.kind) {
    case "conv": {
      const { tensor, window } = form(node.operation);
      const input = four(tensor);
      const under = (box: Box): Box => boxUnderWindow(box, input, window);
      return node.addition
        ? { operands: [tensor, node.addition.other], cuts: EVERYWHERE, boxes: (box) => [under(box), box] }
        : { operands: [tensor], cuts: EVERYWHERE, boxes: (box) => [under(box)] };
    }
    case "pool": {
      const { input, window } = node.operation;
      return { operands: [input], cuts: EVERYWHERE, boxes: (box) => [boxUnderWindow(box, four(input), window)] };
    }
    case "vector": {
      const operands = operandsOf(node.operation);
      const shapes = operands.map((id) => maps.tensor(id).shape);
      const cuts = broadcastsByFour(maps.tensor(node.operation.output).shape, shapes) ? EVERYWHERE : NOWHERE;
      return { operands, cuts, boxes: (box) => operands.map((id) => boxBroadcast(box, four(id))) };
    }
    case "softmax": {
      const { input, output } = node.operation;
      const axis = softmaxAxis(maps.tensor(output).shape.length, node.operation.axis);
      const cuts = axis === undefined ? NOWHERE : { images: axis !== 0, rows: axis !== 2, columns: axis !== 3 };
      return { operands: [input], cuts, boxes: (box) => [box] };
    }
    case "matmul": {
      const { a, b } = node.operation;
      // Columns of the product are those of the second operand; of the first all are needed.
      const depth = four(a).w;
      return {
        operands: [a, b],
        cuts: { images: true, rows: false, columns: true },
        boxes: (box) => [{ ...box, x0: 0, w: depth }, box],
      };
    }
  }
}

/** Of every source the smallest box that holds what a box of the target is made of. */
function moveAccess(output: TensorId, sources: readonly TensorId[], maps: Maps): Access {
  const target = shape4(maps.tensor(output).shape);
  const origins = maps.origins(output);
  const spans = sources.map((id) => {
    const shape = shape4(maps.tensor(id).shape);
    const first = maps.offsetOf(id);
    return { shape, first, end: first + shape.n * shape.c * shape.h * shape.w };
  });
  const whole = boxOf(target);
  const boxes = (box: Box): Box[] => {
    if (isSameBox(box, whole)) return spans.map(({ shape }) => boxOf(shape));
    const limits = spans.map(() => ({ low: [Infinity, Infinity, Infinity], high: [-1, -1, -1] }));
    const plane = target.h * target.w;
    let at = 0;
    for (let n = box.n0; n < box.n0 + box.n; n++)
      for (let c = 0; c < target.c; c++)
        for (let y = box.y0; y < box.y0 + box.h; y++) {
          const row = (n * target.c + c) * plane + y * target.w;
          for (let x = box.x0; x < box.x0 + box.w; x++) {
            const origin = origins[row + x]!;
            if (origin < 0) continue;
            if (origin < spans[at]!.first || origin >= spans[at]!.end)
              at = spans.findIndex((s) => origin >= s.first && origin < s.end);
            const { shape, first } = spans[at]!;
            const flat = origin - first;
            const column = flat % shape.w;
            const rows = (flat - column) / shape.w;
            const line = rows % shape.h;
            const image = Math.floor((rows - line) / shape.h / shape.c);
            const { low, high } = limits[at]!;
            if (image < low[0]!) low[0] = image;
            if (image > high[0]!) high[0] = image;
            if (line < low[1]!) low[1] = line;
            if (line > high[1]!) high[1] = line;
            if (column < low[2]!) low[2] = column;
            if (column > high[2]!) high[2] = column;
          }
        }
    return limits.map(({ low, high }) =>
      high[0]! < 0
        ? { n0: 0, n: 0, y0: 0, h: 0, x0: 0, w: 0 }
        : {
            n0: low[0]!,
            n: high[0]! - low[0]! + 1,
            y0: low[1]!,
            h: high[1]! - low[1]! + 1,
            x0: low[2]!,
            w: high[2]! - low[2]! + 1,
          },
    );
  };
  return { operands: sources, cuts: EVERYWHERE, boxes };
}

/** Multiplications of an operation with its real channels. */
export function macsOfOperation(operation: IntegerOperation, graph: IntegerGraph): number {
  const shape = (id: TensorId): readonly number[] => graph.tensors.find((t) => t.id === id)!.shape;
  switch (operation.kind) {
    case "conv":
      return (elementsOf(shape(operation.output)) * operation.weights.length) / operation.bias.length;
    case "matmul":
      return elementsOf(shape(operation.output)) * shape(operation.a)[2]!;
    default:
      return 0;
  }
}

/** A piece of work as a layer of the report. */
export function layerOf(work: Work, graph: IntegerGraph): LayerInfo {
  if (work.kind === "move") {
    const maker = graph.operations.find((o) => o.output === work.output)!;
    return { name: maker.name, op: maker.kind, output: work.output, macs: 0 };
  }
  const { node } = work;
  const { operation } = node;
  const addition = node.kind === "conv" ? node.addition : undefined;
  return {
    name: addition ? `${operation.name}+${addition.operation.name}` : operation.name,
    op: addition ? `${operation.kind}+add` : operation.kind,
    output: outputOf(node),
    macs: macsOfOperation(operation, graph),
  };
}

export const wholeBox = (id: TensorId, maps: Maps): Box => boxOf(shape4(maps.tensor(id).shape));
