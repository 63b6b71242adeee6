/** What the emitters of all kinds of nodes share. */
import type { IntegerTensor, TensorId } from "../../dl-frontend/integer/graph.js";
import type { NpuConfig } from "../config.js";
import type { Image } from "./image.js";
import type { Maps } from "./maps.js";
import type { Program } from "./program.js";

export interface EmitContext {
  readonly config: NpuConfig;
  readonly program: Program;
  readonly image: Image;
  readonly maps: Maps;
  tensor(id: TensorId): IntegerTensor;
  /** Half of the accumulators for the next tile: they take turns. */
  nextHalf(): 0 | 1;
}
