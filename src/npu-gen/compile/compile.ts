/**
 * The NPU's compiler on one page: what is computed, where everything lies, and the program.
 *
 * computations → places (views, embedded parts, movements that must be carried out) → addresses → instructions → image
 */
import type { Convolution, IntegerGraph, IntegerOperation, TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant, unsupported } from "../../support/errors.js";
import { LINE_BYTES, type NpuConfig, wordsOf, wordsOfLine } from "../config.js";
import { encode, type Instruction } from "../isa/instruction.js";
import { allocate } from "./allocate.js";
import type { EmitContext } from "./context.js";
import { emitConvolution } from "./emit-conv.js";
import { emitMatrixMultiply, scratchWords } from "./emit-matmul.js";
import { emitMove } from "./emit-move.js";
import { emitAveragePool, emitMaxPool } from "./emit-pool.js";
import { emitSoftmax } from "./emit-softmax.js";
import { emitVector } from "./emit-vector.js";
import { Image } from "./image.js";
import { Maps, type Origins } from "./maps.js";
import { computations, type Node, operandsOf, outputOf } from "./nodes.js";
import { normalise } from "./normalise.js";
import { baseOf, type Place, Places, type Region } from "./places.js";
import { Program, reads, writes } from "./program.js";
import { densePitches, denseWords, elementsOf, forElements, type Shape4, shape4 } from "./shape.js";

/** A tensor in the image: where its elements lie, and what they are. */
export interface ImageTensor {
  readonly line: number;
  readonly lines: number;
  readonly shape: Shape4;
  /** For what the host writes: the origins of its elements. */
  readonly origins?: Origins;
  /** For what the host reads. */
  readonly tensor?: TensorId;
}

export interface LayerInfo {
  readonly name: string;
  readonly op: string;
  readonly output: TensorId;
  readonly macs: number;
}

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
  readonly written: readonly ImageTensor[];
  readonly read: readonly ImageTensor[];
  /** Lines that must be moved: the image without the program, once. */
  readonly leastLines: number;
  /** Words of the activation memory that are used at most. */
  readonly words: number;
}

export interface CompileOptions {
  /** Store every layer's output as well, for a comparison layer by layer. */
  readonly keepAll?: boolean;
  /** Carry out movements of inputs and to outputs on the NPU as well, which otherwise cost nothing: the host writes and reads them. */
  readonly moveAll?: boolean;
}

/** Lines of one transfer at most, and of a part of a load at least. */
const MOST_LINES = 2 ** 16;
const LOAD_LINES = 64;

/** A step of the plan. */
type Step =
  | { readonly kind: "compute"; readonly node: Node }
  | { readonly kind: "move"; readonly output: TensorId }
  /** Brings what the host wrote. */
  | { readonly kind: "load"; readonly output: TensorId };

class Compiler implements EmitContext {
  readonly maps: Maps;
  readonly places: Places;
  readonly program = new Program();
  readonly image = new Image();
  private readonly steps: Step[] = [];
  private readonly views = new Map<TensorId, TensorId>();
  private half: 0 | 1 = 1;
  private readonly written: ImageTensor[] = [];
  private readonly read: ImageTensor[] = [];
  private readonly stored = new Set<TensorId>();
  /** Room for rearranged operands, by the output. */
  private readonly scratch = new Map<TensorId, Region>();

  constructor(
    readonly graph: IntegerGraph,
    readonly config: NpuConfig,
    private readonly options: CompileOptions,
  ) {
    this.maps = new Maps(graph);
    this.places = new Places(this.maps, config);
  }

  // ---- Plan

  /** The roots that the operands of a step have, brought into being where they are not yet. */
  private need(id: TensorId): TensorId {
    if (this.places.get(id)) return id;
    const tensor = this.maps.tensor(id);
    const origins = this.maps.origins(id);
    const roots = this.maps.rootsOf(origins);
    const prepared = !this.options.moveAll || !this.maps.isMoved(id) || roots.length === 0;
    const fromHost = prepared && roots.every((r) => this.graph.inputs.includes(r));
    if (fromHost) {
      // A step earlier, so that it can come while the step before computes.
      this.places.create(id, Math.max(0, this.steps.length - 1));
      this.steps.push({ kind: "load", output: id });
      return id;
    }
    for (const root of roots) this.use(this.need(root));
    const view = this.places.view(tensor.shape, origins);
    if (view) {
      this.views.set(id, view.root);
      return view.root;
    }
    const at = this.steps.length;
    for (const root of roots) this.use(root);
    const place = this.places.create(id, at);
    for (const root of roots)
      if (!this.graph.inputs.includes(root)) this.places.embed(root, place, tensor.shape, origins);
    this.steps.push({ kind: "move", output: id });
    return id;
  }

