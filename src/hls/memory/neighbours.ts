/**
 * Joins accesses of one work-item to neighbouring places: loads of a[i - 1], a[i] and a[i + 1], or stores to the fields of a
 * structure, become one wide access. Addresses are neighbours when they are the same value plus constants, which is exact.
 *
 * The loads of a set move up to its first one, the stores down to its last one. So nothing between may touch the same memory
 * (a load may be passed by loads), and no loop, barrier or fence stands between, because values would wait along it.
 */
import { pointerRoots, type Root } from "../datapath/roots.js";
import { constOf, type Def, i, type Operand, type Type, type ValueId, valueOperand, widthOf } from "../ir/types.js";
import { sameOperand } from "../ir/walk.js";
import { removeDeadNodes } from "../structure/dead.js";
import { mapRegionOperands } from "../structure/map.js";
import {
  type LaneAddress,
  type LoadNode,
  type Node,
  nodeDefs,
  type Region,
  type StoreNode,
  type StructuredKernel,
} from "../structure/types.js";

type Access = LoadNode | StoreNode;

/** One access of a set. */
interface Member {
  readonly node: Access;
  /** Position in its region. */
  readonly at: number;
  /** Of its first lane, from the base. */
  readonly offset: bigint;
  readonly lanes: number;
}

/** Accesses of one kind and one base, whose lanes have the same types. */
interface NeighbourSet {
  readonly kind: Access["kind"];
  readonly base: Operand;
  readonly laneTypes: readonly Type[];
  readonly laneBytes: number;
  readonly members: Member[];
}

const truth = i(1);
const no = constOf(truth, 0n);

/** `mostBytes`: of a wide access. */
export function joinNeighbours(kernel: StructuredKernel, mostBytes: number): StructuredKernel {
  const joining = new Joining(kernel, mostBytes);
  const body = joining.region(kernel.body);
  if (!joining.changed) return kernel;
  const renamed = mapRegionOperands(body, (o) => (o.kind === "value" ? (joining.same.get(o.id) ?? o) : o));
  return removeDeadNodes({ ...kernel, body: renamed, valueCount: joining.valueCount });
}

class Joining {
  changed = false;
  valueCount: number;
  /** Results of loads that another load of the same place gives now. */
  readonly same = new Map<ValueId, Operand>();
  private readonly types = new Map<ValueId, Type>();
  private readonly places = new Map<ValueId, { readonly base: Operand; readonly offset: bigint }>();
  private readonly rootsOf: (pointer: Operand) => ReadonlySet<Root>;

  constructor(
    kernel: StructuredKernel,
    private readonly mostBytes: number,
  ) {
    this.valueCount = kernel.valueCount;
    this.rootsOf = pointerRoots(kernel);
    for (const p of kernel.parameters) for (const v of p.values) this.types.set(v.def.id, v.def.type);
    for (const l of kernel.lanes) this.types.set(l.count.id, l.count.type);
    for (const d of kernel.body.nodes.flatMap(nodeDefs)) this.types.set(d.id, d.type);
    this.notePlaces(kernel.body);
  }

  region(region: Region): Region {
    const nodes = region.nodes.map((n): Node => (n.kind === "loop" ? { ...n, body: this.region(n.body) } : n));
    const definedAt = new Map<ValueId, number>();
    nodes.forEach((n, at) => {
      for (const d of nodeDefs(n)) definedAt.set(d.id, at);
    });
    const replacement = new Map<number, readonly Node[]>();
    for (const set of this.setsOf(nodes, definedAt))
      for (const members of this.split(set)) {
        const place = set.kind === "load" ? members[0]!.at : members.at(-1)!.at;
        for (const m of members) replacement.set(m.at, []);
        replacement.set(place, this.join(set, members));
        this.changed = true;
      }
    return { nodes: nodes.flatMap((n, at) => replacement.get(at) ?? [n]) };
  }

  private notePlaces(region: Region): void {
    for (const node of region.nodes) {
      if (node.kind === "loop") this.notePlaces(node.body);
      if (node.kind !== "pure" || node.instruction.op !== "ptradd") continue;
      const { pointer, offset, result } = node.instruction;
      if (offset.kind !== "const") continue;
      const by = BigInt.asIntN(widthOf(offset.type), offset.bits);
      const from = this.placeOf(pointer);
      this.places.set(result.id, { base: from.base, offset: from.offset + by });
    }
  }

  private placeOf(pointer: Operand): { readonly base: Operand; readonly offset: bigint } {
    return (pointer.kind === "value" ? this.places.get(pointer.id) : undefined) ?? { base: pointer, offset: 0n };
  }

