/** Executes the structured form of a kernel on a launch of global buffers: for property tests. */
import type { ValueId } from "../../src/hls/ir/types.js";
import { widthOf } from "../../src/hls/ir/types.js";
import { interpretStructured } from "../../src/hls/structure/interpret.js";
import type { StructuredKernel } from "../../src/hls/structure/types.js";
import type { Launch } from "../../src/launch/launch.js";

/** Runs the launch through the structured form token by token, one after the other. */
export function runStructured(structured: StructuredKernel, launch: Launch): void {
  const buffers = launch.arguments.flatMap((a) => (a.kind === "buffer" ? [a] : []));
  const find = (address: bigint): [Uint8Array, number] => {
    for (const b of buffers)
      if (address >= b.address && address < b.address + BigInt(b.bytes.length))
        return [b.bytes, Number(address - b.address)];
    throw new Error(`no byte at ${address}`);
  };
  const parameters = new Map<ValueId, bigint>();
  structured.parameters.forEach((p, at) => {
    const argument = launch.arguments[at]!;
    for (const { def, offset } of p.values) {
      let bits = 0n;
      if (argument.kind === "buffer") bits = argument.address;
      else if (argument.kind === "scalar")
        for (let k = Math.ceil(widthOf(def.type) / 8) - 1; k >= 0; k--)
          bits = (bits << 8n) | BigInt(argument.bytes[offset + k]!);
      parameters.set(def.id, BigInt.asUintN(widthOf(def.type), bits));
    }
  });
  const { global, local, offset, workDim } = launch.range;
  const step = [0, 1, 2].map((d) => structured.lanes.find((l) => l.dimension === d)?.width ?? 1);
  /** First work-item of every token of a dimension: tokens do not cross work-groups. */
  const starts = (d: 0 | 1 | 2): number[] =>
    Array.from({ length: global[d] }, (_, x) => x).filter((x) => (x % local[d]) % step[d]! === 0);
  for (const z of starts(2))
    for (const y of starts(1))
      for (const x of starts(0)) {
        const id = [x, y, z];
        const groupEnd = (d: number): number => Math.min(global[d]!, (Math.floor(id[d]! / local[d]!) + 1) * local[d]!);
        for (const l of structured.lanes)
          parameters.set(l.count.id, BigInt(Math.min(l.width, groupEnd(l.dimension) - id[l.dimension]!)));
        interpretStructured(structured, parameters, {
          query: (query, d) => {
            const group = Math.floor(id[d]! / local[d]!);
            const answer = {
              global_id: id[d]! + offset[d]!,
              local_id: id[d]! % local[d]!,
              group_id: group,
              global_size: global[d]!,
              local_size: Math.min(local[d]!, global[d]! - group * local[d]!),
              enqueued_local_size: local[d]!,
              num_groups: Math.ceil(global[d]! / local[d]!),
              global_offset: offset[d]!,
              work_dim: workDim,
            }[query];
            return BigInt(answer);
          },
          load: (address, bytes) => {
            let bits = 0n;
            for (let k = bytes - 1; k >= 0; k--) {
              const [array, at] = find(address + BigInt(k));
              bits = (bits << 8n) | BigInt(array[at]!);
            }
            return bits;
          },
          store: (address, bytes, bits) => {
            for (let k = 0; k < bytes; k++) {
              const [array, at] = find(address + BigInt(k));
              array[at] = Number((bits >> BigInt(8 * k)) & 0xffn);
            }
          },
          objectAddress: () => {
            throw new Error("no objects here");
          },
        });
      }
}
