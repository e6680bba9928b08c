import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors/errors.ts';
import type { Caller } from '../../request/caller.ts';
import type { Forecast } from './month-forecast.ts';
import { dayAfter } from '../time/utc-time.ts';
import type { UsageView } from './usage-amounts.ts';
import type { UsageQuery } from './usage-query.ts';
import type { UsageGroup, UsagePoint, UsageReport } from './usage-report.ts';
import { UsageService } from './usage.service.ts';

/** Milliseconds for which an answer is repeated to its caller. */
const REPEATED_ANSWER_MS = 10_000;
/** Callers whose answers are kept. */
const MAX_ANSWERS = 1_000;
/** Reads of the database at a time, so that callers cannot take its connections from the ledger. */
const MAX_READS = 1;
/** Reads that wait for their turn. */
const MAX_WAITING_READS = 100;
const SHOWN_DAYS = 31;
const SHOWN_MODELS = 100;

/** Sums at list prices. Callers must not learn the prices of contracts, as in `x-outcrop-cost-usd`. */
type ListPricedUsage = Omit<UsageView, 'contractCostUsd' | 'estimatedCostUsd'>;

interface ListPricedPoint extends Omit<UsagePoint, 'usage'> {
  usage: ListPricedUsage;
}

/** Cost and usage of a caller. */
export interface CallerUsageView {
  object: 'usage';
  /** The key or principal. A principal includes the keys that it owns. */
  caller: { kind: 'key' | 'principal'; id: string; name: string };
  timeZone: string;
  currency: 'USD';
  today: ListPricedPoint;
  month: ListPricedPoint & { forecast: Omit<Forecast, 'contractCostUsd'> | null };
  /** The last 31 days. Days without requests are absent. */
  days: ListPricedPoint[];
  /** Models of the present month. */
  models: (Pick<UsageGroup, 'id'> & { usage: ListPricedUsage })[];
}

interface KeptAnswer {
  readonly at: number;
  readonly view: Promise<CallerUsageView>;
}

/** Answers callers about their own usage. Callers are many, so answers are kept for some seconds, and reads are limited. */
@Injectable()
export class CallerUsage {
  private readonly answers = new Map<string, KeptAnswer>();
  private reading = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly usage: UsageService) {}

  /**
   * Returns the usage of a caller. Throws GatewayError 409 without a ledger, 503 `overloaded` for too many callers at a time, and
   * DatabaseUnavailableError if the database cannot be used.
   */
  async find(caller: Caller): Promise<CallerUsageView> {
    this.usage.checkIsKept();
    const now = performance.now();
    const kept = this.answers.get(caller.id);
    if (kept !== undefined && now - kept.at < REPEATED_ANSWER_MS) return kept.view;
    const view = this.limited(() => this.read(caller));
    this.keep(caller.id, { at: now, view });
    return view;
  }

  private keep(id: string, answer: KeptAnswer): void {
    this.answers.delete(id);
    this.answers.set(id, answer);
    const [oldest] = this.answers.keys();
    if (this.answers.size > MAX_ANSWERS) this.answers.delete(oldest!);
    // The next request tries again.
    answer.view.catch(() => {
      if (this.answers.get(id) === answer) this.answers.delete(id);
    });
  }

  private async limited<T>(read: () => Promise<T>): Promise<T> {
    if (this.reading >= MAX_READS) {
      if (this.waiting.length >= MAX_WAITING_READS) throw tooManyQuestions();
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.reading += 1;
    }
    try {
      return await read();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.reading -= 1;
    }
  }

  private async read({ id, name, principal }: Caller): Promise<CallerUsageView> {
    const kind = principal === id ? 'principal' : 'key';
    const common = { filters: { [kind]: [id] }, isCompared: false, limit: SHOWN_MODELS };
    const ofDays = (today: string): UsageQuery => {
      return { ...common, from: dayAfter(today, 1 - SHOWN_DAYS), to: today, interval: 'day', hasForecast: false };
    };
    const ofMonth = (today: string): UsageQuery => {
      return { ...common, from: `${today.slice(0, 7)}-01`, to: today, by: 'model', hasForecast: true };
    };
    const [days, month] = await this.usage.reports([{ query: ofDays }, { query: ofMonth }]);
    return viewOfReports({ kind, id, name }, days!, month!);
  }
}

function viewOfReports(caller: CallerUsageView['caller'], days: UsageReport, month: UsageReport): CallerUsageView {
  const points = (days.totals.intervals ?? []).map(({ start, usage }) => ({ start, usage: atListPrices(usage) }));
  const { forecast } = month.totals;
  return {
    object: 'usage',
    caller,
    timeZone: days.timeZone,
    currency: days.currency,
    today: points.find(({ start }) => start === days.to) ?? {
      start: days.to,
      usage: nothingOf(atListPrices(days.totals.usage)),
    },
    month: {
      start: month.from.slice(0, 7),
      usage: atListPrices(month.totals.usage),
      forecast: forecast ? { month: forecast.month, listCostUsd: forecast.listCostUsd } : null,
    },
    days: points,
    models: month.groups.map(({ id, usage }) => ({ id, usage: atListPrices(usage) })),
  };
}

function atListPrices({
  contractCostUsd: _contract,
  estimatedCostUsd: _estimated,
  ...usage
}: UsageView): ListPricedUsage {
  return usage;
}

/** Returns the sums of nothing in the form of other sums. */
function nothingOf(usage: ListPricedUsage): ListPricedUsage {
  const zero = (value: unknown): unknown => {
    if (typeof value === 'object') {
      return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, zero(part)]));
    }
    return typeof value === 'string' ? '0' : 0;
  };
  return zero(usage) as ListPricedUsage;
}

function tooManyQuestions(): GatewayError {
  return new GatewayError({
    code: 'overloaded',
    message: 'Too many callers request their usage at the same time. Send the request again in some seconds.',
  });
}
