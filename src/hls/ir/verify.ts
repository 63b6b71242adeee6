/**
 * Checks that a kernel is well formed: what every pass may rely on and must keep. A fault here is ours, not
 * the user's.
 */

import { InternalError, unreachable } from "../../support/errors.js";
import { dominators } from "../../support/graph.js";
import { powerOfTwo } from "../../support/numbers.js";
import { isFloatBinary, isFloatUnary } from "./operations.js";
import { printInstruction, printType } from "./print.js";
import {
  type AddressSpace,
  type Block,
  type BlockId,
  type Def,
  type Instruction,
  type Kernel,
  type Operand,
  type Phi,
  sameType,
  type Type,
  widestInt,
  widthOf,
} from "./types.js";
import {
  type Definition,
  definitionsOf,
  flowGraph,
  operandsOf,
  predecessorsOf,
  resultsOf,
  successorsOf,
  terminatorOperands,
} from "./walk.js";

/** Throws {@link InternalError} naming block and instruction. */
export function verifyKernel(kernel: Kernel): void {
  new Verifier(kernel).run();
}

class Verifier {
  private readonly definitions: readonly (Definition | undefined)[];
  /** The space of each object and variable. */
  private readonly objects: ReadonlyMap<string, AddressSpace>;
  /** What is being looked at, for the message; text is only made when it is needed. */
  private place: string | (() => string) = "";

  constructor(private readonly kernel: Kernel) {
    this.definitions = definitionsOf(kernel);
    this.objects = new Map([
      ...kernel.objects.map(({ name }) => [name, "constant"] as const),
      ...kernel.variables.map(({ name, space }) => [name, space] as const),
    ]);
  }

  run(): void {
    this.place = "the parameters";
    this.ids();
    this.check(this.kernel.blocks.length > 0, "a kernel has an entry block");
    const { objects, variables } = this.kernel;
    this.check(this.objects.size === objects.length + variables.length, "objects and variables have different names");
    for (const { align } of [...objects, ...variables]) this.alignment(align);
    for (const { name, size } of variables)
      this.check(Number.isInteger(size) && size >= 1, `variable ${name} has no size`);
    this.kernel.blocks.forEach((block, index) => {
      this.place = `block ${index}`;
      this.check(block.id === index, `its id is ${block.id}`);
      for (const target of successorsOf(block.terminator)) {
        this.check(this.kernel.blocks[target] !== undefined, `there is no block ${target}`);
        this.check(target !== 0, "nothing may branch to the entry block");
      }
    });
    const predecessors = predecessorsOf(this.kernel);
    for (const block of this.kernel.blocks) {
      this.phis(block, predecessors[block.id]!);
      for (const instruction of block.instructions) this.instruction(block, instruction);
      this.terminator(block);
    }
    this.dominance();
  }

  /** Ids are given once each, and all of them. */
  private ids(): void {
    const seen = new Set<number>();
    const see = (def: Def) => {
      this.check(
        Number.isInteger(def.id) && def.id >= 0 && def.id < this.kernel.valueCount,
        `%${def.id} is not below valueCount`,
      );
      this.check(!seen.has(def.id), `%${def.id} is defined twice`);
      this.checkType(def.type);
      seen.add(def.id);
    };
    for (const parameter of this.kernel.parameters) {
      this.place = `parameter ${parameter.name}`;
      for (const { def, offset } of parameter.values) {
        see(def);
        this.check(
          offset >= 0 && offset + Math.ceil(widthOf(def.type) / 8) <= parameter.bytes,
          `%${def.id} lies outside its bytes`,
        );
      }
    }
    for (const block of this.kernel.blocks) {
      this.place = `block ${block.id}`;
      for (const phi of block.phis) see(phi.result);
      for (const instruction of block.instructions) resultsOf(instruction).forEach(see);
    }
    this.place = "the kernel";
    // Unused numbers are allowed: a pass may leave some behind, and `compact` closes the gaps.
    const count = seen.size === 0 ? 0 : Math.max(...seen) + 1;
    this.check(count === this.kernel.valueCount, `valueCount is ${this.kernel.valueCount}, but there are ${count} ids`);
  }

  private phis(block: Block, predecessors: readonly BlockId[]): void {
    for (const phi of block.phis) {
      this.place = `block ${block.id}, phi %${phi.result.id}`;
      const from = phi.incoming.map((edge) => edge.block);
      this.check(new Set(from).size === from.length, "a predecessor appears twice");
      this.check(
        from.length === predecessors.length && predecessors.every((block) => from.includes(block)),
        `it has values for blocks ${from.join(", ") || "none"}, the predecessors are ${predecessors.join(", ") || "none"}`,
      );
      for (const edge of phi.incoming) this.wants(edge.value, phi.result.type);
    }
  }

