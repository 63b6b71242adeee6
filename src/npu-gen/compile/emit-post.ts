/** The post engine's part of a node: parameters, and tiles of accumulators to words. */
import type { Binary, Requantise, Table } from "../../dl-frontend/integer/graph.js";
import { channelLines, LINE_BYTES, sumRows, tableLines } from "../config.js";
import type { EmitContext } from "./context.js";
import { countsOf, hull, jumpsOf, type Loop } from "./loops.js";
import { channelBytes, type Scalars, scalarLine, tableBytes } from "./parameters.js";
import { baseOf, type Place } from "./places.js";
import { reads, writes } from "./program.js";
import { blocksOf } from "./shape.js";

const SECTION = { scalars: 1, channels: 2, table: 4 } as const;

export interface PassParameters {
  readonly scalars: Scalars;
  readonly requantise: Requantise;
  readonly channels: number;
  readonly bias: (channel: number) => number;
  readonly table?: Table;
}

/**
 * The parameters of one pass over all channel blocks: scalars and a common table once, channels (and their tables) a block.
 * Passes of the same node share their lines in the image.
 */
export class PassStream {
  private readonly line: number;
  private readonly perChannelTable: boolean;
  private readonly blockLines: number;
  private begun = false;
  private loaded = -1;

  constructor(
    private readonly context: EmitContext,
    private readonly parameters: PassParameters,
    /** Blocks whose parameters do not change while they stay loaded. */
    private readonly blocks = blocksOf(parameters.channels, context.config),
  ) {
    const { config, image } = context;
    const { scalars, requantise, channels, bias, table } = parameters;
    this.perChannelTable = table !== undefined && table.length > 256;
    const commonLines = 1 + (table && !this.perChannelTable ? tableLines(config) : 0);
    this.blockLines = channelLines(config) + (this.perChannelTable ? tableLines(config) : 0);
    this.line = image.place(commonLines + this.blocks * this.blockLines, () => {
      const bytes = new Uint8Array((commonLines + this.blocks * this.blockLines) * LINE_BYTES);
      bytes.set(scalarLine(scalars), 0);
      if (table && !this.perChannelTable) bytes.set(tableBytes(config, table, 0), LINE_BYTES);
      for (let b = 0; b < this.blocks; b++) {
        const at = (commonLines + b * this.blockLines) * LINE_BYTES;
        bytes.set(channelBytes(config, b * config.inputs, channels, bias, requantise), at);
        if (table && this.perChannelTable)
          bytes.set(tableBytes(config, table, b * config.inputs), at + channelLines(config) * LINE_BYTES);
      }
      return bytes;
    });
    this.commonLines = commonLines;
  }
  private readonly commonLines: number;

  private fetch(line: number, lines: number): void {
    this.context.program.emit("parameters", { line, count: lines - 1 });
  }

  /** Loads what block `block` needs, unless it is there. */
  load(block: number): void {
    const { program } = this.context;
    if (!this.begun) {
      this.fetch(this.line, this.commonLines);
      const table = this.parameters.table && !this.perChannelTable ? SECTION.table : 0;
      program.emit("post", { parameters: 1, sections: SECTION.scalars | table });
      this.begun = true;
    }
    if (this.loaded === block) return;
    this.fetch(this.line + this.commonLines + block * this.blockLines, this.blockLines);
    program.emit("post", { parameters: 1, sections: SECTION.channels | (this.perChannelTable ? SECTION.table : 0) });
    this.loaded = block;
  }
}

/** A rectangle of output pixels, as the accumulators hold it: row by row. */
export interface Tile {
  readonly n: number;
  readonly y: number;
  readonly x: number;
  readonly rows: number;
  readonly columns: number;
}

/** Rectangles of at most the accumulators' rows that cover an area, row bands first. */
export function tilesOf(
  area: { readonly n: number; readonly y: number; readonly x: number; readonly rows: number; readonly columns: number },
  limit: number,
): Tile[] {
  const columnTiles = Math.ceil(area.columns / limit);
  const columns = Math.ceil(area.columns / columnTiles);
  const mostRows = Math.max(1, Math.floor(limit / columns));
  const rowTiles = Math.ceil(area.rows / mostRows);
  const rows = Math.ceil(area.rows / rowTiles);
  const tiles: Tile[] = [];
  for (let y = 0; y < area.rows; y += rows)
    for (let x = 0; x < area.columns; x += columns)
      tiles.push({
        n: area.n,
        y: area.y + y,
        x: area.x + x,
        rows: Math.min(rows, area.rows - y),
        columns: Math.min(columns, area.columns - x),
      });
  return tiles;
}

export interface Addend {
  readonly operation: Binary;
  readonly place: Place;
}

/** Empties a tile's accumulators into block `block` of the output. */
export function drain(
  context: EmitContext,
  tile: Tile,
  half: 0 | 1,
  slice: number,
  block: number,
  output: Place,
  more: { readonly table: boolean; readonly addend?: Place },
): void {
  const at = (place: Place): number =>
    baseOf(place) +
    tile.n * place.pitches.batch +
    block * place.pitches.block +
    tile.y * place.pitches.row +
    tile.x * place.pitches.pixel;
  const { addend } = more;
  const loops: Loop[] = [
    { count: tile.columns, strides: [output.pitches.pixel, addend?.pitches.pixel ?? 0] },
    { count: tile.rows, strides: [output.pitches.row, addend?.pitches.row ?? 0] },
  ];
  const word = at(output);
  const b = addend ? at(addend) : 0;
  const sums = half * sumRows(context.config);
  context.program.emit(
    "post",
    {
      source: 0,
      useB: addend ? 1 : 0,
      fused: addend ? 1 : 0,
      useTable: more.table ? 1 : 0,
      half,
      slice,
      counts: countsOf(loops, 4),
      word,
      jumps: jumpsOf(loops, 0, 4),
      b,
      bJumps: jumpsOf(loops, 1, 4),
    },
    [
      reads("sums", [sums, sums + tile.rows * tile.columns - 1]),
      writes("words", hull(word, loops, 0)),
      ...(addend ? [reads("words", hull(b, loops, 1))] : []),
    ],
  );
}
