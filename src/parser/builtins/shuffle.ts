import { type Builtin, type BuiltinTable, lane, sameType, values } from "./definition.js";
import { asSigned, asUnsigned, spell, type ValueType } from "./types.js";

/** One of `choices` (a power of two of them) by the low bits of `index`, as a tree of two-way choices. */
function choose(choices: readonly string[], index: string, bit = choices.length / 2): string {
  if (choices.length === 1) return choices[0]!;
  const half = choices.length / 2;
  const low = choose(choices.slice(0, half), index, bit / 2);
  const high = choose(choices.slice(half), index, bit / 2);
  return `((${index} & ${bit}) ? ${high} : ${low})`;
}

function shuffled(sources: readonly ValueType[], mask: ValueType | undefined): ReturnType<Builtin> {
  const [first] = sources;
  if (!first || !mask || first.lanes === 1 || mask.lanes === 1 || !sources.every((each) => sameType(each, first))) {
    return undefined;
  }
  // Masks are unsigned, with lanes as wide as the data's.
  if (!sameType(mask, { ...asUnsigned(asSigned(first)), lanes: mask.lanes })) return undefined;
  const choices = sources.flatMap((source, operand) =>
    Array.from({ length: source.lanes }, (_, index) => lane(`$${operand}`, index)),
  );
  const result: ValueType = { ...first, lanes: mask.lanes };
  const lanes = Array.from({ length: mask.lanes }, (_, index) => choose(choices, lane(`$${sources.length}`, index)));
  return { result, body: `return (${spell(result)})(${lanes.join(", ")});` };
}

/** OpenCL C 1.2, section 6.12.12: the mask need not be constant; where it is, the choices fold away. */
export const shuffleBuiltins: BuiltinTable = {
  shuffle: (parameters) => {
    const all = values(parameters, 2);
    return all && shuffled(all.slice(0, 1), all[1]);
  },
  shuffle2: (parameters) => {
    const all = values(parameters, 3);
    return all && shuffled(all.slice(0, 2), all[2]);
  },
};
