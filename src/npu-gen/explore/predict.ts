/**
 * The cycle model: when every instruction begins and ends, from the program alone. It follows the queues, the tokens and the
 * FIFOs of weights and parameters as the RTL has them, and takes DRAM as a latency and a rate.
 */
import type { CompiledProgram } from "../compile/compile.js";
import { channelLines, LINE_BYTES, type NpuConfig, stepLines, tableLines, wordsOfLine } from "../config.js";
import { type Engine, engines, tokenEngines } from "../isa/formats.js";
import type { Instruction } from "../isa/instruction.js";

/** The memory as the NPU sees it, in cycles of its clock. */
export interface MemoryModel {
  readonly readLatency: number;
  readonly writeLatency: number;
  readonly bytesPerCycle: number;
}

export interface Prediction {
  readonly cycles: number;
  /** Cycle at which each layer is complete, by its index. */
  readonly layerEnds: ReadonlyMap<number, number>;
  /** By the layer's index. */
  readonly traffic: ReadonlyMap<number, LayerTraffic>;
}

export interface LayerTraffic {
  /** The engine that is busy longest: `compute` when the array or the lanes work all the time, `weights` when they wait for DRAM. */
  readonly bound: Engine;
  /** Bytes to and from DRAM, and what would be left if nothing went twice. */
  readonly bytes: number;
  readonly leastBytes: number;
}

/** From the start command to the first request, and from the last instruction's end to the done signal. */
const START = 4;
const END = 24;
/** From a request to a line at the engine, beside the memory's latency. */
const REQUEST = 9;
const QUEUE = 8;
/** Cycles from an instruction's last word to the end of its effects, and overheads at its beginning. */
const COMPUTE_TAIL = 6;
const POST_TAIL = 15;
const POST_HEAD = 3;
const OPERAND_HEAD = 6;
const FILL_HEAD = 9;
const MOVE_HEAD = 4;

const list = (instruction: Instruction, name: string): readonly number[] =>
  (instruction.fields[name] as readonly number[] | undefined) ?? [];
const num = (instruction: Instruction, name: string): number => (instruction.fields[name] as number | undefined) ?? 0;
const rounds = (counts: readonly number[]): number => counts.reduce((n, c) => n * (c + 1), 1);

/** Where a walker is in some round of its loops. */
function addressAt(base: number, counts: readonly number[], jumps: readonly number[], round: number): number {
  let at = base;
  let rest = round;
  let inner = 0;
  counts.forEach((count, k) => {
    const stride = jumps[k]! + inner;
    at += (rest % (count + 1)) * stride;
    rest = Math.floor(rest / (count + 1));
    inner += count * stride;
  });
  return at;
}

const SAMPLES = 64;

/** The words that an instruction reads by one of its walkers. */
interface Walk {
  readonly base: number;
  readonly counts: readonly number[];
  readonly jumps: readonly number[];
}

const walkOf = (instruction: Instruction, base: string, jumps: string): Walk => ({
  base: num(instruction, base),
  counts: list(instruction, "counts"),
  jumps: list(instruction, jumps),
});

/** Share of the time in which two walks, each at its own pace from `from` to `to` of its whole way, are in one bank. */
function sameBank(
  config: NpuConfig,
  a: Walk,
  b: Walk,
  [fromA, toA]: readonly [number, number] = [0, 1],
  [fromB, toB]: readonly [number, number] = [0, 1],
): number {
  const bankWords = 2 ** config.addressBits / config.banks;
  const bank = ({ base, counts, jumps }: Walk, way: number): number => {
    const all = rounds(counts);
    const round = Math.min(all - 1, Math.floor(way * all));
    return Math.floor((((addressAt(base, counts, jumps, round) % 2 ** 24) + 2 ** 24) % 2 ** 24) / bankWords);
  };
  const samples = Math.min(Math.max(rounds(a.counts), rounds(b.counts)), SAMPLES);
  let same = 0;
  for (let s = 0; s < samples; s++)
    if (bank(a, fromA + ((toA - fromA) * s) / samples) === bank(b, fromB + ((toB - fromB) * s) / samples)) same++;
  return same / samples;
}

/** Share of the rounds in which both operands of the post engine lie in one bank, which serves one of them a cycle. */
function collisions(instruction: Instruction, config: NpuConfig): number {
  if (num(instruction, "source") === 0 || num(instruction, "useB") === 0) return 0;
  return sameBank(config, walkOf(instruction, "a", "aJumps"), walkOf(instruction, "b", "bJumps"));
}

/** Reads of the post engine while results are emptied: they go before those of the compute engine in the same bank. */
interface Stealing {
  readonly from: number;
  readonly to: number;
  readonly walk: Walk;
}

