/**
 * Keeps in a register what a loop would keep in memory: where every access that may touch a location in a loop goes to that very
 * location (`c[i] += a[k] * b[k]` for all k), it is loaded before the loop, carried by it, and stored after it. (Register promotion
 * after Lu and Cooper, "Register Promotion in C Programs", 1997; what may alias is what shares a memory group.)
 */
import { groupAccesses } from "../datapath/groups.js";
import { type Def, type Operand, type Type, type ValueId, valueOperand } from "../ir/types.js";
import { mapOperands, sameOperand } from "../ir/walk.js";
import { removeDeadNodes } from "./dead.js";
import {
  type AccessNode,
  type Carried,
  isAccess,
  type LoadNode,
  type LoopNode,
  type Node,
  nodeDefs,
  type Region,
  type StoreNode,
  type StructuredKernel,
} from "./types.js";

export function promoteAccumulators(kernel: StructuredKernel): StructuredKernel {
  const promotion = new Promotion(kernel);
  const body = promotion.region(kernel.body);
  if (!promotion.changed) return kernel;
  return removeDeadNodes({ ...kernel, body: promotion.resolved(body), valueCount: promotion.nextValue });
}

/** A location and all accesses of the loop that may touch it, in order. */
interface Location {
  readonly pointer: Operand;
  readonly type: Type;
  readonly accesses: readonly (LoadNode | StoreNode)[];
}

class Promotion {
  changed = false;
  nextValue: number;
  /** Memory group of every access, of new ones too. */
  private readonly groups = new Map<Node, number | "rom">();
  private readonly types = new Map<ValueId, Type>();
  /** What stands for the result of a load that is gone. */
  private readonly replaced = new Map<ValueId, Operand>();

  constructor(kernel: StructuredKernel) {
    for (const p of kernel.parameters) for (const v of p.values) this.types.set(v.def.id, v.def.type);
    for (const d of kernel.body.nodes.flatMap(nodeDefs)) this.types.set(d.id, d.type);
    const grouping = groupAccesses(kernel, kernel.body, (id) => this.types.get(id)!);
    for (const access of accessesOf(kernel.body)) this.groups.set(access, grouping.groupOf(access));
    this.nextValue = kernel.valueCount;
  }

  /** Inner loops first: what they no longer touch may be promoted out of the loop around them. */
  region(region: Region): Region {
    return {
      nodes: region.nodes.flatMap((node) =>
        node.kind === "loop" ? this.loop({ ...node, body: this.region(node.body) }) : [node],
      ),
    };
  }

  /** The region without results of loads that are gone. */
  resolved(region: Region): Region {
    return { nodes: region.nodes.map((n) => this.withOperands(n)) };
  }

  private readonly use = (o: Operand): Operand => {
    const known = o.kind === "value" ? this.replaced.get(o.id) : undefined;
    return known ? this.use(known) : o;
  };

  private loop(source: LoopNode): Node[] {
    let nodes: Node[] = [source];
    for (const location of this.locations(source)) {
      this.changed = true;
      nodes = nodes.flatMap((n) => (n.kind === "loop" ? this.promote(n, location) : [n]));
    }
    return nodes;
  }

  /** What can be promoted out of the loop. */
  private locations(loop: LoopNode): Location[] {
    if (contains(loop.body, (n) => n.kind === "barrier" || n.kind === "fence")) return [];
    const inLoop = new Set(nodeDefs(loop).map((d) => d.id));
    const direct = new Set<Node>(loop.body.nodes);
    const byGroup = new Map<number, AccessNode[]>();
    for (const access of accessesOf(loop.body)) {
      const group = this.groups.get(access)!;
      if (group === "rom") continue;
      const list = byGroup.get(group);
      if (list) list.push(access);
      else byGroup.set(group, [access]);
    }
    return [...byGroup.values()].flatMap((all): Location[] => {
      const accesses = all.filter((a) => a.kind !== "atomic");
      const first = accesses[0];
      if (!first || accesses.length < all.length || !all.every((a) => direct.has(a))) return [];
      const pointer = this.use(first.pointer);
      const type = this.accessType(first);
      if (pointer.kind === "value" && inLoop.has(pointer.id)) return [];
      const same = accesses.every(
        (a) => sameOperand(this.use(a.pointer), pointer) && type !== undefined && sameType(this.accessType(a), type),
      );
      // Memory is touched whenever the loop runs at all, and it is written.
      const isCertain = isAlways(first.enable) && accesses.some((a) => a.kind === "store" && isAlways(a.enable));
      return same && type && isCertain ? [{ pointer, type, accesses }] : [];
    });
  }

