import type { CountedEvent, StageInfo } from "../../rtl/design.js";
import type { Expr } from "../../rtl/expr.js";
import { binary } from "../../rtl/expr.js";
import type { ModuleBuilder } from "../../rtl/module.js";
import { identifier } from "../../rtl/module.js";
import { invariant } from "../../support/errors.js";
import type { SourceSpan } from "../../support/source.js";
import type { Access, Datapath } from "../datapath/types.js";
import type { Type, ValueId } from "../ir/types.js";
import { type ScratchUnit, variableAddress } from "../memory/scratch.js";
import type { MemorySystem } from "../memory/units.js";
import type { CountedSignal } from "./counters.js";
import type { ScratchClient } from "./scratch.js";
import type { SharedUnits } from "./shared-units.js";
import type { GroupState } from "./slots.js";
import { type Stream, TokenLayout } from "./stream.js";
import { hardwareWidth, type OperandContext } from "./widths.js";

/** What all emitters of one datapath share: names, widths, uniform values, and what is recorded on the way. */
export class EmitContext implements OperandContext {
  readonly stages: StageInfo[] = [];
  /** Accesses to on-chip memory, as their steps are printed. */
  readonly scratchClients: ScratchClient[] = [];
  /** Events to be counted, if they are. */
  readonly counters: CountedSignal[] = [];
  private readonly movements: Expr[] = [];

  constructor(
    readonly datapath: Datapath,
    readonly addressBits: number,
    private readonly names: ReadonlyMap<ValueId, string>,
    private readonly uniformExprs: ReadonlyMap<ValueId, Expr>,
    private readonly scratch: readonly ScratchUnit[],
    /** How global memory is reached. */
    readonly memory: MemorySystem,
    /** Operators that operations take turns at; none where everything stands for itself. */
    readonly shared?: SharedUnits,
    /** Whether the circuit counts its events. */
    private readonly counting = false,
  ) {}

  readonly uniform = (id: ValueId): Expr | undefined => this.uniformExprs.get(id);

  objectAddress = (name: string): number => {
    const address =
      variableAddress(this.scratch, name) ?? this.datapath.constants.find((c) => c.object.name === name)?.address;
    // A variable that nothing accesses has an address all the same.
    if (address === undefined)
      invariant(
        this.datapath.variables.some((v) => v.name === name),
        `${name} is not placed`,
      );
    return address ?? 1;
  };

  /** log2 of the bytes of a slot of a unit whose size the launch gives. */
  private groupState: GroupState | undefined;
  readonly slotLogs = new Map<ScratchUnit, Expr>();

  /** What barriers know of the work-groups under way. */
  get groups(): GroupState {
    invariant(this.groupState, "a barrier stands in a datapath without group slots");
    return this.groupState;
  }
  set groups(state: GroupState) {
    this.groupState = state;
  }

  /** The on-chip memory that an access goes to; undefined when it goes to global memory. */
  scratchOf(access: Access): ScratchUnit | undefined {
    return this.scratch.find((unit) => unit.group.index === access.group);
  }

  typeOf(id: ValueId): Type {
    const type = this.datapath.types.get(id);
    invariant(type, `value ${id} has no type`);
    return type;
  }

  widthOf = (id: ValueId): number => hardwareWidth(this.typeOf(id), this.addressBits);

  /** A Verilog name for a value, near the source's. */
  label(id: ValueId): string {
    const wish = this.names.get(id) ?? "";
    return wish === "" ? `v${id}` : identifier(`${wish.slice(0, 40)}_${id}`);
  }

  layout(fields: readonly ValueId[]): TokenLayout {
    return new TokenLayout(fields, this.widthOf);
  }

  stage(instance: string, kind: StageInfo["kind"], label: string, span: SourceSpan | undefined): void {
    this.stages.push({ instance, kind, label, file: span?.file ?? "", line: span?.line ?? 0 });
  }

  /** `signal` is high in a cycle in which the event happens. */
  count(event: CountedEvent, label: string, span: SourceSpan, signal: () => Expr): void {
    if (this.counting) this.counters.push({ event, label, file: span.file, line: span.line, signal: signal() });
  }

  /** Notes a stream whose transfers count as progress. */
  moves(stream: Pick<Stream, "valid" | "ready">): void {
    this.movements.push(binary("&", stream.valid, stream.ready));
  }

  progress(m: ModuleBuilder): Expr {
    return m.define("progress_now", {
      text: this.movements.map((x) => x.text).join(" | "),
      width: 1,
      atom: "none",
    });
  }
}
