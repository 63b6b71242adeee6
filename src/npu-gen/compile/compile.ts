/**
 * The NPU's compiler on one page: what is computed, where everything lies, and the program.
 *
 * computations → plan (places, movements that must be carried out, boxes of what lives in DRAM) → addresses → instructions → image
 */
import type { IntegerGraph, TensorId } from "../../dl-frontend/integer/graph.js";
import { LINE_BYTES, type NpuConfig, wordsOf, wordsOfLine } from "../config.js";
import { encode, type Instruction } from "../isa/instruction.js";
import { allocate } from "./allocate.js";
import type { EmitContext } from "./context.js";
import { prepareWork, type WorkPass } from "./emit-work.js";
import { Image } from "./image.js";
import type { ReadTensor, WrittenTensor } from "./image-tensors.js";
import { Maps } from "./maps.js";
import { normalise } from "./normalise.js";
import { baseOf, outermost, type Place } from "./places.js";
import { Forms, type Plan } from "./plan.js";
import { Program, reads, writes } from "./program.js";
import { planWithin } from "./residency.js";
import { densePitches, denseWords } from "./shape.js";
import { emitTransfer } from "./transfer.js";
import { type LayerInfo, layerOf, resultOf, type Work } from "./work.js";

export interface CompiledProgram {
  readonly config: NpuConfig;
  readonly graph: IntegerGraph;
  readonly maps: Maps;
  readonly layers: readonly LayerInfo[];
  readonly instructions: readonly Instruction[];
  /** Node of each instruction. */
  readonly nodeOf: readonly number[];
  readonly programLine: number;
  readonly image: Image;
  readonly written: readonly WrittenTensor[];
  readonly read: readonly ReadTensor[];
  /** Lines that must be moved: weights, parameters, what the host writes and reads, each once. */
  readonly leastLines: number;
  /** Words of the activation memory that are used at most. */
  readonly words: number;
  /** Tensors that live in DRAM because the activation memory is too small. */
  readonly spilled: number;
}

export interface CompileOptions {
  /** Store every layer's output as well, for a comparison layer by layer. */
  readonly keepAll?: boolean;
  /** Carry out movements of inputs and to outputs on the NPU as well, which otherwise cost nothing: the host writes and reads them. */
  readonly moveAll?: boolean;
  /** Use no more of the activation memory than so many words. */
  readonly capacity?: number;
}

/** Lines of one transfer at most, and of a part of a load at least. */
const MOST_LINES = 2 ** 16;
const LOAD_LINES = 64;

class Emitter implements EmitContext {
  readonly program = new Program();
  readonly image = new Image();
  readonly layers: LayerInfo[] = [];
  readonly written: WrittenTensor[] = [];
  readonly read: ReadTensor[] = [];
  private half: 0 | 1 = 1;
  private readonly stored = new Set<TensorId>();
  private readonly outputs: ReadonlySet<TensorId>;

  constructor(
    readonly graph: IntegerGraph,
    readonly config: NpuConfig,
    readonly maps: Maps,
    private readonly forms: Forms,
    private readonly plan: Plan,
    private readonly options: CompileOptions,
  ) {
    this.outputs = new Set(graph.outputs.flatMap((id) => maps.rootsOf(maps.origins(id))));
  }

  tensor(id: TensorId) {
    return this.maps.tensor(id);
  }

  nextHalf(): 0 | 1 {
    this.half = this.half === 0 ? 1 : 0;
    return this.half;
  }

  private isRead(work: Work): boolean {
    const wanted = work.kind === "node" ? this.options.keepAll : this.options.moveAll;
    return this.outputs.has(resultOf(work)) || wanted === true;
  }

  /** Addresses of what lives in DRAM. What the host writes and reads keeps its lines for good. Lines of the rest. */
  placeInDram(): number {
    const { plan, config } = this;
    const regions = plan.places.regions.filter((r) => r.space === "dram");
    const lasting = [
      ...plan.fromHost,
      ...plan.steps.flatMap((step) => (step.kind === "end" && this.isRead(step.work) ? [resultOf(step.work)] : [])),
    ];
    let kept = 0;
    for (const region of new Set(lasting.map((id) => outermost(plan.placeOf(id).region)))) {
      if (region.space !== "dram") continue;
      region.first = 0;
      region.last = plan.steps.length;
      kept += Math.ceil(region.words / wordsOfLine(config));
    }
    const lines = allocate(regions, config).words / wordsOfLine(config);
    const first = this.image.place(lines) * wordsOfLine(config);
    for (const region of regions) region.base = region.base! + first;
    for (const id of plan.fromHost) this.written.push({ ...this.inImage(id), origins: this.maps.origins(id) });
    return lines - kept;
  }

