/** Plans of random kernels keep the invariants of docs/deadlock.md, and the checker sees when they do not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NodeHost } from "../../../src/cli/node-host.js";
import { buildDatapath } from "../../../src/hls/datapath/build.js";
import { checkPlan } from "../../../src/hls/datapath/check.js";
import {
  type DecoupledPlan,
  islandsOf,
  type LoopPlan,
  type MemoryPlan,
  planSegment,
  type SegmentPlan,
} from "../../../src/hls/datapath/plan.js";
import type { ScheduledOperation } from "../../../src/hls/datapath/schedule.js";
import { longestInterval } from "../../../src/hls/datapath/sharing.js";
import { TimingModel } from "../../../src/hls/datapath/timing.js";
import type { Datapath } from "../../../src/hls/datapath/types.js";
import { parseKernel } from "../../../src/hls/ir/parse.js";
import type { Kernel, ValueId } from "../../../src/hls/ir/types.js";
import { structureKernel } from "../../../src/hls/structure/structure.js";
import { loadFamily } from "../../../src/target/load.js";
import { randomKernel } from "../random-kernel.js";

const family = loadFamily(new NodeHost(), "xcup");

function planOf(kernel: Kernel, interval = 1): { datapath: Datapath; plan: SegmentPlan } {
  const datapath = buildDatapath(structureKernel(kernel));
  const timing = new TimingModel(family, (o) => (o.kind === "value" ? datapath.types.get(o.id)! : o.type));
  return { datapath, plan: planSegment(datapath, timing, { hit: 12, miss: 64, scratch: 8 }, interval) };
}

/** A dot product with a read-modify-write at the end. */
const dot = `
kernel dot {
  param a "float*" buffer bytes 8 values %0.a: ptr @ 0
  param c "float*" buffer bytes 8 values %1.c: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %2.n: i32 @ 0
b0:
  %3.i = workitem i64 global_id 0
  %4 = shl i64 %3, 2
  %5 = ptradd ptr %1, %4
  %6 = icmp sgt i32 %2, 0
  condbr %6, b1, b2
b1:
  %7.k = phi i32 [b0: 0, b1: %12]
  %8.s = phi f32 [b0: 0x00000000, b1: %11]
  %9 = ptradd ptr %0, %4
  %10 = load f32 %9 align 4
  %11 = fadd f32 %8, %10
  %12 = add i32 %7, 1
  %13 = icmp slt i32 %12, %2
  condbr %13, b1, b2
b2:
  %14 = phi f32 [b0: 0x00000000, b1: %11]
  %15 = load f32 %5 align 4
  %16 = fadd f32 %15, %14
  store f32 %16 to %5 align 4
  ret
}
`;

/** The same with a loop that ends by what it reads, so that its iterations wait for each other. */
const search = dot.replace("%13 = icmp slt i32 %12, %2", "%13 = fcmp olt f32 %11, 0x42c80000");

