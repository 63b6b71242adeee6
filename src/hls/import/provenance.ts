/** The memory that a pointer phi refers to, from what flows into it: generic pointers and constant tables do not say. */
import type { LlvmValue } from "../../parser/llvm/module.js";
import type { AddressSpace } from "../ir/types.js";
import type { Frame, KernelContext } from "./context.js";
import { spaceOfNumber } from "./types.js";

/** The space of a pointer value that may not be imported yet; undefined when only NULL and undef flow in. */
export function spaceOf(ctx: KernelContext, frame: Frame, value: LlvmValue): AddressSpace | undefined {
  const found = new Set<AddressSpace>();
  const seen = new Set<string>();

  const walk = (v: LlvmValue): void => {
    switch (v.kind) {
      case "local":
        walkLocal(v);
        return;
      case "global":
        found.add(ctx.module.globals.get(v.name)?.addressSpace === 3 ? "local" : "constant");
        return;
      case "constexpr":
        if (v.expression.op === "gep") walk(v.expression.base);
        else if (v.expression.op === "cast" && v.expression.cast === "addrspacecast") walk(v.expression.value);
        else declared(v);
        return;
      default:
        return;
    }
  };
  const declared = (v: LlvmValue): void => {
    const type = v.type.kind === "vector" ? v.type.element : v.type;
    // A generic pointer whose origin is out of sight says nothing.
    const space = type.kind === "ptr" ? spaceOfNumber(type.addressSpace) : "global";
    if (space) found.add(space);
  };
  const walkLocal = (v: LlvmValue & { kind: "local" }): void => {
    if (seen.has(v.name)) return;
    seen.add(v.name);
    const known = frame.values.get(v.name);
    if (known) {
      for (const lane of known) {
        const type = ctx.typeOf(lane);
        const empty = lane.kind === "const" && lane.bits === 0n;
        const isOpen = lane.kind === "value" && ctx.builder.generic.has(lane.id);
        if (type.kind === "ptr" && !empty && !isOpen) found.add(type.space);
      }
      return;
    }
    const inst = ctx.definition(frame.fn, v.name);
    switch (inst?.op) {
      case "phi":
        for (const incoming of inst.incoming) walk(incoming.value);
        return;
      case "select":
        walk(inst.whenTrue);
        walk(inst.whenFalse);
        return;
      case "gep":
        walk(inst.base);
        return;
      case "freeze":
        walk(inst.value);
        return;
      case "cast":
        if (inst.cast === "addrspacecast" || inst.cast === "bitcast") walk(inst.value);
        else declared(v);
        return;
      default:
        declared(v);
    }
  };

  walk(value);
  // Where several meet, the operands are reported when the phi is filled in.
  return [...found][0];
}
