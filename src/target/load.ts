import { join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { InputError, inputError, usageError } from "../support/errors.js";
import type { Host } from "../support/host.js";
import { suggestion } from "../support/text.js";
import type { AreaModel } from "./area-model.js";
import type { Board, DeviceFamily } from "./board.js";

const boardsFolder = (host: Host) => join(host.packageRoot, "boards");

/** Names of the boards there are, sorted: every folder of `boards/` that holds a `board.json`. */
export function boardNames(host: Host): readonly string[] {
  const folder = boardsFolder(host);
  return host.list(folder).filter((name) => host.exists(join(folder, name, "board.json")));
}

/** Reads a board and checks it against the schema. An unknown name is wrong usage. */
export function loadBoard(host: Host, name: string): Board {
  const names = boardNames(host);
  if (!names.includes(name)) {
    throw usageError("board/unknown", `there is no board "${name}"`, { help: suggestion(name, "boards", names) });
  }
  const path = join(boardsFolder(host), name, "board.json");
  const board = readChecked<Board>(host, path, join(boardsFolder(host), "board.schema.json"));
  if (board.name !== name) {
    throw inputError("board/wrong-name", `${path} calls itself "${board.name}", but its folder is "${name}"`, {
      help: "A board's name and its folder's name must be the same.",
    });
  }
  checkAddresses(board, path);
  return board;
}

/** Reads the figures of a device family. */
export function loadFamily(host: Host, name: string): DeviceFamily {
  const folder = join(boardsFolder(host), "families");
  const path = join(folder, `${name}.json`);
  if (!host.exists(path)) {
    const names = host.list(folder).filter((file) => file.endsWith(".json"));
    throw inputError("board/unknown-family", `there are no figures for the device family "${name}"`, {
      help: suggestion(
        name,
        "families",
        names.map((file) => file.replace(/\.json$/, "")),
      ),
    });
  }
  return readChecked<DeviceFamily>(host, path, join(boardsFolder(host), "family.schema.json"));
}

/** What the library's modules take on a family; undefined when nobody has measured it. */
export function loadAreaModel(host: Host, family: string): AreaModel | undefined {
  const path = join(boardsFolder(host), "families", "area", `${family}.json`);
  if (!host.exists(path)) return undefined;
  return readChecked<AreaModel>(host, path, join(boardsFolder(host), "area.schema.json"));
}

/** First device address of a memory channel. */
export function channelBase(board: Board, channel: number): bigint {
  return BigInt(board.memory.baseAddress) + BigInt(channel) * BigInt(board.memory.channelStride);
}

/** Checks data against a schema; every violation becomes one diagnostic that names the field. */
export function checkAgainstSchema(data: unknown, schema: object, path: string): void {
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true, logger: false }).compile(schema);
  if (validate(data)) return;
  throw new InputError(
    (validate.errors ?? []).map((error) => ({
      code: "board/invalid",
      severity: "error",
      message: `${path}: ${fieldPath(error)}: ${explain(error)}`,
    })),
  );
}

function readChecked<T>(host: Host, path: string, schemaPath: string): T {
  let data: unknown;
  try {
    data = JSON.parse(host.readText(path));
  } catch (error) {
    throw inputError(
      "board/not-json",
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  checkAgainstSchema(data, JSON.parse(host.readText(schemaPath)) as object, path);
  return data as T;
}

/** `memory.timing.banks.value` */
function fieldPath(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll("/", ".");
  const extra =
    error.keyword === "additionalProperties"
      ? String(error.params.additionalProperty)
      : error.keyword === "required"
        ? String(error.params.missingProperty)
        : "";
  return [path, extra].filter((part) => part !== "").join(".") || "the file";
}

function explain(error: ErrorObject): string {
  switch (error.keyword) {
    case "required":
      return "this field is missing";
    case "additionalProperties":
      return "there is no such field";
    case "enum":
      return `must be one of ${(error.params.allowedValues as unknown[]).join(", ")}`;
    default:
      return error.message ?? "is wrong";
  }
}

/** What a schema cannot say: channels must not overlap and must be within reach of the address wires. */
function checkAddresses(board: Board, path: string): void {
  const { memory } = board;
  const size = BigInt(memory.bytesPerChannel.value);
  const channels = memory.channels.value;
  if (channels > 1 && BigInt(memory.channelStride) < size) {
    throw inputError(
      "board/invalid",
      `${path}: memory.channelStride: smaller than bytesPerChannel, so channels overlap`,
    );
  }
  const end = channelBase(board, channels - 1) + size;
  if (end > 1n << BigInt(memory.axiAddressBits)) {
    throw inputError("board/invalid", `${path}: memory.axiAddressBits: too few to reach the last byte at ${end - 1n}`);
  }
}
