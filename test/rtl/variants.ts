/** Parameters that library modules are tried with beside their defaults. */

type Parameters = Readonly<Record<string, number>>;

const cross = (...axes: readonly (readonly Parameters[])[]): Parameters[] =>
  axes.reduce<Parameters[]>((all, axis) => all.flatMap((left) => axis.map((right) => ({ ...left, ...right }))), [{}]);
const each = (name: string, values: readonly number[]): Parameters[] => values.map((value) => ({ [name]: value }));

const formats: readonly Parameters[] = [
  { EXP: 5, FRAC: 10 },
  { EXP: 8, FRAC: 23 },
  { EXP: 11, FRAC: 52 },
  { EXP: 4, FRAC: 3 },
];
const float = (...latencies: readonly number[]) => cross(formats, each("LATENCY", latencies));
const integers = cross(each("INT", [8, 64]), each("SIGNED", [0, 1]));

const wide: readonly Parameters[] = [
  { LANES: 16, LANE_BYTES: 4 },
  { LANES: 3, LANE_BYTES: 8 },
  { LANES: 1, LANE_BYTES: 64 },
  { LANES: 64, LANE_BYTES: 1 },
];

const wideParts: readonly Parameters[] = [
  { LANES: 16, LANE_BYTES: 4, PARTS: 4 },
  { LANES: 48, LANE_BYTES: 4, PARTS: 4 },
  { LANES: 3, LANE_BYTES: 64, PARTS: 4 },
];

const table: Readonly<Record<string, readonly Parameters[]>> = {
  soff_delay: cross(each("WIDTH", [1, 40]), each("CYCLES", [0, 1, 4, 33])),
  soff_fifo: cross(each("WIDTH", [1, 72]), each("DEPTH", [1, 2, 3, 32, 33])),
  soff_bank_port: cross(each("BANKS", [2, 4]), each("ANSWERS", [0, 1])),
  soff_line_reader: each("TARGETS", [2, 8]),
  soff_stripe: each("STRIPES", [2, 4]),
  soff_loop_entry: cross(each("TOKENS", [1, 16]), each("NEW_FIRST", [0, 1])),
  soff_distribute: cross(each("N", [2, 3, 8]), each("GROUPED", [0, 1])),
  soff_accumulator: each("LATENCY", [0, 1, 7]),
  soff_control: each("COUNTERS", [0, 1]),
  soff_counters: each("EVENTS", [1, 2, 5, 40]),
  soff_lzc: each("WIDTH", [1, 3, 24, 77]),
  soff_leading_zeros: each("WIDTH", [1, 5, 64, 128]),
  soff_count_ones: each("WIDTH", [1, 5, 64, 128]),
  soff_shift_sticky: cross(each("WIDTH", [1, 5, 64]), each("AMOUNT", [1, 11])),
  soff_fp_unpack: formats,
  soff_fp_cmp: formats,
  soff_fp_minmax: formats,
  soff_fp_add: float(0, 4, 11),
  soff_fp_mul: float(0, 3, 11),
  soff_fp_fma: float(0, 4, 11),
  soff_fp_div: float(2, 9, 70),
  soff_fp_sqrt: float(2, 9, 70),
  soff_fp_round: float(0, 2),
  soff_fp_to_int: cross(formats, integers),
  soff_int_to_fp: cross(formats, integers),
  soff_fp_to_fp: formats.flatMap((from) =>
    formats.map((to) => ({ EXP_IN: from.EXP!, FRAC_IN: from.FRAC!, EXP_OUT: to.EXP!, FRAC_OUT: to.FRAC! })),
  ),
  soff_int_mul: cross(
    [
      { A_WIDTH: 1, B_WIDTH: 1, Y_WIDTH: 1 },
      { A_WIDTH: 8, B_WIDTH: 8, Y_WIDTH: 16 },
      { A_WIDTH: 24, B_WIDTH: 17, Y_WIDTH: 41 },
      { A_WIDTH: 32, B_WIDTH: 32, Y_WIDTH: 32 },
      { A_WIDTH: 33, B_WIDTH: 70, Y_WIDTH: 110 },
      { A_WIDTH: 64, B_WIDTH: 64, Y_WIDTH: 64 },
    ],
    each("LATENCY", [0, 2, 9]),
  ),
  soff_int_div: cross(each("WIDTH", [1, 8, 33]), each("SIGNED", [0, 1]), each("LATENCY", [1, 9])),
  soff_wide_place: [
    { LANES: 3, LANE_BYTES: 8, SHIFT_W: 3 },
    { LANES: 1, LANE_BYTES: 64, SHIFT_W: 1 },
    { LANES: 64, LANE_BYTES: 1, SHIFT_W: 6 },
    { LANES: 48, LANE_BYTES: 4, PARTS: 4, SHIFT_W: 4 },
    { LANES: 3, LANE_BYTES: 64, PARTS: 4, SHIFT_W: 1 },
  ],
  soff_wide_load_port: [...wide, ...cross(wideParts, each("REUSE", [0, 1]))],
  soff_wide_store_port: [...wide, ...wideParts],
  soff_npu_walk: each("DIMS", [1, 5]),
  soff_npu_memory: [{ BANKS: 1 }, { BYTES: 64, BANKS: 8 }],
  soff_npu_load: each("BYTES", [4, 64]),
  soff_npu_store: each("BYTES", [4, 64]),
  soff_npu_softmax: each("BYTES", [4, 64]),
  soff_npu_move: each("BYTES", [4, 64]),
  soff_npu_array: [{ TI: 4, TO: 4 }],
  soff_npu_compute: [
    { TI: 4, TO: 8 },
    { TI: 16, TO: 16 },
  ],
  soff_npu_post: [
    { TI: 4, TO: 8 },
    { TI: 16, TO: 16 },
  ],
  soff_barrier: [
    { ITEMS: 16, SLOTS: 16, COUNT_W: 1 },
    { SLOTS: 1, SLOT_W: 1, ITEMS: 64, COUNT_W: 7 },
  ],
};

export function variants(module: string): readonly Parameters[] {
  return [{}, ...(table[module] ?? [])];
}
