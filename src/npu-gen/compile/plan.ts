/**
 * The plan: which pieces of work there are, in which order, where their operands and results lie and for how long. What works on
 * tensors in DRAM goes box by box: the next box is fetched while one is worked on and the one before is written back.
 */
import type { Convolution, IntegerGraph, TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant, unsupported } from "../../support/errors.js";
import { type NpuConfig, wordsOfLine } from "../config.js";
import { scratchWords } from "./emit-matmul.js";
import type { Maps } from "./maps.js";
import { computations, type Node } from "./nodes.js";
import { outermost, type Place, Places, type Region } from "./places.js";
import { blocksOf, roundUp, shape4 } from "./shape.js";
import { type Box, blockWithin, type Part, partWithin, tilings, wordsOfBox } from "./tile.js";
import { isTransferable, landing } from "./transfer.js";
import { type Access, accessOf, type ConvolutionForm, convolutionForm, resultOf, type Work, wholeBox } from "./work.js";

/** A box of a piece of work's result, and where everything for it lies. */
export interface Tile {
  readonly inputs: readonly Part[];
  readonly output: Part;
  readonly scratch?: Region;
  /** For the mean of an image that is taken strip by strip: the strip adds to the ones before, and is not the last one. */
  readonly mean?: { readonly adds: boolean; readonly goesOn: boolean };
}

export type Step =
  /** Brings what the host wrote. */
  | { readonly kind: "load"; readonly output: TensorId }
  /** Brings a box from DRAM, or writes one back. */
  | { readonly kind: "fetch" | "keep"; readonly dram: Place; readonly memory: Place }
  | { readonly kind: "work"; readonly work: Work; readonly tile: Tile }
  /** A piece of work is complete. */
  | { readonly kind: "end"; readonly work: Work };

export interface PlanOptions {
  /** Carry out movements of inputs and to outputs on the NPU as well. */
  readonly moveAll: boolean;
  /** Tensors that live in DRAM. */
  readonly spilled: ReadonlySet<TensorId>;
  /** Words for the boxes of each piece of work; undefined while that is being found out: then nothing is cut. */
  readonly budgets?: readonly number[];
}

/** What a piece of work wants of the memory beside tensors that live there. */
export interface Demand {
  readonly step: number;
  /** Tensors in DRAM that it works on as a whole, in words; 0 when there are none. */
  readonly whole: number;
  /** The smallest boxes with which it can go on. */
  readonly least: number;
}

/** Forms of convolutions, found once. */
export class Forms {
  private readonly known = new Map<Convolution, ConvolutionForm>();

  constructor(
    readonly graph: IntegerGraph,
    readonly maps: Maps,
  ) {}

  of = (operation: Convolution): ConvolutionForm => {
    const form = this.known.get(operation) ?? convolutionForm(operation, this.graph, this.maps);
    this.known.set(operation, form);
    return form;
  };
}

export class Plan {
  readonly places: Places;
  readonly steps: Step[] = [];
  readonly demands: Demand[] = [];
  /** Tensors in DRAM that the host writes. */
  readonly fromHost: TensorId[] = [];
  private readonly maps: Maps;
  private readonly graph: IntegerGraph;

  constructor(
    private readonly forms: Forms,
    readonly config: NpuConfig,
    private readonly options: PlanOptions,
  ) {
    this.maps = forms.maps;
    this.graph = forms.graph;
    this.places = new Places(this.maps, config, options.spilled);
    for (const node of computations(this.graph)) this.planNode(node);
    if (options.moveAll) for (const id of this.graph.outputs) if (this.maps.isMoved(id)) this.use(this.need(id));
  }

  /** Where a piece of work finds a tensor, views included. */
  placeOf(id: TensorId): Place {
    const own = this.places.get(id);
    if (own) return own;
    const view = this.places.view(this.maps.tensor(id).shape, this.maps.origins(id));
    invariant(view, `tensor ${id} lies nowhere`);
    return view.place;
  }

