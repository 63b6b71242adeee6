/** Text of the structured form, for `--print-after` and for people. */
import { formatSpan } from "../../support/source.js";
import type { Def, Operand, Type } from "../ir/types.js";
import { instructionOperands, type Node, type Region, type StructuredKernel } from "./types.js";

export function printStructured(kernel: StructuredKernel): string {
  const lines: string[] = [`kernel ${kernel.name} {`];
  for (const p of kernel.parameters)
    lines.push(`  param ${p.name}: ${p.values.map((v) => def(v.def)).join(", ")} // ${p.typeName}`);
  printRegion(kernel.body, "  ", lines);
  lines.push("}", "");
  return lines.join("\n");
}

function printRegion(region: Region, indent: string, lines: string[]): void {
  for (const node of region.nodes) printNode(node, indent, lines);
}

function printNode(node: Node, indent: string, lines: string[]): void {
  switch (node.kind) {
    case "pure": {
      const x = node.instruction;
      const detail =
        x.op === "workitem"
          ? ` ${x.query} ${x.dimension}`
          : "predicate" in x
            ? ` ${x.predicate}`
            : "kind" in x
              ? ` ${x.kind}`
              : "";
      const operands = instructionOperands(x).map(operand).join(", ");
      lines.push(`${indent}${def(x.result)} = ${x.op}${detail} ${operands}`.trimEnd());
      return;
    }
    case "load":
      lines.push(
        `${indent}${node.results.map(def).join(", ")} = load [${operand(node.pointer)}] align ${node.align} if ${operand(node.enable)} // ${formatSpan(node.span)}`,
      );
      return;
    case "store":
      lines.push(
        `${indent}store [${operand(node.pointer)}] = ${node.values.map(operand).join(", ")} align ${node.align} if ${operand(node.enable)} // ${formatSpan(node.span)}`,
      );
      return;
    case "atomic": {
      const operands = [node.value, ...(node.compare ? [node.compare] : [])].map(operand).join(", ");
      lines.push(
        `${indent}${def(node.result)} = atomic ${node.operation} [${operand(node.pointer)}] ${operands} if ${operand(node.enable)} // ${formatSpan(node.span)}`,
      );
      return;
    }
    case "barrier":
      lines.push(`${indent}barrier if ${operand(node.enable)} // ${formatSpan(node.span)}`);
      return;
    case "fence":
      lines.push(`${indent}fence // ${formatSpan(node.span)}`);
      return;
    case "print":
      lines.push(
        `${indent}print ${[JSON.stringify(node.format), ...node.arguments.map(operand)].join(", ")} if ${operand(node.enable)} // ${formatSpan(node.span)}`,
      );
      return;
    case "loop":
      lines.push(`${indent}loop if ${operand(node.enable)} { // ${node.label}`);
      for (const c of node.carried)
        lines.push(`${indent}  carried ${def(c.result)} = ${operand(c.init)} then ${operand(c.next)}`);
      printRegion(node.body, `${indent}  `, lines);
      lines.push(`${indent}} while ${operand(node.again)}`);
      return;
    default:
      node satisfies never;
  }
}

const def = (d: Def): string => `%${d.id}${d.name ? `.${d.name}` : ""}: ${type(d.type)}`;
const type = (t: Type): string => (t.kind === "ptr" ? `ptr ${t.space}` : `${t.kind === "int" ? "i" : "f"}${t.bits}`);
function operand(o: Operand): string {
  return o.kind === "value" ? `%${o.id}` : o.kind === "object" ? `@${o.object}` : `${o.bits}`;
}
