/** The exploration of an NPU's design space, kept by the content of everything that it depends on. */
import { join } from "node:path";
import type { IntegerGraph } from "../dl-frontend/integer/graph.js";
import { type Exploration, explore } from "../npu-gen/explore/explore.js";
import type { Host } from "../support/host.js";
import type { Board } from "../target/board.js";
import { cachedFolder, contentKey } from "../tools/cache.js";

const RESULT = "exploration.json";

export async function exploreCached(
  host: Host,
  graphs: readonly IntegerGraph[],
  board: Board,
): Promise<Exploration | undefined> {
  const key = contentKey([...generator(host), JSON.stringify(board), ...graphs.map(outline)]);
  const { folder } = await cachedFolder(host, "explorations", key, [RESULT], async (fresh) => {
    const found = explore(graphs, board, (message) => host.progress(message));
    host.writeFile(join(fresh, RESULT), JSON.stringify(found ?? null));
  });
  return (JSON.parse(host.readText(join(folder, RESULT))) as Exploration | null) ?? undefined;
}

/** What the time of a graph depends on: everything but the values in its arrays. */
function outline(graph: IntegerGraph): string {
  return JSON.stringify(graph, (_, value: unknown) => {
    if (value instanceof Int32Array) return [...value];
    return ArrayBuffer.isView(value) ? value.byteLength : value;
  });
}

/** The code that decides: another version of it may decide otherwise. */
function generator(host: Host): string[] {
  const filesOf = (folder: string): string[] =>
    host.list(folder).flatMap((name) => {
      const path = join(folder, name);
      return host.isDirectory(path) ? filesOf(path) : /\.[jt]s$/.test(name) ? [path] : [];
    });
  return ["dist", "src"]
    .flatMap((root) => filesOf(join(host.packageRoot, root, "npu-gen")))
    .map((path) => host.readText(path));
}
