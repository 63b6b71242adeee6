/** What a random expression or statement may refer to at some place of the program. */
import type { Argument, Helper, Type } from "./syntax.js";
import { sameType } from "./syntax.js";

export interface Variable {
  readonly name: string;
  readonly type: Type;
  /** Loop counters and parameters are only read, so that loops end. */
  readonly writable: boolean;
}

/** A buffer that may be used here. `mask` is its number of elements, or of those of one work-item, minus one. */
export interface Region {
  readonly name: string;
  readonly type: Type;
  readonly mask: number;
  readonly readable: boolean;
  readonly writable: boolean;
  /** Text before the masked index: where this work-item's own elements begin. */
  readonly base: string;
  readonly space: "__global" | "__local" | "__private";
  /** Bytes of the elements may be seen one by one (integers only: a NaN's bits are left open). */
  readonly bytewise: boolean;
}

export interface Scope {
  readonly variables: Variable[];
  readonly functions: readonly Helper[];
  readonly regions: Region[];
  readonly tables: readonly { readonly name: string; readonly type: Type; readonly mask: number }[];
  readonly inKernel: boolean;
  /** A work-item may return before the end: no barrier comes after. */
  readonly mayReturn: boolean;
  /** How deep in statements, and in loops. */
  readonly depth: number;
  readonly loops: number;
  /** `continue` and `break` are legal; inside a switch `break` leaves only that. */
  readonly inLoop: boolean;
  /** Type that `return` gives, in a helper function. */
  readonly result?: Type;
}

export function inner(scope: Scope, more: Partial<Scope> = {}): Scope {
  return { ...scope, variables: [...scope.variables], depth: scope.depth + 1, ...more };
}

export function variablesOf(scope: Scope, type: Type): Variable[] {
  return scope.variables.filter((v) => sameType(v.type, type));
}

export function regionOf(argument: Argument, itemElements: number): Region | undefined {
  if (argument.kind === "scalar" || argument.access === "count") return undefined;
  const own = argument.access !== "read";
  return {
    name: argument.name,
    type: argument.type,
    mask: own ? itemElements - 1 : argument.elements - 1,
    readable: argument.access !== "write",
    writable: own,
    base: own ? `gid * ${itemElements} + ` : "",
    bytewise: argument.type.element.kind !== "float" && argument.type.lanes === 1,
    space: "__global",
  };
}
