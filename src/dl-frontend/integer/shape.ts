/** Arithmetic on shapes of dense tensors in row-major order. */

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Elements between neighbours on each axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Calls `visit(offset)` for every position of `shape` in row-major order; `offset` is `start` + the sum of position * stride. */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  start: number,
  visit: (offset: number, index: number) => void,
): void {
  const rank = shape.length;
  const total = sizeOf(shape);
  if (total === 0) return;
  if (rank === 0) return visit(start, 0);
  const position = new Array<number>(rank).fill(0);
  const inner = shape[rank - 1]!;
  const step = strides[rank - 1]!;
  let offset = start;
  for (let index = 0; index < total; ) {
    let at = offset;
    for (let i = 0; i < inner; i++, at += step) visit(at, index++);
    let axis = rank - 2;
    for (; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
    if (axis < 0) return;
  }
}
