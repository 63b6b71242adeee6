/** Results of slow tools, kept by the content of what they were made from. */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../support/host.js";

const MARKER = "complete.json";

/** Hash of several parts; where one ends and the next begins matters. */
export function contentKey(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(`${typeof part === "string" ? Buffer.byteLength(part) : part.length}:`);
    hash.update(part);
  }
  return hash.digest("hex").slice(0, 40);
}

const digest = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

export interface CachedFolder {
  readonly folder: string;
  /** It was there already. */
  readonly hit: boolean;
}

/**
 * The folder of cache `kind` for `key`. When it is missing, or incomplete or damaged (the hashes of `products` are
 * compared), `make` fills a fresh folder, which then takes its place in one step: a run that is killed in the middle, or
 * several at the same time, leave nothing half-made behind.
 */
export async function cachedFolder(
  host: Host,
  kind: string,
  key: string,
  products: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<CachedFolder> {
  const folder = join(host.cacheDir, kind, key);
  if (isComplete(host, folder, products)) return { folder, hit: true };
  const fresh = join(host.cacheDir, kind, `making-${randomUUID()}`);
  host.makeDirectory(fresh);
  try {
    await make(fresh);
    const hashes = Object.fromEntries(products.map((name) => [name, digest(host.readFile(join(fresh, name)))]));
    host.writeFile(join(fresh, MARKER), `${JSON.stringify(hashes, null, 2)}\n`);
    moveInto(host, fresh, folder, products);
  } finally {
    host.remove(fresh);
  }
  return { folder, hit: false };
}

function moveInto(host: Host, fresh: string, folder: string, products: readonly string[]): void {
  for (let attempt = 0; ; attempt++) {
    try {
      host.rename(fresh, folder);
      return;
    } catch (error) {
      // Somebody else has put the same thing there in the meantime, or a damaged one is in the way.
      if (isComplete(host, folder, products)) return;
      if (attempt === 3) throw error;
      host.remove(folder);
    }
  }
}

function isComplete(host: Host, folder: string, products: readonly string[]): boolean {
  try {
    const hashes = JSON.parse(host.readText(join(folder, MARKER))) as Record<string, string>;
    return products.every((name) => hashes[name] === digest(host.readFile(join(folder, name))));
  } catch {
    return false;
  }
}
