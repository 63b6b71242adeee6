/** XML of vendors' tools: written and read with xml2js. */
import { Builder, Parser } from "xml2js";
import { inputError } from "../support/errors.js";

/** Elements by name, their attributes under `$`. */
export type XmlNode = { readonly [name: string]: unknown };

export function writeXml(root: string, content: XmlNode): string {
  const builder = new Builder({ rootName: root, xmldec: { version: "1.0", encoding: "UTF-8" } });
  return `${builder.buildObject(content)}\n`;
}

/** Reads a document. One that declares types or entities is refused: no vendor's report does, and bombs are made of them. */
export function readXml(text: string, file: string): XmlNode {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw inputError("xml/declaration", `${file} declares a document type, which soff does not read`);
  }
  let result: XmlNode | undefined;
  let failure: Error | undefined;
  new Parser({ async: false, explicitArray: true }).parseString(text, (error, value: XmlNode | null) => {
    if (error) failure = error;
    else result = value ?? {};
  });
  if (failure || !result) {
    throw inputError("xml/invalid", `${file} is no XML: ${(failure?.message ?? "it is empty").split("\n").join(", ")}`);
  }
  return result;
}
