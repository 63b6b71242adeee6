/** Whether a circuit fits its board, and building it again with more operators shared until it does. */
import { type Diagnostic, InputError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { grouped } from "../support/text.js";
import type { Board, BoardResources } from "../target/board.js";

const NAMES: Readonly<Record<keyof BoardResources, string>> = {
  lut: "lookup tables",
  ff: "flip-flops",
  dsp: "DSP blocks",
  bram: "block RAMs",
  uram: "large RAM blocks",
};

/** A kernel that takes more of something than the board has. */
export class DoesNotFitError extends InputError {
  constructor(
    diagnostic: Pick<Diagnostic, "code" | "message" | "help">,
    readonly kernel: { readonly name: string; readonly turns?: number },
    /** What it takes, as a multiple of what there is, of the scarcest resource. */
    readonly excess = 1,
  ) {
    super([{ severity: "error", ...diagnostic }]);
  }
}

/**
 * Refuses a kernel that takes more of something than the board has, with every resource that lacks and by how much.
 * `turns`: how many operations share an operator at most.
 */
export function checkFit(
  board: Board,
  kernel: { readonly name: string; readonly turns?: number },
  area: BoardResources,
): void {
  const available = board.resources.value;
  const lacking = (Object.keys(NAMES) as (keyof BoardResources)[]).filter((key) => area[key] > available[key]);
  if (lacking.length === 0) return;
  const what = lacking.map(
    (key) =>
      `${grouped(area[key])} ${NAMES[key]} of ${grouped(available[key])}` +
      (available[key] > 0 ? ` (${((area[key] / available[key]) * 100).toFixed(0)} %)` : ""),
  );
  const { name, turns = 1 } = kernel;
  const shared = turns > 1 ? `, with operators shared by up to ${turns} operations` : "";
  throw new DoesNotFitError(
    {
      code: "build/does-not-fit",
      message: `${name} does not fit ${board.name}: it takes ${what.join(", ")}${shared}`,
      help: "Take a larger board, or let the kernel do less at a time.",
    },
    kernel,
    Math.max(...lacking.map((key) => area[key] / available[key])),
  );
}

/** For every kernel, how many operations share an operator at most; undefined: the compiler's choice. */
export type Interval = (kernel: string) => number | undefined;

/**
 * Lets `attempt` build; when a kernel does not fit, again with twice as many of its operations at an operator (four times as many
 * when it is more than twice too large), until nothing more can be shared. What does not even fit then is refused with the
 * figures of that last attempt.
 */
export async function foldedUntilItFits<T>(host: Host, attempt: (interval: Interval) => Promise<T>): Promise<T> {
  const intervals = new Map<string, number>();
  const tried = new Map<string, number>();
  for (;;) {
    try {
      return await attempt((kernel) => intervals.get(kernel));
    } catch (error) {
      if (!(error instanceof DoesNotFitError)) throw error;
      const { name, turns = 1 } = error.kernel;
      // Asked for more turns, the kernel came back with as many as before: all its operations share already.
      if (tried.get(name) === turns) throw error;
      tried.set(name, turns);
      const more = turns * (error.excess > 2 ? 4 : 2);
      intervals.set(name, more);
      host.progress(`${error.diagnostics[0]!.message}: again with operators shared by up to ${more} operations`);
    }
  }
}
