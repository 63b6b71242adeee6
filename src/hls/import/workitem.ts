/** The work-item functions of OpenCL, by name. A dimension that does not exist gives what the standard says. */
import { i, type Operand, type WorkItemQuery } from "../ir/types.js";
import type { Builder } from "./builder.js";

/** Query and its value for a dimension above 2. */
const queries: Readonly<Record<string, { readonly query: WorkItemQuery; readonly beyond: 0 | 1 }>> = {
  get_global_id: { query: "global_id", beyond: 0 },
  get_local_id: { query: "local_id", beyond: 0 },
  get_group_id: { query: "group_id", beyond: 0 },
  get_global_offset: { query: "global_offset", beyond: 0 },
  get_global_size: { query: "global_size", beyond: 1 },
  get_local_size: { query: "local_size", beyond: 1 },
  get_enqueued_local_size: { query: "enqueued_local_size", beyond: 1 },
  get_num_groups: { query: "num_groups", beyond: 1 },
};

/** The value of a work-item function, or undefined when `name` is none. */
export function workItemFunction(builder: Builder, name: string, args: readonly Operand[]): Operand | undefined {
  switch (name) {
    case "get_work_dim":
      return builder.workitem("work_dim", 0);
    case "get_global_linear_id":
      return linear(
        builder,
        (dimension) =>
          builder.sub(builder.workitem("global_id", dimension), builder.workitem("global_offset", dimension)),
        "global_size",
      );
    case "get_local_linear_id":
      return linear(builder, (dimension) => builder.workitem("local_id", dimension), "local_size");
  }
  const entry = Object.hasOwn(queries, name) ? queries[name] : undefined;
  const [dimension] = args;
  if (!entry || !dimension) return undefined;
  const beyond = builder.int(i(64), entry.beyond);
  if (dimension.kind === "const") {
    return dimension.bits <= 2n ? builder.workitem(entry.query, Number(dimension.bits) as 0 | 1 | 2) : beyond;
  }
  const type = builder.typeOf(dimension);
  return ([0, 1, 2] as const).reduce<Operand>(
    (otherwise, d) =>
      builder.select(builder.icmp("eq", dimension, builder.int(type, d)), builder.workitem(entry.query, d), otherwise),
    beyond,
  );
}

/** (id2 * size1 + id1) * size0 + id0 */
function linear(builder: Builder, id: (dimension: 0 | 1 | 2) => Operand, size: "global_size" | "local_size"): Operand {
  const rows = builder.add(builder.mul(id(2), builder.workitem(size, 1)), id(1));
  return builder.add(builder.mul(rows, builder.workitem(size, 0)), id(0));
}
