/** The reference interpreter: executes a launch of a kernel by the IR's semantics. */

import type { Launch, LaunchArgument } from "../../launch/launch.js";
import { inputError, invariant } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import type { Root } from "../analysis/provenance.js";
import { workItemLimits } from "../analysis/work-item-ranges.js";
import { formatPrint } from "../ir/print-format.js";
import type { BlockId, Instruction, Kernel, SourceParameter, Type } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import { typeOf } from "../ir/walk.js";
import { AccessError } from "./access-error.js";
import {
  type Bindings,
  type CompiledKernel,
  compileKernel,
  type SteppedWorkItem,
  type WorkItemFunction,
} from "./compile.js";
import { executeAll, executeInTurns, groupCounts, largestGroup, type Position } from "./execute.js";
import { Memory } from "./memory.js";
import { localArgumentAddress, localArgumentRoom } from "./places.js";
import { addressLimit, isOddNaN, type Representation } from "./representation.js";
import { halfOf } from "./runtime.js";
import type { AccessSite } from "./sites.js";
import { storageBytes } from "./sites.js";

export interface InterpretOptions {
  /** Most loop iterations of all work-items together, default 10^10. A guard against loops that do not end. */
  readonly maxSteps?: number;
  /** Gets what the kernel prints, in the order of execution. */
  readonly onPrint?: (text: string) => void;
  readonly observer?: Observer;
  /** Which work-groups are executed, by their number (x fastest); left out, all. */
  readonly groups?: (group: number) => boolean;
}

/** Sees the accesses of a launch in the order of execution. */
export interface Observer {
  /** A work-item (by its number in the order of execution) begins or goes on. */
  workItem(index: number): void;
  /** `site` is the number in `accessSites`. */
  access(site: number, address: number): void;
}

export interface InterpretResult {
  readonly workItems: number;
  /** How often each block was executed, by block id. A loop's iterations are the executions of its header. */
  readonly blockExecutions: readonly number[];
  readonly instructions: number;
  /** Memory accesses (a vector counts once) and the bytes they moved. */
  readonly loads: number;
  readonly stores: number;
  readonly atomics: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

const defaultMaxSteps = 1e10;

/**
 * Executes the whole NDRange, group by group, x fastest. Buffers of the launch are updated in place, also
 * when an error ends the run. Throws {@link InputError}: `memory/out-of-bounds`, `memory/misaligned`, `kernel/too-many-steps`,
 * `kernel/barrier-divergence`.
 */
export function interpret(kernel: Kernel, launch: Launch, options: InterpretOptions = {}): InterpretResult {
  checkLaunch(kernel, launch);
  const { observer } = options;
  const compiled = compileKernel(kernel, observer !== undefined);
  const hasBarriers = compiled.barriers.length > 0;
  const memory = new Memory(kernel, launch, compiled.objectAddresses, hasBarriers ? largestGroup(launch) : 1);
  const counts = new Float64Array(kernel.blocks.length);
  const current: Position = { global: [0, 0, 0] };
  const maxSteps = options.maxSteps ?? defaultMaxSteps;
  const groups = groupCounts(launch);
  const run = compiled.bind({
    parameters: parameterValues(kernel, launch, compiled),
    regions: compiled.sites.all.map((site) => expectedRegion(site, launch, memory, compiled)),
    bytes: memory.bytes,
    sizes: {
      global_size: launch.range.global,
      enqueued_local_size: launch.range.local,
      num_groups: groups,
      global_offset: launch.range.offset,
    },
    workDim: launch.range.workDim,
    counts,
    maxSteps,
    find: (site, address) => memory.find(compiled.sites.all[site]!, address),
    print: (site, values) => options.onPrint?.(printed(compiled.prints[site]!.instruction, values, compiled, memory)),
    ...(observer ? { access: (site, address) => observer.access(site, address) } : {}),
    tooManySteps: (block) => {
      throw tooManySteps(kernel, block as BlockId, maxSteps, current);
    },
  });
  try {
    const order = { launch, memory, current, ...options };
    if (hasBarriers) executeInTurns(run as SteppedWorkItem, order, compiled.barriers);
    else executeAll(run as WorkItemFunction, order);
  } catch (error) {
    throw error instanceof AccessError ? error.at(kernel.name, current.global.slice(0, launch.range.workDim)) : error;
  } finally {
    memory.writeBack();
  }
  return statistics(kernel, launch, counts);
}

/** What the launch's maker has to see to; the interpreter only trusts, but verifies. */
function checkLaunch(kernel: Kernel, launch: Launch): void {
  const { global, local, offset, workDim } = launch.range;
  invariant(launch.kernel === kernel.name, `the launch is of kernel ${launch.kernel}, not ${kernel.name}`);
  invariant(
    launch.arguments.length === kernel.parameters.length,
    `kernel ${kernel.name} takes ${kernel.parameters.length} arguments`,
  );
  invariant(workDim >= 1 && workDim <= 3, "a launch has 1 to 3 dimensions");
  for (const [d, size] of global.entries()) {
    invariant(Number.isInteger(size) && size >= 0 && offset[d]! >= 0, "sizes and offsets are whole numbers");
    invariant(size <= workItemLimits.global_size, `global size ${size} is too large`);
    invariant(offset[d]! + size - 1 <= workItemLimits.global_id, `global ids from ${offset[d]} on are too large`);
    invariant(local[d]! >= 1 && local[d]! <= workItemLimits.local_size, `local size ${local[d]} is not allowed`);
  }
  kernel.parameters.forEach((parameter, at) => {
    const argument = launch.arguments[at]!;
    if (argument.kind === "local")
      invariant(
        parameter.passing === "local" && argument.size >= 0 && argument.size < Number(localArgumentRoom),
        `argument ${parameter.name} is no local memory`,
      );
    else if (argument.kind === "scalar")
      invariant(argument.bytes.length === parameter.bytes, `argument ${parameter.name} has ${parameter.bytes} bytes`);
    else
      invariant(
        parameter.passing === "buffer" && argument.address + BigInt(argument.bytes.length) < addressLimit / 2n,
        `argument ${parameter.name} is no buffer below 2^49`,
      );
  });
}

/** The values of the parameters in the representations that the generated code wants. */
function parameterValues(kernel: Kernel, launch: Launch, compiled: CompiledKernel): Bindings["parameters"] {
  const values: Record<string, number | bigint> = {};
  const reps = new Map(compiled.parameters.map(({ id, rep }) => [id, rep]));
  kernel.parameters.forEach((parameter, at) => {
    for (const { def, offset } of parameter.values)
      Object.assign(
        values,
        variables(
          `v${def.id}`,
          reps.get(def.id)!,
          def.type,
          argumentBits(launch.arguments[at]!, at, parameter, offset, def.type),
        ),
      );
  });
  return values;
}

function argumentBits(
  argument: LaunchArgument,
  index: number,
  parameter: SourceParameter,
  offset: number,
  type: Type,
): bigint {
  if (argument.kind === "buffer") return argument.address;
  if (argument.kind === "local") return localArgumentAddress(index);
  invariant(argument.bytes.length >= offset, `argument ${parameter.name} is a value`);
  let bits = 0n;
  for (let at = offset + storageBytes(widthOf(type)) - 1; at >= offset; at--)
    bits = (bits << 8n) | BigInt(argument.bytes[at] ?? 0);
  return BigInt.asUintN(widthOf(type), bits);
}

function variables(name: string, rep: Representation, type: Type, bits: bigint): Record<string, number | bigint> {
  const width = widthOf(type);
  switch (rep) {
    case "num":
      return { [name]: Number(width === 32 ? BigInt.asIntN(32, bits) : bits) };
    case "wide":
      return { [name]: Number(BigInt.asIntN(width, bits)) };
    case "big":
      return { [name]: bits };
    case "pair":
      return { [`${name}l`]: Number(BigInt.asIntN(32, bits)), [`${name}h`]: Number(BigInt.asIntN(32, bits >> 32n)) };
    case "float": {
      if (isOddNaN(type, bits)) return { [name]: Number.NaN };
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, bits);
      return { [name]: width === 64 ? view.getFloat64(0) : width === 32 ? view.getFloat32(4) : halfOf(Number(bits)) };
    }
  }
}

