/** Replaces values and instructions all over a function. */
import type { LlvmBlock, LlvmConstExpr, LlvmFunction, LlvmInstruction, LlvmValue } from "../../parser/llvm/module.js";

type OnValue = (value: LlvmValue) => LlvmValue | undefined;

/** `onValue` gives a replacement, or undefined to look into the parts of the value. */
export function mapValue(value: LlvmValue, onValue: OnValue): LlvmValue {
  const replaced = onValue(value);
  if (replaced) return replaced;
  switch (value.kind) {
    case "aggregate":
      return { ...value, elements: value.elements.map((each) => mapValue(each, onValue)) };
    case "splat":
      return { ...value, element: mapValue(value.element, onValue) };
    case "constexpr":
      return { ...value, expression: mapExpression(value.expression, onValue) };
    default:
      return value;
  }
}

function mapExpression(expression: LlvmConstExpr, onValue: OnValue): LlvmConstExpr {
  switch (expression.op) {
    case "gep":
      return {
        ...expression,
        base: mapValue(expression.base, onValue),
        indices: expression.indices.map((each) => mapValue(each, onValue)),
      };
    case "cast":
      return { ...expression, value: mapValue(expression.value, onValue) };
    case "binary":
      return { ...expression, left: mapValue(expression.left, onValue), right: mapValue(expression.right, onValue) };
  }
}

/** All operands of an instruction, whatever its form: every field that holds a value, values or phi edges. */
export function mapOperands(inst: LlvmInstruction, onValue: OnValue): LlvmInstruction {
  const entries = Object.entries(inst).map(([key, field]: [string, unknown]) => {
    if (isValue(field)) return [key, mapValue(field, onValue)];
    if (!Array.isArray(field)) return [key, field];
    return [
      key,
      field.map((each: unknown) => {
        if (isValue(each)) return mapValue(each, onValue);
        const edge = each as { readonly value?: unknown };
        return inst.op === "phi" && isValue(edge.value) ? { ...edge, value: mapValue(edge.value, onValue) } : each;
      }),
    ];
  });
  return Object.fromEntries(entries) as LlvmInstruction;
}

function isValue(field: unknown): field is LlvmValue {
  return typeof field === "object" && field !== null && "kind" in field && "type" in field;
}

export function mapInstructions(
  fn: LlvmFunction,
  onInstruction: (inst: LlvmInstruction) => LlvmInstruction,
): LlvmFunction {
  const blocks = fn.blocks.map(
    (block): LlvmBlock => ({ ...block, instructions: block.instructions.map(onInstruction) }),
  );
  return { ...fn, blocks };
}

/** Names of the globals, functions included, that a function mentions. */
export function globalsOf(fn: LlvmFunction): ReadonlySet<string> {
  const found = new Set<string>();
  mapInstructions(fn, (inst) =>
    mapOperands(inst, (value) => {
      if (value.kind === "global") found.add(value.name);
      return undefined;
    }),
  );
  return found;
}
