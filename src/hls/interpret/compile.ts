/**
 * A kernel as a JavaScript function that executes one work-item. The text is made once a kernel; each launch
 * binds it to its memory, arguments and sizes.
 */
import { invariant, unreachable } from "../../support/errors.js";
import { isFloatBinary, isFloatUnary } from "../ir/operations.js";
import type { BlockId, Instruction, Kernel, Operand, Phi, PureInstruction, ValueId } from "../ir/types.js";
import { widthOf } from "../ir/types.js";
import type { Definition } from "../ir/walk.js";
import { load, store } from "./access.js";
import { atomic } from "./atomic.js";
import { Code, type Expression, initialValue, variablesOf } from "./code.js";
import { emitControl } from "./control.js";
import { bitcast, compareFloats, floatBinary, floatCast, floatUnary, fusedMultiplyAdd } from "./floats.js";
import { compare, integerBinary, integerUnary, resize } from "./integers.js";
import { placeObjects } from "./places.js";
import type { Representation } from "./representation.js";
import * as runtime from "./runtime.js";
import { type AccessSites, accessSites, type EffectSite, effectSites } from "./sites.js";

/** What a work-item is called with. */
export type WorkItemArguments = [
  globalX: number,
  globalY: number,
  globalZ: number,
  localX: number,
  localY: number,
  localZ: number,
  groupX: number,
  groupY: number,
  groupZ: number,
  sizeX: number,
  sizeY: number,
  sizeZ: number,
  /** How far its private memory is from the first work-item's. */
  privateDistance: number,
];

/** Executes one work-item and returns how many steps there are now. */
export type WorkItemFunction = (steps: number, ...item: WorkItemArguments) => number;

/** A work-item of a kernel with barriers: it stops at each and gives the barrier's number. */
export type SteppedWorkItem = (...item: WorkItemArguments) => Generator<number, void>;

/** What a launch binds. */
export interface Bindings {
  /** Value of each parameter variable, such as `v3` or `v4l`. */
  readonly parameters: Readonly<Record<string, number | bigint>>;
  /** For each access site the expected region: first address, largest offset, distance of bytes from offsets. */
  readonly regions: readonly (readonly [start: number, last: number, delta: number])[];
  readonly bytes: Uint8Array;
  /** Three numbers each. */
  readonly sizes: Readonly<
    Record<"global_size" | "enqueued_local_size" | "num_groups" | "global_offset", readonly number[]>
  >;
  readonly workDim: number;
  readonly counts: Float64Array;
  readonly maxSteps: number;
  find(site: number, address: number): number;
  tooManySteps(block: number): number;
  print(site: number, values: readonly bigint[]): void;
  /** Called for every access of a kernel that was compiled to be observed. */
  access?(site: number, address: number): void;
}

export interface CompiledKernel {
  /** The generated text, for people. */
  readonly source: string;
  readonly sites: AccessSites;
  readonly definitions: readonly (Definition | undefined)[];
  readonly objectAddresses: ReadonlyMap<string, bigint>;
  /** Parameter values that the text refers to, with how they are held. */
  readonly parameters: readonly { readonly id: ValueId; readonly rep: Representation }[];
  /** None: `bind` gives work-items that run in one go. */
  readonly barriers: readonly EffectSite<"barrier">[];
  readonly prints: readonly EffectSite<"print">[];
  bind(bindings: Bindings): WorkItemFunction | SteppedWorkItem;
}

const itemArguments = "g0, g1, g2, l0, l1, l2, r0, r1, r2, s0, s1, s2, P";
const caches = { plain: new WeakMap<Kernel, CompiledKernel>(), observed: new WeakMap<Kernel, CompiledKernel>() };

/** `observed`: the code tells of every access, which makes it slower. */
export function compileKernel(kernel: Kernel, observed = false): CompiledKernel {
  const cache = observed ? caches.observed : caches.plain;
  const known = cache.get(kernel);
  if (known) return known;
  const compiled = compile(kernel, observed);
  cache.set(kernel, compiled);
  return compiled;
}

