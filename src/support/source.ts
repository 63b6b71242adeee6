/** A place in the user's source. Lines and columns count from 1; line 0 means that the place is unknown. */
export interface SourceSpan {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const unknownSpan: SourceSpan = { file: "", line: 0, column: 0 };

/** `file:line:column`, or an empty string when the place is unknown. */
export function formatSpan(span: SourceSpan): string {
  return span.line > 0 ? `${span.file}:${span.line}:${span.column}` : span.file;
}
