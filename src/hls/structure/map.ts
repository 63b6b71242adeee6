/** Copies of structured code with other operands. */
import type { Operand } from "../ir/types.js";
import { mapOperands } from "../ir/walk.js";
import type { Node, Region } from "./types.js";

/** Every operand, those inside loops included, goes through `map`; definitions stay. */
export function mapRegionOperands(region: Region, map: (operand: Operand) => Operand): Region {
  return { nodes: region.nodes.map((n) => mapNodeOperands(n, map)) };
}

function mapNodeOperands(node: Node, map: (operand: Operand) => Operand): Node {
  switch (node.kind) {
    case "pure":
      return { ...node, instruction: mapOperands(node.instruction, map) };
    case "load":
    case "store":
      return {
        ...node,
        pointer: map(node.pointer),
        enable: map(node.enable),
        ...(node.kind === "store" ? { values: node.values.map(map) } : {}),
        ...(node.slot ? { slot: map(node.slot) } : {}),
        ...(node.laneEnables ? { laneEnables: node.laneEnables.map(map) } : {}),
        ...(node.laneAddresses
          ? { laneAddresses: node.laneAddresses.map((a) => ({ ...a, on: map(a.on), pointer: map(a.pointer) })) }
          : {}),
      } as Node;
    case "atomic":
      return {
        ...node,
        pointer: map(node.pointer),
        value: map(node.value),
        enable: map(node.enable),
        ...(node.compare ? { compare: map(node.compare) } : {}),
        ...(node.slot ? { slot: map(node.slot) } : {}),
      };
    case "barrier":
      return { ...node, enable: map(node.enable), ...(node.slot ? { slot: map(node.slot) } : {}) };
    case "fence":
      return node;
    case "print":
      return { ...node, enable: map(node.enable), arguments: node.arguments.map(map) };
    case "loop":
      return {
        ...node,
        enable: map(node.enable),
        carried: node.carried.map((c) => ({ ...c, init: map(c.init), next: map(c.next) })),
        body: mapRegionOperands(node.body, map),
        again: map(node.again),
      };
    default:
      return node satisfies never;
  }
}
