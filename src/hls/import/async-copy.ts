/**
 * OpenCL's asynchronous copies: every work-item of the group copies its share on the spot, and waiting for the event
 * is a barrier. Prefetches need nothing: the caches see every access anyway.
 */
import type { LlvmType } from "../../parser/llvm/module.js";
import { i, type Operand } from "../ir/types.js";
import type { Frame, InstructionOf, KernelContext } from "./context.js";
import { countedLoop } from "./loops.js";
import { loadLanes, storeLanes } from "./memory.js";
import { operands } from "./values.js";
import { workItemFunction } from "./workitem.js";

/** True when the function is one of them. Events have no value: the result has no lanes. */
export function importAsyncCopy(
  ctx: KernelContext,
  frame: Frame,
  inst: InstructionOf<"call">,
  { name, parameters }: { readonly name: string; readonly parameters: readonly string[] },
): boolean {
  const { builder } = ctx;
  if (name === "wait_group_events") {
    builder.barrier();
    return true;
  }
  if (name !== "async_work_group_copy" && name !== "async_work_group_strided_copy") return false;
  const element = elementType(/(\w+)\*$/.exec(parameters[0] ?? "")?.[1] ?? "");
  if (!element) return false;
  const [to, from, count, stride] = inst.arguments.map((argument) => operands(ctx, frame, argument)[0]!);
  const bytes = builder.int(i(64), ctx.layout.storeSize(element));
  const step = name === "async_work_group_strided_copy" ? builder.mul(stride!, bytes) : bytes;
  // The stride is that of the global side.
  const isRead = parameters[0]!.includes("__local");
  const align = ctx.layout.alignOf(element);
  countedLoop(
    ctx,
    "async_copy",
    {
      start: workItemFunction(builder, "get_local_linear_id", [])!,
      end: count!,
      step: groupSize(ctx),
    },
    (at) => {
      const source = builder.ptradd(from!, builder.mul(at, isRead ? step : bytes));
      const values = loadLanes(ctx, element, source, align).map((lane) => ctx.operand(lane));
      storeLanes(ctx, element, values, builder.ptradd(to!, builder.mul(at, isRead ? bytes : step)), align);
    },
  );
  return true;
}

function groupSize(ctx: KernelContext): Operand {
  const { builder } = ctx;
  const size = (dimension: 0 | 1 | 2) => builder.workitem("local_size", dimension);
  return builder.mul(builder.mul(size(2), size(1)), size(0));
}

/** The type that OpenCL gives a name such as `uint4`, as integers; a vector of three takes the room of four. */
function elementType(name: string): LlvmType | undefined {
  const found = /^(char|uchar|short|ushort|int|uint|long|ulong|half|float|double)(2|3|4|8|16)?$/.exec(name);
  if (!found) return undefined;
  const widths: Readonly<Record<string, number>> = {
    char: 8,
    short: 16,
    int: 32,
    long: 64,
    half: 16,
    float: 32,
    double: 64,
  };
  const element: LlvmType = { kind: "int", bits: widths[found[1]!.replace(/^u/, "")]! };
  const length = found[2] === "3" ? 4 : Number(found[2] ?? 1);
  return length === 1 ? element : { kind: "vector", length, element };
}
