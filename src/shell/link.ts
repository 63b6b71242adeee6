/** The host's end of a shell's serial line: words are read and written, whatever the line does to the bytes. */
import { toolError } from "../support/errors.js";
import type { SerialPort } from "../support/host.js";
import { encodeFrame, FrameReader } from "./frame.js";

const WRITE = 1;
const READ = 2;
const DONE = 0;
const BROKEN = 1;
/** Words of one frame: what fits the board's buffer of 511 bytes with header and CRC. A bad line gets shorter frames. */
const MOST_WORDS = 112;
const LEAST_WORDS = 7;
/** Commands in a row that went through at once before frames become longer again. */
const STREAK = 16;
/** How long an answer may take beside the time that the bytes need: half as long again when none comes, up to the second figure. */
const LEAST_PATIENCE_MS = 100;
const MOST_PATIENCE_MS = 3000;
/** So many attempts without a sound frame from the board, and nobody is there. */
const SILENT_TRIES = 10;
const TRIES = 60;

export interface LinkStatistics {
  readonly commands: number;
  /** Commands sent again. */
  readonly retries: number;
  /** Answers that arrived damaged. */
  readonly damaged: number;
}

export class ShellLink {
  private number = 0;
  private commands = 0;
  private retries = 0;
  private frameWords = MOST_WORDS;
  private streak = 0;
  private patienceMs = LEAST_PATIENCE_MS;
  private heard = false;
  private waiting: ((answer: Uint8Array | "broken") => void) | undefined;
  private readonly reader = new FrameReader((content) => this.take(content));

  constructor(
    private readonly port: SerialPort,
    private readonly baud: number,
  ) {
    port.onData((bytes) => this.reader.push(bytes));
    // Any number but the one that the last session ended with; the first command is a read, which may be repeated.
    this.number = Math.floor(Math.random() * 256);
  }

  get statistics(): LinkStatistics {
    return { commands: this.commands, retries: this.retries, damaged: this.reader.damaged };
  }

  async readWords(address: number, count: number): Promise<Uint32Array> {
    const words = new Uint32Array(count);
    for (let at = 0, n = 0; at < count; at += n) {
      n = Math.min(this.frameWords, count - at);
      const payload = await this.command(READ, address + 4 * at, n, new Uint8Array(0));
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      for (let i = 0; i < n; i++) words[at + i] = view.getUint32(4 * i, true);
    }
    return words;
  }

  async writeWords(address: number, words: Uint32Array): Promise<void> {
    for (let at = 0, n = 0; at < words.length; at += n) {
      const part = words.subarray(at, at + this.frameWords);
      n = part.length;
      const payload = new Uint8Array(4 * part.length);
      const view = new DataView(payload.buffer);
      part.forEach((word, i) => {
        view.setUint32(4 * i, word, true);
      });
      await this.command(WRITE, address + 4 * at, part.length, payload);
    }
  }

  private take(content: Uint8Array): void {
    const [number, status] = content;
    if (content.length < 2) return;
    this.heard = true;
    if (status === BROKEN) this.waiting?.("broken");
    // An answer to an earlier attempt is of no use.
    else if (number === this.number) this.waiting?.(content);
  }

  private async command(operation: number, address: number, words: number, payload: Uint8Array): Promise<Uint8Array> {
    this.number = (this.number + 1) & 0xff;
    this.commands++;
    const header = new Uint8Array(7);
    const view = new DataView(header.buffer);
    view.setUint8(0, this.number);
    view.setUint8(1, operation);
    view.setUint32(2, address, true);
    view.setUint8(6, words);
    const frame = encodeFrame(Uint8Array.from([...header, ...payload]));
    // Ten bits a byte; escapes may double the answer.
    const wireMs = ((frame.length + 2 * 4 * words + 32) * 10_000) / this.baud;
    const expected = operation === READ ? 2 + 4 * words : 2;
    let silent = 0;
    for (let attempt = 0; attempt < TRIES && silent < SILENT_TRIES; attempt++) {
      if (attempt > 0) this.retries++;
      this.heard = false;
      const answer = await this.exchange(frame, wireMs + this.patienceMs);
      silent = this.heard ? 0 : silent + 1;
      if (answer !== undefined && answer !== "broken" && answer[1] === DONE && answer.length === expected) {
        this.learn(attempt);
        return answer.subarray(2);
      }
      if (answer === undefined) this.patienceMs = Math.min(MOST_PATIENCE_MS, 1.5 * this.patienceMs);
    }
    throw toolError("board/no-answer", "the board does not answer on its serial line", {
      help: "Is the bitstream loaded, is this the board's port, and is no other program using it?",
    });
  }

  /** Frame length and patience follow what the line is like. */
  private learn(failures: number): void {
    this.patienceMs = Math.max(LEAST_PATIENCE_MS, 0.6 * this.patienceMs);
    if (failures > 0) {
      this.streak = 0;
      this.frameWords = Math.max(LEAST_WORDS, Math.ceil(this.frameWords / 2));
      return;
    }
    if (++this.streak < STREAK) return;
    this.streak = 0;
    this.frameWords = Math.min(MOST_WORDS, 2 * this.frameWords);
  }

  private async exchange(frame: Uint8Array, timeoutMs: number): Promise<Uint8Array | "broken" | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Uint8Array | "broken" | undefined>((resolve) => {
      this.waiting = resolve;
      timer = setTimeout(() => resolve(undefined), timeoutMs);
    });
    try {
      await this.port.write(frame);
      return await answer;
    } finally {
      clearTimeout(timer);
      this.waiting = undefined;
    }
  }
}
