/** The names of operations, with what kind of operands they take. */
import type {
  AddressSpace,
  AtomicKind,
  Cast,
  FloatBinary,
  FloatPredicate,
  FloatUnary,
  IntBinary,
  IntPredicate,
  IntUnary,
  WorkItemQuery,
} from "./types.js";

const all = <K extends string>(names: Record<K, true>): ReadonlySet<string> => new Set(Object.keys(names));

const intBinary = all<IntBinary>({
  add: true,
  sub: true,
  mul: true,
  udiv: true,
  sdiv: true,
  urem: true,
  srem: true,
  and: true,
  or: true,
  xor: true,
  shl: true,
  lshr: true,
  ashr: true,
  umin: true,
  umax: true,
  smin: true,
  smax: true,
});
const floatBinary = all<FloatBinary>({
  fadd: true,
  fsub: true,
  fmul: true,
  fdiv: true,
  fmin: true,
  fmax: true,
  copysign: true,
});
const intUnary = all<IntUnary>({ ctlz: true, cttz: true, ctpop: true, bitreverse: true, bswap: true, abs: true });
const floatUnary = all<FloatUnary>({
  fneg: true,
  fabs: true,
  fsqrt: true,
  floor: true,
  ceil: true,
  ftrunc: true,
  rint: true,
  round: true,
});
const casts = all<Cast>({
  trunc: true,
  zext: true,
  sext: true,
  fptosi: true,
  fptoui: true,
  sitofp: true,
  uitofp: true,
  fptrunc: true,
  fpext: true,
  bitcast: true,
  ptrtoint: true,
  inttoptr: true,
});
const intPredicates = all<IntPredicate>({
  eq: true,
  ne: true,
  ult: true,
  ule: true,
  ugt: true,
  uge: true,
  slt: true,
  sle: true,
  sgt: true,
  sge: true,
});
const floatPredicates = all<FloatPredicate>({
  oeq: true,
  one: true,
  olt: true,
  ole: true,
  ogt: true,
  oge: true,
  ord: true,
  ueq: true,
  une: true,
  ult: true,
  ule: true,
  ugt: true,
  uge: true,
  uno: true,
});
const atomics = all<AtomicKind>({
  xchg: true,
  add: true,
  sub: true,
  and: true,
  or: true,
  xor: true,
  umin: true,
  umax: true,
  smin: true,
  smax: true,
  inc: true,
  dec: true,
  fadd: true,
  cmpxchg: true,
});
const queries = all<WorkItemQuery>({
  global_id: true,
  local_id: true,
  group_id: true,
  global_size: true,
  local_size: true,
  enqueued_local_size: true,
  num_groups: true,
  global_offset: true,
  work_dim: true,
});
const spaces = all<AddressSpace>({ global: true, constant: true, local: true, private: true });

export const isIntBinary = (name: string): name is IntBinary => intBinary.has(name);
export const isFloatBinary = (name: string): name is FloatBinary => floatBinary.has(name);
export const isIntUnary = (name: string): name is IntUnary => intUnary.has(name);
export const isFloatUnary = (name: string): name is FloatUnary => floatUnary.has(name);
export const isCast = (name: string): name is Cast => casts.has(name);
export const isIntPredicate = (name: string): name is IntPredicate => intPredicates.has(name);
export const isFloatPredicate = (name: string): name is FloatPredicate => floatPredicates.has(name);
export const isAtomicKind = (name: string): name is AtomicKind => atomics.has(name);
export const isWorkItemQuery = (name: string): name is WorkItemQuery => queries.has(name);
export const isAddressSpace = (name: string): name is AddressSpace => spaces.has(name);
