/**
 * The kernel compiler on one page: Kernel IR in, Verilog and `design.json` out.
 *
 *   passes → structure (loops and predicates) → datapath (steps, islands, groups) → plan (schedules,
 *   depths) → memory system → Verilog
 */
import type { Design, DesignKernel, DesignPrint } from "../rtl/design.js";
import { libraryClosure } from "../rtl/library.js";
import type { Host } from "../support/host.js";
import type { Board, DeviceFamily } from "../target/board.js";
import { loadAreaModel } from "../target/load.js";
import { buildDatapath } from "./datapath/build.js";
import { checkPlan } from "./datapath/check.js";
import { intervalOf, islandsOf, type MemoryLatency, plannedLoops, planSegment } from "./datapath/plan.js";
import { longestInterval } from "./datapath/sharing.js";
import { TimingModel } from "./datapath/timing.js";
import type { Datapath } from "./datapath/types.js";
import { axiIdBits } from "./emit/channel.js";
import { emitDatapath } from "./emit/datapath.js";
import { argsBase, layoutRegisters } from "./emit/registers.js";
import { emitTop, topModuleName } from "./emit/top.js";
import { loopFigures, wayThrough } from "./estimate/cycles-plan.js";
import { intervalsUpTo, seemsToFit } from "./estimate/interval.js";
import type { Kernel, Operand, Type } from "./ir/types.js";
import { placeGroups } from "./memory/channels.js";
import { joinNeighbours } from "./memory/neighbours.js";
import { planScratch, sizedBytes } from "./memory/scratch.js";
import { channelBytesPerCycle, joinedBytes, type MemorySizes, memorySizes } from "./memory/sizes.js";
import { type LevelTraffic, trafficOf } from "./memory/traffic.js";
import { planMemory } from "./memory/units.js";
import { kernelPasses } from "./passes/index.js";
import { runPasses } from "./passes/pass.js";
import { chooseParallelism, type Parallelism } from "./simd/choose.js";
import { settleAddresses } from "./simd/settle-addresses.js";
import { withLanes } from "./simd/with-lanes.js";
import { promoteAccumulators } from "./structure/promote.js";
import { structureKernel } from "./structure/structure.js";

export interface DesignRequest {
  readonly kernels: readonly Kernel[];
  readonly board: Board;
  readonly family: DeviceFamily;
  /** Names of the source files as the user gave them. */
  readonly sources: readonly string[];
  readonly host: Host;
  /** Left out, the compiler's choice. Fewer lanes where the kernel does not allow so many. */
  readonly parallelism?: Parallelism;
  /**
   * Of a kernel, cycles between tokens where operations share operators, 1 for none that do; no more than are of use. Left out or
   * undefined, the shortest with which the kernel fits.
   */
  readonly interval?: (kernel: string) => number | undefined;
  /** Channels (a power of two) that every buffer is dealt out to, where it can be. Left out, the compiler's choice. */
  readonly stripes?: number;
  /** The circuit counts its events for the host to read. */
  readonly counters?: boolean;
}

