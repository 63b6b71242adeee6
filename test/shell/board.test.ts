/** Whole boards: the host program over a pseudo-terminal, a serial line with wrong bits, shell, kernel, memory. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runKernel } from "../../src/flow/run.js";
import { readNpy } from "../../src/launch/npy.js";
import type { SoffError } from "../../src/support/errors.js";
import { type BuiltBoard, buildBoard, host, startBoard } from "./rig.js";

/** Runs a launch on a simulated board and gives what it said and the contents of the output. */
async function launch(
  board: BuiltBoard,
  errors: number,
  request: { kernel: string; global: number; local?: number; arguments: readonly string[] },
  output: string,
) {
  const running = await startBoard(board, errors, 7);
  const out = join(board.folder, "out");
  const { report } = await runKernel(host, {
    target: board.folder,
    kernel: request.kernel,
    compile: {},
    global: [request.global],
    ...(request.local === undefined ? {} : { local: [request.local] }),
    arguments: request.arguments,
    engine: "rtl",
    check: true,
    out,
    port: running.port,
  }).finally(async () => {
    said = await running.stop();
  });
  const { bytes } = readNpy(host.readFile(join(out, `${output}.npy`)), output);
  return { report, bytes, said };
}
let said = "";

describe("iCEBreaker", () => {
  let board: BuiltBoard;
  beforeAll(async () => {
    board = await buildBoard("icebreaker", join(host.packageRoot, "examples/vector_add/vector_add.cl"), "vector_add");
  }, 300_000);
  afterAll(() => board?.remove());

  it("runs vector add though bits on the line are wrong", { timeout: 300_000 }, async () => {
    const n = 300;
    const result = await launch(
      board,
      2e-4,
      { kernel: "vector_add", global: n, arguments: [`iota:float32:${n}`, `iota:float32:${n}`, `zeros:float32:${n}`] },
      "c",
    );
    const floats = new Float32Array(result.bytes.buffer, result.bytes.byteOffset, n);
    expect([...floats]).toEqual(Array.from({ length: n }, (_, i) => 2 * i));
    expect(result.report).toMatchObject({
      engine: "board",
      check: { mismatches: 0 },
      bytesRead: 8 * n,
      bytesWritten: 4 * n,
    });
    expect(Number(/flips (\d+)/.exec(result.said)![1])).toBeGreaterThan(0);
  });

  it("refuses a board that holds another design", { timeout: 300_000 }, async () => {
    const source = join(board.folder, "other.cl");
    host.writeFile(source, "__kernel void other(__global int *x) { x[get_global_id(0)] *= 3; }");
    const running = await startBoard(board, 0, 1);
    const run = runKernel(host, {
      target: source,
      board: "icebreaker",
      compile: {},
      global: [4],
      arguments: ["iota:int32:4"],
      engine: "rtl",
      check: false,
      port: running.port,
    });
    const error = await run.then(
      () => undefined,
      (failure: SoffError) => failure,
    );
    await running.stop();
    expect(error?.diagnostics[0]?.code).toBe("board/other-design");
    expect(error?.exitCode).toBe(4);
  });
});

describe("ULX3S with its SDRAM", () => {
  const built: BuiltBoard[] = [];
  afterAll(() => {
    for (const board of built) board.remove();
  });
  const boardFor = async (kernel: string, file: string): Promise<BuiltBoard> => {
    const board = await buildBoard("ulx3s-85f", join(host.packageRoot, "examples", file), kernel);
    built.push(board);
    return board;
  };

  it("runs vector add", { timeout: 600_000 }, async () => {
    const n = 160;
    const board = await boardFor("vector_add", "vector_add/vector_add.cl");
    const words = `iota:float32:${n}`;
    const result = await launch(
      board,
      1e-4,
      { kernel: "vector_add", global: n, arguments: [words, words, `zeros:float32:${n}`] },
      "c",
    );
    expect([...new Float32Array(result.bytes.buffer, result.bytes.byteOffset, n)]).toEqual(
      Array.from({ length: n }, (_, i) => 2 * i),
    );
    expect(result.report.check).toMatchObject({ mismatches: 0 });
    expect(result.said).not.toContain("SDRAM-FAULT");
  });

  it("runs the tree reduction", { timeout: 600_000 }, async () => {
    const n = 200;
    const board = await boardFor("reduce", "reduce/reduce.cl");
    const result = await launch(
      board,
      1e-4,
      {
        kernel: "reduce",
        global: 64,
        local: 16,
        arguments: [`iota:int32:${n}`, "zeros:int32:4", "local:64", String(n)],
      },
      "out",
    );
    const sums = new Int32Array(result.bytes.buffer, result.bytes.byteOffset, 4);
    const expected = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) expected[Math.floor((i % 64) / 16)]! += i;
    expect([...sums]).toEqual(expected);
    expect(result.said).not.toContain("SDRAM-FAULT");
  });
});
