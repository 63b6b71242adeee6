import type { MetadataNode } from "./metadata-rules.js";
import type { LlvmFunction, LlvmGlobal, LlvmInstruction, LlvmType } from "./module.js";

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An instruction's own part, as its family's grammar rule gives it. */
export type InstructionBody = DistributiveOmit<LlvmInstruction, "span" | "result">;

/** What the grammar gives before debug locations can be resolved: metadata stand at the end of the text. */
export interface DraftInstruction {
  readonly body: InstructionBody;
  readonly result: string | undefined;
  readonly location: MetadataNode | undefined;
}

export interface DraftBlock {
  readonly label: string;
  readonly instructions: DraftInstruction[];
}

export interface DraftFunction extends Omit<LlvmFunction, "blocks" | "metadata" | "span"> {
  readonly blocks: readonly DraftBlock[];
  readonly attachments: readonly { readonly name: string; readonly node: MetadataNode }[];
}

export interface DraftModule {
  readonly types: Map<string, LlvmType | undefined>;
  readonly globals: Map<string, LlvmGlobal>;
  readonly functions: DraftFunction[];
  /** Numbered metadata. */
  readonly nodes: Map<number, MetadataNode>;
}
