/** Prints the memory system of the top module: units, second levels and channels. */
import type { CacheInfo, StageInfo } from "../../rtl/design.js";
import type { Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Board } from "../../target/board.js";
import type { Datapath, MemoryGroup } from "../datapath/types.js";
import type { MemorySystem, MemoryUnit, SharedCache } from "../memory/units.js";
import type { LinePorts } from "./cache.js";
import { axiIdBits, emitChannel } from "./channel.js";
import { type Client, declareClient } from "./client.js";
import { emitShared } from "./shared-cache.js";
import { bankName, emitUnit } from "./unit.js";

/** The wires between all datapaths and the memory system, by unit; a datapath connects the `ports` of its own. */
export type Clients = ReadonlyMap<MemoryUnit, readonly Client[]>;

export function declareClients(m: ModuleBuilder, memory: MemorySystem, addressBits: number): Clients {
  const { datapaths } = memory;
  return new Map(
    memory.units.map((unit) => [unit, unit.clients.map((c) => declareClient(m, c, unit, addressBits, datapaths))]),
  );
}

/** Connections of datapath k: port of its module to wire. */
export function clientPorts(clients: Clients, datapath: number): Record<string, Expr> {
  const own = [...clients.values()].flat().filter((c) => c.datapath === datapath);
  return Object.assign({}, ...own.map((c) => c.ports));
}

export interface EmittedMemory {
  /** Of every cache: nothing is dirty, and all that was written is acknowledged. */
  readonly flushed: readonly Expr[];
  /** Of every channel: memory has answered with an error. */
  readonly errors: readonly Expr[];
  readonly stages: readonly StageInfo[];
}

/** `start`: all caches become empty. The wire `flush` tells them to write back. */
export function emitMemory(
  m: ModuleBuilder,
  memory: MemorySystem,
  clients: Clients,
  datapath: Datapath,
  board: Board,
  start: Expr,
): EmittedMemory {
  const addressBits = board.memory.axiAddressBits;
  const stages: StageInfo[] = [];
  const place = { file: datapath.span.file, line: datapath.span.line };
  const cache = (instance: string, label: string, units: readonly MemoryUnit[], info: CacheInfo): void => {
    const sites = [...new Set(units.flatMap((u) => u.clients.map((c) => c.access.site)))];
    stages.push({ instance, kind: "cache", label, ...place, sites, cache: info });
  };
  const linesOf = ({ sets, ways }: MemoryUnit | SharedCache): number => sets * ways;
  const namesOf = (group: MemoryGroup): string => group.parameters.map((p) => datapath.parameters[p]!.name).join(", ");
  const flushed: Expr[] = [];
  const toChannel: LinePorts[] = [];
  const toShared = new Map<SharedCache, LinePorts[]>(memory.shared.map((s) => [s, []]));
  for (const unit of memory.units) {
    const lines = emitUnit(m, unit, clients.get(unit)!, addressBits, start);
    lines.forEach((line, bank) => {
      (unit.shared ? toShared.get(unit.shared)! : toChannel).push(line);
      flushed.push(line.flushed);
      const { banks, lineBytes, channel } = unit;
      const info: CacheInfo = { level: 1, lines: unit.direct ? 0 : linesOf(unit), banks, lineBytes, channel };
      cache(`${bankName(unit, bank)}_cache`, `memory unit of ${namesOf(unit.group)}`, [unit], info);
    });
  }
  for (const [shared, lines] of toShared) {
    const behind = memory.units.filter((u) => u.shared === shared);
    const line = emitShared(m, shared, lines, addressBits, start);
    toChannel.push(line);
    flushed.push(line.flushed);
    const { lineBytes, channel } = shared;
    const info: CacheInfo = { level: 2, lines: linesOf(shared), banks: 1, lineBytes, channel };
    cache(`${shared.name}_cache`, `second level of ${namesOf(shared.group)}`, behind, info);
  }
  const idBits = axiIdBits(memory);
  const errors = memory.channels.map((boardChannel, c) => {
    const label = `memory channel ${board.memory.kind}[${boardChannel}]`;
    stages.push({ instance: `channel${c}`, kind: "axi", label, ...place });
    return emitChannel(m, c, toChannel, board, memory.sizes, idBits);
  });
  return { flushed, errors, stages };
}