  /** The root that an operand has, brought into being where it is not yet. */
  private need(id: TensorId): TensorId {
    if (this.places.get(id)) return id;
    const tensor = this.maps.tensor(id);
    const origins = this.maps.origins(id);
    const roots = this.maps.rootsOf(origins);
    const prepared = !this.options.moveAll || !this.maps.isMoved(id) || roots.length === 0;
    const inDram = this.options.spilled.has(id);
    if (prepared && roots.every((r) => this.graph.inputs.includes(r))) {
      // From the last step of the work before on (its end is no step of its own), so that it can come in the meantime.
      this.places.create(id, Math.max(0, this.steps.length - 2));
      if (inDram) this.fromHost.push(id);
      else this.steps.push({ kind: "load", output: id });
      return id;
    }
    for (const root of roots) this.use(this.need(root));
    const view = this.places.view(tensor.shape, origins);
    if (view && (view.place.region.space === "memory" || isTransferable(view.place, this.config))) return view.root;
    const at = this.steps.length;
    for (const root of roots) this.use(root);
    const place = this.places.create(id, at);
    const made = roots.filter((root) => !this.graph.inputs.includes(root));
    if (inDram) {
      // Boxes are written as a whole: whatever is moved must not lie beside what stands there already.
      if (made.length === roots.length && this.places.embedAll(roots, place, tensor.shape, origins)) return id;
    } else for (const root of made) this.places.embed(root, place, tensor.shape, origins);
    this.addWork({ kind: "move", output: id, sources: roots }, at);
    return id;
  }

  private use(root: TensorId): void {
    const region = outermost(this.places.get(root)!.region);
    region.last = Math.max(region.last, this.steps.length);
  }

  private planNode(node: Node): void {
    const work: Work = { kind: "node", node };
    const { operands } = accessOf(work, this.maps, this.forms.of);
    const roots = operands.map((id) => this.need(id));
    for (const root of roots) this.use(root);
    const at = this.steps.length;
    this.places.create(resultOf(work), at);
    this.addWork(work, at);
  }

  /** Adds the steps of a piece of work whose operands and result have places. */
  private addWork(work: Work, first: number): void {
    const access = accessOf(work, this.maps, this.forms.of);
    const result = resultOf(work);
    const output = this.placeOf(result);
    const inputs = access.operands.map((id) => this.placeOf(id));
    const streamed = [...inputs, output].some((place) => place.region.space === "dram");
    const whole = wholeBox(result, this.maps);
    if (!streamed || !this.options.budgets) {
      this.demands.push(streamed ? this.demandOf(work, access, inputs, output) : { step: first, whole: 0, least: 0 });
      this.pushTile(work, this.tileOf(work, access, whole, inputs, output));
    } else {
      const budget = this.options.budgets[this.demands.length]!;
      this.demands.push({ step: first, whole: 0, least: 0 });
      const cut = this.choose(work, access, inputs, output, budget);
      if (cut) this.stream(work, access, inputs, output, cut);
      else this.streamMean(work, inputs[0]!, output, budget);
    }
    this.steps.push({ kind: "end", work });
    for (const place of [...inputs, output]) {
      const region = outermost(place.region);
      region.last = Math.max(region.last, this.steps.length - 1);
    }
  }

  // ---- Box by box

  /** Words for the boxes that are in the memory at a time, `buffers` of each kind. */
  private boxWords(
    work: Work,
    access: Access,
    inputs: readonly Place[],
    output: Place,
    boxes: readonly Box[],
    buffers: number,
  ): number {
    let most = 0;
    for (const box of boxes) {
      let words = output.region.space === "dram" ? wordsOfBox(box, output.shape, this.config) : 0;
      access.boxes(box).forEach((part, i) => {
        if (inputs[i]!.region.space === "dram") words += wordsOfBox(part, inputs[i]!.shape, this.config);
      });
      words *= buffers;
      most = Math.max(most, words + this.scratchFor(work, box));
    }
    return most;
  }

  private scratchFor(work: Work, box: Box): number {
    if (work.kind !== "node" || work.node.kind !== "matmul") return 0;
    const a = shape4(this.maps.tensor(work.node.operation.a).shape);
    return roundUp(scratchWords(this, { ...a, n: box.n }), wordsOfLine(this.config));
  }

