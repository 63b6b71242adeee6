/**
 * Executes the structured form for one work-item: slow and plain, to check the conversion against the
 * Kernel IR's own interpreter. As in hardware, everything is computed; only stores, loads and loops look
 * at their enable. Work-groups are beyond it: barriers and atomics are not executed.
 */
import { invariant } from "../../support/errors.js";
import { evaluate } from "../interpret/evaluate.js";
import { type Operand, type Type, type ValueId, type WorkItemQuery, widthOf } from "../ir/types.js";
import { instructionOperands, type Node, nodeDefs, type Region, type StructuredKernel } from "./types.js";

/** What a work-item sees of the world. Addresses are those that the pointer parameters were given. */
export interface Surroundings {
  readonly query: (query: WorkItemQuery, dimension: number) => bigint;
  readonly load: (address: bigint, bytes: number) => bigint;
  readonly store: (address: bigint, bytes: number, bits: bigint) => void;
  readonly objectAddress: (name: string) => bigint;
}

/** `parameters`: bits of every parameter value, and of the lane counts where work-items share a token. Throws InternalError after `maxIterations` iterations of one loop. */
export function interpretStructured(
  kernel: StructuredKernel,
  parameters: ReadonlyMap<ValueId, bigint>,
  around: Surroundings,
  maxIterations = 1_000_000,
): void {
  const values = new Map<ValueId, bigint>(parameters);
  const types = new Map<ValueId, Type>();
  for (const p of kernel.parameters) for (const v of p.values) types.set(v.def.id, v.def.type);
  for (const l of kernel.lanes) types.set(l.count.id, l.count.type);
  for (const n of kernel.body.nodes) for (const d of nodeDefs(n)) types.set(d.id, d.type);
  const read = (o: Operand): bigint => {
    if (o.kind === "const") return o.bits;
    if (o.kind === "object") return around.objectAddress(o.object);
    // Values of a loop that was skipped are anything: nothing enabled depends on them.
    return values.get(o.id) ?? 0n;
  };
  const typeOf = (o: Operand): Type => {
    const type = o.kind === "value" ? types.get(o.id) : o.type;
    invariant(type, "an operand has a type");
    return type;
  };
  const run = (region: Region): void => {
    for (const node of region.nodes) step(node);
  };
  const step = (node: Node): void => {
    switch (node.kind) {
      case "pure": {
        const x = node.instruction;
        if (x.op === "workitem") {
          values.set(x.result.id, BigInt.asUintN(widthOf(x.result.type), around.query(x.query, x.dimension)));
          return;
        }
        const operands = instructionOperands(x);
        const typed = x.op === "select" ? operands[1]! : operands[0]!;
        values.set(x.result.id, evaluate(x, operands.map(read), typeOf(typed)));
        return;
      }
      case "load": {
        let address = read(node.pointer);
        const lanes = node.laneEnables?.length ?? 1;
        for (const [k, r] of node.results.entries()) {
          const bytes = Math.ceil(widthOf(r.type) / 8);
          const enable = node.laneEnables
            ? node.laneEnables[Math.floor(k / (node.results.length / lanes))]!
            : node.enable;
          const bits = read(enable) === 1n ? around.load(address, bytes) : 0n;
          values.set(r.id, BigInt.asUintN(widthOf(r.type), bits));
          address += BigInt(bytes);
        }
        return;
      }
      case "store": {
        if (read(node.enable) !== 1n) return;
        let address = read(node.pointer);
        const lanes = node.laneEnables?.length ?? 1;
        for (const [k, v] of node.values.entries()) {
          const bytes = Math.ceil(widthOf(typeOf(v)) / 8);
          const enable = node.laneEnables
            ? node.laneEnables[Math.floor(k / (node.values.length / lanes))]!
            : node.enable;
          if (read(enable) === 1n) around.store(address, bytes, read(v));
          address += BigInt(bytes);
        }
        return;
      }
      case "atomic":
      case "barrier":
        invariant(false, `a single work-item executes no ${node.kind}`);
        return;
      case "fence":
      case "print":
        return;
      case "loop": {
        if (read(node.enable) !== 1n) return;
        node.carried
          .map((c) => read(c.init))
          .forEach((bits, k) => {
            values.set(node.carried[k]!.result.id, bits);
          });
        for (let count = 0; ; count++) {
          invariant(count < maxIterations, `${node.label} does not end`);
          run(node.body);
          if (read(node.again) !== 1n) return;
          node.carried
            .map((c) => read(c.next))
            .forEach((bits, k) => {
              values.set(node.carried[k]!.result.id, bits);
            });
        }
      }
    }
  };
  run(kernel.body);
}