  private use(root: TensorId): void {
    const region = this.places.get(root)!.region;
    region.last = Math.max(region.last, this.steps.length);
  }

  private planNode(node: Node): void {
    const inputs = node.kind === "conv" ? [this.convInput(node.operation).tensor] : [...operandsOf(node.operation)];
    if (node.kind === "conv" && node.addition) inputs.push(node.addition.other);
    const roots = inputs.map((id) => this.need(id));
    for (const root of roots) this.use(root);
    const at = this.steps.length;
    this.places.create(outputOf(node), at);
    if (node.kind === "matmul") {
      const words = scratchWords(this, shape4(this.maps.tensor(node.operation.a).shape));
      this.scratch.set(node.operation.output, this.places.reserve(words, at));
    }
    this.steps.push({ kind: "compute", node });
  }

  plan(): { words: number; fits: boolean } {
    for (const node of computations(this.graph)) this.planNode(node);
    if (this.options.moveAll) for (const id of this.graph.outputs) if (this.maps.isMoved(id)) this.use(this.need(id));
    return allocate(this.places.regions, this.config);
  }

  placeOf(id: TensorId): Place {
    const own = this.places.get(id);
    if (own) return own;
    const view = this.places.view(this.maps.tensor(id).shape, this.maps.origins(id));
    invariant(view, `tensor ${id} lies nowhere`);
    return view.place;
  }

  tensor(id: TensorId) {
    return this.maps.tensor(id);
  }

  nextHalf(): 0 | 1 {
    this.half = this.half === 0 ? 1 : 0;
    return this.half;
  }

  // ---- Convolutions of flattened images keep the image

