/** `soff run --profile` for people: where the cycles went, then the counters. */
import type { Profile } from "../launch/profile/profile.js";
import { columns, grouped } from "../support/text.js";

/** Causes of a smaller part of the cycles are summed up. */
const leastShare = 0.005;

export function profileText(profile: Profile): string {
  const shown = profile.causes.filter((cause) => cause.share >= leastShare);
  const causes = shown.flatMap(({ cycles, share, file, line, what, help }) => [
    [percent(share), grouped(cycles), line > 0 ? `${file}:${line}` : "", what],
    ["", "", "", `  ${help}`],
  ]);
  const rest = profile.causes.filter((cause) => cause.share < leastShare);
  if (rest.length > 0) {
    const sum = (of: (cause: (typeof rest)[number]) => number) => rest.reduce((total, cause) => total + of(cause), 0);
    causes.push([percent(sum((cause) => cause.share)), grouped(sum((cause) => cause.cycles)), "", "everything else"]);
  }
  const sections = [`\nWhere the cycles went\n${columns(causes)}`];
  const section = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) => {
    if (rows.length > 0) sections.push(`${title}\n${columns([head, ...rows].map((row) => [...row]))}`);
  };
  section(
    "Loops",
    ["", "iterations", "tokens in", "inside", "blocked", "all under way", "too few"],
    profile.loops.map((x) => [
      x.copies > 1 ? `${x.label} (${x.copies} copies)` : x.label,
      ...[x.iterations, x.entered, x.occupancy, x.blocked, x.waiting, x.idle].map((n) => grouped(Math.round(n))),
    ]),
  );
  section(
    "Accesses",
    ["", "requests", "refused", "no room for answers"],
    profile.accesses.map((x) => [x.label, grouped(x.requests), grouped(x.refused), grouped(x.full)]),
  );
  section(
    "Memory units",
    ["", "reads", "writes", "hits", "lines read", "lines written", "stalls", "waits for a line"],
    profile.units.map((x) => {
      const { queue, writeback, fetch, evict } = x.stalls;
      const numbers = [
        x.reads,
        x.writes,
        x.hits,
        x.fetches,
        x.writebacks,
        queue + writeback + fetch + evict,
        x.lineWait,
      ];
      return [x.label, ...numbers.map(grouped)];
    }),
  );
  section(
    "Local and private memory",
    ["", "requests", "conflicts"],
    profile.scratch.map((x) => [x.label, grouped(x.requests), grouped(x.conflicts)]),
  );
  section(
    "Barriers",
    ["", "arrivals", "groups let go"],
    profile.barriers.map((x) => [x.line > 0 ? `${x.file}:${x.line}` : x.label, grouped(x.arrivals), grouped(x.phases)]),
  );
  section(
    "Memory channels",
    ["", "bytes read", "bytes written", "bursts", "row misses", "turnarounds", "busy"],
    profile.channels.map((x) => [
      x.memory,
      ...[x.bytesRead, x.bytesWritten, x.bursts, x.rowMisses, x.turnarounds].map(grouped),
      percent(x.busy),
    ]),
  );
  return sections.join("\n\n");
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
