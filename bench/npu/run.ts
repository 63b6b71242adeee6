/**
 * Whole networks on generated NPUs: each model of the shared folder is built for each board, its RTL is simulated with the board's
 * memory, and every output compared with the integer golden bit for bit. Exit code 5 when anything differs.
 *
 *     npx tsx bench/npu/run.ts [--boards u250,zcu104] [--models mnist_cnn,…] [--update]
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NodeHost } from "../../src/cli/node-host.js";
import { buildNpu } from "../../src/flow/npu-build.js";
import { readNpuFolder } from "../../src/flow/npu-folder.js";
import { runNpu } from "../../src/flow/npu-run.js";
import { fillModel } from "./models/fill.js";

const MODELS: Readonly<
  Record<string, { readonly file: string; readonly shapes?: ReadonlyMap<string, readonly number[]> }>
> = {
  mnist_cnn: { file: "mnist_cnn.onnx" },
  cifar10_cnn: { file: "cifar10_cnn.onnx" },
  mlperf_tiny_resnet8_int: { file: "mlperf_tiny_resnet8_int/network.onnx" },
  ppocr_angle_cls: { file: "ppocr_angle_cls.onnx", shapes: new Map([["x", [1, 3, 48, 192]]]) },
  yunet_n_320: { file: "yunet_n_320.onnx" },
  rfb_320: { file: "rfb_320.onnx" },
  light_squeezenet: { file: "light_squeezenet.onnx" },
  light_mobilenetv2: { file: "light_mobilenetv2.onnx" },
  light_resnet50: { file: "light_resnet50.onnx" },
};

interface Row {
  readonly model: string;
  readonly board: string;
  readonly array: string;
  readonly cycles: number;
  readonly predicted: number;
  readonly millisecondsARun: number;
  readonly utilisation: number;
  readonly dramBytes: number;
  readonly dramBytesLeast: number;
  readonly mismatches: number;
  /** Largest error of the prediction among layers above 1 % of the time. */
  readonly worstLayer: number;
  readonly sqnr: readonly number[];
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const shared = join(root, "..", "shared", "models");
const results = join(root, "bench", "npu", "results.json");
const table = join(root, "bench", "npu", "results.md");

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const boards = (option("--boards") ?? "u250,zcu104").split(",");
const models = (option("--models") ?? Object.keys(MODELS).join(",")).split(",");
const host = new NodeHost();

async function measure(name: string, board: string): Promise<Row> {
  const { file, shapes = new Map() } = MODELS[name]!;
  const folder = mkdtempSync(join(tmpdir(), "soff-npu-bench-"));
  try {
    let model = join(shared, file);
    if (name.startsWith("light_")) {
      const filled = join(folder, "model.onnx");
      writeFileSync(filled, fillModel(readFileSync(model), 1));
      model = filled;
    }
    const out = join(folder, "npu");
    await buildNpu(host, { model, board, shapes, calibrate: new Map(), folder: out });
    const { plan } = readNpuFolder(host, out);
    const inputs = new Map(
      plan.inputs.map(({ name: input, type, shape }) => [input, `rand:${type}:${shape.join("x")}:7`]),
    );
    const report = await runNpu(host, { folder: out, inputs, engine: "rtl", check: true });
    const cycles = report.cycles!;
    const layers = report.layers.filter((l) => l.cycles! > 0.01 * cycles);
    const row: Row = {
      model: name,
      board,
      array: JSON.parse(readFileSync(join(out, "report.json"), "utf8")).array.join(" x "),
      cycles,
      predicted: report.predictedCycles,
      millisecondsARun: cycles / (report.clockMHz * 1000),
      utilisation: report.macUtilisation!,
      dramBytes: report.dramBytes!,
      dramBytesLeast: report.dramBytesLeast,
      mismatches: report.check!.mismatches,
      worstLayer: Math.max(0, ...layers.map((l) => Math.abs(l.predictedCycles / l.cycles! - 1))),
      sqnr: report.check!.float.map((f) => f.sqnr),
    };
    if (report.check!.first) console.error(name, board, report.check!.first);
    return row;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function markdown(rows: readonly Row[]): string {
  const head =
    "| model | board | array | cycles | predicted | error | worst layer | ms | utilisation | DRAM bytes | least | RTL = golden |";
  const lines = rows.map((r) => {
    const error = `${(100 * (r.predicted / r.cycles - 1)).toFixed(2)} %`;
    const worst = `${(100 * r.worstLayer).toFixed(1)} %`;
    const figures = [
      r.cycles,
      Math.round(r.predicted),
      error,
      worst,
      r.millisecondsARun.toFixed(3),
      r.utilisation.toFixed(3),
    ];
    const bytes = [r.dramBytes, r.dramBytesLeast, r.mismatches === 0 ? "yes" : `${r.mismatches} differ`];
    return `| ${[r.model, r.board, r.array, ...figures, ...bytes].join(" | ")} |`;
  });
  return `${[head, head.replace(/[^|]+/g, "---"), ...lines].join("\n")}\n`;
}

const known = (): Row[] => JSON.parse(host.exists(results) ? readFileSync(results, "utf8") : "[]");
let failed = false;
for (const name of models)
  for (const board of boards) {
    try {
      const row = await measure(name, board);
      failed ||= row.mismatches > 0;
      // Read anew: another run may have added its rows meanwhile.
      const rows = [...known().filter((r) => r.model !== name || r.board !== board), row];
      const order = Object.keys(MODELS);
      rows.sort((a, b) => order.indexOf(a.model) - order.indexOf(b.model) || (a.board < b.board ? -1 : 1));
      console.log(markdown([row]).split("\n")[2]);
      if (process.argv.includes("--update")) {
        writeFileSync(results, `${JSON.stringify(rows, null, 2)}\n`);
        writeFileSync(table, markdown(rows));
      }
    } catch (error) {
      failed = true;
      console.error(name, board, String(error).slice(0, 500));
    }
  }
process.exitCode = failed ? 5 : 0;
