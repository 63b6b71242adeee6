/** A first walk over a protobuf file that allocates nothing: bounds the messages and their nesting before anything is decoded. */
import type protobuf from "protobufjs/light.js";
import { inputError } from "../../support/errors.js";
import type { Limits } from "./model.js";

/** Fields of wire type 2 whose content is a message, by number. */
type Fields = ReadonlyMap<number, protobuf.Type>;

/** Throws onnx/malformed or onnx/too-large. `file` is for messages. */
export function scanMessages(bytes: Uint8Array, root: protobuf.Type, file: string, limits: Limits): void {
  const known = new Map<protobuf.Type, Fields>();
  let messages = 0;
  const malformed = (at: number, what: string) =>
    inputError("onnx/malformed", `${file} is not a whole ONNX file: ${what} at byte ${at}`, {
      help: "Is the file complete, and is it ONNX (a protobuf), not a checkpoint or an archive?",
    });

  const varint = (at: number, end: number): [number, number] => {
    let value = 0;
    for (let k = 0; k < 10; k++) {
      if (at >= end) throw malformed(at, "it ends within a number");
      const byte = bytes[at++]!;
      value += (byte & 127) * 2 ** (7 * k);
      if (byte < 128) return [value, at];
    }
    throw malformed(at, "a number is longer than 64 bits");
  };

  const walk = (type: protobuf.Type, from: number, end: number, depth: number): void => {
    if (depth > limits.nesting) {
      throw inputError("onnx/too-large", `${file} nests messages more than ${limits.nesting} deep`, {});
    }
    const fields = messageFields(type, known);
    let at = from;
    while (at < end) {
      const [tag, after] = varint(at, end);
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      if (field === 0) throw malformed(at, "a field has the number 0");
      at = after;
      if (wire === 0) [, at] = varint(at, end);
      else if (wire === 1) at += 8;
      else if (wire === 5) at += 4;
      else if (wire === 2) {
        const [length, start] = varint(at, end);
        if (start + length > end) throw malformed(at, `a field promises ${length} bytes, but ${end - start} follow`);
        at = start + length;
        if (++messages > limits.messages) {
          throw inputError("onnx/too-large", `${file} has more than ${limits.messages} nodes, tensors and names`, {});
        }
        const inner = fields.get(field);
        if (inner) walk(inner, start, at, depth + 1);
      } else throw malformed(at, `a field has the wire type ${wire}`);
      if (at > end) throw malformed(end, "it ends within a field");
    }
  };
  walk(root, 0, bytes.length, 0);
}

function messageFields(type: protobuf.Type, known: Map<protobuf.Type, Fields>): Fields {
  let fields = known.get(type);
  if (!fields) {
    const entries = type.fieldsArray
      .map((field) => field.resolve())
      .filter((field) => field.resolvedType && "fieldsArray" in field.resolvedType)
      .map((field) => [field.id, field.resolvedType as protobuf.Type] as const);
    fields = new Map(entries);
    known.set(type, fields);
  }
  return fields;
}
