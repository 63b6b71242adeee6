/**
 * Kernel IR as text. `parse.ts` reads it back exactly, names and places of the source included:
 *
 *     kernel scale !"scale.cl":1:15 {
 *       param A "float*" buffer bytes 8 values %0.A: ptr @ 0
 *       param n "int" scalar bytes 4 element int 32 x 1 values %1.n: i32 @ 0
 *
 *     b0.entry:
 *       %2.i = workitem i64 global_id 0 !2:11
 *       %3 = trunc i64 %2.i to i32
 *       %4 = icmp slt i32 %3, %1.n !3:9
 *       condbr %4, b1.then, b2.end !3:7
 *     …
 *
 * Variables in memory follow the parameters: `local tile size 256 align 4`, `private stack size 64 align 8`. What has
 * no result or several effects reads:
 *
 *       store f32 %5, %6 to %4 align 8
 *       %7 = atomic add i32 1 at %4
 *       %8 = atomic cmpxchg i32 %7 if 0 at (ptr.local @lock)
 *       barrier
 *       print "%d: %f" [i32 %7, f32 %5]
 *
 * A value is `%NUMBER`, with its name behind a dot where it has one; a block likewise `bNUMBER`. A
 * constant takes the type that its place asks for; another one is written `(TYPE CONSTANT)`. `!` gives the
 * place in the source, in the kernel's file when no other is named; without it the place is unknown.
 */

import { unreachable } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";
import {
  type Block,
  type Def,
  type Instruction,
  i,
  type Kernel,
  type Operand,
  type Phi,
  type SourceParameter,
  sameType,
  type Terminator,
  type Type,
} from "./types.js";
import { type Definition, definitionsOf } from "./walk.js";

export function printKernel(kernel: Kernel): string {
  return new Printer(kernel).kernelText();
}

/** `i32`, `f64`, `ptr` (global memory), `ptr.local`, … */
export function printType(type: Type): string {
  switch (type.kind) {
    case "int":
      return `i${type.bits}`;
    case "float":
      return `f${type.bits}`;
    case "ptr":
      return type.space === "global" ? "ptr" : `ptr.${type.space}`;
    default:
      return unreachable(type);
  }
}

/** One instruction as it stands in the kernel's text, for messages and reports. */
export function printInstruction(kernel: Kernel, instruction: Instruction): string {
  return new Printer(kernel).instruction(instruction);
}

/** What an integer operand, a branch condition, an address and an object's address are written for without their type. */
export const contextTypes = {
  condition: i(1),
  offset: i(64),
  address: { kind: "ptr", space: "global" },
  objectAddress: { kind: "ptr", space: "constant" },
} as const satisfies Record<string, Type>;

class Printer {
  private readonly definitions: readonly (Definition | undefined)[];

  constructor(private readonly kernel: Kernel) {
    this.definitions = definitionsOf(kernel);
  }

  kernelText(): string {
    const { kernel } = this;
    const local = kernel.requiredLocalSize ? ` local_size ${kernel.requiredLocalSize.join(" ")}` : "";
    const place = this.span(kernel.span, "");
    const lines = [`kernel ${word(kernel.name)}${place}${local} {`];
    for (const parameter of kernel.parameters) lines.push(`  ${this.parameter(parameter)}`);
    for (const object of kernel.objects)
      lines.push(
        `  object ${word(object.name)} align ${object.align} hex "${Buffer.from(object.bytes).toString("hex")}"`,
      );
    for (const { space, name, size, align } of kernel.variables)
      lines.push(`  ${space} ${word(name)} size ${size} align ${align}`);
    for (const block of kernel.blocks) lines.push("", ...this.block(block));
    lines.push("}", "");
    return lines.join("\n");
  }

  private parameter(parameter: SourceParameter): string {
    const { element, values } = parameter;
    const parts = [`param ${word(parameter.name)} ${JSON.stringify(parameter.typeName)} ${parameter.passing}`];
    if (parameter.readOnly) parts.push("readonly");
    parts.push(`bytes ${parameter.bytes}`);
    if (element) parts.push(`element ${element.kind} ${element.bits} x ${element.lanes}`);
    if (values.length)
      parts.push(
        `values ${values.map((v) => `${this.def(v.def)}: ${printType(v.def.type)} @ ${v.offset}`).join(", ")}`,
      );
    return parts.join(" ");
  }

