/** `soff build --until bitstream` for boards with open tools: projects to bitstreams, deeper pipelines until the clock is met. */
import { join } from "node:path";
import type { DesignKernel } from "../rtl/design.js";
import { SoffError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import type { Board, OpenFlow } from "../target/board.js";
import { pack, placeAndRoute, type Routed } from "../tools/nextpnr.js";
import { runTool, tools } from "../tools/tool.js";
import { type Area, areaFromStatistics, SYNTHESIS_MS } from "../tools/yosys.js";
import { checkFit, DoesNotFitError } from "./fit.js";
import type { Project } from "./project.js";

export interface Implemented {
  readonly kernel: string;
  /** Kernel and shell. */
  readonly area: Area;
  /** The best of the placements. */
  readonly routed: Routed;
  /** Relative to the design's folder; absent when the clock was missed. */
  readonly bitstream?: string;
}

/** Seeds of the placer that are tried while the clock is missed by little. */
const SEEDS = 3;
/** Another placement may gain this much. */
const SEED_GAIN = 0.06;

/** Runs Yosys, nextpnr and, when the clock is met, the packer in one project's folder. */
export async function implement(
  host: Host,
  folder: string,
  project: Project,
  kernel: DesignKernel,
  board: Board,
  flow: OpenFlow,
): Promise<Implemented> {
  const cwd = join(folder, project.folder);
  host.progress(`synthesising ${project.kernel} for ${board.name} with Yosys`);
  await runTool(host, tools.yosys, ["-q", "-s", "synthesise.ys"], {
    cwd,
    log: join(cwd, "yosys.log"),
    timeoutMs: SYNTHESIS_MS,
  });
  const area = areaFromStatistics(host.readText(join(cwd, "statistics.txt")), board.family);
  checkFit(board, kernel, area);
  const runs: Routed[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    host.progress(`placing and routing ${project.kernel} with ${flow.placeAndRoute} (seed ${seed})`);
    const routed = await placeAndRoute(host, cwd, flow, project.clockMHz, seed).catch((error: unknown) => {
      const lack = error instanceof SoffError && error.diagnostics.find(({ code }) => code === "build/does-not-fit");
      throw lack ? new DoesNotFitError(lack, kernel) : error;
    });
    if (isMet(routed)) {
      const bitstream = `${project.folder}/${await pack(host, cwd, flow)}`;
      return { kernel: project.kernel, area, routed, bitstream };
    }
    runs.push(routed);
    if (reached(routed) < 1 - SEED_GAIN) break;
  }
  return { kernel: project.kernel, area, routed: runs.sort((a, b) => reached(b) - reached(a))[0]! };
}

/** Part of the wanted clock that was reached. */
export const reached = ({ clock }: Routed): number => clock.achievedMHz / clock.wantedMHz;
const isMet = (routed: Routed): boolean => reached(routed) >= 1;