  private convInput(operation: Convolution): {
    readonly tensor: TensorId;
    readonly weights?: Int8Array;
    readonly kernel?: readonly [number, number];
  } {
    const plain = { tensor: operation.input };
    const tensor = this.maps.tensor(operation.input);
    const [n, k, h, w] = shape4Array(shape4(tensor.shape));
    if (h !== 1 || w !== 1 || operation.groups !== 1 || !this.maps.isMoved(operation.input)) return plain;
    if (operation.window.kernel.some((e) => e !== 1) || operation.window.pads.some((p) => p !== 0)) return plain;
    const origins = this.maps.origins(operation.input);
    const roots = this.maps.rootsOf(origins);
    if (roots.length !== 1 || this.graph.inputs.includes(roots[0]!)) return plain;
    const root = this.maps.tensor(roots[0]!);
    const four = shape4(root.shape);
    const size = four.c * four.h * four.w;
    if (four.n !== n || root.shape.length < 3 || four.h * four.w === 1) return plain;
    const first = this.maps.offsetOf(root.id);
    const at = new Int32Array(k!);
    const seen = new Set<number>();
    for (let i = 0; i < k!; i++) {
      at[i] = origins[i]! - first;
      if (at[i]! < 0 || at[i]! >= size || seen.has(at[i]!)) return plain;
      seen.add(at[i]!);
    }
    for (let image = 1; image < n!; image++)
      for (let i = 0; i < k!; i++) if (origins[image * k! + i]! - first !== image * size + at[i]!) return plain;
    const outputs = operation.bias.length;
    const weights = new Int8Array(outputs * size);
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < k!; i++) weights[o * size + at[i]!] = operation.weights[o * k! + i]!;
    return { tensor: root.id, weights, kernel: [four.h, four.w] };
  }

  // ---- Instructions

  emit(): CompiledProgram {
    const layers: LayerInfo[] = [];
    const outputs = new Set(this.graph.outputs.flatMap((id) => this.maps.rootsOf(this.maps.origins(id))));
    this.steps.forEach((step) => {
      this.program.node = layers.length;
      if (step.kind === "load") {
        this.emitLoad(step.output);
        return;
      }
      const info = step.kind === "move" ? this.moveInfo(step.output) : layerInfo(step.node, this.graph);
      if (step.kind === "move") {
        emitMove(this, this.maps.origins(step.output), this.placeOf(step.output));
      } else this.emitNode(step.node);
      layers.push(info);
      const last = this.program.drafts.at(-1);
      if (last && last.node === layers.length - 1) last.tag = layers.length;
      const wanted = step.kind === "compute" ? this.options.keepAll : this.options.moveAll;
      if (outputs.has(info.output) || wanted) this.emitStore(info.output);
    });
    // Roots that are outputs and inputs at once never reach the NPU: the host has them.
    const instructions = this.program.finish();
    const programLine = this.image.place(instructions.length, () => {
      const bytes = new Uint8Array(instructions.length * LINE_BYTES);
      instructions.forEach((instruction, i) => {
        bytes.set(encode(instruction), i * LINE_BYTES);
      });
      return bytes;
    });
    return {
      config: this.config,
      graph: this.graph,
      maps: this.maps,
      layers,
      instructions,
      nodeOf: this.program.drafts.map((d) => d.node),
      programLine,
      image: this.image,
      written: this.written,
      read: this.read,
      leastLines: programLine,
      words: 0,
    };
  }

  private moveInfo(id: TensorId): LayerInfo {
    const maker = this.graph.operations.find((o) => o.output === id)!;
    return { name: maker.name, op: maker.kind, output: id, macs: 0 };
  }

  private emitNode(node: Node): void {
    const output = this.placeOf(outputOf(node));
    switch (node.kind) {
      case "conv": {
        const { operation, addition } = node;
        const { tensor, weights, kernel } = this.convInput(operation);
        emitConvolution(this, {
          operation,
          addition,
          input: this.placeOf(tensor),
          output,
          addend: addition ? this.placeOf(addition.other) : undefined,
          inputZero: this.tensor(operation.input).quantisation.zeroPoint,
          valueZero: this.tensor(operation.output).quantisation.zeroPoint,
          addendZero: addition ? this.tensor(addition.other).quantisation.zeroPoint : 0,
          weights: weights ?? operation.weights,
          window: kernel ? { ...operation.window, kernel, strides: [1, 1], dilations: [1, 1] } : operation.window,
          groups: operation.groups,
        });
        return;
      }
      case "pool":
        if (node.operation.kind === "max-pool")
          emitMaxPool(this, node.operation, this.placeOf(node.operation.input), output);
        else
          emitAveragePool(
            this,
            node.operation,
            this.placeOf(node.operation.input),
            output,
            this.tensor(node.operation.input).quantisation.zeroPoint,
          );
        return;
      case "vector":
        emitVector(this, node.operation, output);
        return;
      case "softmax":
        emitSoftmax(this, node.operation, this.placeOf(node.operation.input), output);
        return;
      case "matmul": {
        const { operation } = node;
        const scratch = this.scratch.get(operation.output);
        invariant(scratch, `no room for the operand of ${operation.name}`);
        emitMatrixMultiply(this, operation, this.placeOf(operation.a), this.placeOf(operation.b), output, scratch);
        return;
      }
    }
  }

  private emitLoad(id: TensorId): void {
    const place = this.placeOf(id);
    const words = denseWords(place.shape, this.config);
    const lines = Math.ceil(words / wordsOfLine(this.config));
    const line = this.image.place(lines);
    this.written.push({ line, lines, shape: place.shape, origins: this.maps.origins(id) });
    const word = baseOf(place);
    // In parts, so that computing can begin with the first rows.
    this.stretches(lines, Math.max(LOAD_LINES, Math.ceil(lines / 32)), (from, count) => {
      const low = word + from * wordsOfLine(this.config);
      this.program.emit("load", { line: line + from, lines: count - 1, word: low }, [
        writes("words", [low, low + count * wordsOfLine(this.config) - 1]),
      ]);
    });
  }

  private emitStore(id: TensorId): void {
    if (this.stored.has(id)) return;
    this.stored.add(id);
    const place = this.placeOf(id);
    const words = denseWords(place.shape, this.config);
    const lines = Math.ceil(words / wordsOfLine(this.config));
    const line = this.image.place(lines);
    this.read.push({ line, lines, shape: place.shape, tensor: id });
    const word = baseOf(place);
    this.stretches(lines, MOST_LINES, (from, count) => {
      const low = word + from * wordsOfLine(this.config);
      this.program.emit("store", { line: line + from, lines: count - 1, word: low }, [
        reads("words", [low, low + count * wordsOfLine(this.config) - 1]),
        writes("lines", [line + from, line + from + count - 1]),
      ]);
    });
  }

  private stretches(lines: number, wished: number, emit: (from: number, count: number) => void): void {
    const most = Math.min(wished, MOST_LINES);
    for (let from = 0; from < lines; from += most) emit(from, Math.min(most, lines - from));
  }
}

