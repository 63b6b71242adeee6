/** Constant folding and algebraic simplification, by the rules in `rules/`, until none applies. */
import { dominatorTree } from "../analysis/loops.js";
import { evaluate, type Pure } from "../interpret/evaluate.js";
import { compact } from "../ir/compact.js";
import { isFloatBinary, isFloatUnary } from "../ir/operations.js";
import {
  type Block,
  type BlockId,
  constOf,
  type Instruction,
  type Kernel,
  type Operand,
  type Phi,
  type ValueId,
} from "../ir/types.js";
import { definitionsOf, isPure, isValue, mapBlockOperands, mapOperands, operandsOf, sameOperand } from "../ir/walk.js";
import type { Pass } from "./pass.js";
import { floatBinaryRule, floatUnaryRule, fmaRule } from "./rules/float.js";
import { canonicalOrder, integerBinaryRule, integerCompareRule } from "./rules/integer.js";
import { castRule, ptraddRule, selectRule } from "./rules/moves.js";
import type { Rewrite, RuleContext } from "./rules/rule.js";

export const fold: Pass = {
  name: "fold",
  description: "fold constants and simplify by exact algebra",
  run: (kernel) => compact(foldKernel(kernel)),
};

/** Every rule makes the program smaller or more canonical; this is only a guard. */
const maximumSweeps = 20;

export function foldKernel(kernel: Kernel): Kernel {
  let current = kernel;
  for (let sweep = 0; sweep < maximumSweeps; sweep++) {
    const next = foldOnce(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}

function foldOnce(kernel: Kernel): Kernel {
  const definitions = definitionsOf(kernel);
  const current: (Instruction | undefined)[] = definitions.map((definition) =>
    definition?.kind === "instruction" ? definition.instruction : undefined,
  );
  const replaced = new Map<ValueId, Operand>();
  const resolve = (operand: Operand): Operand => {
    let at = operand;
    for (;;) {
      const next = at.kind === "value" ? replaced.get(at.id) : undefined;
      if (!next) return at;
      at = next;
    }
  };
  const context: RuleContext = {
    typeOf: (operand) => (operand.kind === "value" ? definitions[operand.id]!.def.type : operand.type),
    definitionOf: (operand) => (operand.kind === "value" ? current[operand.id] : undefined),
  };
  let changed = false;
  const blocks: Block[] = [...kernel.blocks];
  for (const id of dominatorTree(kernel).order as readonly BlockId[]) {
    const block = kernel.blocks[id]!;
    const phis = block.phis.filter((phi) => {
      const value = onlyValue(phi, resolve);
      if (value) replaced.set(phi.result.id, value);
      return !value;
    });
    const instructions: Instruction[] = [];
    for (const instruction of block.instructions) {
      const mapped = mapOperands(instruction, resolve);
      if (!isPure(mapped) || mapped.op === "workitem") {
        instructions.push(mapped);
        continue;
      }
      const rewrite = simplify(context, mapped);
      if (rewrite && !("op" in rewrite)) {
        replaced.set(mapped.result.id, resolve(rewrite));
        continue;
      }
      if (rewrite) changed = true;
      const result = rewrite ?? mapped;
      current[result.result.id] = result;
      instructions.push(result);
    }
    blocks[id] = { ...block, phis, instructions };
  }
  if (!changed && replaced.size === 0) return kernel;
  return { ...kernel, blocks: blocks.map((block) => mapBlockOperands(block, resolve)) };
}

/** The one value that a phi can have, besides itself. */
function onlyValue(phi: Phi, resolve: (operand: Operand) => Operand): Operand | undefined {
  let only: Operand | undefined;
  for (const edge of phi.incoming) {
    const value = resolve(edge.value);
    if (isValue(value, phi.result.id)) continue;
    if (only && !sameOperand(only, value)) return undefined;
    only = value;
  }
  return only;
}

function simplify(context: RuleContext, instruction: Pure): Rewrite {
  const operands = operandsOf(instruction);
  const bits = operands.map((operand) => (operand.kind === "const" ? operand.bits : undefined));
  if (bits.every((value) => value !== undefined))
    return constOf(instruction.result.type, evaluate(instruction, bits, context.typeOf(operands[0]!)));
  switch (instruction.op) {
    case "binary": {
      const ordered = canonicalOrder(instruction);
      if (ordered) return ordered;
      return isFloatBinary(instruction.kind)
        ? floatBinaryRule(context, instruction, instruction.kind)
        : integerBinaryRule(context, instruction, instruction.kind);
    }
    case "unary":
      return isFloatUnary(instruction.kind) ? floatUnaryRule(context, instruction, instruction.kind) : undefined;
    case "fma":
      return fmaRule(instruction);
    case "icmp":
      return integerCompareRule(context, instruction);
    case "fcmp":
      return undefined;
    case "cast":
      return castRule(context, instruction);
    case "select":
      return selectRule(context, instruction);
    case "ptradd":
      return ptraddRule(context, instruction);
  }
}
