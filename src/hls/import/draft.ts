/** A kernel under construction: blocks refer to each other directly and may still turn out to be unreachable. */

import type { SourceSpan } from "../../support/source.js";
import type { Def, Instruction, Operand } from "../ir/types.js";

export interface DraftPhi {
  readonly result: Def;
  readonly incoming: { readonly block: DraftBlock; readonly value: Operand }[];
  readonly span: SourceSpan;
}

export type DraftTerminator = { readonly span: SourceSpan } & (
  | { readonly op: "br"; readonly target: DraftBlock }
  | {
      readonly op: "condbr";
      readonly condition: Operand;
      readonly whenTrue: DraftBlock;
      readonly whenFalse: DraftBlock;
    }
  | {
      readonly op: "switch";
      readonly value: Operand;
      readonly cases: readonly { readonly value: bigint; readonly target: DraftBlock }[];
      readonly defaultTarget: DraftBlock;
    }
  | { readonly op: "ret" }
  | { readonly op: "unreachable" }
);

export interface DraftBlock {
  readonly label: string;
  readonly phis: DraftPhi[];
  readonly instructions: Instruction[];
  terminator?: DraftTerminator;
}

export const newBlock = (label: string): DraftBlock => ({ label, phis: [], instructions: [] });

/** Blocks that control can go to, each once. */
export function successors(block: DraftBlock): readonly DraftBlock[] {
  const t = block.terminator;
  switch (t?.op) {
    case undefined:
    case "ret":
    case "unreachable":
      return [];
    case "br":
      return [t.target];
    case "condbr":
      return [...new Set([t.whenTrue, t.whenFalse])];
    case "switch":
      return [...new Set([...t.cases.map((c) => c.target), t.defaultTarget])];
  }
}