describe("plans", () => {
  it("keep the invariants, whatever the kernel", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (seed, size, interval) => {
          const { datapath, plan } = planOf(randomKernel(seed, size, { simple: true }), interval);
          checkPlan(datapath, plan);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("puts the loop first, then the load of the result as late as it may come, then the store", () => {
    const { datapath, plan } = planOf(parseKernel(search));
    expect(plan.steps.map((s) => s.kind)).toEqual(["loop", "memory", "memory"]);
    const [loop, load, store] = plan.steps as [LoopPlan, MemoryPlan, MemoryPlan];
    expect(loop.body.steps.map((s) => s.kind)).toEqual(["memory"]);
    expect(load.step.accesses.map((a) => a.node.kind)).toEqual(["load"]);
    expect(store.step.accesses.map((a) => a.node.kind)).toEqual(["store"]);
    expect(datapath.groups).toEqual([
      { index: 0, space: "global", parameters: [0], variables: [], reads: true, writes: false, atomics: false },
      { index: 1, space: "global", parameters: [1], variables: [], reads: true, writes: true, atomics: false },
    ]);
  });

  it("sizes a ring so that it holds a token for every cycle of its round trip", () => {
    const { plan } = planOf(parseKernel(search));
    const loop = plan.steps[0] as LoopPlan;
    const islands = loop.body.islands.reduce((n, i) => n + i.schedule.latency, 0);
    expect(islands).toBeGreaterThanOrEqual(family.latency.fadd32!);
    expect(loop.tokens).toBeGreaterThan(islands + 12 + 64);
  });

  it("takes a loop apart whose iterations wait for each other only in a sum", () => {
    const { datapath, plan } = planOf(parseKernel(dot));
    expect(plan.steps.map((s) => s.kind)).toEqual(["decoupled", "memory", "memory"]);
    const [loop, ...rest] = plan.steps as [DecoupledPlan, MemoryPlan, MemoryPlan];
    expect(loop.step.inductions.map((c) => datapath.names.get(c.result.id))).toEqual(["k"]);
    expect(loop.step.accumulators.map((c) => datapath.names.get(c.result.id))).toEqual(["s"]);
    expect(loop.feed.steps.map((s) => s.kind)).toEqual(["memory"]);
    expect(loop.collector!.island.schedule.latency).toBe(family.latency.fadd32);
    // One work-item has an iteration every cycle.
    expect(loop.generator.schedule.latency).toBe(0);
    const withLoop = (changed: DecoupledPlan): SegmentPlan => ({ ...plan, steps: [changed, ...rest] });
    const broken = [
      withLoop({ ...loop, feedInputs: { ...loop.feedInputs, parked: [] } }),
      withLoop({ ...loop, generator: { ...loop.generator, inputs: loop.generator.inputs.slice(1) } }),
      withLoop({ ...loop, exitInputs: { carried: [...loop.exitInputs.carried, 10 as ValueId], parked: [] } }),
    ];
    for (const mutant of broken) expect(() => checkPlan(datapath, mutant)).toThrow();
  });

  it("are refused when an invariant is broken", () => {
    const { datapath, plan } = planOf(parseKernel(search));
    const [loop, load, store] = plan.steps as [LoopPlan, MemoryPlan, MemoryPlan];
    const withSteps = (steps: SegmentPlan["steps"]): SegmentPlan => ({ ...plan, steps });
    const broken: [string, SegmentPlan][] = [
      ["D1", withSteps([{ ...loop, ring: loop.ring.slice(1) }, load, store])],
      ["D2", { ...plan, islands: plan.islands.map((i) => ({ ...i, depth: i.schedule.latency })) }],
      ["D3", withSteps([loop, { ...load, depth: 0 }, store])],
      [
        "D4",
        withSteps([
          loop,
          { ...load, step: { ...load.step, accesses: [...load.step.accesses, ...store.step.accesses] } },
          { ...store, step: { kind: "memory", accesses: [], prints: [] } },
        ]),
      ],
      ["D5", withSteps([{ ...loop, tokens: 0 }, load, store])],
    ];
    for (const [name, mutant] of broken) expect(() => checkPlan(datapath, mutant), name).toThrow();
    expect(() => checkPlan(datapath, plan)).not.toThrow();
  });
});

describe("shared operators", () => {
  /** Eight products of different pairs and their sum, as a chain. */
  const products = parseKernel(`
kernel products {
  param a "float*" buffer bytes 8 values %0.a: ptr @ 0
b0:
  %1.i = workitem i64 global_id 0
  %2 = shl i64 %1, 2
  %3 = ptradd ptr %0, %2
  %4 = load f32 %3 align 4
  %5 = fmul f32 %4, %4
  %6 = fmul f32 %4, %5
  %7 = fmul f32 %5, %6
  %8 = fmul f32 %4, %4
  %9 = fmul f32 %4, %4
  %10 = fadd f32 %7, %8
  %11 = fadd f32 %10, %9
  store f32 %11 to %3 align 4
  ret
}
`);
  const operatorsOf = (plan: SegmentPlan, kind: string) =>
    new Set(
      islandsOf(plan).flatMap(({ schedule }) =>
        schedule.operations.flatMap(({ turn }) => (turn?.unit.startsWith(kind) ? [turn.unit] : [])),
      ),
    ).size;

  it("are as few as the interval allows, and stay an operation's own where there is one", () => {
    const at = (interval: number) => planOf(products, interval).plan;
    expect([1, 2, 3, 4, 5].map((interval) => operatorsOf(at(interval), "fmul"))).toEqual([0, 3, 2, 2, 1]);
    expect([1, 2, 5].map((interval) => operatorsOf(at(interval), "fadd"))).toEqual([0, 1, 1]);
    expect(longestInterval(planOf(products).datapath)).toBe(5);
  });

  it("are refused in a plan in which two operations have one in the same turn, or one not in its turn", () => {
    const { datapath, plan } = planOf(products, 5);
    const change = (of: (operation: ScheduledOperation, k: number) => ScheduledOperation): SegmentPlan => ({
      ...plan,
      islands: plan.islands.map((island) => ({
        ...island,
        schedule: { ...island.schedule, operations: island.schedule.operations.map(of) },
      })),
    });
    expect(() =>
      checkPlan(
        datapath,
        change((x) => x),
      ),
    ).not.toThrow();
    const elsewhere = change((x) => (x.turn ? { ...x, turn: { ...x.turn, turn: (x.turn.turn + 1) % 5 } } : x));
    expect(() => checkPlan(datapath, elsewhere)).toThrow("does not start in its turn");
    const together = change((x) => (x.turn ? { ...x, turn: { unit: "one", turn: x.start % 5 } } : x));
    expect(() => checkPlan(datapath, together)).toThrow("two operations have one");
  });
});

describe("groupAccesses", () => {
  it("knows a constant table also when the index is the same for the whole launch", () => {
    const kernel = parseKernel(`
kernel lookup {
  param o "int*" buffer bytes 8 values %0.o: ptr @ 0
  param n "int" scalar bytes 4 element int 32 x 1 values %1.n: i32 @ 0
  object table align 4 hex "0100000002000000"
b0:
  %2 = and i32 %1, 1
  %3 = zext i32 %2 to i64
  %4 = shl i64 %3, 2
  %5 = ptradd ptr.constant @table, %4
  %6 = load i32 %5 align 4
  store i32 %6 to %0 align 4
  ret
}
`);
    const { accesses, groups } = buildDatapath(structureKernel(kernel));
    expect(accesses.map((a) => a.node.kind)).toEqual(["store"]);
    expect(groups.map((g) => g.parameters)).toEqual([[0]]);
  });
});
