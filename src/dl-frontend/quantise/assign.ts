/** Which quantisation each value gets: values joined by movements share one; the model's own come first. */
import type { Quantisation } from "../integer/graph.js";
import { Editor } from "../network/editor.js";
import { type Network, type NetworkOp, type NetworkValue, readsOf, type ValueId } from "../network/network.js";
import { IDENTITY } from "../network/pointwise.js";
import { isMovement } from "../network/simplify.js";
import { quantisationOf, type Range, unite } from "./statistics.js";

export interface Assignment {
  /** With the changes of scale that became necessary. */
  readonly network: Network;
  readonly quantisation: ReadonlyMap<ValueId, Quantisation>;
}

/** Softmax gives 0 … 1 in steps of a power of two: the finest whose 256 steps hold the largest probability that was seen. */
export function softmaxQuantisation({ high }: Range): Quantisation {
  const bits = Math.max(8, Math.min(15, Math.floor(Math.log2(255 / Math.max(high, 2 ** -8)))));
  return { scale: 2 ** -bits, zeroPoint: -128 };
}

/** A range may grow by this factor for the sake of sharing, before a copy with a scale of its own is made. */
const TOLERATED = 1.3;

/** `rangeOf` gives the range of a value that has no quantisation of its own. */
export function assignQuantisations(network: Network, rangeOf: (value: NetworkValue) => Range): Assignment {
  const editor = new Editor(network);
  const groups = new Groups(editor, rangeOf);
  for (const op of [...editor.operations()]) {
    if (op.kind === "matmul") groups.setSymmetric(op.b);
  }
  for (const op of [...editor.operations()]) {
    if (isMovement(op) || op.kind === "max-pool") join(editor, groups, op);
  }
  // After the movements: what follows a softmax may say in which steps it is wanted.
  for (const op of [...editor.operations()]) if (op.kind === "softmax") keepSoftmax(editor, groups, op);
  for (const op of [...editor.operations()]) if (op.kind === "matmul") symmetricOperand(editor, groups, op);
  const result = editor.network();
  const quantisation = new Map<ValueId, Quantisation>();
  const touched = result.operations.flatMap((op) => (op.kind === "host" ? [] : [...readsOf(op), op.output]));
  for (const id of touched) quantisation.set(id, groups.quantisation(id));
  return { network: result, quantisation };
}

/** Sets of values with one quantisation (union-find). */
class Groups {
  private readonly parent = new Map<ValueId, ValueId>();
  private readonly given = new Map<ValueId, Quantisation>();
  private readonly symmetric = new Set<ValueId>();
  private readonly ranges = new Map<ValueId, Range>();

  constructor(
    private readonly editor: Editor,
    private readonly rangeOf: (value: NetworkValue) => Range,
  ) {}

  find(id: ValueId): ValueId {
    let root = id;
    for (let next = this.parent.get(root); next !== undefined; next = this.parent.get(root)) root = next;
    return root;
  }
  givenOf(id: ValueId): Quantisation | undefined {
    const root = this.find(id);
    return this.given.get(root) ?? this.editor.value(root).given;
  }
  setGiven(id: ValueId, given: Quantisation): void {
    if (!this.givenOf(id)) this.given.set(this.find(id), given);
  }
  setSymmetric(id: ValueId): void {
    this.symmetric.add(this.find(id));
  }
  isSymmetric(id: ValueId): boolean {
    return this.symmetric.has(this.find(id));
  }
  range(id: ValueId): Range {
    const root = this.find(id);
    let range = this.ranges.get(root);
    if (!range) {
      range = this.rangeOf(this.editor.value(root));
      this.ranges.set(root, range);
    }
    return range;
  }
  unite(a: ValueId, b: ValueId): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first === second) return;
    const given = this.givenOf(first) ?? this.givenOf(second);
    if (!given) this.ranges.set(first, unite(this.range(first), this.range(second)));
    if (this.symmetric.has(second)) this.symmetric.add(first);
    this.parent.set(second, first);
    if (given) this.given.set(first, given);
  }
  quantisation(id: ValueId): Quantisation {
    const root = this.find(id);
    return this.givenOf(root) ?? quantisationOf(this.range(root), this.symmetric.has(root));
  }
}

