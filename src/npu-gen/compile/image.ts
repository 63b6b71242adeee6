/** The image: everything in DRAM, by lines from its base. */
import { LINE_BYTES } from "../config.js";

interface Section {
  readonly line: number;
  readonly lines: number;
  readonly make: (() => Uint8Array) | undefined;
}

export class Image {
  private readonly sections: Section[] = [];
  lines = 0;

  /** Room for so many lines; `make` gives their content when it is wanted. First line. */
  place(lines: number, make?: () => Uint8Array): number {
    const line = this.lines;
    this.sections.push({ line, lines, make });
    this.lines += lines;
    return line;
  }

  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.lines * LINE_BYTES);
    for (const { line, make } of this.sections) if (make) bytes.set(make(), line * LINE_BYTES);
    return bytes;
  }
}
