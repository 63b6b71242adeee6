/** Results of slow tools, kept by the content of what they were made from. */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Host } from "../support/host.js";

const MARKER = "complete.json";
const USED = "used";
/** Entries of one kind that are kept; the longest unused go first. A campaign of random kernels makes thousands. */
const KEEP = 400;
const DAY_MS = 24 * 3600 * 1000;

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
  if (isComplete(host, folder, products)) {
    markUsed(host, folder);
    return { folder, hit: true };
  }
  const fresh = join(host.cacheDir, kind, `making-${Date.now()}-${randomUUID()}`);
  host.makeDirectory(fresh);
  try {
    await make(fresh);
    const hashes = Object.fromEntries(products.map((name) => [name, digest(host.readFile(join(fresh, name)))]));
    host.writeFile(join(fresh, MARKER), `${JSON.stringify(hashes, null, 2)}\n`);
    markUsed(host, fresh);
    moveInto(host, fresh, folder, products);
    prune(host, join(host.cacheDir, kind));
  } finally {
    host.remove(fresh);
  }
  return { folder, hit: false };
}

function markUsed(host: Host, folder: string): void {
  try {
    host.writeFile(join(folder, USED), String(Date.now()));
  } catch {
    // A cache that can only be read serves as well.
  }
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

/** Removes what a killed build left a day ago, and, when there are too many entries, the quarter that was unused longest. */
function prune(host: Host, kind: string): void {
  const names = host.list(kind);
  for (const name of names) {
    const made = /^making-(\d+)-/.exec(name)?.[1];
    if (made !== undefined && Date.now() - Number(made) > DAY_MS) host.remove(join(kind, name));
  }
  const entries = names.filter((name) => !name.startsWith("making-"));
  if (entries.length <= KEEP) return;
  const used = (name: string): number => {
    const file = join(kind, name, USED);
    return host.exists(file) ? Number(host.readText(file)) : 0;
  };
  const byAge = entries.map((name) => ({ name, used: used(name) })).sort((a, b) => a.used - b.used);
  for (const { name } of byAge.slice(0, entries.length - KEEP + KEEP / 4)) host.remove(join(kind, name));
}