const equal = (a: Quantisation, b: Quantisation) => a.scale === b.scale && a.zeroPoint === b.zeroPoint;

/** The steps of a softmax; where the model wants others, a change of scale behind it. */
function keepSoftmax(editor: Editor, groups: Groups, op: NetworkOp & { kind: "softmax" }): void {
  const { name, shape } = editor.value(op.output);
  const wanted = groups.givenOf(op.output);
  if (!wanted) return groups.setGiven(op.output, softmaxQuantisation(groups.range(op.output)));
  const given = softmaxQuantisation({ low: 0, high: (127 - wanted.zeroPoint) * wanted.scale });
  if (equal(wanted, given)) return;
  const own = editor.addValue({ name: `${name}#softmax`, shape, exact: false, given });
  editor.replace(op, { kind: "pointwise", name: op.name, input: own, apply: IDENTITY, output: op.output });
  editor.insertBefore(editor.makerOf(op.output)!, { ...op, output: own });
}

/** The operands of a movement get the quantisation of its result, or a copy that has it. */
function join(editor: Editor, groups: Groups, op: NetworkOp & { kind: string }): void {
  const inputs =
    op.kind === "concat" ? (op as NetworkOp & { kind: "concat" }).inputs : [(op as { input: ValueId }).input];
  for (const input of new Set(inputs)) {
    const [mine, wanted] = [groups.givenOf(input), groups.givenOf(op.output)];
    const conflict = mine && wanted && !equal(mine, wanted);
    if (!conflict && (op.kind !== "concat" || mine || wanted || mayShare(editor, groups, input, op.output))) {
      groups.unite(op.output, input);
      continue;
    }
    const value = editor.value(input);
    const copy = editor.addValue({
      name: `${value.name}#for${op.output}`,
      shape: value.shape,
      exact: false,
      ...(value.source === undefined ? {} : { source: value.source }),
    });
    groups.unite(op.output, copy);
    const current = editor.makerOf(op.output)!;
    editor.insertBefore(current, { kind: "pointwise", name: op.name, input, apply: IDENTITY, output: copy });
    const concat = editor.makerOf(op.output)!;
    if (concat.kind === "concat") {
      editor.replace(concat, { ...concat, inputs: concat.inputs.map((id) => (id === input ? copy : id)) });
    } else if ("input" in concat) editor.replace(concat, { ...concat, input: copy });
  }
}

/** An operand that only the concatenation reads loses nothing by its scale; another one must not lose much. */
function mayShare(editor: Editor, groups: Groups, input: ValueId, output: ValueId): boolean {
  const others = editor.readersOf(input).length > 1 || editor.isOutput(input);
  if (!others) return true;
  const size = ({ low, high }: Range) => Math.max(high, 0) - Math.min(low, 0);
  const own = size(groups.range(input));
  return size(unite(groups.range(input), groups.range(output))) <= TOLERATED * own;
}

function symmetricOperand(editor: Editor, groups: Groups, op: NetworkOp & { kind: "matmul" }): void {
  const given = groups.givenOf(op.b);
  if (!given || given.zeroPoint === 0) return;
  const value = editor.value(op.b);
  const high = 127 * given.scale;
  const wide = Math.max((127 - given.zeroPoint) * given.scale, (given.zeroPoint + 128) * given.scale);
  const copy = editor.addValue({
    name: `${value.name}#symmetric`,
    shape: value.shape,
    exact: false,
    given: { scale: Math.max(high, wide) / 127, zeroPoint: 0 },
  });
  editor.insertBefore(op, { kind: "pointwise", name: op.name, input: op.b, apply: IDENTITY, output: copy });
  editor.replace(op, { ...op, b: copy });
}