const shape4Array = ({ n, c, h, w }: Shape4): [number, number, number, number] => [n, c, h, w];

/** Multiplications of an operation with its real channels. */
export function macsOfOperation(operation: IntegerOperation, graph: IntegerGraph): number {
  const shape = (id: TensorId): readonly number[] => graph.tensors.find((t) => t.id === id)!.shape;
  switch (operation.kind) {
    case "conv":
      return (elementsOf(shape(operation.output)) * operation.weights.length) / operation.bias.length;
    case "matmul":
      return elementsOf(shape(operation.output)) * shape(operation.a)[2]!;
    default:
      return 0;
  }
}

function layerInfo(node: Node, graph: IntegerGraph): LayerInfo {
  const { operation } = node;
  const addition = node.kind === "conv" ? node.addition : undefined;
  return {
    name: addition ? `${operation.name}+${addition.operation.name}` : operation.name,
    op: addition ? `${operation.kind}+add` : operation.kind,
    output: outputOf(node),
    macs: macsOfOperation(operation, graph),
  };
}

/** Compiles a graph for an NPU. */
export function compileGraph(source: IntegerGraph, config: NpuConfig, options: CompileOptions = {}): CompiledProgram {
  const graph = normalise(source, config);
  const compiler = new Compiler(graph, config, options);
  const { words, fits } = compiler.plan();
  if (!fits)
    throw unsupported(
      "npu/activations-too-large",
      `${graph.name} needs ${words} words of activation memory at a time, and the NPU has ${wordsOf(config)}`,
    );
  return { ...compiler.emit(), words };
}

/** Bytes of the tensors that the host writes, by their lines. */
export function writeInputs(
  compiled: CompiledProgram,
  inputs: ReadonlyMap<TensorId, Int8Array>,
  image: Uint8Array,
): void {
  const { config, maps } = compiled;
  for (const { line, shape, origins } of compiled.written) {
    const base = line * LINE_BYTES;
    const values = valuesOf(maps, origins!, (id) => {
      const value = inputs.get(id);
      invariant(value, `no value for input ${id}`);
      return value;
    });
    forElements(shape, densePitches(shape, config), config, (flat, word, lane) => {
      image[base + word * config.inputs + lane] = values[flat]! & 0xff;
    });
  }
}

/** Follows origins to the values of their roots. */
function valuesOf(maps: Maps, origins: Origins, rootValue: (id: TensorId) => Int8Array): Int8Array {
  const out = new Int8Array(origins.length);
  let first = 0;
  let values: Int8Array = new Int8Array(0);
  for (let i = 0; i < origins.length; i++) {
    const origin = origins[i]!;
    if (origin < 0) {
      out[i] = -origin - 129;
      continue;
    }
    if (origin < first || origin >= first + values.length) {
      const id = maps.rootOf(origin);
      first = maps.offsetOf(id);
      values = rootValue(id);
    }
    out[i] = values[origin - first]!;
  }
  return out;
}

/** The tensors that the program stored, by id, from the image after the run. */
export function readStored(compiled: CompiledProgram, image: Uint8Array): Map<TensorId, Int8Array> {
  const { config } = compiled;
  const found = new Map<TensorId, Int8Array>();
  for (const { line, shape, tensor } of compiled.read) {
    const out = new Int8Array(shape.n * shape.c * shape.h * shape.w);
    const base = line * LINE_BYTES;
    forElements(shape, densePitches(shape, config), config, (flat, word, lane) => {
      out[flat] = (image[base + word * config.inputs + lane]! << 24) >> 24;
    });
    found.set(tensor!, out);
  }
  return found;
}

/** The graph's outputs from what was stored and the inputs. */
export function graphOutputs(
  compiled: CompiledProgram,
  stored: ReadonlyMap<TensorId, Int8Array>,
  inputs: ReadonlyMap<TensorId, Int8Array>,
): Map<TensorId, Int8Array> {
  const { maps, graph } = compiled;
  return new Map(
    graph.outputs.map((id) => [
      id,
      stored.get(id) ??
        valuesOf(maps, maps.origins(id), (root) => {
          const value = stored.get(root) ?? inputs.get(root);
          invariant(value, `tensor ${root} was not stored`);
          return value;
        }),
    ]),
  );
}
