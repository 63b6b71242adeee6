/** What the host writes into the image before a run and reads from it afterwards. */
import type { TensorId } from "../../dl-frontend/integer/graph.js";
import { invariant } from "../../support/errors.js";
import type { NpuConfig } from "../config.js";
import { constantValue, type Maps, type Origins } from "./maps.js";
import { forElements, type Pitches, type Shape4 } from "./shape.js";

/** A tensor in the image, in words from its first line. */
export interface ImageTensor {
  readonly word: number;
  readonly shape: Shape4;
  readonly pitches: Pitches;
}

/** Written by the host: the origins of its elements. */
export interface WrittenTensor extends ImageTensor {
  readonly origins: Origins;
}

/** Read by the host. */
export interface ReadTensor extends ImageTensor {
  readonly tensor: TensorId;
}

interface HostView {
  readonly config: NpuConfig;
  readonly maps: Maps;
  readonly graph: { readonly outputs: readonly TensorId[] };
  readonly written: readonly WrittenTensor[];
  readonly read: readonly ReadTensor[];
}

/** Bytes of the tensors that the host writes, by their lines. */
export function writeInputs(compiled: HostView, inputs: ReadonlyMap<TensorId, Int8Array>, image: Uint8Array): void {
  const { config, maps } = compiled;
  for (const { word: first, shape, pitches, origins } of compiled.written) {
    const values = valuesOf(maps, origins, (id) => {
      const value = inputs.get(id);
      invariant(value, `no value for input ${id}`);
      return value;
    });
    forElements(shape, pitches, config, (flat, word, lane) => {
      image[(first + word) * config.inputs + lane] = values[flat]! & 0xff;
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
      out[i] = constantValue(origin);
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
export function readStored(compiled: HostView, image: Uint8Array): Map<TensorId, Int8Array> {
  const { config } = compiled;
  const found = new Map<TensorId, Int8Array>();
  for (const { word: first, shape, pitches, tensor } of compiled.read) {
    const out = new Int8Array(shape.n * shape.c * shape.h * shape.w);
    forElements(shape, pitches, config, (flat, word, lane) => {
      out[flat] = (image[(first + word) * config.inputs + lane]! << 24) >> 24;
    });
    found.set(tensor, out);
  }
  return found;
}

/** The graph's outputs from what was stored and the inputs. */
export function graphOutputs(
  compiled: HostView,
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
