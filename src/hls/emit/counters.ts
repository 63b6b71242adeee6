/** Event counters in the circuit: what is counted, and the unit that counts. */
import { type CounterInfo, counterBase, type DesignCounter } from "../../rtl/design.js";
import { and, concat, type Expr, name, not } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { unsupported } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";
import type { EmitContext } from "./context.js";
import { clk, rst, type Stream } from "./stream.js";

/** An event and the wire that is high in each cycle in which it happens. */
export type CountedSignal = CounterInfo & { readonly signal: Expr };

/** The window of the register file has room for so many. */
const MOST = 256;

/** Counts what a loop's ring does: `entry` is where tokens come in, `head` where iterations begin. */
export function countLoop(
  context: EmitContext,
  loop: { readonly label: string; readonly span: SourceSpan },
  entry: Pick<Stream, "valid" | "ready">,
  head: Pick<Stream, "valid" | "ready">,
): void {
  context.count("iterations", loop.label, loop.span, () => and(head.valid, head.ready));
  context.count("tokens in", loop.label, loop.span, () => and(entry.valid, entry.ready));
  context.count("blocked", loop.label, loop.span, () => and(head.valid, not(head.ready)));
}

/** Events of the dispatcher and of the memory channels. */
export function topEvents(
  item: Pick<Stream, "valid" | "ready">,
  channels: readonly string[],
  place: { readonly file: string; readonly line: number },
): CountedSignal[] {
  const dispatcher = { label: "work-item dispatcher", ...place };
  return [
    { event: "tokens", ...dispatcher, signal: and(item.valid, item.ready) },
    { event: "held back", ...dispatcher, signal: and(item.valid, not(item.ready)) },
    ...channels.flatMap((label, c): CountedSignal[] => {
      const port = (wire: string): Expr => name(`m_axi${c}_${wire}`, 1);
      const channel = { label, ...place };
      return [
        { event: "beats read", ...channel, signal: and(port("rvalid"), port("rready")) },
        { event: "beats written", ...channel, signal: and(port("wvalid"), port("wready")) },
        { event: "reads waiting", ...channel, signal: and(port("arvalid"), not(port("arready"))) },
        { event: "writes waiting", ...channel, signal: and(port("awvalid"), not(port("awready"))) },
      ];
    }),
  ];
}

/** All events side by side, the first in the lowest bit. */
export function eventVector(counters: readonly CountedSignal[]): Expr {
  return concat(...[...counters].reverse().map((c) => c.signal));
}

/** The register file's side: which counter is asked for, and its value. */
export interface CounterWindow {
  readonly index: Expr;
  readonly count: Expr;
}

/**
 * Prints the counting unit of the top module. `copies`: a vector of the datapath's events (`inside`) for each copy of it. Throws when there
 * are more events than the register file has room for.
 */
export function emitCounters(
  m: ModuleBuilder,
  window: CounterWindow,
  launch: { readonly start: Expr; readonly busy: Expr },
  outside: readonly CountedSignal[],
  inside: readonly CounterInfo[],
  copies: readonly Expr[],
): DesignCounter[] {
  const events = outside.length + inside.length * copies.length;
  if (events > MOST) {
    throw unsupported(
      "counters/too-many",
      `${events} events are to be counted, but the register file has room for ${MOST}`,
      { help: "Build this kernel without --counters; soff run --profile counts in simulation." },
    );
  }
  m.blank();
  m.comment("Event counters");
  const vector = concat(...[...(inside.length > 0 ? copies : [])].reverse(), eventVector(outside));
  m.instance(
    "soff_counters",
    "counters",
    { EVENTS: events },
    {
      clk,
      rst,
      clear: launch.start,
      enable: launch.busy,
      events: m.define("events", vector),
      index: window.index,
      count: window.count,
    },
  );
  const offset = (index: number): number => counterBase + 8 * index;
  return [
    ...outside.map(({ signal: _, ...info }, k) => ({ ...info, offsets: [offset(k)] })),
    ...inside.map((info, k) => ({
      ...info,
      offsets: copies.map((_, copy) => offset(outside.length + copy * inside.length + k)),
    })),
  ];
}
