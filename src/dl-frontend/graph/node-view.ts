/** A node with its operands, as the rules for shapes, folding and lowering read it. */
import { inputError, type SoffError } from "../../support/errors.js";
import { nodeDiagnostic } from "../onnx/decode.js";
import type { Attribute, OnnxNode, Tensor } from "../onnx/model.js";
import type { Value } from "./graph.js";

export class NodeView {
  constructor(
    readonly node: OnnxNode,
    readonly opset: number,
    private readonly find: (name: string) => Value | undefined,
  ) {}

  get op(): string {
    return this.node.op;
  }
  get inputCount(): number {
    return this.node.inputs.length;
  }
  /** Undefined when the optional input is left out. */
  optional(index: number): Value | undefined {
    const name = this.node.inputs[index];
    return name ? this.find(name) : undefined;
  }
  input(index: number): Value {
    const value = this.optional(index);
    if (!value) throw this.fail(`its input ${index} is missing`);
    return value;
  }
  /** The shape of an input; throws when it is not known, so ask `shapesKnown` first. */
  shape(index: number): readonly number[] {
    const shape = this.input(index).shape;
    if (!shape) throw this.fail(`the shape of its input ${index} is not known`);
    return shape;
  }
  get shapesKnown(): boolean {
    return this.node.inputs.every((_, k) => this.optional(k) === undefined || this.optional(k)!.shape !== undefined);
  }
  constant(index: number): Tensor | undefined {
    return this.optional(index)?.constant;
  }
  /** The numbers of a constant input, e.g. axes. */
  numbers(index: number): number[] | undefined {
    const tensor = this.constant(index);
    return tensor ? Array.from(tensor.data) : undefined;
  }

  has(name: string): boolean {
    return this.node.attributes.has(name);
  }
  int(name: string, otherwise: number): number {
    return this.attribute(name, "int")?.value ?? otherwise;
  }
  float(name: string, otherwise: number): number {
    return this.attribute(name, "float")?.value ?? otherwise;
  }
  string(name: string, otherwise: string): string {
    return this.attribute(name, "string")?.value ?? otherwise;
  }
  ints(name: string): readonly number[] | undefined {
    return this.attribute(name, "ints")?.value;
  }
  floats(name: string): readonly number[] | undefined {
    return this.attribute(name, "floats")?.value;
  }
  tensor(name: string): Tensor | undefined {
    return this.attribute(name, "tensor")?.value;
  }

  private attribute<K extends Attribute["kind"]>(name: string, kind: K): Extract<Attribute, { kind: K }> | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind === kind) return attribute as Extract<Attribute, { kind: K }>;
    // An empty list has no type in the oldest files.
    if (kind === "ints" && attribute.kind === "floats" && attribute.value.length === 0) return undefined;
    throw this.fail(`its attribute ${name} is of kind ${attribute.kind}, not ${kind}`);
  }

  /** An axis counted from the end made one from the start. */
  axis(axis: number, rank: number): number {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
      throw this.fail(`axis ${axis} does not exist in a tensor of rank ${rank}`);
    }
    return axis < 0 ? axis + rank : axis;
  }

  fail(problem: string): SoffError {
    return inputError("onnx/type-error", nodeDiagnostic(this.node, problem), {
      help: "The model breaks ONNX's rules at this node: check it with onnx.checker, or export it again.",
    });
  }
}
