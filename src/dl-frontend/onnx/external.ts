/** Tensors whose data is in another file: it must lie in the model's folder, for a model is data and must not read what it likes. */
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { inputError } from "../../support/errors.js";
import type { Host } from "../../support/host.js";
import type { ReadExternal } from "./tensor.js";

/** Reads for the model in `file`. Every file is read once. */
export function externalReader(host: Host, file: string): ReadExternal {
  const folder = dirname(file);
  const files = new Map<string, Uint8Array>();
  return (tensor, entries, bytes) => {
    const location = entries.get("location");
    if (!location) throw inputError("onnx/external-data", `${tensor} is said to be in another file, but not in which`);
    const whole = files.get(location) ?? readInside(host, folder, location, tensor);
    files.set(location, whole);
    const offset = wholeNumber(entries.get("offset") ?? "0", tensor);
    const length = wholeNumber(entries.get("length") ?? String(bytes), tensor);
    if (offset + length > whole.length) {
      throw inputError(
        "onnx/external-data",
        `${tensor} is at bytes ${offset} to ${offset + length} of ${location}, which has only ${whole.length}`,
        { help: "Is the file with the weights complete, and does it belong to this model?" },
      );
    }
    return whole.subarray(offset, offset + length);
  };
}

function wholeNumber(text: string, tensor: string): number {
  const value = Number(text);
  if (!/^\d{1,15}$/.test(text))
    throw inputError("onnx/external-data", `${tensor}: "${text.slice(0, 40)}" is no offset`);
  return value;
}

function readInside(host: Host, folder: string, location: string, tensor: string): Uint8Array {
  const outside = inputError(
    "onnx/external-path",
    `${tensor} is in ${JSON.stringify(location.slice(0, 200))}, which leaves the model's folder`,
    { help: "External data is read only from files below the folder of the model; move it there." },
  );
  if (isAbsolute(location) || /^[a-zA-Z]:|\\|\0/.test(location)) throw outside;
  const path = join(folder, location);
  if (leaves(folder, path)) throw outside;
  if (!host.exists(path) || host.isDirectory(path)) {
    throw inputError("onnx/external-missing", `${tensor} is in the file ${location}, which does not exist`, {
      help: `Put it beside the model: ${path}`,
    });
  }
  // A link may lead anywhere: what counts is where the file really is.
  if (leaves(host.realPath(folder === "" ? "." : folder), host.realPath(path))) throw outside;
  return host.readFile(path);
}

function leaves(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}