  /** Accesses that may be brought together, in order of their positions. */
  private setsOf(nodes: readonly Node[], definedAt: ReadonlyMap<ValueId, number>): NeighbourSet[] {
    const done: NeighbourSet[] = [];
    let open: NeighbourSet[] = [];
    const close = (when: (set: NeighbourSet) => boolean): void => {
      done.push(...open.filter(when));
      open = open.filter((set) => !when(set));
    };
    nodes.forEach((node, at) => {
      switch (node.kind) {
        case "pure":
        case "print":
          return;
        case "loop":
        case "barrier":
        case "fence":
          close(() => true);
          return;
        case "atomic":
          close((set) => this.mayMeet(set.base, node.pointer));
          return;
        case "load":
        case "store": {
          const candidate = this.candidate(node, at);
          const joins = (set: NeighbourSet): boolean =>
            candidate !== undefined &&
            set.kind === node.kind &&
            sameOperand(set.base, candidate.base) &&
            set.laneBytes === candidate.laneBytes &&
            set.laneTypes.every((t, k) => sameType(t, candidate.laneTypes[k])) &&
            set.laneTypes.length === candidate.laneTypes.length;
          const overlaps = (set: NeighbourSet): boolean =>
            node.kind === "store" && set.members.some((m) => overlap(m, candidate!.members[0]!, set.laneBytes));
          // A load's enable must be there where the first one of the set stands.
          const isEarly = (set: NeighbourSet): boolean =>
            node.kind === "store" ||
            [node.enable, ...(node.laneEnables ?? []), ...this.needed(node, set)].every(
              (o) => o.kind !== "value" || (definedAt.get(o.id) ?? -1) < set.members[0]!.at,
            );
          const set = open.find((s) => joins(s) && isEarly(s) && !overlaps(s));
          close((s) => s !== set && !(s.kind === "load" && node.kind === "load") && this.mayMeet(s.base, node.pointer));
          if (set) set.members.push(candidate!.members[0]!);
          else if (candidate) open.push(candidate);
          return;
        }
        default:
          node satisfies never;
      }
    });
    return [...done, ...open];
  }

  /** A set of this access alone, when a wide access can stand for it. */
  private candidate(node: Access, at: number): NeighbourSet | undefined {
    const type = node.pointer.kind === "value" ? this.types.get(node.pointer.id) : node.pointer.type;
    if (type?.kind !== "ptr" || type.space !== "global" || node.slot) return undefined;
    // Loads have no order among each other, whosever they are.
    if (node.kind === "store" && node.bundle !== undefined) return undefined;
    const types = node.kind === "load" ? node.results.map((r) => r.type) : node.values.map((v) => this.typeOf(v));
    const lanes = node.laneEnables?.length ?? 1;
    const laneTypes = types.slice(0, types.length / lanes);
    const laneBytes = laneTypes.reduce((n, t) => n + Math.ceil(widthOf(t) / 8), 0);
    if (!Number.isInteger(Math.log2(laneBytes)) || node.align < laneBytes) return undefined;
    const { base, offset } = this.placeOf(node.pointer);
    return { kind: node.kind, base, laneTypes, laneBytes, members: [{ node, at, offset, lanes }] };
  }

  /** What the addresses of a wide load's lanes are made of, as far as the set does not have lanes that are on when those are. */
  private needed({ laneAddresses = [] }: Access, set: NeighbourSet): readonly Operand[] {
    const known = set.members.flatMap((m) => m.node.laneAddresses ?? []);
    return laneAddresses
      .filter((a) => !known.some((k) => sameOperand(k.on, a.on)))
      .flatMap((a) => [a.on, this.placeOf(a.pointer).base]);
  }

  /** Of the access that begins at `first` from the set's base: every lane that may be on says where that is. */
  private laneAddresses(members: readonly Member[], first: bigint): readonly LaneAddress[] | undefined {
    if (!members.some((m) => m.node.laneAddresses)) return undefined;
    const all: LaneAddress[] = [];
    for (const { node, offset } of members) {
      const own = node.laneAddresses ?? [{ on: node.enable, pointer: node.pointer, ahead: 0n }];
      for (const { on, pointer, ahead } of own) {
        if (all.some((a) => sameOperand(a.on, on))) continue;
        const place = this.placeOf(pointer);
        all.push({ on, pointer: place.base, ahead: ahead + offset - first - place.offset });
      }
    }
    return all;
  }

  private mayMeet(a: Operand, b: Operand): boolean {
    const [x, y] = [this.rootsOf(a), this.rootsOf(b)];
    return x.has("unknown") || y.has("unknown") || [...x].some((r) => y.has(r));
  }

