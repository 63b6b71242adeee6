import type { MetadataNode } from "./metadata-rules.js";
import type { LlvmValue, MetadataValue } from "./module.js";

/** A node with its references followed. Debug records and self references, which no kernel attribute has, are null. */
export function plainMetadata(
  node: MetadataNode,
  nodes: ReadonlyMap<number, MetadataNode>,
  around: readonly number[] = [],
): MetadataValue {
  switch (node.kind) {
    case "ref": {
      const target = nodes.get(node.id);
      return target && !around.includes(node.id) ? plainMetadata(target, nodes, [...around, node.id]) : null;
    }
    case "string":
    case "word":
      return node.text;
    case "int":
      return BigInt(node.value);
    case "tuple":
      return node.elements.map((element) => plainMetadata(element, nodes, around));
    case "value":
      return plainValue(node.value);
    case "record":
    case "null":
      return null;
    default:
      return node satisfies never;
  }
}

function plainValue(value: LlvmValue): MetadataValue {
  if (value.kind === "int") return value.value;
  if (value.kind === "global") return value.name;
  return null;
}
