/**
 * Frames on a shell's serial line (docs/shell.md): END, bytes, CRC-32, END, with END and ESC inside escaped as in SLIP
 * (RFC 1055).
 */

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;
const CRC_BYTES = 4;

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** CRC-32 of Ethernet and zip files. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

export function encodeFrame(content: Uint8Array): Uint8Array {
  const crc = crc32(content);
  const sum = [0, 8, 16, 24].map((shift) => (crc >>> shift) & 0xff);
  const line = [END];
  for (const byte of [...content, ...sum]) {
    if (byte === END) line.push(ESC, ESC_END);
    else if (byte === ESC) line.push(ESC, ESC_ESC);
    else line.push(byte);
  }
  line.push(END);
  return Uint8Array.from(line);
}

/** Finds frames in a stream of bytes. What is damaged is dropped and counted. */
export class FrameReader {
  damaged = 0;
  private bytes: number[] = [];
  private escaped = false;

  constructor(private readonly onFrame: (content: Uint8Array) => void) {}

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (byte === END) this.end();
      else if (this.escaped) {
        this.bytes.push(byte === ESC_END ? END : ESC);
        this.escaped = false;
      } else if (byte === ESC) this.escaped = true;
      else this.bytes.push(byte);
    }
  }

  private end(): void {
    const whole = Uint8Array.from(this.bytes);
    this.bytes = [];
    this.escaped = false;
    if (whole.length === 0) return;
    const content = whole.subarray(0, Math.max(0, whole.length - CRC_BYTES));
    const sum = whole.subarray(content.length);
    const isSound =
      sum.length === CRC_BYTES && new DataView(whole.buffer, content.length).getUint32(0, true) === crc32(content);
    if (isSound) this.onFrame(content);
    else this.damaged++;
  }
}
