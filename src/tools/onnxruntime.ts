/** onnxruntime: runs ONNX models in floating point on the host. */
import { toolError } from "../support/errors.js";

/** A tensor as it goes in and out. */
export interface RuntimeTensor {
  readonly type: string;
  readonly shape: readonly number[];
  readonly data: RuntimeData;
}

export type RuntimeData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array;

export interface RuntimeSession {
  run(inputs: ReadonlyMap<string, RuntimeTensor>): Promise<ReadonlyMap<string, RuntimeTensor>>;
  release(): Promise<void>;
}

export interface RuntimeOptions {
  /** Off: every node is computed as the model has it, without fusion. Default: on. */
  readonly optimise?: boolean;
}

/** Loads a model. Throws tool/onnxruntime-failed when onnxruntime does not take it. */
export async function loadModel(model: Uint8Array | string, options: RuntimeOptions = {}): Promise<RuntimeSession> {
  const runtime = await loadPackage();
  const settings = {
    executionProviders: ["cpu"],
    // Two models at a time on small machines: more threads only wait for each other.
    intraOpNumThreads: 2,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimise === false ? ("disabled" as const) : ("all" as const),
    logSeverityLevel: 3 as const,
  };
  const session = await guarded("load", () =>
    typeof model === "string"
      ? runtime.InferenceSession.create(model, settings)
      : runtime.InferenceSession.create(model, settings),
  );
  return {
    async run(inputs) {
      const feeds = Object.fromEntries(
        [...inputs].map(([name, { type, shape, data }]) => [
          name,
          new runtime.Tensor(type as "float32", data as Float32Array, [...shape]),
        ]),
      );
      const results = await guarded("run", () => session.run(feeds));
      return new Map(
        Object.entries(results).map(([name, tensor]) => [
          name,
          { type: tensor.type, shape: tensor.dims, data: tensor.data as RuntimeData },
        ]),
      );
    },
    release: () => session.release(),
  };
}

async function loadPackage(): Promise<typeof import("onnxruntime-node")> {
  try {
    return await import("onnxruntime-node");
  } catch (error) {
    throw toolError("tool/onnxruntime-missing", `onnxruntime-node cannot be loaded: ${messageOf(error)}`, {
      help: "Run `npm ci` in soff's folder; the package brings its library for Linux on x86-64 and arm64.",
    });
  }
}

async function guarded<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw toolError("tool/onnxruntime-failed", `onnxruntime cannot ${what} the model: ${messageOf(error)}`, {
      help: "Check the model with onnx.checker; operators that onnxruntime lacks cannot be left to the host.",
    });
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
