import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../../../config/gateway-config.ts';
import type { Route } from '../../../models/types/model.ts';
import type { QuotaTable } from '../quota-table.ts';
import { QuotaRules } from '../quota-rules.ts';

/** Enough for a short answer, and no more than any model of the table takes. */
const LEAST_TOKENS = 4_096;
/** Enough for a whole file; more is reserved from a quota for nothing in most requests. */
const MOST_TOKENS = 32_000;
/** At least so many requests without a limit fit into a minute's quota. */
const REQUESTS_PER_QUOTA = 10;

/** How long answers may become when requests set no limit: `models.defaultMaxTokens`. */
@Injectable()
export class OutputDefault {
  constructor(
    private readonly config: GatewayConfig,
    private readonly quotas: QuotaRules,
  ) {}

  /** In tokens; may be above the maximum of the model. */
  tokensFor({ model, targets }: Pick<Route, 'model' | 'targets'>): number {
    const { defaultMaxTokens } = this.config.models;
    if (defaultMaxTokens !== 'auto') return defaultMaxTokens;
    if (model.outputIsAssumed) return LEAST_TOKENS;
    const wanted = Math.min(model.rules.maxOutputTokens, MOST_TOKENS);
    const { book } = this.quotas;
    if (book.isEmpty || wanted <= LEAST_TOKENS) return Math.max(wanted, LEAST_TOKENS);
    const share = smallestMinute(book, { model, targets }) / REQUESTS_PER_QUOTA;
    return Math.max(LEAST_TOKENS, Math.floor(Math.min(wanted, share)));
  }
}

/** Tokens per minute that AWS grants; infinite where no quota is known. */
function smallestMinute(book: QuotaTable, { model, targets }: Pick<Route, 'model' | 'targets'>): number {
  let smallest = Infinity;
  for (const target of targets) {
    for (const { limit, quota } of book.placeOf(target, model).buckets) {
      if (limit === 'tokensPerMinute' && quota < smallest) smallest = quota;
    }
  }
  return smallest;
}