/** Cycles that a compute instruction from `from` to `to` waits for others' reads. */
function stolen(stealing: readonly Stealing[], instruction: Instruction, from: number, to: number, config: NpuConfig) {
  const walk = walkOf(instruction, "word", "jumps");
  let cycles = 0;
  for (const other of stealing) {
    const [low, high] = [Math.max(from, other.from), Math.min(to, other.to)];
    if (low >= high) continue;
    const way = (a: number, b: number): [number, number] => [(low - a) / (b - a), (high - a) / (b - a)];
    const share = sameBank(config, walk, other.walk, way(from, to), way(other.from, other.to));
    cycles += share * (high - low) * (rounds(other.walk.counts) / (other.to - other.from));
  }
  return cycles;
}

/** Lines that come through a FIFO ahead of their use. */
class Stream {
  readonly arrivals: number[] = [];
  private taken = 0;
  private readonly releases: number[] = [];
  private last = 0;

  constructor(
    private readonly depth: number,
    private readonly latency: number,
    private readonly lineCycles: number,
  ) {}

  ask(at: number, lines: number): void {
    for (let i = 0; i < lines; i++) {
      const index = this.arrivals.length;
      // Room: the line `depth` before this one has left. It leaves before anybody waits for this one, or this one is not asked for.
      const room = index >= this.depth ? this.releases[index - this.depth] : 0;
      this.arrivals.push(room === undefined ? -1 : this.arrive(Math.max(at, room)));
      if (room === undefined) this.pending.push({ index, at });
    }
  }
  private readonly pending: { index: number; at: number }[] = [];

  private arrive(asked: number): number {
    this.last = Math.max(asked + this.latency, this.last + this.lineCycles);
    return this.last;
  }

  /** Time at which the next `lines` lines are there; they are taken one a cycle from `from` on. */
  take(from: number, lines: number): number {
    let now = from;
    for (let i = 0; i < lines; i++) {
      const index = this.taken++;
      while (this.pending.length > 0 && this.pending[0]!.index <= index) this.settle();
      now = Math.max(now, this.arrivals[index] ?? now) + 1;
      this.releases.push(now);
      if (this.pending.length > 0 && this.pending[0]!.index === index + this.depth) this.settle();
    }
    return now;
  }

  private settle(): void {
    const { index, at } = this.pending.shift()!;
    const room = index >= this.depth ? (this.releases[index - this.depth] ?? 0) : 0;
    this.arrivals[index] = this.arrive(Math.max(at, room));
  }
}

/** Who works how long for a layer, and which lines go over the bus for it. */
class Ledger {
  private readonly work = new Map<number, Map<Engine, number>>();
  private readonly moved = new Map<number, { all: number; readonly stretches: Map<number, number> }>();

  busy(layer: number, engine: Engine, cycles: number): void {
    const own = this.work.get(layer) ?? new Map<Engine, number>();
    this.work.set(layer, own.set(engine, (own.get(engine) ?? 0) + cycles));
  }

  lines(layer: number, first: number, count: number): void {
    const own = this.moved.get(layer) ?? { all: 0, stretches: new Map<number, number>() };
    own.all += count;
    own.stretches.set(first, Math.max(own.stretches.get(first) ?? 0, count));
    this.moved.set(layer, own);
  }

  layers(): Map<number, LayerTraffic> {
    return new Map(
      [...this.work].map(([layer, engines]) => {
        const bound = [...engines].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
        const { all, stretches } = this.moved.get(layer) ?? { all: 0, stretches: new Map<number, number>() };
        const least = [...stretches.values()].reduce((a, b) => a + b, 0);
        return [layer, { bound, bytes: all * LINE_BYTES, leastBytes: least * LINE_BYTES }];
      }),
    );
  }
}

/**
 * Where a line takes the bus for longer than a cycle, loads and weights that come at the same time slow each
 * other down: a first pass finds out when weights come, a second one lets loads wait for them.
 */
export function predict(program: Predicted, memory: MemoryModel): Prediction {
  const first = pass(program, memory, []);
  const shared = LINE_BYTES / memory.bytesPerCycle > 1;
  return shared ? pass(program, memory, first.weightArrivals) : first;
}

type Predicted = Pick<CompiledProgram, "instructions" | "nodeOf"> & { readonly config: NpuConfig };