  private instruction(block: Block, instruction: Instruction): void {
    this.place = () => `block ${block.id}, \`${this.print(instruction)}\``;
    operandsOf(instruction).forEach((operand) => this.operand(operand));
    switch (instruction.op) {
      case "binary": {
        const { type } = instruction.result;
        this.check(
          isFloatBinary(instruction.kind) ? type.kind === "float" : type.kind === "int",
          `${printType(type)} is not for ${instruction.kind}`,
        );
        this.wants(instruction.left, type);
        this.wants(instruction.right, type);
        return;
      }
      case "unary": {
        const { type } = instruction.result;
        this.check(
          isFloatUnary(instruction.kind) ? type.kind === "float" : type.kind === "int",
          `${printType(type)} is not for ${instruction.kind}`,
        );
        if (instruction.kind === "bswap") this.check(widthOf(type) % 16 === 0, "bswap takes an even number of bytes");
        this.wants(instruction.value, type);
        return;
      }
      case "fma":
        this.check(instruction.result.type.kind === "float", "fma is for floats");
        for (const operand of [instruction.a, instruction.b, instruction.c])
          this.wants(operand, instruction.result.type);
        return;
      case "icmp":
      case "fcmp": {
        const type = this.typeOf(instruction.left);
        this.check(
          instruction.op === "fcmp" ? type.kind === "float" : type.kind !== "float",
          `${printType(type)} is not for ${instruction.op}`,
        );
        this.wants(instruction.right, type);
        this.isInt(instruction.result.type, 1);
        return;
      }
      case "cast":
        return this.cast(instruction.kind, this.typeOf(instruction.value), instruction.result.type);
      case "select":
        this.isInt(this.typeOf(instruction.condition), 1);
        this.wants(instruction.whenTrue, instruction.result.type);
        this.wants(instruction.whenFalse, instruction.result.type);
        return;
      case "ptradd":
        this.check(instruction.result.type.kind === "ptr", "ptradd gives a pointer");
        this.wants(instruction.pointer, instruction.result.type);
        this.isInt(this.typeOf(instruction.offset), 64);
        return;
      case "workitem":
        this.isInt(instruction.result.type, instruction.query === "work_dim" ? 32 : 64);
        return;
      case "load":
        return this.access(
          instruction.pointer,
          instruction.results.map((def) => def.type),
          instruction.align,
        );
      case "store":
        return this.access(
          instruction.pointer,
          instruction.values.map((value) => this.typeOf(value)),
          instruction.align,
        );
      case "atomic":
        return this.atomic(instruction);
      case "barrier":
      case "fence":
        return;
      case "print":
        for (const value of instruction.arguments) this.typeOf(value);
        return;
      default:
        return unreachable(instruction);
    }
  }

  private atomic({ kind, result, pointer, value, compare }: Extract<Instruction, { op: "atomic" }>): void {
    const { type } = result;
    const space = this.typeOf(pointer);
    this.check(
      space.kind === "ptr" && space.space !== "constant",
      "an atomic operation goes to memory that can change",
    );
    const isFloat = type.kind === "float";
    this.check(type.kind !== "ptr" && [32, 64].includes(type.bits), `${printType(type)} is not for atomic operations`);
    this.check(kind === "xchg" || isFloat === (kind === "fadd"), `${printType(type)} is not for atomic ${kind}`);
    this.check((compare !== undefined) === (kind === "cmpxchg"), "cmpxchg and no other compares");
    this.wants(value, type);
    if (compare) this.wants(compare, type);
  }

  private cast(kind: Extract<Instruction, { op: "cast" }>["kind"], from: Type, to: Type): void {
    const kinds = (a: Type["kind"], b: Type["kind"]) =>
      this.check(from.kind === a && to.kind === b, `${kind} does not go from ${printType(from)} to ${printType(to)}`);
    const [a, b] = [widthOf(from), widthOf(to)];
    switch (kind) {
      case "trunc":
        kinds("int", "int");
        return this.check(a > b, "trunc makes an integer shorter");
      case "zext":
      case "sext":
        kinds("int", "int");
        return this.check(a < b, `${kind} makes an integer longer`);
      case "fptrunc":
        kinds("float", "float");
        return this.check(a > b, "fptrunc makes a float shorter");
      case "fpext":
        kinds("float", "float");
        return this.check(a < b, "fpext makes a float longer");
      case "fptosi":
      case "fptoui":
        return kinds("float", "int");
      case "sitofp":
      case "uitofp":
        return kinds("int", "float");
      case "bitcast":
        return this.check(
          a === b && (from.kind === "ptr") === (to.kind === "ptr"),
          `bitcast does not go from ${printType(from)} to ${printType(to)}`,
        );
      case "ptrtoint":
        return kinds("ptr", "int");
      case "inttoptr":
        return kinds("int", "ptr");
      default:
        return unreachable(kind);
    }
  }

