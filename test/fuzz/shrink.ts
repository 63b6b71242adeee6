/** Makes a failing program smaller while it keeps failing. */
import {
  type Expression,
  expression,
  type Program,
  printExpression,
  type Statement,
  sameType,
  typeName,
} from "./syntax.js";

type Mutable<T> = T extends (...args: never[]) => unknown ? T : { -readonly [K in keyof T]: Mutable<T[K]> };
type Draft = Mutable<Program>;

/** Every list of statements, outermost first. */
function listsOf(draft: Draft): Statement[][] {
  const lists: Statement[][] = [];
  const visit = (body: Statement[]) => {
    lists.push(body);
    for (const { parts } of body) for (const part of parts) if (Array.isArray(part)) visit(part);
  };
  visit(draft.body as Statement[]);
  for (const fn of draft.functions) visit(fn.body as Statement[]);
  return lists;
}

interface Slot {
  readonly parts: (string | Expression | readonly Statement[])[];
  readonly index: number;
  readonly node: Expression;
}

/** Every place that holds an expression, outermost first. */
function slotsOf(draft: Draft): Slot[] {
  const slots: Slot[] = [];
  const visit = (parts: Slot["parts"]) => {
    for (const [index, part] of parts.entries()) {
      if (typeof part === "string" || Array.isArray(part)) continue;
      const node = part as Expression;
      slots.push({ parts, index, node });
      visit(node.parts as Slot["parts"]);
    }
  };
  for (const body of listsOf(draft)) for (const { parts } of body) visit(parts as Slot["parts"]);
  return slots;
}

/** What may stand in place of an expression: a zero, a one, or a part of it of the same type. */
function replacements(node: Expression): Expression[] {
  const zero = expression(node.type, node.type.element.kind === "bool" ? "false" : `(${typeName(node.type)})(0)`);
  const one = expression(node.type, node.type.element.kind === "bool" ? "true" : `(${typeName(node.type)})(1)`);
  const children: Expression[] = [];
  const visit = (parts: readonly (string | Expression)[]) => {
    for (const part of parts) {
      if (typeof part === "string") continue;
      if (sameType(part.type, node.type)) children.push(part);
      else visit(part.parts);
    }
  };
  visit(node.parts);
  const text = printExpression(node);
  return [zero, one, ...children].filter((e) => printExpression(e).length < text.length);
}

/** Smaller programs, the most promising first. Many of them do not compile; the caller finds out. */
function* candidates(program: Program): Generator<Program> {
  const edit = (change: (draft: Draft) => void): Program => {
    const draft = structuredClone(program) as Draft;
    change(draft);
    return draft as Program;
  };
  const lists = listsOf(structuredClone(program) as Draft);
  for (const [k, list] of lists.entries()) {
    for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at + size <= list.length; at += size) yield edit((d) => listsOf(d)[k]!.splice(at, size));
    }
  }
  for (const [k, list] of lists.entries()) {
    for (const [at, { parts, fixed }] of list.entries()) {
      if (fixed) continue;
      const bodies = parts.filter((part) => Array.isArray(part)) as Statement[][];
      if (bodies.length > 0) yield edit((d) => listsOf(d)[k]!.splice(at, 1, ...structuredClone(bodies.flat())));
    }
  }
  for (let k = program.functions.length - 1; k >= 0; k--) yield edit((d) => d.functions.splice(k, 1));
  for (let k = program.tables.length - 1; k >= 0; k--) yield edit((d) => d.tables.splice(k, 1));
  for (let k = program.arguments.length - 1; k >= 0; k--) yield edit((d) => d.arguments.splice(k, 1));
  if (program.range.global.some((size) => size > 1)) {
    yield edit((d) => Object.assign(d.range, { global: [1, 1, 1], local: [1, 1, 1], offset: [0, 0, 0], workDim: 1 }));
    yield edit((d) => Object.assign(d.range, { global: [...d.range.local] }));
  }
  const slots = slotsOf(structuredClone(program) as Draft);
  for (const [k, { node }] of slots.entries()) {
    for (const smaller of replacements(node)) {
      yield edit((d) => {
        const slot = slotsOf(d)[k]!;
        slot.parts[slot.index] = structuredClone(smaller);
      });
    }
  }
}

/** The smallest program that `fails` was seen to hold for, within a number of attempts. */
export async function shrink(
  program: Program,
  fails: (candidate: Program) => Promise<boolean>,
  attempts = 600,
): Promise<Program> {
  let best = program;
  let left = attempts;
  for (let progress = true; progress; ) {
    progress = false;
    for (const candidate of candidates(best)) {
      if (left-- <= 0) return best;
      if (await fails(candidate)) {
        best = candidate;
        progress = true;
        break;
      }
    }
  }
  return best;
}
