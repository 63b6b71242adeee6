/** Prints the memory system of the top module: units and channels. */
import type { CacheInfo, StageInfo } from "../../rtl/design.js";
import type { Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import type { Board } from "../../target/board.js";
import type { Datapath, MemoryGroup } from "../datapath/types.js";
import type { MemorySystem, MemoryUnit } from "../memory/units.js";
import type { LinePorts } from "./cache.js";
import { axiIdBits, emitChannel } from "./channel.js";
import { type Client, declareClient, type Requester } from "./client.js";
import { emitFront } from "./front.js";
import { emitStripe } from "./stripe.js";
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

/**
 * `start`: all caches become empty. The wire `flush` tells them to write back. `shareOf`: address of the share that a channel (by its
 * place among those of the parameter) has of the parameter's memory.
 */
export function emitMemory(
  m: ModuleBuilder,
  memory: MemorySystem,
  clients: Clients,
  datapath: Datapath,
  board: Board,
  start: Expr,
  shareOf: (parameter: number, stripe: number) => Expr,
): EmittedMemory {
  const addressBits = board.memory.axiAddressBits;
  const stages: StageInfo[] = [];
  const place = { file: datapath.span.file, line: datapath.span.line };
  const cache = (instance: string, label: string, units: readonly MemoryUnit[], info: CacheInfo): void => {
    const sites = [...new Set(units.flatMap((u) => u.clients.map((c) => c.access.site)))];
    stages.push({ instance, kind: "cache", label, ...place, sites, cache: info });
  };
  const namesOf = (group: MemoryGroup): string => group.parameters.map((p) => datapath.parameters[p]!.name).join(", ");
  const flushed: Expr[] = [];
  const lines: LinePorts[][] = memory.channels.map(() => []);
  const behind = new Map(memory.units.flatMap((u) => u.fronts.map((front) => [front, u] as const)));
  const asked = new Map<MemoryUnit, Requester[][]>();
  for (const unit of memory.units) {
    const second = behind.get(unit);
    const fillsOutside = second !== undefined && second.banks > 1;
    const ports = emitUnit(m, unit, clients.get(unit)!, asked.get(unit) ?? [], fillsOutside, addressBits, start);
    ports.forEach((line, bank) => {
      const name = bankName(unit, bank);
      flushed.push(line.flushed);
      const { banks, lineBytes, channels, fronts } = unit;
      const stripe = bank % channels.length;
      const channel = channels[stripe]!;
      const level = fronts.length > 0 ? 2 : 1;
      const info: CacheInfo = { level, lines: unit.direct ? 0 : unit.sets * unit.ways, banks, lineBytes, channel };
      const label = `${level > 1 ? "second level" : "memory unit"} of ${namesOf(unit.group)}`;
      cache(`${name}_cache`, label, [unit, ...fronts], info);
      if (!second) {
        lines[channel]!.push(channels.length > 1 ? emitStripe(m, name, line, unit, stripe, shareOf) : line);
        return;
      }
      const requests = asked.get(second) ?? Array.from({ length: second.banks }, () => []);
      asked.set(second, requests);
      emitFront(m, name, line, second.banks).forEach((request, b) => {
        requests[b]!.push(request);
      });
    });
  }
  const idBits = axiIdBits(memory);
  const errors = memory.channels.map((boardChannel, c) => {
    const label = `memory channel ${board.memory.kind}[${boardChannel}]`;
    stages.push({ instance: `channel${c}`, kind: "axi", label, ...place });
    return emitChannel(m, c, lines[c]!, board, memory.sizes, idBits);
  });
  return { flushed, errors, stages };
}
