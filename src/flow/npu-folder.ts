/** The folder of a built NPU: what was decided (`npu.json`), the plan's arrays (`plan.bin`), Verilog, images, the model itself. */
import { join } from "node:path";
import type { Plan } from "../dl-frontend/quantise/plan.js";
import type { NpuConfig } from "../npu-gen/config.js";
import type { Candidate } from "../npu-gen/explore/explore.js";
import { InternalError, inputError } from "../support/errors.js";
import type { Host } from "../support/host.js";

/** What a built NPU says about itself. */
export interface NpuDesign {
  readonly format: 1;
  readonly generator: "soff";
  readonly model: string;
  readonly board: string;
  readonly clockMHz: number;
  readonly config: NpuConfig;
  readonly topModule: string;
  /** Relative to the folder, library first. */
  readonly files: readonly string[];
  /** Shapes that the user fixed. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Candidates of the exploration. */
  readonly candidates: readonly Candidate[];
}

const ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;

interface Stored {
  readonly $array: ArrayName;
  readonly at: number;
  readonly length: number;
}

/** A plan as JSON whose typed arrays are stretches of one file. */
function encodePlan(plan: Plan): { readonly json: string; readonly bytes: Uint8Array } {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const json = JSON.stringify(plan, (_, value: unknown) => {
    if (value instanceof Map) return { $map: [...(value as Map<unknown, unknown>)] };
    if (!ArrayBuffer.isView(value)) return value;
    const name = Object.keys(ARRAYS).find((n) => value instanceof ARRAYS[n as ArrayName]) as ArrayName | undefined;
    if (!name) throw new InternalError("a plan holds an array of an unknown kind");
    const view = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const at = Math.ceil(size / 8) * 8;
    chunks.push(new Uint8Array(at - size), view);
    size = at + view.length;
    return { $array: name, at, length: view.length / ARRAYS[name].BYTES_PER_ELEMENT } satisfies Stored;
  });
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { json, bytes };
}

function decodePlan(json: string, data: Uint8Array): Plan {
  const bytes = new Uint8Array(data);
  return JSON.parse(json, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$map" in value) return new Map((value as { $map: [unknown, unknown][] }).$map);
    if (!("$array" in value)) return value;
    const { $array, at, length } = value as Stored;
    return new ARRAYS[$array](bytes.buffer, at, length);
  }) as Plan;
}

export function writeNpuFolder(
  host: Host,
  folder: string,
  parts: {
    readonly design: NpuDesign;
    readonly plan: Plan;
    readonly model: Uint8Array;
    readonly verilog: ReadonlyMap<string, string>;
    readonly images: readonly Uint8Array[];
    readonly listings: readonly string[];
    readonly report: unknown;
  },
): void {
  if (host.exists(folder) && !host.exists(join(folder, "npu.json")) && host.list(folder).length > 0) {
    throw inputError("npu/folder-in-use", `${folder} holds something else than an NPU of soff`, {
      help: "Name another folder with -o.",
    });
  }
  host.remove(folder);
  host.makeDirectory(join(folder, "rtl"));
  for (const [name, text] of parts.verilog) host.writeFile(join(folder, "rtl", name), text);
  const { json, bytes } = encodePlan(parts.plan);
  host.writeFile(join(folder, "plan.json"), json);
  host.writeFile(join(folder, "plan.bin"), bytes);
  host.writeFile(join(folder, "model.onnx"), parts.model);
  parts.images.forEach((image, i) => {
    host.writeFile(join(folder, `image-${i}.bin`), image);
  });
  parts.listings.forEach((listing, i) => {
    host.writeFile(join(folder, `program-${i}.txt`), listing);
  });
  host.writeFile(join(folder, "report.json"), `${JSON.stringify(parts.report, null, 2)}\n`);
  host.writeFile(join(folder, "npu.json"), `${JSON.stringify(parts.design, null, 2)}\n`);
}

export interface NpuFolder {
  readonly design: NpuDesign;
  readonly plan: Plan;
  readonly model: Uint8Array;
  readonly verilog: ReadonlyMap<string, string>;
}

export function readNpuFolder(host: Host, folder: string): NpuFolder {
  const path = join(folder, "npu.json");
  if (!host.exists(path)) {
    throw inputError("npu/no-design", `${folder} is not the folder of a built NPU: it has no npu.json`, {
      help: "Build one: soff npu build MODEL.onnx --board NAME -o DIR",
    });
  }
  try {
    const design = JSON.parse(host.readText(path)) as NpuDesign;
    const plan = decodePlan(host.readText(join(folder, "plan.json")), host.readFile(join(folder, "plan.bin")));
    const verilog = new Map(
      design.files.map((file) => [file.replace(/^rtl\//, ""), host.readText(join(folder, file))]),
    );
    return { design, plan, model: host.readFile(join(folder, "model.onnx")), verilog };
  } catch (error) {
    throw inputError("npu/broken-design", `the NPU in ${folder} cannot be read: ${String(error)}`, {
      help: "Build it again.",
    });
  }
}
