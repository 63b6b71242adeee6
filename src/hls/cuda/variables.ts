/**
 * Device variables of a CUDA module that a launch must bring: `__device__` and `__constant__` variables
 * that live on between launches become buffer parameters of the kernels that reach them, and shared
 * memory of the launch's own size a `local` one.
 */
import type { LlvmFunction, LlvmGlobal, LlvmModule, LlvmParameter, LlvmValue } from "../../parser/llvm/module.js";
import { variableName } from "../import/demangle.js";
import { typeText } from "../import/types.js";
import { globalsOf, mapInstructions, mapOperands } from "./rewrite.js";

/** A parameter that the source does not write: where it goes and how it is shown. */
export interface ImplicitParameter {
  readonly name: string;
  readonly typeName: string;
  readonly constant: boolean;
  /** The module's variables that it stands for: every `extern __shared__` array is the same memory. */
  readonly globals: readonly string[];
  readonly parameter: LlvmParameter;
}

export interface VariableFacts {
  /** LLVM names of the variables that are `__device__` or `__constant__` in the source. */
  readonly deviceVariables: ReadonlySet<string>;
  /** Plain names of variables that the host half reads or writes. */
  readonly hostSymbols: ReadonlySet<string>;
  /** Plain names of `__constant__` variables, for clangs that do not mark them. */
  readonly constants: ReadonlySet<string>;
}

/** The module with its variables as parameters, and what each kernel (by LLVM name) got, in order. */
export function variablesToParameters(
  compiled: LlvmModule,
  facts: VariableFacts,
): { readonly module: LlvmModule; readonly added: ReadonlyMap<string, readonly ImplicitParameter[]> } {
  const module = { ...compiled, globals: withConstants(compiled.globals, facts) };
  const all = implicitParameters(module, facts);
  const reached = reachedGlobals(module);
  const needed = (fn: LlvmFunction) =>
    all.flatMap((each) => {
      const [first] = each.globals.filter((name) => reached.get(fn.name)?.has(name));
      return first === undefined ? [] : [{ ...each, name: shownName(first) }];
    });
  const added = new Map<string, readonly ImplicitParameter[]>();
  const functions = new Map<string, LlvmFunction>();
  for (const fn of module.functions.values()) {
    const own = needed(fn);
    if (own.length > 0) added.set(fn.name, own);
    functions.set(fn.name, own.length === 0 ? fn : withParameters(module, fn, own, needed));
  }
  return { module: { ...module, functions }, added };
}

function implicitParameters(module: LlvmModule, facts: VariableFacts): readonly ImplicitParameter[] {
  const buffers: ImplicitParameter[] = [];
  const dynamic: LlvmGlobal[] = [];
  for (const global of module.globals.values()) {
    if (isDynamicShared(global)) dynamic.push(global);
    else if (isDevice(global, facts) && !isTable(global, facts)) {
      buffers.push({
        name: shownName(global.name),
        typeName: typeText(global.type),
        constant: global.constant,
        globals: [global.name],
        parameter: pointer(`.variable.${global.name}`, 1),
      });
    }
  }
  const [first] = dynamic;
  if (!first) return buffers;
  const shared: ImplicitParameter = {
    name: shownName(first.name),
    typeName: `${first.type.kind === "array" ? typeText(first.type.element) : "char"}*`,
    constant: false,
    globals: dynamic.map(({ name }) => name),
    parameter: pointer(".shared", 3),
  };
  return [...buffers, shared];
}

const shownName = (llvmName: string): string => variableName(llvmName).replace(/\W+/g, "_");

const pointer = (name: string, addressSpace: number): LlvmParameter => ({
  name,
  type: { kind: "ptr", addressSpace },
  attributes: [],
});

/** `extern __shared__ T name[];` */
function isDynamicShared(global: LlvmGlobal): boolean {
  return global.addressSpace === 3 && global.initializer === undefined;
}

/** A `static` one that no host code names is not marked: what may change and is not shared is the device's. */
function isDevice({ name, constant, addressSpace }: LlvmGlobal, facts: VariableFacts): boolean {
  return facts.deviceVariables.has(name) || (!constant && addressSpace === 1);
}

function withConstants(
  globals: ReadonlyMap<string, LlvmGlobal>,
  facts: VariableFacts,
): ReadonlyMap<string, LlvmGlobal> {
  const isConstant = ({ name }: LlvmGlobal) => facts.deviceVariables.has(name) && facts.constants.has(plainName(name));
  return new Map(
    [...globals].map(([name, global]) => [name, isConstant(global) ? { ...global, constant: true } : global]),
  );
}

/** Without namespaces. */
const plainName = (llvmName: string): string => variableName(llvmName).replace(/^.*::/s, "");

/** A constant with values that no host code replaces: its bytes are known now. */
function isTable(global: LlvmGlobal, facts: VariableFacts): boolean {
  if (!global.constant || !global.initializer) return false;
  const blank = ["zero", "undef", "poison", "null"].includes(global.initializer.kind);
  return !blank && !facts.hostSymbols.has(plainName(global.name));
}

/** For every function the globals that it or its callees mention. */
function reachedGlobals(module: LlvmModule): ReadonlyMap<string, ReadonlySet<string>> {
  const reached = new Map([...module.functions.values()].map((fn) => [fn.name, new Set(globalsOf(fn))]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const globals of reached.values()) {
      // A set visits what is added while it is walked.
      for (const name of globals) {
        for (const further of reached.get(name) ?? []) {
          if (globals.has(further)) continue;
          globals.add(further);
          changed = true;
        }
      }
    }
  }
  return reached;
}

function withParameters(
  module: LlvmModule,
  fn: LlvmFunction,
  own: readonly ImplicitParameter[],
  needed: (fn: LlvmFunction) => readonly ImplicitParameter[],
): LlvmFunction {
  const standIns = new Map(own.flatMap(({ globals, parameter }) => globals.map((name) => [name, parameter] as const)));
  const local = ({ name, type }: LlvmParameter): LlvmValue => ({ kind: "local", type, name });
  const body = mapInstructions(fn, (inst) => {
    const mapped = mapOperands(inst, (value) => {
      const standIn = value.kind === "global" ? standIns.get(value.name) : undefined;
      return standIn && local(standIn);
    });
    if (mapped.op !== "call" || mapped.callee.kind !== "global") return mapped;
    const callee = module.functions.get(mapped.callee.name);
    if (!callee || callee.blocks.length === 0) return mapped;
    return { ...mapped, arguments: [...mapped.arguments, ...needed(callee).map((each) => local(each.parameter))] };
  });
  return { ...body, parameters: [...fn.parameters, ...own.map(({ parameter }) => parameter)] };
}