  private block(block: Block): string[] {
    return [
      `${this.blockName(block)}:`,
      ...block.phis.map((phi) => `  ${this.phi(phi)}`),
      ...block.instructions.map((instruction) => `  ${this.instruction(instruction)}`),
      `  ${this.terminator(block.terminator)}`,
    ];
  }

  private phi(phi: Phi): string {
    const incoming = phi.incoming.map(
      (edge) => `${this.target(edge.block)}: ${this.operand(edge.value, phi.result.type)}`,
    );
    return `${this.def(phi.result)} = phi ${printType(phi.result.type)} [${incoming.join(", ")}]${this.span(phi.span)}`;
  }

  instruction(instruction: Instruction): string {
    return this.instructionText(instruction) + this.span(instruction.span);
  }

  private instructionText(instruction: Instruction): string {
    const result = () => `${this.def((instruction as { result: Def }).result)} =`;
    switch (instruction.op) {
      case "binary":
        return `${result()} ${instruction.kind} ${this.operands(instruction.result.type, instruction.left, instruction.right)}`;
      case "unary":
        return `${result()} ${instruction.kind} ${this.operands(instruction.result.type, instruction.value)}`;
      case "fma":
        return `${result()} fma ${this.operands(instruction.result.type, instruction.a, instruction.b, instruction.c)}`;
      case "icmp":
      case "fcmp": {
        const type = this.typeOf(instruction.left);
        return `${result()} ${instruction.op} ${instruction.predicate} ${this.operands(type, instruction.left, instruction.right)}`;
      }
      case "cast": {
        const from = this.typeOf(instruction.value);
        return `${result()} ${instruction.kind} ${this.operands(from, instruction.value)} to ${printType(instruction.result.type)}`;
      }
      case "select": {
        const { type } = instruction.result;
        const condition = this.operand(instruction.condition, contextTypes.condition);
        const arms = [instruction.whenTrue, instruction.whenFalse].map((arm) => this.operand(arm, type));
        return `${result()} select ${printType(type)} ${condition}, ${arms.join(", ")}`;
      }
      case "ptradd": {
        const { type } = instruction.result;
        const offset = this.operand(instruction.offset, contextTypes.offset);
        return `${result()} ptradd ${printType(type)} ${this.operand(instruction.pointer, type)}, ${offset}`;
      }
      case "workitem":
        return `${result()} workitem ${printType(instruction.result.type)} ${instruction.query} ${instruction.dimension}`;
      case "load": {
        const results = instruction.results.map((def) => this.def(def)).join(", ");
        const type = instruction.results[0]!.type;
        return `${results} = load ${printType(type)} ${this.address(instruction.pointer)} align ${instruction.align}`;
      }
      case "store": {
        const type = this.typeOf(instruction.values[0]!);
        return `store ${this.operands(type, ...instruction.values)} to ${this.address(instruction.pointer)} align ${instruction.align}`;
      }
      case "atomic": {
        const { kind, value, compare, pointer } = instruction;
        const { type } = instruction.result;
        const condition = compare ? ` if ${this.operand(compare, type)}` : "";
        return `${result()} atomic ${kind} ${this.operands(type, value)}${condition} at ${this.address(pointer)}`;
      }
      case "barrier":
      case "fence":
        return instruction.op;
      case "print": {
        const values = instruction.arguments.map((value) => this.operands(this.typeOf(value), value));
        return `print ${JSON.stringify(instruction.format)} [${values.join(", ")}]`;
      }
      default:
        return unreachable(instruction);
    }
  }