function compile(kernel: Kernel, observed: boolean): CompiledKernel {
  const objectAddresses = placeObjects(kernel);
  const sites = accessSites(kernel);
  const barriers = effectSites(kernel, "barrier");
  const prints = effectSites(kernel, "print");
  const barrierAt = new Map<Instruction, number>(barriers.map(({ instruction, index }) => [instruction, index]));
  const printAt = new Map<Instruction, number>(prints.map(({ instruction, index }) => [instruction, index]));
  const code = new Code(kernel, objectAddresses, observed);
  emitControl(code, kernel, {
    body: (block, isHeader) => {
      code.block = block;
      code.emit(`C[${block}]++;`);
      if (isHeader) code.emit(`if (++n > M) tooManySteps(${block});`);
      kernel.blocks[block]!.instructions.forEach((instruction, index) => {
        switch (instruction.op) {
          case "load":
            return load(code, instruction, sites.siteOf(block, index));
          case "store":
            return store(code, instruction, sites.siteOf(block, index));
          case "atomic":
            return atomic(code, instruction, sites.siteOf(block, index));
          case "barrier":
            return code.emit(`yield ${barrierAt.get(instruction)};`);
          case "fence":
            // Work-items take turns only at barriers.
            return;
          case "print": {
            const values = instruction.arguments.map((value) => bitsOf(code, value));
            return code.emit(`print(${printAt.get(instruction)}, [${values.join(", ")}]);`);
          }
          default:
            return code.assign(instruction.result, compute(code, instruction));
        }
      });
    },
    edge: (from, to) => {
      code.block = from;
      phiMoves(code, from, kernel.blocks[to]!.phis);
    },
    // Generators share the steps: they take turns.
    leave: () => code.emit(barriers.length ? "return;" : "return n;"),
  });

  const parameters = kernel.parameters
    .flatMap((parameter) => parameter.values)
    .map(({ def }) => ({ id: def.id, rep: code.reps.of(def.id) }));
  const isParameter = new Set(parameters.map(({ id }) => id));
  const variables = code.reps.definitions.flatMap((definition) => {
    if (!definition || isParameter.has(definition.def.id)) return [];
    const rep = code.reps.of(definition.def.id);
    return variablesOf(definition.def.id, rep).map((name) => `${name} = ${initialValue(rep)}`);
  });
  const source = [
    '"use strict";',
    `const { ${Object.keys(helpers).join(", ")} } = helpers;`,
    "const HI = high;",
    "const { counts: C, maxSteps: M, bytes: U8, find, tooManySteps, print, access, workDim, sizes } = launch;",
    "const { global_size, enqueued_local_size, num_groups, global_offset } = sizes;",
    "const U16 = new Uint16Array(U8.buffer), I32 = new Int32Array(U8.buffer);",
    "const F32 = new Float32Array(U8.buffer), F64 = new Float64Array(U8.buffer), bigWords = new BigUint64Array(U8.buffer), view = new DataView(U8.buffer);",
    ...sites.all.map(
      ({ index: k }) =>
        `const B${k} = launch.regions[${k}][0], L${k} = launch.regions[${k}][1], D${k} = launch.regions[${k}][2];`,
    ),
    ...parameters.flatMap(({ id, rep }) =>
      variablesOf(id, rep).map((name) => `const ${name} = launch.parameters.${name};`),
    ),
    barriers.length
      ? `let n = 0;\nreturn function* workItem(${itemArguments}) {`
      : `return function workItem(n, ${itemArguments}) {`,
    ...(variables.length ? [`    let ${variables.join(", ")};`] : []),
    ...code.lines,
    "};",
  ].join("\n");
  const factory = new Function("helpers", "launch", source) as (
    h: typeof helpers,
    bindings: Bindings,
  ) => WorkItemFunction | SteppedWorkItem;
  const bind = (bindings: Bindings) => factory(helpers, bindings);
  const { definitions } = code.reps;
  return { source, sites, definitions, objectAddresses, parameters, barriers, prints, bind };
}

function readBytes(bytes: Uint8Array, at: number, count: number, bits: number): bigint {
  let value = 0n;
  for (let index = count - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[at + index]!);
  return BigInt.asUintN(bits, value);
}

function writeBytes(bytes: Uint8Array, at: number, count: number, value: bigint): void {
  for (let index = 0; index < count; index++) bytes[at + index] = Number((value >> BigInt(8 * index)) & 255n);
}

const helpers = { ...runtime, readBytes, writeBytes };

/** The bits of any value as a BigInt. */
function bitsOf(code: Code, operand: Operand): string {
  if (operand.kind === "const") return `${operand.bits}n`;
  const type = code.typeOf(operand);
  if (type.kind !== "float") return code.big(operand);
  if (type.bits !== 64) return `BigInt(${code.num(operand)} >>> 0)`;
  const { low, high } = code.pair(operand);
  return `pairToBig(${low}, ${high})`;
}

