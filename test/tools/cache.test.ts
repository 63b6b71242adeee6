import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NodeHost } from "../../src/cli/node-host.js";
import type { Host } from "../../src/support/host.js";
import { cachedFolder, contentKey } from "../../src/tools/cache.js";

let host: Host;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "soff-cache-"));
  host = Object.create(new NodeHost(), { cacheDir: { value: folder } }) as Host;
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (text: string) => async (into: string) => host.writeFile(join(into, "product"), text);
const get = (text: string, key = "k") => cachedFolder(host, "kind", key, ["product"], make(text));
const product = () => host.readText(join(folder, "kind", "k", "product"));

describe("cachedFolder", () => {
  it("makes a thing once", async () => {
    expect((await get("one")).hit).toBe(false);
    expect((await get("two")).hit).toBe(true);
    expect(product()).toBe("one");
  });

  it("makes it again when the product is damaged, or the marker is missing", async () => {
    const { folder: at } = await get("one");
    host.writeFile(join(at, "product"), "o");
    expect((await get("two")).hit).toBe(false);
    expect(product()).toBe("two");
    host.remove(join(at, "complete.json"));
    expect((await get("three")).hit).toBe(false);
    expect(product()).toBe("three");
  });

  it("leaves nothing behind when making fails", async () => {
    const fails = cachedFolder(host, "kind", "k", ["product"], async (into) => {
      host.writeFile(join(into, "product"), "half");
      throw new Error("interrupted");
    });
    await expect(fails).rejects.toThrow("interrupted");
    expect(host.list(join(folder, "kind"))).toEqual([]);
  });

  it("forgets what was unused longest when there are too many, and what a killed build left", async () => {
    const entry = (name: string, used: number) => host.writeFile(join(folder, "kind", name, "used"), String(used));
    for (let i = 0; i < 405; i++) entry(`e${i}`, i === 3 ? 9e15 : i);
    host.writeFile(join(folder, "kind", "making-1000-x", "product"), "old");
    host.writeFile(join(folder, "kind", `making-${Date.now()}-y`, "product"), "being made");
    await get("new");
    const left = host.list(join(folder, "kind"));
    expect(left).toContain("k");
    expect(left).toContain("e3");
    expect(left).toContain("e404");
    expect(left).not.toContain("e0");
    expect(left).not.toContain("making-1000-x");
    expect(left.filter((name) => name.startsWith("making-"))).toHaveLength(1);
    expect(left.length).toBeLessThanOrEqual(401);
  });

  it("lets several make the same thing at the same time", async () => {
    const all = await Promise.all(["a", "b", "c", "d"].map((text) => get(text)));
    expect(new Set(all.map((r) => r.folder)).size).toBe(1);
    expect(host.list(join(folder, "kind"))).toEqual(["k"]);
    expect((await get("late")).hit).toBe(true);
  });
});

it("keeps the borders of parts apart in a key", () => {
  expect(contentKey(["ab", "c"])).not.toBe(contentKey(["a", "bc"]));
  expect(contentKey(["ab", "c"])).toBe(contentKey(["ab", new TextEncoder().encode("c")]));
});
