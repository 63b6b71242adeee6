/** Prints the entrance of a datapath: work-groups and work-items take the slots of their local and private memory. */

import { constant, type Expr } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { bitsFor } from "../../support/numbers.js";
import type { Slots } from "../datapath/types.js";
import type { EmitContext } from "./context.js";
import { clk, rst } from "./stream.js";

/** What barriers know of the work-groups under way. */
export interface GroupState {
  readonly slotBits: number;
  readonly countBits: number;
  /** log2 of the places of a group, launch-wide. */
  readonly groupLog: Expr;
  readonly underWay: Expr;
  readonly closed: Expr;
}

export interface Entrance {
  readonly valid: Expr;
  readonly ready: Expr;
  /** Slots of the work-item at the entrance. */
  readonly groupSlot: Expr | undefined;
  readonly itemSlot: Expr | undefined;
  readonly groups: GroupState;
}

/** Work-items come in by `item_valid`/`item_ready`/`item_last`; `retire` and the slots there are declared by the caller. */
export function emitEntrance(
  m: ModuleBuilder,
  context: EmitContext,
  slots: Slots,
  item: { readonly valid: Expr; readonly ready: Expr },
  retire: { readonly valid: Expr; readonly groupSlot: Expr | undefined; readonly itemSlot: Expr | undefined },
): Entrance {
  const none = constant(0, 1);
  const groups: GroupState = {
    slotBits: bitsFor(slots.groups),
    countBits: bitsFor(slots.largestGroup + 1),
    groupLog: slots.barriers ? m.input("group_log", 4) : none,
    underWay: none,
    closed: none,
  };
  let { valid, ready } = item;
  let groupSlot: Expr | undefined;
  let itemSlot: Expr | undefined;
  let state = groups;
  if (slots.groups > 0) {
    m.blank();
    m.comment("Work-groups under way");
    const underWay = m.wire("under_way", slots.groups * groups.countBits);
    const closed = m.wire("closed", slots.groups);
    m.sink(underWay, closed);
    groupSlot = m.wire("entering_group", groups.slotBits);
    m.sink(groupSlot);
    const next = { valid: m.wire("group_valid"), ready: m.wire("group_ready") };
    m.instance(
      "soff_group_slots",
      "groups",
      { SLOTS: slots.groups, SLOT_W: groups.slotBits, COUNT_W: groups.countBits },
      {
        clk,
        rst,
        allowed: m.input("slots_allowed", slots.groups),
        in_valid: valid,
        in_ready: ready,
        in_last: m.input("item_last"),
        out_valid: next.valid,
        out_ready: next.ready,
        out_slot: groupSlot,
        retire: retire.valid,
        retire_slot: retire.groupSlot!,
        under_way: underWay,
        closed,
      },
    );
    context.stage("groups", "dispatch", "work-groups under way", undefined);
    ({ valid, ready } = next);
    state = { ...groups, underWay, closed };
  }
  if (slots.itemSlots > 0) {
    m.blank();
    m.comment("Work-items with private memory under way");
    const bits = bitsFor(slots.itemSlots);
    itemSlot = m.wire("entering_item", bits);
    m.sink(itemSlot);
    const next = { valid: m.wire("slot_valid"), ready: m.wire("slot_ready") };
    m.instance(
      "soff_item_slots",
      "item_slots",
      { SLOTS: slots.itemSlots, SLOT_W: bits },
      {
        clk,
        rst,
        in_valid: valid,
        in_ready: ready,
        out_valid: next.valid,
        out_ready: next.ready,
        out_slot: itemSlot,
        retire: retire.valid,
        retire_slot: retire.itemSlot!,
      },
    );
    context.stage("item_slots", "dispatch", "work-items with private memory under way", undefined);
    ({ valid, ready } = next);
  }
  return { valid, ready, groupSlot, itemSlot, groups: state };
}
