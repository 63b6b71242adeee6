/** From a seed to a program. */
import { constant, Expressions, randomScalarType, randomVectorType } from "./expressions.js";
import { Groups, privateArrays } from "./groups.js";
import { Random } from "./random.js";
import { regionOf, type Scope, type Variable } from "./scope.js";
import { Statements } from "./statements.js";
import {
  type Argument,
  float,
  type Helper,
  int,
  type Program,
  printExpression,
  type Statement,
  sameType,
  scalar,
  statement,
  type Type,
  typeName,
  uint,
  vectorOf,
} from "./syntax.js";

/** Elements of a buffer that all work-items read, and those that each work-item has to itself. */
const SHARED = 64;
const OWN = 8;

function makeRange(random: Random): Program["range"] {
  const workDim = random.weighted([
    [6, 1],
    [2, 2],
    [2, 3],
  ] as const);
  const local: [number, number, number] = [1, 1, 1];
  const global: [number, number, number] = [1, 1, 1];
  const offset: [number, number, number] = [0, 0, 0];
  for (let d = 0; d < workDim; d++) {
    local[d] = workDim === 1 ? random.pick([1, 4, 8]) : random.pick([1, 2, 3]);
    global[d] = local[d]! * (workDim === 1 ? random.between(1, 6) : random.between(1, 3));
    offset[d] = random.chance(25) ? random.below(1000) : 0;
  }
  return { workDim, global, local, offset };
}

function makeArguments(random: Random, items: number): Argument[] {
  const result: Argument[] = [];
  const type = () =>
    random.chance(15) ? vectorOf(randomScalarType(random), random.pick([2, 4])) : randomScalarType(random);
  const buffer = (access: "read" | "write" | "readwrite", prefix: string) =>
    result.push({
      kind: "buffer",
      name: `${prefix}${result.length}`,
      type: type(),
      access,
      elements: access === "read" ? SHARED : items * OWN,
      seed: random.next(),
    });
  for (let k = random.between(1, 3); k > 0; k--) buffer("read", "in");
  for (let k = random.between(1, 2); k > 0; k--) buffer("readwrite", "rw");
  if (random.chance(50)) buffer("write", "out");
  if (random.chance(15)) {
    const first = result.find((a) => a.kind === "buffer" && a.access === "readwrite");
    if (first?.kind === "buffer") result.push({ ...first, name: `same${result.length}`, sameAs: first.name });
  }
  for (let k = random.between(0, 3); k > 0; k--) {
    const scalarType = random.chance(15) ? randomVectorType(random) : randomScalarType(random);
    result.push({ kind: "scalar", name: `p${result.length}`, type: scalarType, seed: random.next() });
  }
  return result;
}

function makeTable(random: Random, index: number): { text: string; name: string; type: Type; mask: number } {
  const type = randomScalarType(random);
  const name = `table${index}`;
  const length = random.pick([4, 8, 16]);
  const values = Array.from({ length }, () => printExpression(constant(random, type)));
  return {
    text: `__constant ${typeName(type)} ${name}[${length}] = { ${values.join(", ")} };`,
    name,
    type,
    mask: length - 1,
  };
}

function makeFunction(random: Random, known: readonly Helper[], scope: Scope, index: number): Helper {
  const result = random.chance(10) ? randomVectorType(random) : randomScalarType(random);
  const parameters = Array.from({ length: random.between(1, 3) }, (_, k) => ({
    name: `a${k}`,
    type: random.chance(10) ? randomVectorType(random) : randomScalarType(random),
  }));
  const body: Scope = {
    ...scope,
    variables: parameters.map((p) => ({ ...p, writable: true })),
    functions: known,
    depth: 1,
    loops: 1,
    result,
  };
  const statements = new Statements(random, 2);
  return {
    name: `helper${index}`,
    result,
    parameters,
    body: [...statements.several(body, 1, 2), statements.result(body, result)],
  };
}