  /** Parts of a set that lie together, of two members at least, each in order of position. */
  private split(set: NeighbourSet): Member[][] {
    const size = BigInt(set.laneBytes);
    const classes = new Map<bigint, Member[]>();
    for (const m of set.members) {
      const phase = ((m.offset % size) + size) % size;
      classes.set(phase, [...(classes.get(phase) ?? []), m]);
    }
    const parts: Member[][] = [];
    for (const members of classes.values()) {
      members.sort((a, b) => (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : a.at - b.at));
      let part: Member[] = [];
      let end = 0n;
      for (const m of members) {
        const last = m.offset + size * BigInt(m.lanes);
        const covers = last > end ? last : end;
        // Holes cost as much as lanes.
        const fits =
          part.length > 0 && covers - part[0]!.offset <= BigInt(this.mostBytes) && m.offset - end <= 2n * size;
        if (!fits) {
          parts.push(part);
          part = [];
        }
        end = part.length > 0 ? covers : last;
        part.push(m);
      }
      parts.push(part);
    }
    return parts.filter((p) => p.length > 1).map((p) => p.sort((a, b) => a.at - b.at));
  }

  /** The wide access that stands for the members. */
  private join(set: NeighbourSet, members: readonly Member[]): Node[] {
    const nodes: Node[] = [];
    const { span } = members[0]!.node;
    const size = BigInt(set.laneBytes);
    const first = members.reduce((n, m) => (m.offset < n ? m.offset : n), members[0]!.offset);
    const laneOf = (m: Member): number => Number((m.offset - first) / size);
    const count = Math.max(...members.map((m) => laneOf(m) + m.lanes));
    const perLane = set.laneTypes.length;
    const pure = (
      type: Type,
      name: string,
      make: (result: Def) => Extract<Node, { kind: "pure" }>["instruction"],
    ): Operand => {
      const result = this.fresh(type, name);
      nodes.push({ kind: "pure", instruction: make(result) });
      return valueOperand(result.id);
    };
    const either = (a: Operand, b: Operand): Operand => {
      if (a.kind === "const") return a.bits === 1n ? a : b;
      if (b.kind === "const") return b.bits === 1n ? b : a;
      if (sameOperand(a, b)) return a;
      return pure(truth, "p", (result) => ({ op: "binary", kind: "or", result, left: a, right: b, span }));
    };
    const pointer =
      first === 0n
        ? set.base
        : pure({ kind: "ptr", space: "global" }, "", (result) => ({
            op: "ptradd",
            result,
            pointer: set.base,
            offset: constOf(i(64), BigInt.asUintN(64, first)),
            span,
          }));
    const laneEnables: Operand[] = Array.from({ length: count }, () => no);
    for (const m of members)
      for (let k = 0; k < m.lanes; k++) {
        const lane = laneOf(m) + k;
        laneEnables[lane] = either(laneEnables[lane]!, m.node.laneEnables?.[k] ?? m.node.enable);
      }
    const laneAddresses = this.laneAddresses(members, first);
    const { bundle } = members[0]!.node;
    const common = {
      pointer,
      ...(bundle !== undefined ? { bundle } : {}),
      ...(laneAddresses ? { laneAddresses } : {}),
      align: set.laneBytes,
      enable: members.reduce((e, m) => either(e, m.node.enable), no as Operand),
      laneEnables,
      span,
    };
    if (set.kind === "load") {
      const results: (Def | undefined)[] = Array.from({ length: count * perLane }, () => undefined);
      for (const { node, ...m } of members) {
        if (node.kind !== "load") continue;
        node.results.forEach((def, k) => {
          const place = laneOf({ node, ...m }) * perLane + k;
          const there = results[place];
          if (there) this.same.set(def.id, valueOperand(there.id));
          else results[place] = def;
        });
      }
      const all = results.map((r, k) => r ?? this.fresh(set.laneTypes[k % perLane]!, ""));
      return [...nodes, { kind: "load", results: all, ...common }];
    }
    const values: Operand[] = Array.from({ length: count * perLane }, (_, k) => nothing(set.laneTypes[k % perLane]!));
    for (const { node, ...m } of members)
      if (node.kind === "store")
        node.values.forEach((v, k) => {
          values[laneOf({ node, ...m }) * perLane + k] = v;
        });
    return [...nodes, { kind: "store", values, ...common }];
  }

  private fresh(type: Type, name: string): Def {
    const id = this.valueCount++ as ValueId;
    this.types.set(id, type);
    return { id, type, name };
  }

  private typeOf(o: Operand): Type {
    return o.kind === "value" ? this.types.get(o.id)! : o.type;
  }
}

function overlap(a: Member, b: Member, laneBytes: number): boolean {
  const end = (m: Member): bigint => m.offset + BigInt(m.lanes * laneBytes);
  return a.offset < end(b) && b.offset < end(a);
}

function sameType(a: Type, b: Type | undefined): boolean {
  if (b === undefined || a.kind !== b.kind) return false;
  return a.kind !== "ptr" || b.kind !== "ptr" ? widthOf(a) === widthOf(b) : a.space === b.space;
}

/** A value that is never looked at. */
function nothing(type: Type): Operand {
  return constOf(type, 0n);
}
