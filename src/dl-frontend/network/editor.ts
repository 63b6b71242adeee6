/** Changes to a network: keeps who makes and who reads each value while operations are replaced. */
import {
  type Network,
  type NetworkOp,
  type NetworkValue,
  readsOf,
  type ValueId,
  withRead,
  writesOf,
} from "./network.js";

export class Editor {
  private readonly values: NetworkValue[];
  private ops: NetworkOp[];
  private readonly makers = new Map<ValueId, NetworkOp>();
  private readonly readers = new Map<ValueId, Set<NetworkOp>>();
  private readonly inputs: readonly ValueId[];
  private outputs: readonly ValueId[];

  constructor(network: Network) {
    this.values = [...network.values];
    this.ops = [...network.operations];
    this.inputs = network.inputs;
    this.outputs = network.outputs;
    for (const op of this.ops) this.link(op);
  }

  operations(): readonly NetworkOp[] {
    return this.ops;
  }
  has(op: NetworkOp): boolean {
    return this.makers.get(op.output) === op;
  }
  value(id: ValueId): NetworkValue {
    return this.values[id]!;
  }
  makerOf(id: ValueId): NetworkOp | undefined {
    return this.makers.get(id);
  }
  readersOf(id: ValueId): readonly NetworkOp[] {
    return [...(this.readers.get(id) ?? [])];
  }
  isOutput(id: ValueId): boolean {
    return this.outputs.includes(id);
  }
  /** One operation reads it, once, and it is no output of the model. */
  usedOnce(id: ValueId): boolean {
    const [reader, ...more] = this.readersOf(id);
    return (
      !!reader && more.length === 0 && !this.isOutput(id) && readsOf(reader).filter((read) => read === id).length === 1
    );
  }

  addValue(value: Omit<NetworkValue, "id">): ValueId {
    const id = this.values.length;
    this.values.push({ ...value, id });
    return id;
  }
  setValue(id: ValueId, change: Partial<NetworkValue>): void {
    this.values[id] = { ...this.values[id]!, ...change };
  }

  /** Puts another operation in the place of one. */
  replace(old: NetworkOp, op: NetworkOp): void {
    const index = this.ops.indexOf(old);
    this.unlink(old);
    this.ops[index] = op;
    this.link(op);
  }
  remove(op: NetworkOp): void {
    this.unlink(op);
    this.ops = this.ops.filter((each) => each !== op);
  }
  /** Puts an operation directly before another one. */
  insertBefore(place: NetworkOp, op: NetworkOp): void {
    this.ops.splice(this.ops.indexOf(place), 0, op);
    this.link(op);
  }
  /** Everybody who reads `from` reads `to`. */
  redirect(from: ValueId, to: ValueId): void {
    for (const reader of this.readersOf(from)) this.replace(reader, withRead(reader, from, to));
    this.outputs = this.outputs.map((id) => (id === from ? to : id));
  }

  removeUnused(): void {
    for (let k = this.ops.length - 1; k >= 0; k--) {
      const op = this.ops[k]!;
      const needed = writesOf(op).some((id) => this.isOutput(id) || (this.readers.get(id)?.size ?? 0) > 0);
      if (!needed) this.remove(op);
    }
  }

  network(): Network {
    return { values: this.values, operations: this.ops, inputs: this.inputs, outputs: this.outputs };
  }

  private link(op: NetworkOp): void {
    for (const id of writesOf(op)) this.makers.set(id, op);
    for (const id of readsOf(op)) {
      const set = this.readers.get(id) ?? new Set();
      set.add(op);
      this.readers.set(id, set);
    }
  }
  private unlink(op: NetworkOp): void {
    for (const id of writesOf(op)) if (this.makers.get(id) === op) this.makers.delete(id);
    for (const id of readsOf(op)) this.readers.get(id)?.delete(op);
  }
}
