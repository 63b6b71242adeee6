/** The host's end of the serial link, against a model of the board written from docs/shell.md alone. */
import { crc32 as zlibCrc } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, encodeFrame, FrameReader } from "../../src/shell/frame.js";
import { ShellLink } from "../../src/shell/link.js";
import { ehxpll, sbPll40 } from "../../src/shell/pll.js";
import type { SoffError } from "../../src/support/errors.js";
import type { SerialPort } from "../../src/support/host.js";

describe("frames", () => {
  it("have the CRC-32 of zip files", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    if (typeof zlibCrc === "function")
      expect(crc32(Uint8Array.of(0xc0, 0xdb))).toBe(zlibCrc(Buffer.from([0xc0, 0xdb])));
  });

  it("come through whole, whatever is in them and around them", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1 })), fc.uint8Array(), fc.nat(7), (contents, noise, chunk) => {
        const found: Uint8Array[] = [];
        const reader = new FrameReader((content) => found.push(content));
        const line = [...noise, ...contents.flatMap((content) => [...encodeFrame(content)])];
        for (let at = 0; at < line.length; at += chunk + 1)
          reader.push(Uint8Array.from(line.slice(at, at + chunk + 1)));
        expect(found.slice(-contents.length || found.length)).toEqual(contents);
      }),
    );
  });

  it("with a wrong bit are dropped, and the next one is found", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(7), (content, where, bit) => {
        const found: Uint8Array[] = [];
        const reader = new FrameReader((each) => found.push(each));
        const broken = encodeFrame(content);
        broken[where % broken.length]! ^= 1 << bit;
        reader.push(broken);
        const before = found.length;
        reader.push(encodeFrame(content));
        // The first may have lost only its opening END; it is never taken for another content.
        for (const each of found) expect(each).toEqual(content);
        expect(found.length).toBeGreaterThan(before);
      }),
    );
  });
});

/** A board with memory only; loses or damages what `fate` says. */
class ModelBoard implements SerialPort {
  readonly memory = new Map<number, number>();
  writes = 0;
  private last: number | undefined;
  private answer: (bytes: Uint8Array) => void = () => {};
  private readonly reader = new FrameReader((content) => this.obey(content));

  constructor(private readonly fate: () => "sound" | "lost" | "damaged") {}

  async write(bytes: Uint8Array): Promise<void> {
    this.deliver(bytes, (b) => this.reader.push(b));
  }
  onData(take: (bytes: Uint8Array) => void): void {
    this.answer = take;
  }
  async close(): Promise<void> {}

  private deliver(bytes: Uint8Array, to: (bytes: Uint8Array) => void): void {
    const fate = this.fate();
    if (fate === "lost") return;
    const copy = bytes.slice();
    if (fate === "damaged") copy[copy.length >> 1]! ^= 4;
    setTimeout(() => to(copy), 0);
  }

  private obey(content: Uint8Array): void {
    const view = new DataView(content.buffer, content.byteOffset);
    const [number, operation] = content;
    const address = view.getUint32(2, true);
    const count = content[6]!;
    const reply = [number!, 0];
    for (let i = 0; i < count; i++) {
      if (operation === 1 && number !== this.last) {
        this.memory.set(address + 4 * i, view.getUint32(7 + 4 * i, true));
        this.writes++;
      } else if (operation === 2) {
        const word = this.memory.get(address + 4 * i) ?? 0;
        for (const shift of [0, 8, 16, 24]) reply.push((word >>> shift) & 255);
      }
    }
    this.last = number;
    this.deliver(encodeFrame(Uint8Array.from(reply)), (b) => this.answer(b));
  }
}

describe("the link", () => {
  it("brings words there and back over a line that loses and damages a third of everything", {
    timeout: 60_000,
  }, async () => {
    let step = 0;
    const fates = ["sound", "sound", "damaged", "sound", "lost", "sound"] as const;
    const board = new ModelBoard(() => fates[step++ % fates.length]!);
    const link = new ShellLink(board, 1_000_000);
    await link.readWords(0x80000000, 1);
    const words = Uint32Array.from({ length: 60 }, (_, i) => (i * 0x9e3779b1) >>> 0);
    await link.writeWords(0x1000, words);
    expect([...(await link.readWords(0x1000, 60))]).toEqual([...words]);
    // No write was done twice, though many were sent again.
    expect(board.writes).toBe(60);
    expect(link.statistics.retries).toBeGreaterThan(0);
  });

  it("gives up when nobody answers", { timeout: 60_000 }, async () => {
    const link = new ShellLink(new ModelBoard(() => "lost"), 1_000_000);
    const error = await link.readWords(0, 1).then(
      () => undefined,
      (failure: SoffError) => failure,
    );
    expect(error?.diagnostics[0]?.code).toBe("board/no-answer");
    expect(error?.exitCode).toBe(4);
  });
});

describe("PLLs", () => {
  it("ECP5: within its limits, never above what is wanted", () => {
    for (const wanted of [25, 33.3, 50, 62.5, 75, 100]) {
      const pll = ehxpll(25, wanted)!;
      expect(pll.mhz).toBeLessThanOrEqual(wanted + 1e-6);
      expect(pll.mhz).toBeGreaterThan(wanted * 0.93);
      expect((25 * pll.feedbackDivider) / pll.inputDivider).toBeCloseTo(pll.mhz);
      expect(pll.mhz * pll.outputDivider).toBeGreaterThanOrEqual(400);
      expect(pll.mhz * pll.outputDivider).toBeLessThanOrEqual(800);
    }
  });
  it("iCE40: the oscillator itself where it will do", () => {
    expect(sbPll40(12, 12)).toBeUndefined();
    const pll = sbPll40(12, 36)!;
    expect(pll.mhz).toBeCloseTo(36);
    expect((12 * (pll.feedbackDivider + 1)) / ((pll.inputDivider + 1) * 2 ** pll.outputDivider)).toBeCloseTo(36);
  });
});
