/** Which values of a float graph something other than a function of one value reads, so that they are worth storing. */
import { BINARY, UNARY } from "../graph/functions.js";
import type { FloatGraph } from "../graph/graph.js";
import { sameShape } from "../integer/shape.js";

export function storedValues(graph: FloatGraph): ReadonlySet<string> {
  // The value that each one is a function of.
  const roots = new Map<string, string>();
  const rootOf = (name: string) => roots.get(name) ?? name;
  const stored = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    const output = node.outputs[0] ?? "";
    const variable = node.inputs.filter((name) => name !== "" && !graph.values.get(name)?.constant);
    const elementwise =
      node.domain === "" &&
      (Object.hasOwn(UNARY, node.op) ||
        Object.hasOwn(BINARY, node.op) ||
        ["Clip", "BatchNormalization"].includes(node.op));
    const shape = graph.values.get(output)?.shape;
    const sameSize = variable.every((name) => {
      const own = graph.values.get(name)?.shape;
      return own && shape && sameShape(own, shape);
    });
    const origins = new Set(variable.map(rootOf));
    if (elementwise && sameSize && origins.size === 1) roots.set(output, [...origins][0]!);
    else for (const name of variable) stored.add(name);
  }
  return stored;
}