/** How many of the ascending times lie before `time`. */
function countBefore(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pass(
  program: Predicted,
  memory: MemoryModel,
  weightTimes: readonly number[],
): Prediction & { readonly weightArrivals: readonly number[] } {
  const { config, instructions } = program;
  const lineCycles = Math.max(1, LINE_BYTES / memory.bytesPerCycle);
  const latency = memory.readLatency + REQUEST;
  const weights = new Stream(config.weightLines, latency, lineCycles);
  const parameters = new Stream(config.parameterLines, latency, lineCycles);
  const perLine = wordsOfLine(config);
  const free = new Map<Engine, number>();
  const begun = new Map<Engine, number[]>();
  const tokens = Array.from({ length: tokenEngines * tokenEngines }, () => [] as number[]);
  const layerEnds = new Map<number, number>();
  let dispatched = START + latency;
  const ledger = new Ledger();
  let end = 0;
  let swapped = 0;
  let stealing: Stealing[] = [];

  for (const [index, instruction] of instructions.entries()) {
    const { engine } = instruction;
    if (engine === "end") break;
    const node = program.nodeOf[index] ?? 0;
    const starts = begun.get(engine) ?? [];
    begun.set(engine, starts);
    dispatched = Math.max(dispatched + 1, starts.length > QUEUE ? starts[starts.length - 1 - QUEUE]! : 0);
    const e = engines.indexOf(engine);
    let start = Math.max(dispatched + 1, free.get(engine) ?? 0);
    const wait = num(instruction, "wait");
    for (let f = 0; f < tokenEngines; f++)
      if (wait & (1 << f)) start = Math.max(start, (tokens[f * tokenEngines + e]!.shift() ?? 0) + 1);
    starts.push(start);
    let done = start;
    let next = start + 1;
    switch (engine) {
      case "weights":
      case "parameters": {
        const lines = num(instruction, "count") + 1;
        (engine === "weights" ? weights : parameters).ask(start, lines);
        next = start + lines;
        ledger.lines(node, num(instruction, "line"), lines);
        ledger.busy(node, engine, lines * lineCycles);
        break;
      }
      case "load": {
        const lines = (num(instruction, "lines") + 1) * rounds(list(instruction, "counts"));
        ledger.lines(node, num(instruction, "line"), lines);
        done = start + latency + lines * Math.max(lineCycles, perLine);
        // In the meantime at most every other line is a weight's.
        const others = countBefore(weightTimes, done + lines * lineCycles) - countBefore(weightTimes, start);
        done += Math.min(others, lines) * lineCycles;
        next = done;
        break;
      }
      case "store": {
        const lines = (num(instruction, "lines") + 1) * rounds(list(instruction, "counts"));
        ledger.lines(node, num(instruction, "line"), lines);
        done = start + OPERAND_HEAD + lines * Math.max(lineCycles, perLine) + REQUEST + memory.writeLatency;
        next = done;
        break;
      }
      case "compute": {
        const counts = list(instruction, "counts");
        if (num(instruction, "mode") === 0) {
          const pixels = (counts[0]! + 1) * (counts[1]! + 1);
          const steps = rounds(counts.slice(2));
          let at = start + 1;
          for (let s = 0; s < steps; s++) {
            const ready = weights.take(swapped + 1, stepLines(config));
            at = Math.max(at, ready);
            swapped = at + 2;
            at += Math.max(pixels, 4);
          }
          next = at - 1;
        } else {
          let at = start + 1;
          if (num(instruction, "fill")) {
            const taps = (num(instruction, "fillLast") + 1) * (num(instruction, "columns") ? config.columns : 1);
            at = weights.take(start + FILL_HEAD, Math.ceil((taps * config.inputs) / LINE_BYTES));
            at = Math.max(at, start + FILL_HEAD + taps);
          }
          next = at + rounds(counts) - 1;
        }
        stealing = stealing.filter(({ to }) => to > start);
        next += Math.round(stolen(stealing, instruction, start, next, config));
        done = next + COMPUTE_TAIL;
        break;
      }
      case "post": {
        if (num(instruction, "parameters")) {
          const sections = num(instruction, "sections");
          let at = start + 1;
          if (sections & 1) at = parameters.take(at, 1);
          if (sections & 2) at = parameters.take(at, channelLines(config));
          if (sections & 4) at = Math.max(parameters.take(at, tableLines(config)), at + 256);
          done = at;
        } else {
          const operands = num(instruction, "source") !== 0 || num(instruction, "useB") !== 0;
          const words = rounds(list(instruction, "counts")) * (1 + collisions(instruction, config));
          done = start + POST_HEAD + (operands ? OPERAND_HEAD : 0) + Math.round(words) + POST_TAIL;
          if (num(instruction, "fused") && num(instruction, "useB"))
            stealing.push({ from: start, to: done, walk: walkOf(instruction, "b", "bJumps") });
        }
        next = done;
        break;
      }
      case "move":
        done = start + MOVE_HEAD + rounds(list(instruction, "counts"));
        next = done;
        break;
      case "softmax": {
        if (num(instruction, "table")) {
          ledger.lines(node, num(instruction, "line"), 512 / LINE_BYTES);
          done = start + latency + 512 / LINE_BYTES + 256;
        } else {
          const length = num(instruction, "length") + 1;
          done = start + rounds(list(instruction, "counts")) * 3 * (length + 5) + 24;
        }
        next = done;
        break;
      }
    }
    free.set(engine, next);
    // Streams run ahead: what they need is counted above. An array that waits for weights is not busy.
    if (engine === "compute") ledger.busy(node, engine, rounds(list(instruction, "counts")));
    else if (engine !== "weights" && engine !== "parameters") ledger.busy(node, engine, done - start);
    const signal = num(instruction, "signal");
    for (let f = 0; f < tokenEngines; f++) if (signal & (1 << f)) tokens[e * tokenEngines + f]!.push(done);
    const tag = num(instruction, "tag");
    if (tag > 0) layerEnds.set(tag - 1, Math.round(done));
    end = Math.max(end, done);
  }
  return { cycles: Math.round(end + END), layerEnds, traffic: ledger.layers(), weightArrivals: weights.arrivals };
}
