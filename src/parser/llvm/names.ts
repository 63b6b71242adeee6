/** Decodes names and strings of LLVM IR text: `\xx` is a byte in hexadecimal, `\\` a backslash. */
export function decodeBytes(quoted: string): Uint8Array {
  const source = new TextEncoder().encode(quoted);
  const bytes = new Uint8Array(source.length);
  let length = 0;
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== 0x5c) {
      bytes[length++] = source[at]!;
    } else if (source[at + 1] === 0x5c) {
      bytes[length++] = 0x5c;
      at++;
    } else {
      bytes[length++] = Number.parseInt(String.fromCharCode(source[at + 1]!, source[at + 2]!), 16);
      at += 2;
    }
  }
  return bytes.slice(0, length);
}

/** The text between the quotes of `"…"`, decoded. */
export function decodeString(image: string): string {
  const inner = image.slice(image.indexOf('"') + 1, image.lastIndexOf('"'));
  return inner.includes("\\") ? new TextDecoder().decode(decodeBytes(inner)) : inner;
}

/** The name in `%x`, `@"a b"`, `%7`, without its sigil. */
export function decodeName(image: string): string {
  return image.charCodeAt(1) === 0x22 ? decodeString(image) : image.slice(1);
}

/** The name in `entry:`, `"a b":`. */
export function decodeLabel(image: string): string {
  return image.charCodeAt(0) === 0x22 ? decodeString(image) : image.slice(0, -1);
}
