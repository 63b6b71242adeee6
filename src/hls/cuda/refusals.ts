/** What CUDA has and a circuit does not, by the name of the function that device code calls. */
import type { LlvmFunction, LlvmModule, LlvmValue } from "../../parser/llvm/module.js";
import type { Diagnostic } from "../../support/errors.js";
import { UnsupportedError } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import { demangle } from "../import/demangle.js";

interface Family {
  readonly pattern: RegExp;
  readonly code: string;
  readonly what: (name: string) => string;
  readonly help: string;
}

const families: readonly Family[] = [
  {
    pattern: /^__(?:shfl|ballot|any|all|activemask|syncwarp|match_|reduce_\w+_sync|lanemask)/,
    code: "unsupported/warp-function",
    what: (name) => `the warp function '${name}' is not supported: work-items are not bound together in warps here`,
    help: "Exchange the values through __shared__ memory, with __syncthreads() in between.",
  },
  {
    pattern: /^cooperative_groups::/,
    code: "unsupported/cooperative-group",
    what: (name) => `'${name}' is not supported: the only cooperative group is the thread block`,
    help: "Use this_thread_block(); exchange values of part of a block through __shared__ memory.",
  },
  {
    pattern: /^(?:clock|clock64|wall_clock64|globaltimer)$/,
    code: "unsupported/clock",
    what: (name) => `'${name}' is not supported: a pipeline has no moment at which a work-item is`,
    help: "Take the timing out of the kernel: soff run reports the cycles of the launch.",
  },
  {
    pattern: /^(?:tex|surf)(?:[123]D|Cubemap)/,
    code: "unsupported/texture",
    what: (name) => `the texture or surface function '${name}' is not supported yet`,
    help: "Pass the data in a buffer and compute the index.",
  },
  {
    pattern: /^(?:malloc|free|operator (?:new|delete)(?:\[\])?)$/,
    code: "unsupported/allocation",
    what: (name) => `'${name}' in a kernel is not supported: there is no heap in the circuit`,
    help: "Allocate a buffer on the host and pass it to the kernel.",
  },
  {
    pattern: /^__\w+_(?:rz|ru|rd)$/,
    code: "unsupported/rounding-mode",
    what: (name) => `'${name}' is not supported: the operators round to nearest even`,
    help: "Use the function that ends in _rn, or the plain operator.",
  },
];

/** @throws UnsupportedError naming every call of these in the kernels and in what they call. */
export function refuseDeviceFunctions(module: LlvmModule, kernels: readonly string[]): void {
  const problems = new Map<string, Diagnostic>();
  for (const fn of reachable(module, kernels)) {
    for (const inst of fn.blocks.flatMap(({ instructions }) => instructions)) {
      if (inst.op !== "call" || inst.callee.kind !== "global") continue;
      const { name } = inst.callee;
      if ((module.functions.get(name)?.blocks.length ?? 0) > 0) continue;
      const plain = plainName(name);
      const family = families.find(({ pattern }) => pattern.test(plain));
      if (!family) continue;
      const span = inst.span.line > 0 ? inst.span : fn.span;
      problems.set(`${plain} ${formatSpan(span)}`, {
        code: family.code,
        severity: "error",
        message: family.what(plain),
        span,
        help: family.help,
      });
    }
  }
  if (problems.size > 0) throw new UnsupportedError([...problems.values()]);
}

/**
 * Volatile accesses to shared memory are how old code lets the threads of a warp exchange values without
 * a barrier. They are no error: with barriers in between they only cost an access.
 */
export function warpSynchronous(module: LlvmModule, kernels: readonly string[]): readonly Diagnostic[] {
  for (const fn of reachable(module, kernels)) {
    const shared = sharedPointers(fn);
    for (const inst of fn.blocks.flatMap(({ instructions }) => instructions)) {
      if (inst.op !== "store" || !inst.volatile || !shared(inst.pointer)) continue;
      return [
        {
          code: "cuda/volatile-shared",
          severity: "warning",
          message: "a volatile store to shared memory: threads of a warp do not advance together here",
          span: inst.span.line > 0 ? inst.span : fn.span,
          help: "If other threads read the value without a __syncthreads() in between, put one there.",
        },
      ];
    }
  }
  return [];
}

/** Whether a pointer of the function is known to lie in shared memory. */
function sharedPointers(fn: LlvmFunction): (pointer: LlvmValue) => boolean {
  const origins = new Map<string, LlvmValue>();
  for (const inst of fn.blocks.flatMap(({ instructions }) => instructions)) {
    if (inst.result === undefined) continue;
    if (inst.op === "gep") origins.set(inst.result, inst.base);
    else if (inst.op === "cast") origins.set(inst.result, inst.value);
  }
  const isShared = (value: LlvmValue): boolean => {
    if (value.type.kind === "ptr" && value.type.addressSpace === 3) return true;
    if (value.kind === "local") {
      const origin = origins.get(value.name);
      return origin !== undefined && isShared(origin);
    }
    if (value.kind !== "constexpr") return false;
    const { expression } = value;
    if (expression.op === "gep") return isShared(expression.base);
    return expression.op === "cast" && isShared(expression.value);
  };
  return isShared;
}

/** The names of the operators are not told apart by what they are given. */
function plainName(llvmName: string): string {
  if (/^_Zn[wa]/.test(llvmName)) return llvmName.startsWith("_Znw") ? "operator new" : "operator new[]";
  if (/^_Zd[la]/.test(llvmName)) return llvmName.startsWith("_Zdl") ? "operator delete" : "operator delete[]";
  let name = demangle(llvmName)?.name ?? llvmName;
  for (let before = ""; before !== name; ) {
    before = name;
    name = name.replace(/<[^<>]*>/g, "");
  }
  return name;
}

function reachable(module: LlvmModule, kernels: readonly string[]): readonly LlvmFunction[] {
  const found = new Set(kernels.flatMap((name) => module.functions.get(name) ?? []));
  // A set visits what is added while it is walked.
  for (const fn of found) {
    for (const inst of fn.blocks.flatMap(({ instructions }) => instructions)) {
      const callee = inst.op === "call" && inst.callee.kind === "global" && module.functions.get(inst.callee.name);
      if (callee) found.add(callee);
    }
  }
  return [...found];
}
