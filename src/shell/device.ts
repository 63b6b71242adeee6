/** A board behind a shell: its memory, its kernel's registers, its own. */
import { toolError } from "../support/errors.js";
import type { ShellLink } from "./link.js";

const KERNEL = 0x40000000;
const SHELL = 0x80000000;
const MAGIC = 0x46464f53;
const VERSION = 1;

export interface ShellState {
  readonly design: number;
  readonly wordsRead: number;
  readonly wordsWritten: number;
  /** Frames that the board dropped, and writes that it was told twice. */
  readonly brokenFrames: number;
  readonly repeatedWrites: number;
}

export class ShellDevice {
  constructor(readonly link: ShellLink) {}

  /** Makes sure that a shell is there, and that it holds the design. */
  async identify(design: number): Promise<void> {
    const [magic, version, found] = await this.link.readWords(SHELL, 3);
    if (magic !== MAGIC || version !== VERSION) {
      throw toolError("board/no-shell", "what answers on the serial line is no shell of this version of soff", {
        help: "Load the bitstream that this version of soff has built.",
      });
    }
    if (found !== design) {
      throw toolError("board/other-design", "the board holds another design", {
        help: "Load this design's bitstream: soff build --until bitstream names it; openFPGALoader, fujprog or iceprog load it.",
      });
    }
  }

  /** Resets the kernel and the counters. */
  resetKernel = (): Promise<void> => this.link.writeWords(SHELL, Uint32Array.of(1));

  async state(): Promise<ShellState> {
    const words = await this.link.readWords(SHELL, 6);
    const errors = words[5]!;
    return {
      design: words[2]!,
      wordsRead: words[3]!,
      wordsWritten: words[4]!,
      brokenFrames: errors & 0xffff,
      repeatedWrites: errors >>> 16,
    };
  }

  readRegister = async (offset: number): Promise<number> => (await this.link.readWords(KERNEL + offset, 1))[0]!;
  writeRegisters = (offset: number, words: Uint32Array): Promise<void> => this.link.writeWords(KERNEL + offset, words);

  /** `address` is a multiple of 4; bytes beyond the end of the last word stay as they are. */
  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    const words = new Uint32Array(Math.ceil(bytes.length / 4));
    const all = new Uint8Array(words.buffer);
    if (bytes.length % 4 !== 0)
      words[words.length - 1] = (await this.link.readWords(address + 4 * (words.length - 1), 1))[0]!;
    all.set(bytes);
    await this.link.writeWords(address, words);
  }

  async readMemory(address: number, bytes: number): Promise<Uint8Array> {
    const words = await this.link.readWords(address, Math.ceil(bytes / 4));
    return new Uint8Array(words.buffer, 0, bytes).slice();
  }
}
