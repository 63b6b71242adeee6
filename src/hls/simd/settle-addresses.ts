/** Chooses, for every wide access, the address of a lane that is on: the last step of sharing tokens. */
import { constOf, i, type Operand, type Type, type ValueId, valueOperand } from "../ir/types.js";
import type {
  LaneAddress,
  LoadNode,
  Node,
  PureInstruction,
  Region,
  StoreNode,
  StructuredKernel,
} from "../structure/types.js";

/** The kernel without `laneAddresses`. */
export function settleAddresses(kernel: StructuredKernel): StructuredKernel {
  const settling = new Settling(kernel.valueCount);
  const body = settling.region(kernel.body);
  return { ...kernel, body, valueCount: settling.valueCount };
}

const truth = i(1);
const address: Type = { kind: "ptr", space: "global" };

class Settling {
  constructor(public valueCount: number) {}

  region(region: Region): Region {
    return {
      nodes: region.nodes.flatMap((n): Node[] => {
        if (n.kind === "loop") return [{ ...n, body: this.region(n.body) }];
        if ((n.kind !== "load" && n.kind !== "store") || !n.laneAddresses) return [n];
        return this.access(n, n.laneAddresses);
      }),
    };
  }

  private access(node: LoadNode | StoreNode, candidates: readonly LaneAddress[]): Node[] {
    const { span } = node;
    const nodes: Node[] = [];
    const pure = (type: Type, make: (result: PureInstruction["result"]) => PureInstruction): Operand => {
      const id = this.valueCount++ as ValueId;
      nodes.push({ kind: "pure", instruction: make({ id, type, name: "first" }) });
      return valueOperand(id);
    };
    const startOf = ({ pointer, ahead }: LaneAddress): Operand =>
      ahead === 0n
        ? pointer
        : pure(address, (result) => ({
            op: "ptradd",
            result,
            pointer,
            offset: constOf(i(64), BigInt.asUintN(64, -ahead)),
            span,
          }));
    /** `on`: whether any of the list is; left out where nobody asks. */
    const pick = (list: readonly LaneAddress[], needsOn: boolean): { on?: Operand; start: Operand } => {
      if (list.length === 1) return { on: list[0]!.on, start: startOf(list[0]!) };
      const half = Math.ceil(list.length / 2);
      const a = pick(list.slice(0, half), true);
      const b = pick(list.slice(half), needsOn);
      const start = pure(address, (result) => ({
        op: "select",
        result,
        condition: a.on!,
        whenTrue: a.start,
        whenFalse: b.start,
        span,
      }));
      if (!needsOn) return { start };
      const on = pure(truth, (result) => ({ op: "binary", kind: "or", result, left: a.on!, right: b.on!, span }));
      return { on, start };
    };
    const { laneAddresses: _, ...rest } = node;
    const sure = candidates.find((c) => c.on.kind === "const" && c.on.bits === 1n);
    const { start } = pick(sure ? [sure] : candidates, false);
    return [...nodes, { ...rest, pointer: start }];
  }
}
