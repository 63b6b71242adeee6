/**
 * Slots: where the copies of local and private memory lie, and what barriers count. A kernel with barriers or local
 * memory gives every work-group under way a group slot, one with private variables every work-item an item slot. Both
 * are values of the token, like the ids: accesses and barriers read them, and the work-item gives them back at the end.
 */
import { bitsFor, powerOfTwo } from "../../support/numbers.js";
import type { Def, Operand, Type, ValueId } from "../ir/types.js";
import { i, valueOperand } from "../ir/types.js";
import { type Node, nodeDefs, type Region, type StructuredKernel } from "../structure/types.js";
import type { ItemValue, Slots } from "./types.js";

/** Work-groups under way at most. */
const mostGroups = 16;
/** Largest work-group of a kernel that does not say `reqd_work_group_size`: CL_DEVICE_MAX_WORK_GROUP_SIZE. */
const largestGroup = 1024;
/** Work-items under way at most in a kernel with barriers: two of the largest groups. */
const mostItems = 2 * largestGroup;
/** Bytes of private memory that a design may take for the work-items under way, and bounds for their number. */
const privateBytes = 64 * 1024;
const fewestItemSlots = 32;
const mostItemSlots = 512;

export interface Slotted {
  readonly slots: Slots;
  readonly items: readonly ItemValue[];
  readonly body: Region;
}

/** Gives every access to local and private memory and every barrier its slot operand. */
export function assignSlots(kernel: StructuredKernel, body: Region, typeOf: (id: ValueId) => Type): Slotted {
  const barriers = contains(body, (n) => n.kind === "barrier");
  const spaceOf = (node: Node): string | undefined => {
    if (!("pointer" in node)) return undefined;
    const type = node.pointer.kind === "value" ? typeOf(node.pointer.id) : node.pointer.type;
    return type.kind === "ptr" ? type.space : undefined;
  };
  const local = contains(body, (n) => spaceOf(n) === "local");
  const isPrivate = contains(body, (n) => spaceOf(n) === "private");
  const group = groupSlots(kernel, barriers, local);
  const itemSlots = isPrivate ? countItemSlots(kernel, barriers ? group.items : undefined) : 0;
  const largest = largestValue(kernel, body);
  const items: ItemValue[] = [];
  const slot = (query: "group_slot" | "item_slot", count: number): Operand => {
    const known = items.find((item) => item.query === query);
    if (known) return valueOperand(known.result.id);
    const id = (largest + 1 + items.length) as ValueId;
    const result: Def = { id, type: i(bitsFor(count)), name: query };
    items.push({ query, dimension: 0, result });
    return valueOperand(id);
  };
  if (group.groups > 0) slot("group_slot", group.groups);
  if (itemSlots > 0) slot("item_slot", itemSlots);
  const visit = (region: Region): Region => ({
    nodes: region.nodes.map((node): Node => {
      switch (node.kind) {
        case "loop":
          return { ...node, body: visit(node.body) };
        case "barrier":
          return { ...node, slot: slot("group_slot", group.groups) };
        case "load":
        case "store":
        case "atomic": {
          const space = spaceOf(node);
          if (space === "local") return { ...node, slot: slot("group_slot", group.groups) };
          if (space === "private") return { ...node, slot: slot("item_slot", itemSlots) };
          return node;
        }
        case "fence":
        case "print":
        case "pure":
          return node;
        default:
          return node satisfies never;
      }
    }),
  });
  return { slots: { barriers, ...group, itemSlots }, items, body: visit(body) };
}

/** Slots that a work-item gives back when it retires. */
export function slotValues(items: readonly ItemValue[]): ValueId[] {
  return items.flatMap(({ query, result }) => (query === "group_slot" || query === "item_slot" ? [result.id] : []));
}

function groupSlots(kernel: StructuredKernel, barriers: boolean, local: boolean) {
  const required = kernel.requiredLocalSize;
  const group = required ? required[0] * required[1] * required[2] : largestGroup;
  if (!barriers && !local) return { groups: 0, items: 0, largestGroup: group };
  const items = Math.min(Math.max(mostItems, 2 * powerOfTwo(group)), powerOfTwo(group) * mostGroups);
  return { groups: mostGroups, items, largestGroup: group };
}

/** Item slots: all work-items of the groups under way when they wait for each other, otherwise as many as memory allows. */
function countItemSlots(kernel: StructuredKernel, waiting: number | undefined): number {
  if (waiting !== undefined) return waiting;
  const stride = kernel.variables.reduce((n, v) => n + (v.space === "private" ? powerOfTwo(v.size) : 0), 0);
  return Math.min(mostItemSlots, Math.max(fewestItemSlots, powerOfTwo(Math.floor(privateBytes / Math.max(1, stride)))));
}

function contains(region: Region, test: (node: Node) => boolean): boolean {
  return region.nodes.some((n) => test(n) || (n.kind === "loop" && contains(n.body, test)));
}

function largestValue(kernel: StructuredKernel, body: Region): number {
  return body.nodes.flatMap(nodeDefs).reduce((n, d) => Math.max(n, d.id), kernel.valueCount);
}
