import { BillError } from '../files/bill-error.ts';
import type { AdjustmentType, BilledLine, BillEntry, UncomparedReason } from './billed-line.ts';

/** Cells of a month: days × models × kinds × tiers × regions × accounts. Bounds the memory. */
const MAX_CELLS = 200_000;
/** Different lines that are listed one by one. All are summed. */
const MAX_UNCOMPARED = 200;
const MAX_ATTRIBUTIONS = 1_000;

/** Usage of the bill with the same dimensions. */
export type BilledCell = Omit<BilledLine, 'attribution' | 'isListAssumed'>;

/** Sum of lines of the bill that are not compared. */
export interface UncomparedSum {
  readonly reason: UncomparedReason;
  readonly account: string;
  /** Usage type or type of the line; empty for the rest above the limit. */
  readonly what: string;
  readonly product: string;
  lines: number;
  amountPico: bigint;
}

/** Sum of adjustments: of lines apart from usage, and within the net cost of usage. */
export interface AdjustmentSum {
  lines: number;
  amountPico: bigint;
  /** Positive. */
  inNetPico: bigint;
}

/** Cost of usage by what it is attributed to. */
export interface AttributionSum {
  lines: number;
  listPico: bigint;
  contractPico: bigint;
}

/** Sums of the lines of a month, in bounded memory. */
export class BillSums {
  readonly adjustments = new Map<AdjustmentType, AdjustmentSum>();
  readonly attributions = new Map<string, AttributionSum>();
  /** Lines of other services are counted as well. */
  lines = 0;
  usageLines = 0;
  /** Lines of Bedrock outside of the month. */
  otherMonthLines = 0;
  assumedListLines = 0;
  private readonly byCell = new Map<string, { -readonly [Name in keyof BilledCell]: BilledCell[Name] }>();
  private readonly bySort = new Map<string, UncomparedSum>();

  constructor(
    /** YYYY-MM. */
    private readonly month: string,
  ) {}

  get cells(): readonly BilledCell[] {
    return [...this.byCell.values()];
  }

  get uncompared(): readonly UncomparedSum[] {
    return [...this.bySort.values()];
  }

  /** Adds a line; undefined for one of another service. Throws BillError if the month has too many different lines. */
  add(entry: BillEntry | undefined): void {
    this.lines += 1;
    if (entry === undefined) return;
    const day = entry.type === 'usage' ? entry.line.day : entry.day;
    // A line without a day belongs to the month of its file.
    if (day !== '' && !day.startsWith(this.month)) {
      this.otherMonthLines += 1;
      return;
    }
    switch (entry.type) {
      case 'usage':
        this.addUsage(entry);
        return;
      case 'adjustment':
        this.addAdjustment(entry);
        return;
      case 'uncompared':
        this.addUncompared(entry);
        return;
      default:
        return entry satisfies never;
    }
  }

  private addUsage({ line, discountsPico }: BillEntry & { type: 'usage' }): void {
    this.usageLines += 1;
    if (line.isListAssumed) this.assumedListLines += 1;
    this.addLine(line);
    this.addAttribution(line);
    for (const [type, amount] of Object.entries(discountsPico)) {
      this.adjustmentSum(type as AdjustmentType).inNetPico += amount;
    }
  }

  private addLine(line: BilledLine): void {
    const { account, day, model, kind, tier, place, region, caller } = line;
    const id = [account, day, model, kind, tier, place, region, caller].join('|');
    const cell = this.byCell.get(id);
    if (cell) {
      cell.quantityMicro += line.quantityMicro;
      cell.listPico += line.listPico;
      cell.contractPico += line.contractPico;
      return;
    }
    if (this.byCell.size >= MAX_CELLS) throw new BillError(`The month has more than ${MAX_CELLS} different sums.`);
    const { attribution: _attribution, isListAssumed: _isListAssumed, ...dimensions } = line;
    this.byCell.set(id, dimensions);
  }

  private addAttribution({ attribution, contractPico, listPico }: BilledLine): void {
    const name =
      this.attributions.has(attribution) || this.attributions.size < MAX_ATTRIBUTIONS ? attribution : 'other';
    const sum = this.attributions.get(name) ?? { lines: 0, listPico: 0n, contractPico: 0n };
    sum.lines += 1;
    sum.listPico += listPico;
    sum.contractPico += contractPico;
    this.attributions.set(name, sum);
  }

  private addAdjustment(entry: BillEntry & { type: 'adjustment' }): void {
    const sum = this.adjustmentSum(entry.adjustment);
    sum.lines += 1;
    sum.amountPico += entry.amountPico;
    if (entry.line) this.addLine(entry.line);
  }

  private adjustmentSum(type: AdjustmentType): AdjustmentSum {
    let sum = this.adjustments.get(type);
    if (!sum) this.adjustments.set(type, (sum = { lines: 0, amountPico: 0n, inNetPico: 0n }));
    return sum;
  }

  private addUncompared(entry: BillEntry & { type: 'uncompared' }): void {
    const { account, product, reason, what } = entry;
    const isKept = this.bySort.size < MAX_UNCOMPARED || this.bySort.has([reason, account, what, product].join('|'));
    const sort = isKept ? { reason, account, what, product } : { reason, account: '', what: '', product: '' };
    const id = Object.values(sort).join('|');
    const sum = this.bySort.get(id) ?? { ...sort, lines: 0, amountPico: 0n };
    sum.lines += 1;
    sum.amountPico += entry.amountPico;
    this.bySort.set(id, sum);
  }
}