  /** The type of an access of a single value. */
  private accessType(access: LoadNode | StoreNode): Type | undefined {
    const types =
      access.kind === "load"
        ? access.results.map((r) => r.type)
        : access.values.map((v) => (v.kind === "value" ? this.types.get(v.id)! : v.type));
    return types.length === 1 ? types[0] : undefined;
  }

  private promote(loop: LoopNode, { pointer, type, accesses }: Location): Node[] {
    const first = accesses[0]!;
    const last = accesses.findLast((a): a is StoreNode => a.kind === "store")!;
    const all = new Set<Node>(accesses);
    const before: Node[] = [];
    const carried: { readonly result: Def; readonly init: Operand }[] = [];
    /** What memory would hold. */
    let current: Operand | undefined;
    if (first.kind === "load") {
      const initial = this.fresh(type, "initial");
      before.push(this.like(first, { ...first, results: [initial], enable: loop.enable }));
      const header = this.fresh(type, first.results[0]!.name);
      current = valueOperand(header.id);
      carried.push({ result: header, init: valueOperand(initial.id) });
    }
    const body = loop.body.nodes.flatMap((node): Node[] => {
      if (!all.has(node)) return [node];
      const access = node as LoadNode | StoreNode;
      if (access.kind === "load") {
        this.replaced.set(access.results[0]!.id, current!);
        return [];
      }
      const [value] = access.values;
      if (isAlways(access.enable)) {
        current = value;
        return [];
      }
      const result = this.fresh(type, "kept");
      const whenFalse = current!;
      current = valueOperand(result.id);
      const { enable: condition, span } = access;
      return [{ kind: "pure", instruction: { op: "select", result, condition, whenTrue: value!, whenFalse, span } }];
    });
    const promoted: LoopNode = {
      ...loop,
      carried: [...loop.carried, ...carried.map((c): Carried => ({ ...c, next: current! }))],
      body: { nodes: body },
    };
    return [...before, promoted, this.like(last, { ...last, values: [current!], pointer, enable: loop.enable })];
  }

  /** Notes that a new access is of the same group as an old one. */
  private like<T extends AccessNode>(old: AccessNode, made: T): T {
    this.groups.set(made, this.groups.get(old)!);
    return made;
  }

  private fresh(type: Type, name: string): Def {
    const id = this.nextValue++ as ValueId;
    this.types.set(id, type);
    return { id, type, name };
  }

  private withOperands(node: Node): Node {
    const { use } = this;
    switch (node.kind) {
      case "pure":
        return { kind: "pure", instruction: mapOperands(node.instruction, use) };
      case "load":
        return {
          ...node,
          pointer: use(node.pointer),
          enable: use(node.enable),
          ...(node.laneEnables ? { laneEnables: node.laneEnables.map(use) } : {}),
        };
      case "store":
        return {
          ...node,
          values: node.values.map(use),
          pointer: use(node.pointer),
          enable: use(node.enable),
          ...(node.laneEnables ? { laneEnables: node.laneEnables.map(use) } : {}),
        };
      case "atomic":
        return {
          ...node,
          value: use(node.value),
          ...(node.compare ? { compare: use(node.compare) } : {}),
          pointer: use(node.pointer),
          enable: use(node.enable),
        };
      case "barrier":
        return { ...node, enable: use(node.enable) };
      case "fence":
        return node;
      case "print":
        return { ...node, arguments: node.arguments.map(use), enable: use(node.enable) };
      case "loop":
        return {
          ...node,
          enable: use(node.enable),
          carried: node.carried.map((c) => ({ ...c, init: use(c.init), next: use(c.next) })),
          body: this.resolved(node.body),
          again: use(node.again),
        };
      default:
        return node satisfies never;
    }
  }
}

const isAlways = (enable: Operand): boolean => enable.kind === "const" && enable.bits === 1n;

function sameType(a: Type | undefined, b: Type): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function contains(region: Region, test: (node: Node) => boolean): boolean {
  return region.nodes.some((n) => test(n) || (n.kind === "loop" && contains(n.body, test)));
}

function accessesOf(region: Region): AccessNode[] {
  return region.nodes.flatMap((n) => (n.kind === "loop" ? accessesOf(n.body) : isAccess(n) ? [n] : []));
}