export interface GeneratedDesign {
  readonly design: Design;
  /** Verilog by path relative to the design's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** Generates a design. Throws UnsupportedError for what the datapath generator does not cover. */
export function generateDesign(request: DesignRequest): GeneratedDesign {
  const { board, host } = request;
  const files = new Map<string, string>();
  const kernels = request.kernels.map((kernel): DesignKernel => {
    const { described, modules } = generateKernel(kernel, request);
    const library = libraryClosure(host, [...modules.values()]);
    for (const [file, text] of [...library, ...modules]) files.set(`rtl/${file}`, text);
    return { ...described, files: [...library.keys(), ...modules.keys()].map((f) => `rtl/${f}`) };
  });
  const design: Design = {
    format: 1,
    generator: "soff 0.1.0",
    board: board.name,
    clockMHz: board.kernelClockMHz.value,
    sources: request.sources,
    kernels,
  };
  return { design, files };
}

interface GeneratedKernel {
  readonly described: Omit<DesignKernel, "files">;
  /** Verilog by file name. */
  readonly modules: ReadonlyMap<string, string>;
}

function generateKernel(source: Kernel, request: DesignRequest): GeneratedKernel {
  const { board } = request;
  const kernel = runPasses(source, kernelPasses);
  const scalar = promoteAccumulators(structureKernel(kernel));
  const chosen = request.parallelism ?? chooseParallelism(scalar, board);
  const structured = settleAddresses(joinNeighbours(withLanes(scalar, chosen.simd), joinedBytes(board)));
  const datapath = buildDatapath(structured);
  const traffic = trafficOf(structured);
  const withInterval = (interval: number) =>
    generateDatapath(kernel, datapath, traffic, chosen.datapaths, interval, request);
  const model = loadAreaModel(request.host, board.family);
  const fits = ({ described, modules }: GeneratedKernel): boolean => {
    const texts = new Map([...modules].map(([file, text]) => [file.replace(/\.v$/, ""), text]));
    return !model || seemsToFit(texts, described.topModule, model, board);
  };
  const longest = longestInterval(datapath);
  const asked = request.interval?.(kernel.name);
  if (asked !== undefined) return withInterval(Math.min(asked, longest));
  let generated = withInterval(1);
  // With the longest interval the kernel is as small as it gets.
  for (const interval of intervalsUpTo(longest).slice(1)) {
    if (fits(generated)) break;
    generated = withInterval(interval);
  }
  return generated;
}

/** Everything behind the datapath's structure, for one interval (see {@link DesignRequest}). */
function generateDatapath(
  kernel: Kernel,
  datapath: Datapath,
  traffic: readonly LevelTraffic[],
  copies: number,
  interval: number,
  { board, family, stripes, counters = false }: DesignRequest,
): GeneratedKernel {
  const timing = new TimingModel(family, (o) => (o.kind === "value" ? datapath.types.get(o.id)! : o.type));
  const sizes = memorySizes(datapath, board, interval);
  const latency = memoryLatency(board, sizes);
  const plan = planSegment(datapath, timing, latency, interval);
  checkPlan(datapath, plan);
  const placement = placeGroups({
    groups: datapath.groups,
    traffic,
    datapaths: copies,
    channels: board.memory.channels.value,
    channelBytes: channelBytesPerCycle(board) * interval,
    mostStripes: sizes.mostBanks,
    ...(stripes === undefined ? {} : { stripes }),
  });
  const memory = planMemory(datapath, placement, sizes, latency.miss + latency.hit, copies);
  const addressBits = board.memory.axiAddressBits;
  const topModule = topModuleName(kernel.name);
  const scratch = planScratch(datapath);
  const module = emitDatapath(datapath, plan, `${topModule}_datapath`, addressBits, scratch, memory, counters);
  const channelsOf = (p: number): readonly number[] => memory.channelsOfParameter.get(p) ?? [];
  const registers = layoutRegisters(datapath.parameters, (p) => channelsOf(p).length);
  const top = emitTop({ datapath, module, memory, scratch, registers, board, timing, counting: counters });
  const turns = Math.max(...islandsOf(plan).map((island) => island.schedule.interval));
  const base = BigInt(board.memory.baseAddress);
  const stride = BigInt(board.memory.channelStride);
  return {
    described: {
      name: kernel.name,
      topModule,
      arguments: datapath.parameters.map((p, index) => {
        const [channel, ...others] = channelsOf(index);
        const offsets = registers.stripeOffsets.get(index) ?? [];
        return {
          name: p.name,
          typeName: p.typeName,
          passing: p.passing,
          readOnly: p.readOnly,
          bytes: p.bytes,
          ...(p.element ? { element: p.element } : {}),
          offset: argsBase + registers.parameterOffsets[index]!,
          ...(channel !== undefined ? { channel } : {}),
          ...(others.length > 0
            ? { stripes: others.map((c, k) => ({ channel: c, offset: argsBase + offsets[k]! })) }
            : {}),
        };
      }),
      registers: registers.fields,
      ...(kernel.requiredLocalSize ? { requiredLocalSize: kernel.requiredLocalSize } : {}),
      localCapacity: sizedBytes,
      ...(sizes.rangeBits < 32 ? { rangeBits: sizes.rangeBits } : {}),
      channels: memory.channels.map((boardChannel, index) => ({
        index,
        memory: `${board.memory.kind}[${boardChannel}]`,
        base: String(base + BigInt(boardChannel) * stride),
        size: String(board.memory.bytesPerChannel.value),
      })),
      ...(registers.stripeOffsets.size > 0 ? { stripeBytes: memory.lineBytes } : {}),
      axi: { dataBits: board.memory.axiDataBits, addressBits, idBits: axiIdBits(memory) },
      datapaths: copies,
      simd: datapath.simd[0] * datapath.simd[1] * datapath.simd[2],
      ...(intervalOf(plan) > 1 ? { interval: intervalOf(plan) } : {}),
      ...(turns > 1 ? { turns } : {}),
      cycles: wayThrough(plan, datapath, latency),
      loops: plannedLoops(plan).map(({ plan: p, depth }, counter) => ({
        label: p.step.loop.label,
        file: p.step.loop.span.file,
        line: p.step.loop.span.line,
        depth,
        counter,
        ...loopFigures(p, datapath, latency),
      })),
      accesses: datapath.accesses.map((a) => {
        const group = datapath.groups[a.group]!;
        return {
          id: a.site,
          file: a.node.span.file,
          line: a.node.span.line,
          column: a.node.span.column,
          write: a.node.kind !== "load",
          bytes: a.bytes,
          ...(a.lanes > 0 ? { lanes: a.lanes } : {}),
          argument:
            group.parameters.length === 1 && group.space === "global"
              ? datapath.parameters[group.parameters[0]!]!.name
              : "",
        };
      }),
      ...(datapath.prints.length > 0 ? { prints: describePrints(datapath) } : {}),
      stages: top.stages,
      ...(top.counters ? { counters: top.counters } : {}),
    },
    modules: new Map([
      [`${module.name}.v`, module.text],
      [`${top.name}.v`, top.text],
    ]),
  };
}

function describePrints(datapath: Datapath): DesignPrint[] {
  const typeOf = (o: Operand): Type => (o.kind === "value" ? datapath.types.get(o.id)! : o.type);
  const strings = datapath.constants.map(({ object, address }) => ({
    start: String(address),
    hex: Buffer.from(object.bytes).toString("hex"),
  }));
  return datapath.prints.map(({ site, node }) => {
    const types = node.arguments.map(typeOf);
    return {
      site,
      format: node.format,
      arguments: types,
      strings: types.some((t) => t.kind === "ptr") ? strings : [],
    };
  });
}

/** Depth of the queues that hide memory latency: what a miss takes through channel, AXI and DRAM, in cycles. */
function memoryLatency(board: Board, { slack, direct }: MemorySizes): MemoryLatency {
  const { readLatencyNs, rowMissNs, turnaroundNs } = board.memory.timing;
  const cycles = ((readLatencyNs.value + rowMissNs.value + turnaroundNs.value) * board.kernelClockMHz.value) / 1000;
  if (direct) return { hit: 0, scratch: 8, miss: Math.ceil(cycles) + slack };
  return { hit: 12, scratch: 8, miss: Math.ceil((cycles + slack) / 8) * 8 };
}