/** Names for this work-item's place; `gid` counts from zero whatever the offset. */
function preamble(random: Random): { statements: Statement[]; variables: Variable[] } {
  const local = "(uint)((get_local_id(2) * get_local_size(1) + get_local_id(1)) * get_local_size(0) + get_local_id(0))";
  const linear =
    "(uint)(((get_global_id(2) - get_global_offset(2)) * get_global_size(1) + get_global_id(1) - get_global_offset(1)) * get_global_size(0) + get_global_id(0) - get_global_offset(0))";
  const statements = [statement(`const uint gid = ${linear};`), statement(`const uint lid = ${local};`)];
  const variables: Variable[] = [
    { name: "gid", type: uint, writable: false },
    { name: "lid", type: uint, writable: false },
  ];
  const queries = [
    "get_global_id",
    "get_local_id",
    "get_group_id",
    "get_local_size",
    "get_num_groups",
    "get_global_size",
  ];
  for (let k = 0; k < 2; k++) {
    if (random.chance(50)) {
      const type = random.pick([uint, int, scalar("uint", 64)]);
      statements.push(
        statement(
          `const ${typeName(type)} where${k} = (${typeName(type)})${random.pick(queries)}(${random.below(3)});`,
        ),
      );
      variables.push({ name: `where${k}`, type, writable: false });
    }
  }
  return { statements, variables };
}

const groupSize = ({ local }: Program["range"]): number => local[0] * local[1] * local[2];

/** Integer arguments: every work-item has the same. */
const uniformValues = (args: readonly Argument[]): string[] =>
  args.flatMap((a) =>
    a.kind === "scalar" && a.type.lanes === 1 && a.type.element.kind !== "float" ? [`(uint)${a.name}`] : [],
  );

function countersOf(args: readonly Argument[]) {
  const found = args.find((a) => a.kind === "buffer" && a.access === "count");
  if (found?.kind !== "buffer") return undefined;
  // Which operations are mixed follows from the argument, so that all places agree.
  const operations = [["add", "sub", "inc", "dec"], ["min"], ["max"], ["or"], ["xor"]][found.seed % 5]!;
  return { name: found.name, type: found.type, count: found.elements, operations };
}

export function generate(seed: number): Program {
  const random = new Random(seed);
  const range = makeRange(random);
  const inGroups = random.chance(50);
  const args = makeArguments(random, range.global[0] * range.global[1] * range.global[2]);
  if (inGroups && random.chance(50)) {
    const type = random.pick([int, uint]);
    args.push({ kind: "buffer", name: `count${args.length}`, type, access: "count", elements: 4, seed: random.next() });
  }
  const tables = Array.from(
    {
      length: random.weighted([
        [3, 0],
        [2, 1],
        [1, 2],
      ] as const),
    },
    (_, k) => makeTable(random, k),
  );
  const base: Scope = {
    variables: [],
    functions: [],
    regions: [],
    tables,
    inKernel: false,
    mayReturn: true,
    depth: 0,
    loops: 0,
    inLoop: false,
  };
  const functions: Helper[] = [];
  for (
    let k = random.weighted([
      [3, 0],
      [3, 1],
      [2, 2],
    ] as const);
    k > 0;
    k--
  ) {
    functions.push(makeFunction(random, [...functions], base, functions.length));
  }
  const start = preamble(random);
  const regions = args.flatMap((a) => regionOf(a, OWN) ?? []);
  const scope: Scope = {
    ...base,
    variables: [
      ...start.variables,
      ...args.flatMap((a) => (a.kind === "scalar" ? [{ name: a.name, type: a.type, writable: false }] : [])),
    ],
    functions,
    regions: [...regions],
    inKernel: true,
    mayReturn: !inGroups,
  };
  const statements = new Statements(random, random.pick([2, 2, 3]));
  const first = [
    statements.declaration(scope, float),
    statements.declaration(scope, int),
    statements.declaration(scope, uint),
  ];
  const arrays = privateArrays(random, scope, statements);
  scope.regions.push(...arrays.regions);
  const alone = statements.several(scope, 3, random.pick([4, 6, 10]));
  const groups = new Groups(random, statements, groupSize(range), uniformValues(args), countersOf(args));
  const together = inGroups ? groups.body(scope) : [];
  const body = [...groups.declared, ...arrays.made, ...alone, ...together];
  // What the outermost variables hold in the end can be seen where a buffer has their type.
  const last: Statement[] = [];
  const expressions = new Expressions(random, scope);
  for (const region of regions.filter((r) => r.writable)) {
    const shown = scope.variables.filter((v) => sameType(v.type, region.type)).slice(-3);
    for (const [at, variable] of shown.entries()) last.push(statements.expose(region, at, variable.name));
    const value = expressions.of(region.type, 3);
    last.push(statement(`${region.name}[${region.base}${OWN - 1}u] = `, value, ";"));
  }
  return {
    seed,
    tables: tables.map((t) => t.text),
    functions,
    arguments: args,
    body: [...start.statements, ...first, ...body, ...last],
    range,
  };
}