function expectedRegion(
  site: AccessSite,
  launch: Launch,
  memory: Memory,
  compiled: CompiledKernel,
): readonly [number, number, number] {
  const start = startOf(site.roots[0], launch, compiled);
  const region = start === undefined ? undefined : memory.regionAt(start);
  if (!region || (site.kind !== "load" && region.kind === "constant")) return [0, -1, 0];
  return [region.start, region.size - site.bytes, region.offset];
}

function startOf(root: Root | undefined, launch: Launch, compiled: CompiledKernel): number | undefined {
  switch (root?.kind) {
    case "object":
      return Number(compiled.objectAddresses.get(root.object));
    case "variable":
      return Number(compiled.objectAddresses.get(root.variable));
    case "parameter": {
      const argument = launch.arguments[root.index]!;
      if (argument.kind === "local") return Number(localArgumentAddress(root.index));
      return argument.kind === "buffer" ? Number(argument.address) : undefined;
    }
    default:
      return undefined;
  }
}

/** The text of one print. */
function printed(
  { format, arguments: values }: Extract<Instruction, { op: "print" }>,
  bits: readonly bigint[],
  compiled: CompiledKernel,
  memory: Memory,
): string {
  const types = values.map((value) => typeOf(value, compiled.definitions));
  return formatPrint(format, bits, types, (address) => memory.stringAt(Number(address)));
}

function tooManySteps(kernel: Kernel, block: BlockId, maxSteps: number, current: Position) {
  const { span } = kernel.blocks[block]!.terminator;
  const place = span.line > 0 ? ` at ${formatSpan(span)}` : "";
  return inputError(
    "kernel/too-many-steps",
    `kernel ${kernel.name}: more than ${maxSteps} loop iterations, the last by work-item (${current.global.join(", ")}) in the loop${place}`,
    { span, help: "Check that the loop ends for these arguments, or allow more steps." },
  );
}

function statistics(kernel: Kernel, launch: Launch, counts: Float64Array): InterpretResult {
  let instructions = 0;
  let loads = 0;
  let stores = 0;
  let atomics = 0;
  let bytesRead = 0;
  let bytesWritten = 0;
  const sites = compileKernel(kernel).sites;
  for (const block of kernel.blocks) {
    const times = counts[block.id]!;
    instructions += times * (block.instructions.length + 1);
    block.instructions.forEach((instruction, index) => {
      if (instruction.op === "load") {
        loads += times;
        bytesRead += times * sites.siteOf(block.id, index).bytes;
      } else if (instruction.op === "store") {
        stores += times;
        bytesWritten += times * sites.siteOf(block.id, index).bytes;
      } else if (instruction.op === "atomic") {
        atomics += times;
        bytesRead += times * sites.siteOf(block.id, index).bytes;
        bytesWritten += times * sites.siteOf(block.id, index).bytes;
      }
    });
  }
  const [x, y, z] = launch.range.global;
  const blockExecutions = [...counts];
  return { workItems: x * y * z, blockExecutions, instructions, loads, stores, atomics, bytesRead, bytesWritten };
}
