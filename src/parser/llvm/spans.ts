import { type SourceSpan, unknownSpan } from "../../support/source.js";
import type { MetadataNode } from "./metadata-rules.js";

type Nodes = ReadonlyMap<number, MetadataNode>;
type MetadataRecord = Extract<MetadataNode, { kind: "record" }>;

/** Debug metadata as spans of the user's source. */
export class SpanResolver {
  private readonly cache = new Map<MetadataNode, SourceSpan | undefined>();

  constructor(private readonly nodes: Nodes) {}

  /**
   * A DILocation as the place that a reader would look at: its own line, or, where the compiler made
   * up an instruction without one (line 0), the call that it was inlined from.
   */
  location(node: MetadataNode | undefined): SourceSpan | undefined {
    const record = this.record(node);
    if (record?.name !== "DILocation") return undefined;
    if (this.cache.has(record)) return this.cache.get(record);
    const line = int(record, "line");
    const span =
      line > 0
        ? { file: this.fileOf(record.fields.get("scope")), line, column: Math.max(1, int(record, "column")) }
        : this.location(record.fields.get("inlinedAt"));
    this.cache.set(record, span);
    return span;
  }

  /** Where a DISubprogram says that its function stands. */
  subprogram(node: MetadataNode | undefined): SourceSpan {
    const record = this.record(node);
    if (record?.name !== "DISubprogram") return unknownSpan;
    const line = int(record, "line");
    return line > 0 ? { file: this.fileOf(record), line, column: 1 } : unknownSpan;
  }

  /** A scope's own file; scopes without one (rare) have that of the scope around them. */
  private fileOf(scope: MetadataNode | undefined): string {
    for (let at = this.record(scope); at; at = this.record(at.fields.get("scope"))) {
      const file = at.name === "DIFile" ? at : this.record(at.fields.get("file"));
      const name = file?.fields.get("filename");
      if (name?.kind === "string") return name.text.replace(/^(?:\.\/)+/, "");
    }
    return "";
  }

  private record(node: MetadataNode | undefined): MetadataRecord | undefined {
    const target = node?.kind === "ref" ? this.nodes.get(node.id) : node;
    return target?.kind === "record" ? target : undefined;
  }
}

function int(record: MetadataRecord, field: string): number {
  const value = record.fields.get(field);
  return value?.kind === "int" ? value.value : 0;
}
