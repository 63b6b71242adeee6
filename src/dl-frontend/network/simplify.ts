/** Rewrites of a network until nothing changes: functions into the operations before them, borders into windows, copies away. */
import type { Window } from "../integer/graph.js";
import { sameShape } from "../integer/shape.js";
import { Editor } from "./editor.js";
import type { MovementOp, Network, NetworkOp } from "./network.js";
import { compose } from "./pointwise.js";

/** A rewrite looks at one operation and changes the network through the editor; it tells whether it did. */
type Rewrite = (editor: Editor, op: NetworkOp) => boolean;

export function simplify(network: Network): Network {
  const editor = new Editor(network);
  editor.removeUnused();
  for (let changed = true; changed; ) {
    changed = false;
    for (const op of editor.operations()) {
      if (editor.has(op) && REWRITES.some((rewrite) => rewrite(editor, op))) changed = true;
    }
    editor.removeUnused();
  }
  return editor.network();
}

export const isMovement = (op: NetworkOp): op is MovementOp =>
  op.kind === "reshape" ||
  op.kind === "transpose" ||
  op.kind === "slice" ||
  op.kind === "concat" ||
  op.kind === "pad" ||
  op.kind === "gather";

/** f(move(x)) = move(f(x)): brings functions next to what computes their argument. */
const functionBeforeMovement: Rewrite = (editor, op) => {
  if (op.kind !== "pointwise" || op.apply.channels > 1 || op.prescribed) return false;
  const movement = editor.makerOf(op.input);
  if (!movement || !isMovement(movement) || movement.kind === "concat" || movement.kind === "pad") return false;
  if (!editor.usedOnce(op.input) || !editor.usedOnce(movement.input) || editor.value(op.input).given) return false;
  const producer = editor.makerOf(movement.input);
  if (!producer || producer.kind === "host" || editor.value(movement.input).given) return false;
  const result = editor.value(op.output);
  const moved = editor.addValue({
    name: `${result.name}#before`,
    shape: editor.value(movement.input).shape,
    exact: false,
    ...(result.source === undefined ? {} : { source: result.source }),
    ...(result.given ? { given: result.given } : {}),
  });
  editor.replace(movement, { ...op, input: movement.input, output: moved });
  editor.replace(op, { ...movement, input: moved, output: op.output });
  return true;
};

/** The function becomes part of the operation that makes its argument. */
const functionIntoOperation: Rewrite = (editor, op) => {
  if (op.kind !== "pointwise" || op.prescribed || !editor.usedOnce(op.input)) return false;
  const maker = editor.makerOf(op.input);
  const argument = editor.value(op.input);
  if (maker?.kind === "pointwise") {
    if (maker.prescribed || argument.given) return false;
    editor.remove(op);
    editor.replace(maker, { ...maker, apply: compose(op.apply, maker.apply), output: op.output });
    return true;
  }
  if (maker?.kind !== "conv" && maker?.kind !== "matmul" && maker?.kind !== "add" && maker?.kind !== "mul")
    return false;
  if (maker.post || ("prescribed" in maker && maker.prescribed) || argument.source === undefined) return false;
  const post = { apply: op.apply, source: argument.source, ...(argument.given ? { given: argument.given } : {}) };
  editor.remove(op);
  editor.replace(maker, { ...maker, post, output: op.output });
  return true;
};

/** A border of zeros before a convolution or a mean that counts padding is that operation's padding. */
const borderIntoWindow: Rewrite = (editor, op) => {
  if (op.kind !== "conv" && op.kind !== "average-pool") return false;
  const pad = editor.makerOf(op.input);
  if (pad?.kind !== "pad" || pad.mode !== "constant" || pad.value !== 0 || !editor.usedOnce(op.input)) return false;
  if (
    pad.before.length !== 4 ||
    [pad.before[0], pad.before[1], pad.after[0], pad.after[1]].some((width) => width !== 0)
  )
    return false;
  const { pads } = op.window;
  // A mean counts all of its padding or none: its own must be of the same kind as the border.
  if (op.kind === "average-pool" && !op.countPadding && pads.some((width) => width !== 0)) return false;
  const window: Window = {
    ...op.window,
    pads: [pads[0] + pad.before[2]!, pads[1] + pad.before[3]!, pads[2] + pad.after[2]!, pads[3] + pad.after[3]!],
  };
  editor.replace(op, {
    ...op,
    input: pad.input,
    window,
    ...(op.kind === "average-pool" ? { countPadding: true } : {}),
  });
  return true;
};

/** Two reshapes, or two transposes, in a row are one. */
const movementsInARow: Rewrite = (editor, op) => {
  if (op.kind !== "reshape" && op.kind !== "transpose") return false;
  const first = editor.makerOf(op.input);
  if (!first || !editor.usedOnce(op.input) || editor.value(op.input).given) return false;
  if (op.kind === "reshape" && first.kind === "reshape") {
    editor.replace(op, { ...op, input: first.input });
    return true;
  }
  if (op.kind === "transpose" && first.kind === "transpose") {
    editor.replace(op, { ...op, input: first.input, order: op.order.map((axis) => first.order[axis]!) });
    return true;
  }
  return false;
};

/** Transposing a matrix (or any rearrangement that moves only axes of length 1) is a reshape; a reshape to the same shape is nothing. */
const emptyMovement: Rewrite = (editor, op) => {
  if (op.kind === "transpose") {
    const { shape } = editor.value(op.input);
    const long = op.order.filter((axis) => shape[axis] !== 1);
    if (long.some((axis, k) => k > 0 && long[k - 1]! > axis)) return false;
    editor.replace(op, { kind: "reshape", name: op.name, input: op.input, output: op.output });
    return true;
  }
  if (!isMovement(op) || op.kind === "concat" || op.kind === "pad") return false;
  const [from, to] = [editor.value(op.input), editor.value(op.output)];
  if (!sameShape(from.shape, to.shape) || from.given !== to.given || editor.isOutput(to.id)) return false;
  const same =
    op.kind === "reshape" ||
    (op.kind === "slice" && op.starts.every((start) => start === 0) && op.steps.every((step) => step === 1)) ||
    (op.kind === "gather" && op.indices.every((index, k) => index === k));
  if (!same) return false;
  editor.remove(op);
  editor.redirect(to.id, from.id);
  return true;
};

/** A product with a transposed second operand reads that operand as it was. */
const transposedOperand: Rewrite = (editor, op) => {
  if (op.kind !== "matmul" || op.transposed) return false;
  const transpose = editor.makerOf(op.b);
  if (transpose?.kind !== "transpose" || transpose.order.join() !== "0,2,1") return false;
  editor.replace(op, { ...op, b: transpose.input, transposed: true });
  return true;
};

const REWRITES: readonly Rewrite[] = [
  functionBeforeMovement,
  functionIntoOperation,
  borderIntoWindow,
  movementsInARow,
  emptyMovement,
  transposedOperand,
];
