/**
 * From a typed LLVM module to Kernel IR: one kernel a `spir_kernel` function, every call inlined,
 * vectors and aggregates split into scalars. What cannot be imported is reported all at once.
 */
import type { LlvmFunction, LlvmModule, MetadataValue } from "../../parser/llvm/module.js";
import { type Diagnostic, inputError, UnsupportedError } from "../../support/errors.js";
import { formatSpan, unknownSpan } from "../../support/source.js";
import { suggestion } from "../../support/text.js";
import { provenance } from "../analysis/provenance.js";
import type { Kernel, SourceParameter } from "../ir/types.js";
import { operandsOf, resultsOf, terminatorOperands } from "../ir/walk.js";
import { importBody } from "./body.js";
import { type Frame, KernelContext } from "./context.js";
import { removeDead } from "./dead.js";
import { finishBlocks } from "./finish.js";
import { DataLayout } from "./layout.js";
import { type DraftParameter, importParameters } from "./parameters.js";
import { settleSpaces } from "./spaces.js";

export interface ImportOptions {
  /** Names of the kernels to import; all of the module's when left out or empty. */
  readonly kernels?: readonly string[];
}

/**
 * The kernels of a module, in the order of the file or of `options.kernels`.
 *
 * @throws InputError for a file without kernels (`kernel/none`) and for unknown names (`kernel/not-found`).
 * @throws UnsupportedError with every place that is not supported in any of the kernels.
 */
export function importKernels(module: LlvmModule, options: ImportOptions = {}): Kernel[] {
  const layout = new DataLayout(module.types);
  const imported = chooseKernels(module, options.kernels ?? []).map((fn) => importKernel(module, layout, fn));
  const problems = distinct(imported.flatMap(({ problems: found }) => found));
  if (problems.length > 0) throw new UnsupportedError(problems);
  return imported.map(({ kernel }) => kernel());
}

/** Kernels that call one function are refused for the same place: it is named once. */
function distinct(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const byPlace = new Map<string, Diagnostic>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.message} ${formatSpan(problem.span ?? unknownSpan)}`;
    if (!byPlace.has(key)) byPlace.set(key, problem);
  }
  return [...byPlace.values()];
}

/** Names of the kernels that a module defines. */
export function kernelNames(module: LlvmModule): string[] {
  return [...module.functions.values()].filter(isKernel).map((fn) => fn.name);
}

const isKernel = (fn: LlvmFunction): boolean => fn.callingConvention === "spir_kernel" && fn.blocks.length > 0;

function chooseKernels(module: LlvmModule, names: readonly string[]): readonly LlvmFunction[] {
  const all = kernelNames(module);
  if (all.length === 0) {
    throw inputError("kernel/none", "the file defines no kernel", {
      help: "Mark at least one function as __kernel (OpenCL) or __global__ (CUDA).",
    });
  }
  const chosen = names.length > 0 ? [...new Set(names)] : all;
  return chosen.map((name) => {
    if (!all.includes(name)) {
      throw inputError("kernel/not-found", `the file has no kernel named '${name}'`, {
        help: suggestion(name, "kernels", all),
      });
    }
    return module.functions.get(name)!;
  });
}

/** Starts again when it turns out that a struct argument needs memory, and gives it a copy there. */
function importKernel(
  module: LlvmModule,
  layout: DataLayout,
  fn: LlvmFunction,
  inMemory: ReadonlySet<string> = new Set(),
): { readonly problems: readonly Diagnostic[]; readonly kernel: () => Kernel } {
  const ctx = new KernelContext(module, layout, inMemory);
  const frame: Frame = { fn, values: new Map(), returns: [] };
  const parameters = importParameters(ctx, frame);
  importBody(ctx, frame);
  if (ctx.wanted.size > 0) return importKernel(module, layout, fn, new Set([...inMemory, ...ctx.wanted]));
  for (const { block, span } of frame.returns) block.terminator = { op: "ret", span };
  return { problems: ctx.problems, kernel: () => finishKernel(ctx, fn, parameters) };
}

function finishKernel(ctx: KernelContext, fn: LlvmFunction, parameters: readonly DraftParameter[]): Kernel {
  const size = requiredSize(fn.metadata.get("reqd_work_group_size"));
  const kernel: Kernel = {
    name: fn.name,
    span: fn.span,
    parameters: parameters.flatMap(({ finish }) => finish()),
    ...(size ? { requiredLocalSize: size } : {}),
    objects: [...ctx.objects.values()],
    variables: [...ctx.variables.values()],
    blocks: finishBlocks(ctx.builder.entry),
    valueCount: ctx.builder.valueCount,
  };
  const { kernel: settled, problems } = settleSpaces(removeDead(kernel), ctx.builder.generic);
  if (problems.length > 0) throw new UnsupportedError(problems);
  const tidy = tidyParameters(settled);
  return { ...tidy, valueCount: 1 + lastValue(tidy) };
}

/** Leaves out what the body never uses, and takes `const` at its word only where no store contradicts it. */
function tidyParameters(kernel: Kernel): Kernel {
  const { values, objects } = usedNames(kernel);
  const { accesses } = provenance(kernel);
  const written = new Set<number>();
  for (const { access, roots } of accesses) {
    if (access.op === "load") continue;
    for (const root of roots) if (root.kind === "parameter") written.add(root.index);
  }
  return {
    ...kernel,
    objects: kernel.objects.filter(({ name }) => objects.has(name)),
    variables: kernel.variables.filter(({ name }) => objects.has(name)),
    parameters: kernel.parameters.map(
      (parameter, index): SourceParameter => ({
        ...parameter,
        readOnly: parameter.readOnly && !written.has(index),
        values: parameter.values.filter(({ def }) => values.has(def.id)),
      }),
    ),
  };
}

function usedNames(kernel: Kernel) {
  const values = new Set<number>();
  const objects = new Set<string>();
  for (const block of kernel.blocks) {
    const operands = [
      ...block.phis.flatMap((phi) => phi.incoming.map(({ value }) => value)),
      ...block.instructions.flatMap(operandsOf),
      ...terminatorOperands(block.terminator),
    ];
    for (const operand of operands) {
      if (operand.kind === "value") values.add(operand.id);
      else if (operand.kind === "object") objects.add(operand.object);
    }
  }
  return { values, objects };
}

/** The largest id that anything defines; -1 when nothing does. */
function lastValue(kernel: Kernel): number {
  const defs = [
    ...kernel.parameters.flatMap(({ values }) => values.map(({ def }) => def)),
    ...kernel.blocks.flatMap((block) => [
      ...block.phis.map(({ result }) => result),
      ...block.instructions.flatMap(resultsOf),
    ]),
  ];
  return defs.reduce((last, { id }) => Math.max(last, id), -1);
}

function requiredSize(metadata: MetadataValue | undefined): readonly [number, number, number] | undefined {
  if (!Array.isArray(metadata)) return undefined;
  const [x = 1, y = 1, z = 1] = metadata.map(Number);
  return [x, y, z];
}
