/** Ways round a kernel: edges, operands, results, definitions. Facts about shape only, no analysis. */
import { unreachable } from "../../support/errors.js";
import type { Graph } from "../../support/graph.js";
import type {
  Block,
  BlockId,
  Def,
  Instruction,
  Kernel,
  Operand,
  Phi,
  PureInstruction,
  Terminator,
  Type,
  ValueId,
} from "./types.js";

/** Blocks that control may go to, each once, in the order they are written. */
export function successorsOf(terminator: Terminator): readonly BlockId[] {
  switch (terminator.op) {
    case "br":
      return [terminator.target];
    case "condbr":
      return terminator.whenTrue === terminator.whenFalse
        ? [terminator.whenTrue]
        : [terminator.whenTrue, terminator.whenFalse];
    case "switch":
      return [...new Set([...terminator.cases.map((c) => c.target), terminator.defaultTarget])];
    case "ret":
    case "unreachable":
      return [];
    default:
      return unreachable(terminator);
  }
}

/** `predecessorsOf(kernel)[b]`: blocks with an edge to b, each once, in block order. */
export function predecessorsOf(kernel: Kernel): readonly (readonly BlockId[])[] {
  const result: BlockId[][] = kernel.blocks.map(() => []);
  for (const block of kernel.blocks) for (const to of successorsOf(block.terminator)) result[to]?.push(block.id);
  return result;
}

/** The control flow graph, block ids as nodes. */
export function flowGraph(kernel: Kernel): Graph {
  return { size: kernel.blocks.length, successors: kernel.blocks.map((block) => successorsOf(block.terminator)) };
}

/** The terminator with every target replaced. Equal targets of a `condbr` make it a `br`. */
export function mapTargets(terminator: Terminator, map: (target: BlockId) => BlockId): Terminator {
  switch (terminator.op) {
    case "br":
      return { ...terminator, target: map(terminator.target) };
    case "condbr": {
      const whenTrue = map(terminator.whenTrue);
      const whenFalse = map(terminator.whenFalse);
      return whenTrue === whenFalse
        ? { op: "br", target: whenTrue, span: terminator.span }
        : { ...terminator, whenTrue, whenFalse };
    }
    case "switch":
      return {
        ...terminator,
        cases: terminator.cases.map((c) => ({ value: c.value, target: map(c.target) })),
        defaultTarget: map(terminator.defaultTarget),
      };
    case "ret":
    case "unreachable":
      return terminator;
    default:
      return unreachable(terminator);
  }
}

export function terminatorOperands(terminator: Terminator): readonly Operand[] {
  switch (terminator.op) {
    case "condbr":
      return [terminator.condition];
    case "switch":
      return [terminator.value];
    case "br":
    case "ret":
    case "unreachable":
      return [];
    default:
      return unreachable(terminator);
  }
}

export function mapTerminatorOperands(terminator: Terminator, map: (operand: Operand) => Operand): Terminator {
  switch (terminator.op) {
    case "condbr":
      return { ...terminator, condition: map(terminator.condition) };
    case "switch":
      return { ...terminator, value: map(terminator.value) };
    case "br":
    case "ret":
    case "unreachable":
      return terminator;
    default:
      return unreachable(terminator);
  }
}

/** Values that the instruction defines. */
export function resultsOf(instruction: Instruction): readonly Def[] {
  switch (instruction.op) {
    case "load":
      return instruction.results;
    case "store":
    case "barrier":
    case "fence":
    case "print":
      return [];
    default:
      return [instruction.result];
  }
}

/** Values that the instruction reads, in a fixed order. */
export function operandsOf(instruction: Instruction): readonly Operand[] {
  switch (instruction.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return [instruction.left, instruction.right];
    case "unary":
    case "cast":
      return [instruction.value];
    case "fma":
      return [instruction.a, instruction.b, instruction.c];
    case "select":
      return [instruction.condition, instruction.whenTrue, instruction.whenFalse];
    case "ptradd":
      return [instruction.pointer, instruction.offset];
    case "workitem":
      return [];
    case "load":
      return [instruction.pointer];
    case "store":
      return [...instruction.values, instruction.pointer];
    case "atomic":
      return [instruction.value, ...(instruction.compare ? [instruction.compare] : []), instruction.pointer];
    case "barrier":
    case "fence":
      return [];
    case "print":
      return instruction.arguments;
    default:
      return unreachable(instruction);
  }
}