  private access(pointer: Operand, types: readonly Type[], align: number): void {
    this.check(this.typeOf(pointer).kind === "ptr", "an access goes through a pointer");
    this.check(types.length > 0, "an access has a lane");
    this.alignment(align);
    const first = types[0]!;
    this.check(
      types.every((type) => sameType(type, first)),
      "lanes have one type",
    );
    const bytes = types.length * Math.ceil(widthOf(first) / 8);
    if (types.length > 1) this.check(align >= powerOfTwo(bytes), `an access of ${bytes} bytes is aligned to ${align}`);
  }

  private alignment(align: number): void {
    this.check(Number.isInteger(Math.log2(align)), `alignment ${align} is no power of two`);
  }

  private terminator(block: Block): void {
    const { terminator } = block;
    this.place = `block ${block.id}, its terminator`;
    terminatorOperands(terminator).forEach((operand) => this.operand(operand));
    if (terminator.op === "condbr") {
      this.isInt(this.typeOf(terminator.condition), 1);
      this.check(terminator.whenTrue !== terminator.whenFalse, "both ways go to one block");
    } else if (terminator.op === "switch") {
      const type = this.typeOf(terminator.value);
      this.check(type.kind === "int", "a switch looks at an integer");
      const labels = terminator.cases.map((c) => BigInt.asUintN(widthOf(type), c.value));
      this.check(new Set(labels).size === labels.length, "two cases have one value");
    }
  }

  /** Every use is dominated by its definition; a phi's use is at the end of the incoming block. */
  private dominance(): void {
    const tree = dominators(flowGraph(this.kernel), 0);
    const reached = new Set(tree.order);
    const available = (operand: Operand, block: BlockId, before: number) => {
      if (operand.kind !== "value") return;
      const definition = this.definitions[operand.id]!;
      if (definition.kind === "parameter" || !reached.has(block)) return;
      const isEarlier = definition.kind === "phi" || definition.index < before;
      const holds = definition.block === block ? isEarlier : tree.dominates(definition.block, block);
      this.check(holds, `%${operand.id} is used where it is not defined`);
    };
    for (const block of this.kernel.blocks) {
      for (const phi of block.phis) this.phiUses(phi, block, available);
      block.instructions.forEach((instruction, index) => {
        this.place = () => `block ${block.id}, \`${this.print(instruction)}\``;
        for (const operand of operandsOf(instruction)) available(operand, block.id, index);
      });
      this.place = `block ${block.id}, its terminator`;
      for (const operand of terminatorOperands(block.terminator))
        available(operand, block.id, Number.POSITIVE_INFINITY);
    }
  }

  private phiUses(phi: Phi, block: Block, available: (operand: Operand, block: BlockId, before: number) => void): void {
    this.place = `block ${block.id}, phi %${phi.result.id}`;
    for (const edge of phi.incoming) available(edge.value, edge.block, Number.POSITIVE_INFINITY);
  }

  private operand(operand: Operand): void {
    switch (operand.kind) {
      case "value":
        return this.check(this.definitions[operand.id] !== undefined, `%${operand.id} is not defined`);
      case "const":
        this.checkType(operand.type);
        return this.check(
          operand.bits >= 0n && operand.bits >> BigInt(widthOf(operand.type)) === 0n,
          `constant ${operand.bits} does not fit ${printType(operand.type)}`,
        );
      case "object":
        this.check(operand.type.kind === "ptr", "an object's address is a pointer");
        this.check(this.objects.has(operand.object), `there is no object ${operand.object}`);
        return this.check(
          operand.type.kind === "ptr" && operand.type.space === this.objects.get(operand.object),
          `the address of ${operand.object} is ${printType(operand.type)}`,
        );
      default:
        return unreachable(operand);
    }
  }

  private wants(operand: Operand, type: Type): void {
    this.operand(operand);
    const found = this.typeOf(operand);
    this.check(sameType(found, type), `${printType(type)} is wanted, but an operand is ${printType(found)}`);
  }

  private isInt(type: Type, bits: number): void {
    this.check(type.kind === "int" && type.bits === bits, `i${bits} is wanted, but it is ${printType(type)}`);
  }

  private checkType(type: Type): void {
    if (type.kind === "int")
      this.check(
        Number.isInteger(type.bits) && type.bits >= 1 && type.bits <= widestInt,
        `there is no type i${type.bits}`,
      );
  }

  private typeOf(operand: Operand): Type {
    this.operand(operand);
    return operand.kind === "value" ? this.definitions[operand.id]!.def.type : operand.type;
  }

  private print(instruction: Instruction): string {
    try {
      return printInstruction(this.kernel, instruction);
    } catch {
      return instruction.op;
    }
  }

  private check(condition: boolean, message: string): void {
    if (condition) return;
    const place = typeof this.place === "string" ? this.place : this.place();
    throw new InternalError(`kernel ${this.kernel.name}, ${place}: ${message}`);
  }
}