  private demandOf(work: Work, access: Access, inputs: readonly Place[], output: Place): Demand {
    const step = this.steps.length;
    const whole = [...inputs, output]
      .filter((place) => place.region.space === "dram")
      .reduce((sum, { shape }) => sum + shape.n * blocksOf(shape.c, this.config) * shape.h * shape.w, 0);
    let least = Number.POSITIVE_INFINITY;
    for (const boxes of tilings(output.shape, access.cuts, this.config)) {
      // A box in the middle stands for all, to save time: nothing is decided for good here.
      const sample = boxes.slice(boxes.length >> 1, (boxes.length >> 1) + 1);
      least = Math.min(least, this.boxWords(work, access, inputs, output, sample, 1));
    }
    if (isMean(work, inputs)) least = Math.min(least, this.stripWords(inputs[0]!, 1) + 2 * output.region.words);
    return { step, whole, least };
  }

  /** The coarsest cut that fits, with two buffers where possible. */
  private choose(
    work: Work,
    access: Access,
    inputs: readonly Place[],
    output: Place,
    budget: number,
  ): { readonly boxes: readonly Box[]; readonly buffers: number } | undefined {
    let least = Number.POSITIVE_INFINITY;
    for (const most of [2, 1])
      for (const boxes of tilings(output.shape, access.cuts, this.config)) {
        const buffers = Math.min(most, boxes.length);
        const words = this.boxWords(work, access, inputs, output, boxes, buffers);
        if (words <= budget) return { boxes, buffers };
        least = Math.min(least, words);
      }
    if (isMean(work, inputs)) return undefined;
    const name = this.maps.tensor(resultOf(work)).name;
    throw unsupported(
      "npu/activations-too-large",
      `what makes ${name} needs ${least} words of activation memory at a time, and there are ${Math.floor(budget)} for it`,
    );
  }

  /** Words of so many rows of one block of channels. */
  private stripWords({ shape }: Place, rows: number): number {
    return wordsOfBox({ n0: 0, n: 1, y0: 0, h: rows, x0: 0, w: shape.w }, { ...shape, c: 1 }, this.config);
  }

  /** The mean of images of which not even one block of channels need fit: block by block, strips of rows add up. */
  private streamMean(work: Work, input: Place, output: Place, budget: number): void {
    const { shape } = input;
    const toDram = output.region.space === "dram" ? landing(output, this.config) : undefined;
    const room = budget - (toDram?.words ?? 0);
    let rows = shape.h;
    while (rows > 1 && 2 * this.stripWords(input, rows) > room) rows = Math.ceil(rows / 2);
    const made: Place = toDram
      ? { ...toDram.place, region: { space: "memory", words: toDram.words, first: this.steps.length, last: 0 } }
      : output;
    const strips: Tile[] = [];
    const fetches: { dram: Place; memory: Place }[] = [];
    const { inputs: lanes } = this.config;
    for (let n = 0; n < shape.n; n++)
      for (let block = 0; block < blocksOf(shape.c, this.config); block++)
        for (let y0 = 0; y0 < shape.h; y0 += rows) {
          const h = Math.min(rows, shape.h - y0);
          const box: Box = { n0: n, n: 1, y0, h, x0: 0, w: shape.w };
          const part = partWithin(blockWithin(input, block, lanes), box);
          const found = landing(part.place, this.config);
          const memory: Place = { ...found.place, region: { space: "memory", words: found.words, first: 0, last: 0 } };
          fetches.push({ dram: part.place, memory });
          strips.push({
            inputs: [{ ...part, place: memory }],
            output: partWithin(blockWithin(made, block, lanes), { n0: n, n: 1, y0: 0, h: 1, x0: 0, w: 1 }),
            mean: { adds: y0 > 0, goesOn: y0 + rows < shape.h },
          });
        }
    const fetch = (which: number): void => {
      const each = fetches[which];
      if (!each) return;
      each.memory.region.first = this.steps.length;
      this.places.regions.push(each.memory.region);
      this.steps.push({ kind: "fetch", ...each });
    };
    fetch(0);
    strips.forEach((tile, i) => {
      fetch(i + 1);
      fetches[i]!.memory.region.last = this.steps.length;
      this.steps.push({ kind: "work", work, tile });
    });
    if (!toDram) return;
    made.region.last = this.steps.length;
    this.places.regions.push(made.region);
    this.steps.push({ kind: "keep", dram: output, memory: made });
  }

