import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../../config/gateway-config.ts';
import type { Route, Target } from '../../../models/types/model.ts';
import type { QuotaTable } from '../quota-table.ts';
import { QuotaRules } from '../quota-rules.ts';

/** Minimum of the default. It suffices for a short answer, and every model of the table accepts it. */
const MIN_TOKENS = 4_096;
/** Maximum of the default. It suffices for a whole file, and most requests would not use a larger reservation. */
const MAX_TOKENS = 32_000;
/** Minimum number of requests without a limit that fit into one minute's quota. */
const REQUESTS_PER_QUOTA = 10;

/** The output limit for requests without one: `models.defaultMaxTokens`. */
@Injectable()
export class OutputDefault {
  /** The smallest quotas of the last table by list of targets, because a route may have hundreds of targets. */
  private smallest = new WeakMap<readonly Target[], number>();
  private lastTable?: QuotaTable;

  constructor(
    private readonly config: GatewayConfig,
    private readonly quotas: QuotaRules,
  ) {}

  /** Returns the default output limit in tokens. It can exceed the maximum of the model. */
  tokensFor({ model, targets }: Pick<Route, 'model' | 'targets'>): number {
    const { defaultMaxTokens } = this.config.models;
    if (defaultMaxTokens !== 'auto') return defaultMaxTokens;
    if (model.outputIsAssumed) return MIN_TOKENS;
    const wanted = Math.min(model.rules.maxOutputTokens, MAX_TOKENS);
    const { table } = this.quotas;
    if (table.isEmpty || wanted <= MIN_TOKENS) return Math.max(wanted, MIN_TOKENS);
    const share = this.smallestMinuteQuota(table, { model, targets }) / REQUESTS_PER_QUOTA;
    return Math.max(MIN_TOKENS, Math.floor(Math.min(wanted, share)));
  }

  private smallestMinuteQuota(table: QuotaTable, route: Pick<Route, 'model' | 'targets'>): number {
    if (table !== this.lastTable) this.smallest = new WeakMap();
    this.lastTable = table;
    const known = this.smallest.get(route.targets) ?? findSmallestQuota(table, route);
    this.smallest.set(route.targets, known);
    return known;
  }
}

/** Returns the smallest tokens-per-minute quota of the targets; Infinity if none is known. */
function findSmallestQuota(table: QuotaTable, { model, targets }: Pick<Route, 'model' | 'targets'>): number {
  let smallest = Infinity;
  for (const target of targets) {
    for (const { limit, quota } of table.scopeOf(target, model).buckets) {
      if (limit === 'tokensPerMinute' && quota < smallest) smallest = quota;
    }
  }
  return smallest;
}