  private terminator(terminator: Terminator): string {
    const place = this.span(terminator.span);
    switch (terminator.op) {
      case "br":
        return `br ${this.target(terminator.target)}${place}`;
      case "condbr": {
        const condition = this.operand(terminator.condition, contextTypes.condition);
        return `condbr ${condition}, ${this.target(terminator.whenTrue)}, ${this.target(terminator.whenFalse)}${place}`;
      }
      case "switch": {
        const cases = terminator.cases.map((c) => `${c.value}: ${this.target(c.target)}`).join(", ");
        const value = this.operands(this.typeOf(terminator.value), terminator.value);
        return `switch ${value} [${cases}] default ${this.target(terminator.defaultTarget)}${place}`;
      }
      case "ret":
      case "unreachable":
        return terminator.op + place;
      default:
        return unreachable(terminator);
    }
  }

  private operands(type: Type, ...operands: readonly Operand[]): string {
    return `${printType(type)} ${operands.map((operand) => this.operand(operand, type)).join(", ")}`;
  }

  private operand(operand: Operand, context: Type): string {
    switch (operand.kind) {
      case "value": {
        const definition = this.definitions[operand.id];
        return definition ? this.def(definition.def) : `%${operand.id}`;
      }
      case "const": {
        const text = printConstant(operand.type, operand.bits);
        return sameType(operand.type, context) ? text : `(${printType(operand.type)} ${text})`;
      }
      case "object": {
        const text = `@${word(operand.object)}`;
        return sameType(operand.type, context) ? text : `(${printType(operand.type)} ${text})`;
      }
      default:
        return unreachable(operand);
    }
  }

  private address(pointer: Operand): string {
    return this.operand(pointer, pointer.kind === "object" ? contextTypes.objectAddress : contextTypes.address);
  }

  private typeOf(operand: Operand): Type {
    if (operand.kind !== "value") return operand.type;
    return this.definitions[operand.id]?.def.type ?? i(1);
  }

  private def(def: Def): string {
    return `%${def.id}${suffix(def.name)}`;
  }

  private blockName(block: Block): string {
    return `b${block.id}${suffix(block.label)}`;
  }

  private target(id: number): string {
    const block = this.kernel.blocks[id];
    return block ? this.blockName(block) : `b${id}`;
  }

  private span(span: SourceSpan, file = this.kernel.span.file): string {
    if (span.line === 0 && span.column === 0 && span.file === "") return "";
    return ` !${span.file === file ? "" : JSON.stringify(span.file)}${span.file === file ? "" : ":"}${span.line}:${span.column}`;
  }
}

/** Words that stand without quotes. `b1` would read as a block. */
function word(text: string): string {
  return /^[A-Za-z_][\w.$]*$/.test(text) && !/^b\d/.test(text) ? text : JSON.stringify(text);
}

function suffix(name: string): string {
  if (name === "") return "";
  return /^[\w.$]+$/.test(name) ? `.${name}` : `.${JSON.stringify(name)}`;
}

/** Integers as signed numbers, floats in the shortest decimal form that has these bits, otherwise the bits in hex. */
export function printConstant(type: Type, bits: bigint): string {
  if (type.kind === "int") return (type.bits === 1 ? bits : BigInt.asIntN(type.bits, bits)).toString();
  if (type.kind === "ptr") return bits === 0n ? "null" : `0x${bits.toString(16)}`;
  const decimal = type.bits === 16 ? undefined : decimalOf(type.bits, bits);
  return decimal ?? `0x${bits.toString(16).padStart(type.bits / 4, "0")}`;
}

function decimalOf(width: 32 | 64, bits: bigint): string | undefined {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 32) view.setUint32(0, Number(bits));
  else view.setBigUint64(0, bits);
  const value = width === 32 ? view.getFloat32(0) : view.getFloat64(0);
  if (!Number.isFinite(value)) return undefined;
  let text = Object.is(value, -0) ? "-0" : value.toString();
  if (width === 32)
    for (let digits = 1; digits <= 9; digits++) {
      const candidate = Number(value.toPrecision(digits));
      if (!Object.is(Math.fround(candidate), value)) continue;
      text = Object.is(candidate, -0) ? "-0" : candidate.toString();
      break;
    }
  return /[.e]/.test(text) ? text : `${text}.0`;
}