  private inImage(id: TensorId): { word: number; shape: Place["shape"]; pitches: Place["pitches"] } {
    const place = this.plan.placeOf(id);
    return { word: baseOf(place), shape: place.shape, pitches: place.pitches };
  }

  emit(): void {
    const passes = new Map<Work, WorkPass>();
    for (const step of this.plan.steps) {
      this.program.node = this.layers.length;
      switch (step.kind) {
        case "load":
          this.emitLoad(step.output);
          break;
        case "fetch":
          emitTransfer(this, "load", step.dram, step.memory);
          break;
        case "keep":
          emitTransfer(this, "store", step.dram, step.memory);
          break;
        case "work": {
          const pass = passes.get(step.work) ?? prepareWork(this, step.work, this.forms.of);
          passes.set(step.work, pass);
          pass(step.tile);
          break;
        }
        case "end": {
          passes.delete(step.work);
          this.layers.push(layerOf(step.work, this.graph));
          const last = this.program.drafts.at(-1);
          if (last && last.node === this.layers.length - 1) last.tag = this.layers.length;
          if (this.isRead(step.work)) this.emitStore(resultOf(step.work));
          break;
        }
        default:
          step satisfies never;
      }
    }
  }

  private emitLoad(id: TensorId): void {
    const { shape } = this.plan.placeOf(id);
    const perLine = wordsOfLine(this.config);
    const lines = Math.ceil(denseWords(shape, this.config) / perLine);
    const line = this.image.place(lines);
    const pitches = densePitches(shape, this.config);
    this.written.push({ word: line * perLine, shape, pitches, origins: this.maps.origins(id) });
    const word = baseOf(this.plan.placeOf(id));
    // In parts, so that computing can begin with the first rows.
    this.stretches(lines, Math.max(LOAD_LINES, Math.ceil(lines / 32)), (from, count) => {
      const low = word + from * perLine;
      this.program.emit("load", { line: line + from, lines: count - 1, word: low }, [
        writes("words", [low, low + count * perLine - 1]),
      ]);
    });
  }

  private emitStore(id: TensorId): void {
    if (this.stored.has(id)) return;
    this.stored.add(id);
    const place = this.plan.placeOf(id);
    if (place.region.space === "dram") {
      this.read.push({ ...this.inImage(id), tensor: id });
      return;
    }
    const { shape } = place;
    const perLine = wordsOfLine(this.config);
    const lines = Math.ceil(denseWords(shape, this.config) / perLine);
    const line = this.image.place(lines);
    this.read.push({ word: line * perLine, shape, pitches: densePitches(shape, this.config), tensor: id });
    const word = baseOf(place);
    this.stretches(lines, MOST_LINES, (from, count) => {
      const low = word + from * perLine;
      this.program.emit("store", { line: line + from, lines: count - 1, word: low }, [
        reads("words", [low, low + count * perLine - 1]),
        writes("lines", [line + from, line + from + count - 1]),
      ]);
    });
  }

  private stretches(lines: number, wished: number, emit: (from: number, count: number) => void): void {
    const most = Math.min(wished, MOST_LINES);
    for (let from = 0; from < lines; from += most) emit(from, Math.min(most, lines - from));
  }
}

/** Compiles a graph for an NPU. */
export function compileGraph(source: IntegerGraph, config: NpuConfig, options: CompileOptions = {}): CompiledProgram {
  const graph = normalise(source, config);
  const maps = new Maps(graph);
  const forms = new Forms(graph, maps);
  const capacity = Math.min(options.capacity ?? Number.POSITIVE_INFINITY, wordsOf(config));
  const { plan, words, spilled } = planWithin(forms, config, capacity, options.moveAll ?? false);
  const emitter = new Emitter(graph, config, maps, forms, plan, options);
  const passing = emitter.placeInDram();
  emitter.emit();
  const instructions = emitter.program.finish();
  const { image } = emitter;
  const leastLines = image.lines - passing;
  const programLine = image.place(instructions.length, () => {
    const bytes = new Uint8Array(instructions.length * LINE_BYTES);
    instructions.forEach((instruction, i) => {
      bytes.set(encode(instruction), i * LINE_BYTES);
    });
    return bytes;
  });
  return {
    config,
    graph,
    maps,
    layers: emitter.layers,
    instructions,
    nodeOf: emitter.program.drafts.map((d) => d.node),
    programLine,
    image,
    written: emitter.written,
    read: emitter.read,
    leastLines,
    words,
    spilled,
  };
}
