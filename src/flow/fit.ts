/** Whether a circuit fits its board. */
import { inputError } from "../support/errors.js";
import { grouped } from "../support/text.js";
import type { Board, BoardResources } from "../target/board.js";

const NAMES: Readonly<Record<keyof BoardResources, string>> = {
  lut: "lookup tables",
  ff: "flip-flops",
  dsp: "DSP blocks",
  bram: "block RAMs",
  uram: "large RAM blocks",
};

/** Refuses a kernel that takes more of something than the board has, with the resource that lacks and by how much. */
export function checkFit(board: Board, kernel: string, area: BoardResources): void {
  const available = board.resources.value;
  const lacking = (Object.keys(NAMES) as (keyof BoardResources)[]).filter((key) => area[key] > available[key]);
  if (lacking.length === 0) return;
  const what = lacking.map(
    (key) =>
      `${grouped(area[key])} ${NAMES[key]} of ${grouped(available[key])}` +
      (available[key] > 0 ? ` (${((area[key] / available[key]) * 100).toFixed(0)} %)` : ""),
  );
  throw inputError("build/does-not-fit", `${kernel} does not fit ${board.name}: it takes ${what.join(", ")}`, {
    help: "Take a larger board, or let the kernel do less at a time.",
  });
}