/** The instruction with every operand replaced. */
export function mapOperands(instruction: PureInstruction, map: (operand: Operand) => Operand): PureInstruction;
export function mapOperands(instruction: Instruction, map: (operand: Operand) => Operand): Instruction;
export function mapOperands(instruction: Instruction, map: (operand: Operand) => Operand): Instruction {
  switch (instruction.op) {
    case "binary":
    case "icmp":
    case "fcmp":
      return { ...instruction, left: map(instruction.left), right: map(instruction.right) };
    case "unary":
    case "cast":
      return { ...instruction, value: map(instruction.value) };
    case "fma":
      return { ...instruction, a: map(instruction.a), b: map(instruction.b), c: map(instruction.c) };
    case "select":
      return {
        ...instruction,
        condition: map(instruction.condition),
        whenTrue: map(instruction.whenTrue),
        whenFalse: map(instruction.whenFalse),
      };
    case "ptradd":
      return { ...instruction, pointer: map(instruction.pointer), offset: map(instruction.offset) };
    case "workitem":
      return instruction;
    case "load":
      return { ...instruction, pointer: map(instruction.pointer) };
    case "store":
      return { ...instruction, values: instruction.values.map(map), pointer: map(instruction.pointer) };
    case "atomic":
      return {
        ...instruction,
        value: map(instruction.value),
        ...(instruction.compare ? { compare: map(instruction.compare) } : {}),
        pointer: map(instruction.pointer),
      };
    case "barrier":
    case "fence":
      return instruction;
    case "print":
      return { ...instruction, arguments: instruction.arguments.map(map) };
    default:
      return unreachable(instruction);
  }
}

/** The block with every operand (phis and terminator included) replaced. */
export function mapBlockOperands(block: Block, map: (operand: Operand) => Operand): Block {
  return {
    ...block,
    phis: block.phis.map((phi) => ({
      ...phi,
      incoming: phi.incoming.map((edge) => ({ block: edge.block, value: map(edge.value) })),
    })),
    instructions: block.instructions.map((instruction) => mapOperands(instruction, map)),
    terminator: mapTerminatorOperands(block.terminator, map),
  };
}

/** Whether the instruction does nothing but define its result. A load does more: it may be out of bounds, and memory changes. */
export function isPure(instruction: Instruction): instruction is PureInstruction {
  switch (instruction.op) {
    case "load":
    case "store":
    case "atomic":
    case "barrier":
    case "fence":
    case "print":
      return false;
    default:
      return true;
  }
}

/** Whether the instruction is needed even when nobody reads its result. A load is not: it may go. */
export function hasEffect(instruction: Instruction): boolean {
  return instruction.op !== "load" && !isPure(instruction);
}

/** Where a value comes from. */
export type Definition =
  | { readonly kind: "parameter"; readonly def: Def; readonly parameter: number; readonly offset: number }
  | { readonly kind: "phi"; readonly def: Def; readonly block: BlockId; readonly phi: Phi }
  | {
      readonly kind: "instruction";
      readonly def: Def;
      readonly block: BlockId;
      readonly index: number;
      readonly instruction: Instruction;
    };

/** `definitionsOf(kernel)[id]`: the definition of each value; undefined for ids that nothing defines. */
export function definitionsOf(kernel: Kernel): readonly (Definition | undefined)[] {
  const result: (Definition | undefined)[] = new Array<undefined>(kernel.valueCount).fill(undefined);
  kernel.parameters.forEach((parameter, index) => {
    for (const { def, offset } of parameter.values)
      result[def.id] = { kind: "parameter", def, parameter: index, offset };
  });
  for (const block of kernel.blocks) {
    for (const phi of block.phis) result[phi.result.id] = { kind: "phi", def: phi.result, block: block.id, phi };
    block.instructions.forEach((instruction, index) => {
      for (const def of resultsOf(instruction))
        result[def.id] = { kind: "instruction", def, block: block.id, index, instruction };
    });
  }
  return result;
}

/** The type of an operand. */
export function typeOf(operand: Operand, definitions: readonly (Definition | undefined)[]): Type {
  if (operand.kind !== "value") return operand.type;
  const definition = definitions[operand.id];
  if (!definition) throw new Error(`value ${operand.id} is not defined`);
  return definition.def.type;
}

/** How often each value is read. */
export function useCounts(kernel: Kernel): Uint32Array {
  const counts = new Uint32Array(kernel.valueCount);
  const see = (operand: Operand) => {
    if (operand.kind === "value") counts[operand.id]!++;
  };
  for (const block of kernel.blocks) {
    for (const phi of block.phis) for (const edge of phi.incoming) see(edge.value);
    for (const instruction of block.instructions) operandsOf(instruction).forEach(see);
    terminatorOperands(block.terminator).forEach(see);
  }
  return counts;
}

export const isValue = (operand: Operand, id: ValueId): boolean => operand.kind === "value" && operand.id === id;

export function sameOperand(a: Operand, b: Operand): boolean {
  if (a.kind === "value") return b.kind === "value" && a.id === b.id;
  if (a.kind === "const") return b.kind === "const" && a.bits === b.bits;
  return b.kind === "object" && a.object === b.object;
}
