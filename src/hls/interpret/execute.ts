/** The order in which the work-items of a launch are executed: group by group, x fastest, in turns where there are barriers. */
import type { Dim3, Launch } from "../../launch/launch.js";
import { type Diagnostic, InputError } from "../../support/errors.js";
import { formatSpan } from "../../support/source.js";
import type { SteppedWorkItem, WorkItemArguments, WorkItemFunction } from "./compile.js";
import type { Memory } from "./memory.js";
import type { EffectSite } from "./sites.js";

/** The work-item that is running, for messages. */
export interface Position {
  readonly global: [number, number, number];
}

export function groupCounts({ range: { global, local } }: Launch): Dim3 {
  return [Math.ceil(global[0] / local[0]), Math.ceil(global[1] / local[1]), Math.ceil(global[2] / local[2])];
}

/** Most work-items that a group of the launch has. */
export function largestGroup({ range: { global, local } }: Launch): number {
  return [0, 1, 2].reduce((product, d) => product * Math.min(local[d]!, Math.max(global[d]!, 1)), 1);
}

/** What is executed, and who watches. */
export interface Order {
  readonly launch: Launch;
  readonly memory: Memory;
  readonly current: Position;
  readonly observer?: { workItem(index: number): void };
  /** Which work-groups are executed. */
  readonly groups?: (group: number) => boolean;
}

/** All work-items one after the other. */
export function executeAll(run: WorkItemFunction, order: Order): void {
  const { memory, current, observer } = order;
  let steps = 0;
  let started = 0;
  forEachGroup(order, (forEachItem) => {
    memory.startGroup();
    forEachItem((item) => {
      memory.startItem(0);
      setPosition(current, item);
      observer?.workItem(started++);
      // Written out: this is the interpreter's innermost call.
      const [x, y, z, lx, ly, lz, gx, gy, gz, sx, sy, sz] = item;
      steps = run(steps, x, y, z, lx, ly, lz, gx, gy, gz, sx, sy, sz, 0);
    });
  });
}

interface Running {
  readonly item: WorkItemArguments;
  readonly steps: Generator<number, void>;
  /** How many work-items were started before. */
  readonly index: number;
}

/** The work-items of a group in turns: each runs to its next barrier, then the next one. */
export function executeInTurns(start: SteppedWorkItem, order: Order, barriers: readonly EffectSite<"barrier">[]): void {
  const { launch, memory, current, observer } = order;
  let started = 0;
  forEachGroup(order, (forEachItem) => {
    memory.startGroup();
    let running: Running[] = [];
    forEachItem((item) => {
      const distance = running.length * memory.privateStride;
      memory.startItem(distance);
      const own: WorkItemArguments = [...item];
      own[privateDistance] = distance;
      running.push({ item: own, steps: start(...own), index: started++ });
    });
    while (running.length > 0) {
      const waiting: Running[] = [];
      let reached = -1;
      for (const work of running) {
        setPosition(current, work.item);
        observer?.workItem(work.index);
        const { done, value } = work.steps.next();
        if (done) continue;
        if (waiting.length > 0 && value !== reached)
          throw divergence(launch, barriers, [waiting[0]!, reached], [work, value]);
        reached = value;
        waiting.push(work);
      }
      running = waiting;
    }
  });
}

/** Where in the arguments of a work-item the distance of its private memory stands. */
const privateDistance = 12;

function setPosition(current: Position, [x, y, z]: WorkItemArguments): void {
  current.global[0] = x;
  current.global[1] = y;
  current.global[2] = z;
}

/** Work-items get one array, which is filled anew for each. */
function forEachGroup(
  { launch, groups: chosen }: Order,
  visit: (forEachItem: (run: (item: WorkItemArguments) => void) => void) => void,
) {
  const { global, local, offset } = launch.range;
  const groups = groupCounts(launch);
  let number = 0;
  const item: WorkItemArguments = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let gz = 0; gz < groups[2]; gz++)
    for (let gy = 0; gy < groups[1]; gy++)
      for (let gx = 0; gx < groups[0]; gx++) {
        if (chosen && !chosen(number++)) continue;
        visit((run) => {
          const first = [gx * local[0], gy * local[1], gz * local[2]] as const;
          [item[6], item[7], item[8]] = [gx, gy, gz];
          for (let d = 0; d < 3; d++) item[9 + d] = Math.min(local[d]!, global[d]! - first[d]!);
          for (let lz = 0; lz < item[11]; lz++)
            for (let ly = 0; ly < item[10]; ly++)
              for (let lx = 0; lx < item[9]; lx++) {
                item[0] = offset[0] + first[0] + lx;
                item[1] = offset[1] + first[1] + ly;
                item[2] = offset[2] + first[2] + lz;
                item[3] = lx;
                item[4] = ly;
                item[5] = lz;
                run(item);
              }
        });
      }
}

function divergence(
  launch: Launch,
  barriers: readonly EffectSite<"barrier">[],
  first: readonly [Running, number],
  second: readonly [Running, number],
) {
  const idOf = ([{ item }]: readonly [Running, number]) => `(${item.slice(0, launch.range.workDim).join(", ")})`;
  const spanOf = ([, barrier]: readonly [Running, number]) => barriers[barrier]!.instruction.span;
  const placeOf = (which: readonly [Running, number]) =>
    spanOf(which).line > 0 ? `the barrier at ${formatSpan(spanOf(which))}` : `barrier ${which[1]}`;
  const message = `kernel ${launch.kernel}: work-item ${idOf(first)} waits at ${placeOf(first)}, while work-item ${idOf(second)} of its group waits at ${placeOf(second)}`;
  const diagnostic: Diagnostic = {
    code: "kernel/barrier-divergence",
    severity: "error",
    message,
    span: spanOf(second),
    help: "All work-items of a group must come to the same barriers in the same order: move the barrier out of the branch or loop that only some of them take.",
    notes: [
      {
        code: "note/other-barrier",
        severity: "note",
        message: "some work-items of the group wait at this barrier",
        span: spanOf(first),
      },
    ],
  };
  return new InputError([diagnostic]);
}
