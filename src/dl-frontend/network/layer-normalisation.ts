/**
 * Layer normalisation written out in elementary nodes: (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon), then a factor and an
 * addend. Its variance spans too many orders of magnitude for 8 bits, so all of its nodes stay together on the host.
 */
import type { FloatGraph } from "../graph/graph.js";
import type { OnnxNode } from "../onnx/model.js";

/** The nodes of every layer normalisation in pieces. */
export function layerNormalisations(graph: FloatGraph): ReadonlySet<OnnxNode> {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const constant = (name: string | undefined) => name !== undefined && graph.values.get(name)?.constant !== undefined;
  const maker = (name: string | undefined, ...ops: string[]): OnnxNode | undefined => {
    const node = name === undefined ? undefined : makers.get(name);
    return node && ops.includes(node.op) ? node : undefined;
  };
  /** The operand that is no constant, when the other one is. */
  const variable = (node: OnnxNode) => node.inputs.find((_, k) => constant(node.inputs[1 - k]));
  const found = new Set<OnnxNode>();
  for (const divide of graph.nodes) {
    if (divide.op !== "Div") continue;
    const centre = maker(divide.inputs[0], "Sub");
    const mean = maker(centre?.inputs[1], "ReduceMean");
    const root = maker(divide.inputs[1], "Sqrt");
    const offset = maker(root?.inputs[0], "Add");
    const variance = maker(offset && variable(offset), "ReduceMean");
    const square = maker(variance?.inputs[0], "Pow", "Mul");
    if (!centre || !mean || !root || !offset || !variance || !square) continue;
    // Exporters write the difference once or twice.
    const again = maker(square.inputs[0], "Sub");
    const same = again && again.inputs[0] === centre.inputs[0] && mean.inputs[0] === centre.inputs[0];
    if (!same || (square.op === "Mul" && square.inputs[1] !== square.inputs[0])) continue;
    for (const node of [centre, again, mean, root, offset, variance, square, divide]) found.add(node);
    for (let last = divide; ; ) {
      const [next, ...more] = readers.get(last.outputs[0]!) ?? [];
      if (!next || more.length > 0 || (next.op !== "Mul" && next.op !== "Add") || variable(next) !== last.outputs[0])
        break;
      found.add(next);
      last = next;
    }
  }
  return found;
}
