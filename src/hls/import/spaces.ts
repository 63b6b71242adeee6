/**
 * The memory that pointers lead to which the program keeps in memory. A pointer of OpenCL 2.0 or C++ does not say it
 * in its type, and the import takes one that is loaded for a pointer to global memory; here it gets the space of what
 * the kernel stores there. A pointer that may lead to two kinds of memory is refused.
 */
import type { Diagnostic } from "../../support/errors.js";
import { provenance, type Root } from "../analysis/provenance.js";
import type { AddressSpace, Block, Def, Instruction, Kernel, Operand, Type, ValueId } from "../ir/types.js";
import { isPure, operandsOf, resultsOf } from "../ir/walk.js";

/**
 * The kernel with its pointers in the right spaces, and the accesses through pointers that have several. `loaded`: the
 * pointers from memory whose type does not say where they lead.
 */
export function settleSpaces(
  kernel: Kernel,
  loaded: ReadonlySet<ValueId>,
): { readonly kernel: Kernel; readonly problems: readonly Diagnostic[] } {
  if (loaded.size === 0) return { kernel, problems: [] };
  const generic = derivedFrom(kernel, loaded);
  const { accesses, rootsOf } = provenance(kernel, generic);
  const spaces = new Map<number, AddressSpace>();
  const settle = ({ id, type }: Def) => {
    if (type.kind !== "ptr" || !generic.has(id)) return;
    const found = spacesOf(kernel, rootsOf({ kind: "value", id }));
    const [only] = found;
    if (only && found.size === 1 && only !== type.space) spaces.set(id, only);
  };
  for (const block of kernel.blocks) {
    for (const phi of block.phis) settle(phi.result);
    for (const instruction of block.instructions) resultsOf(instruction).forEach(settle);
  }
  const settled =
    spaces.size === 0 ? kernel : { ...kernel, blocks: kernel.blocks.map((block) => retype(block, spaces)) };
  const problems = accesses.flatMap(({ access, roots }): Diagnostic[] => {
    const found = [...spacesOf(kernel, roots)];
    if (found.length < 2) return [];
    return [
      {
        code: "unsupported/mixed-pointer",
        severity: "error",
        message: `a pointer may point to ${found.join(" or to ")} memory`,
        span: access.span,
        help: "Select the value after loading it from each place, not the pointer.",
      },
    ];
  });
  return { kernel: settled, problems };
}

/** The pointers and everything that is made of them. */
function derivedFrom(kernel: Kernel, loaded: ReadonlySet<ValueId>): ReadonlySet<ValueId> {
  const derived = new Set(loaded);
  const isDerived = (operand: Operand) => operand.kind === "value" && derived.has(operand.id);
  for (let before = -1; before !== derived.size; ) {
    before = derived.size;
    for (const block of kernel.blocks) {
      for (const phi of block.phis) if (phi.incoming.some(({ value }) => isDerived(value))) derived.add(phi.result.id);
      for (const instruction of block.instructions)
        if (isPure(instruction) && instruction.op !== "icmp" && operandsOf(instruction).some(isDerived))
          derived.add(instruction.result.id);
    }
  }
  return derived;
}

function spacesOf(kernel: Kernel, roots: readonly Root[]): ReadonlySet<AddressSpace> {
  return new Set(
    roots.flatMap((root): AddressSpace[] => {
      switch (root.kind) {
        case "parameter": {
          const type = kernel.parameters[root.index]!.values[0]?.def.type;
          return type?.kind === "ptr" ? [type.space] : [];
        }
        case "object":
          return ["constant"];
        case "variable":
          return kernel.variables.filter(({ name }) => name === root.variable).map(({ space }) => space);
        case "unknown":
          return [];
      }
    }),
  );
}

function retype(block: Block, spaces: ReadonlyMap<number, AddressSpace>): Block {
  const def = (each: Def): Def => {
    const space = spaces.get(each.id);
    return space ? { ...each, type: { kind: "ptr", space } } : each;
  };
  return {
    ...block,
    phis: block.phis.map((phi) => {
      const result = def(phi.result);
      const incoming = phi.incoming.map((edge) => ({ ...edge, value: constantLike(edge.value, result.type) }));
      return { ...phi, result, incoming };
    }),
    instructions: block.instructions.map((instruction) => retypeInstruction(instruction, def)),
  };
}

function retypeInstruction(instruction: Instruction, def: (each: Def) => Def): Instruction {
  switch (instruction.op) {
    case "load":
      return { ...instruction, results: instruction.results.map(def) };
    case "select": {
      const result = def(instruction.result);
      const [whenTrue, whenFalse] = [instruction.whenTrue, instruction.whenFalse].map((arm) =>
        constantLike(arm, result.type),
      ) as [Operand, Operand];
      return { ...instruction, result, whenTrue, whenFalse };
    }
    case "ptradd": {
      const result = def(instruction.result);
      return { ...instruction, result, pointer: constantLike(instruction.pointer, result.type) };
    }
    case "cast":
      return { ...instruction, result: def(instruction.result) };
    default:
      return instruction;
  }
}

/** NULL has the space of the pointers that it meets. */
function constantLike(operand: Operand, type: Type): Operand {
  return operand.kind === "const" && operand.type.kind === "ptr" && type.kind === "ptr"
    ? { ...operand, type }
    : operand;
}