  private stream(
    work: Work,
    access: Access,
    inputs: readonly Place[],
    output: Place,
    { boxes, buffers }: { readonly boxes: readonly Box[]; readonly buffers: number },
  ): void {
    const places = boxes.map((box) => this.landings(work, access, box, inputs, output));
    const fetch = (which: number): void => {
      const { incoming } = places[which]!;
      for (const { dram, memory } of incoming) {
        memory.region.first = this.steps.length;
        this.places.regions.push(memory.region);
        this.steps.push({ kind: "fetch", dram, memory });
      }
    };
    if (buffers === 2) fetch(0);
    let before: Region | undefined;
    places.forEach(({ incoming, outgoing, tile }, i) => {
      const next = i + buffers - 1;
      if (next < places.length) fetch(next);
      const at = this.steps.length;
      for (const { memory } of incoming) memory.region.last = at;
      if (tile.scratch) {
        tile.scratch.first = at;
        tile.scratch.last = at;
        this.places.regions.push(tile.scratch);
      }
      // The result before this one may still be on its way out.
      if (before && buffers === 2) before.last = at;
      this.pushTile(work, tile);
      if (!outgoing) return;
      outgoing.memory.region.first = at;
      outgoing.memory.region.last = this.steps.length;
      this.places.regions.push(outgoing.memory.region);
      before = outgoing.memory.region;
      this.steps.push({ kind: "keep", ...outgoing });
    });
  }

  private pushTile(work: Work, tile: Tile): void {
    if (tile.scratch && !this.places.regions.includes(tile.scratch)) {
      tile.scratch.first = this.steps.length;
      tile.scratch.last = this.steps.length;
      this.places.regions.push(tile.scratch);
    }
    this.steps.push({ kind: "work", work, tile });
  }

  private tileOf(work: Work, access: Access, box: Box, inputs: readonly Place[], output: Place): Tile {
    const parts = access.boxes(box).map((part, i) => partWithin(inputs[i]!, part));
    return { inputs: parts, output: partWithin(output, box), ...this.withScratch(work, box) };
  }

  private withScratch(work: Work, box: Box): { scratch?: Region } {
    const words = this.scratchFor(work, box);
    return words === 0 ? {} : { scratch: { space: "memory", words, first: 0, last: 0 } };
  }

  /** A tile with boxes in DRAM replaced by landings in the activation memory. */
  private landings(work: Work, access: Access, box: Box, inputs: readonly Place[], output: Place) {
    const plain = this.tileOf(work, access, box, inputs, output);
    const land = (part: Part): { dram: Place; memory: Place } | undefined => {
      const { place } = part;
      if (place.region.space !== "dram" || part.box.n === 0) return undefined;
      const found = landing(place, this.config);
      const region: Region = { space: "memory", words: found.words, first: 0, last: 0 };
      return { dram: place, memory: { ...found.place, region } };
    };
    const incoming = plain.inputs.map(land);
    const outgoing = land(plain.output);
    const moved = (part: Part, to: { memory: Place } | undefined): Part => (to ? { ...part, place: to.memory } : part);
    return {
      incoming: incoming.flatMap((each) => (each ? [each] : [])),
      outgoing,
      tile: {
        ...plain,
        inputs: plain.inputs.map((part, i) => moved(part, incoming[i])),
        output: moved(plain.output, outgoing),
      },
    };
  }
}

/** The mean over whole images that come from DRAM. */
function isMean(work: Work, [input]: readonly Place[]): boolean {
  if (work.kind !== "node" || work.node.kind !== "pool" || input?.region.space !== "dram") return false;
  const { kind, window } = work.node.operation;
  const { h, w } = input.shape;
  return (
    kind === "average-pool" && window.kernel[0] === h && window.kernel[1] === w && window.pads.every((pad) => pad === 0)
  );
}