/** The result of an instruction that does not touch memory. */
function compute(code: Code, instruction: PureInstruction): Expression {
  switch (instruction.op) {
    case "binary":
      return isFloatBinary(instruction.kind)
        ? floatBinary(code, instruction, instruction.kind)
        : integerBinary(code, instruction, instruction.kind);
    case "unary":
      return isFloatUnary(instruction.kind)
        ? floatUnary(code, instruction, instruction.kind)
        : integerUnary(code, instruction, instruction.kind);
    case "fma":
      return fusedMultiplyAdd(code, instruction);
    case "icmp":
      return { as: "num", text: `(${compare(code, instruction)}) ? 1 : 0` };
    case "fcmp":
      return {
        as: "num",
        text: `(${compareFloats(code, instruction.predicate, instruction.left, instruction.right)}) ? 1 : 0`,
      };
    case "cast":
      return castOf(code, instruction);
    case "select": {
      const rep = code.reps.of(instruction.result.id);
      const condition = code.num(instruction.condition);
      return choose(condition, code.as(instruction.whenTrue, rep), code.as(instruction.whenFalse, rep));
    }
    case "ptradd":
      return integerBinary(
        code,
        {
          op: "binary",
          kind: "add",
          result: instruction.result,
          left: instruction.pointer,
          right: instruction.offset,
          span: instruction.span,
        },
        "add",
      );
    case "workitem":
      return workItem(instruction);
    default:
      return unreachable(instruction);
  }
}

function choose(condition: string, yes: Expression, no: Expression): Expression {
  if (yes.as === "pair" && no.as === "pair")
    return {
      as: "pair",
      low: `${condition} ? ${yes.low} : ${no.low}`,
      high: `${condition} ? ${yes.high} : ${no.high}`,
    };
  invariant(yes.as !== "pair" && yes.as === no.as, "both arms of a select are held alike");
  return { as: yes.as, text: `${condition} ? ${yes.text} : ${no.text}` };
}

function castOf(code: Code, instruction: Extract<Instruction, { op: "cast" }>): Expression {
  const { kind, value, result } = instruction;
  switch (kind) {
    case "trunc":
    case "zext":
    case "sext":
      return resize(code, kind, value, result);
    case "bitcast":
      return bitcast(code, instruction);
    case "ptrtoint":
    case "inttoptr": {
      const [from, to] = [code.bitsOf(value), widthOf(result.type)];
      return from === to ? code.as(value, code.rep(value)) : resize(code, from > to ? "trunc" : "zext", value, result);
    }
    default:
      return floatCast(code, instruction, kind);
  }
}

function workItem({ query, dimension, result }: Extract<Instruction, { op: "workitem" }>): Expression {
  const text = {
    global_id: `g${dimension}`,
    local_id: `l${dimension}`,
    group_id: `r${dimension}`,
    local_size: `s${dimension}`,
    global_size: `global_size[${dimension}]`,
    enqueued_local_size: `enqueued_local_size[${dimension}]`,
    num_groups: `num_groups[${dimension}]`,
    global_offset: `global_offset[${dimension}]`,
    work_dim: "workDim",
  }[query];
  return widthOf(result.type) > 32 ? { as: "wide", text } : { as: "num", text: `${text} | 0` };
}

/** All phis of a block change at once: a value that another move overwrites is read before. */
function phiMoves(code: Code, from: BlockId, phis: readonly Phi[]): void {
  const moves = phis.flatMap((phi) => {
    const value = phi.incoming.find((edge) => edge.block === from)?.value;
    invariant(value, `a phi has no value for block ${from}`);
    return value.kind === "value" && value.id === phi.result.id ? [] : [{ phi, value }];
  });
  const written = new Set(moves.map(({ phi }) => phi.result.id));
  const isRead = (operand: Operand) => operand.kind === "value" && written.has(operand.id);
  const late: { phi: Phi; expression: Expression }[] = [];
  for (const { phi, value } of moves) {
    if (!isRead(value)) continue;
    const expression = code.as(value, code.reps.of(phi.result.id));
    late.push({
      phi,
      expression:
        expression.as === "pair"
          ? { as: "pair", low: holdAlways(code, expression.low), high: holdAlways(code, expression.high) }
          : { ...expression, text: holdAlways(code, expression.text) },
    });
  }
  for (const { phi, value } of moves)
    if (!isRead(value)) code.assign(phi.result, code.as(value, code.reps.of(phi.result.id)));
  for (const { phi, expression } of late) code.assign(phi.result, expression);
}

function holdAlways(code: Code, text: string): string {
  const name = code.temporary();
  code.emit(`const ${name} = ${text};`);
  return name;
}
