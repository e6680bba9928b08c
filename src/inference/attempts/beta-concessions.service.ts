import { Injectable } from '@nestjs/common';
import { isBetaRefusal } from '../../bedrock/errors/beta-refusals.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';

const MOST_REMEMBERED = 1_000;
/** Longer lists of flags are not remembered: a client chooses them. */
const LONGEST_REMEMBERED = 1_024;
/** Models learn flags: after six hours they are tried once more. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;

/**
 * Sends a request whose beta flags Bedrock refuses once more without flags and without the fields that need them.
 * Bedrock does not name the refused flag, so the list of flags is remembered as a whole: for the model, and for the API
 * key that met the refusal, because a client chooses its flags.
 */
@Injectable()
export class BetaConcessionsService {
  private readonly refused = new FairCache<true>({ limits: () => ({ maxEntries: MOST_REMEMBERED }) });

  constructor(private readonly metrics: MetricsService) {}

  /**
   * `flags` are those of the request as it would be sent. What is remembered of one operation says nothing about the other:
   * CountTokens takes other models and profiles than InvokeModel. Rejects with the failure of the last attempt.
   */
  async inTurn<Result>(
    { name }: Model,
    { caller }: Pick<RequestContext, 'caller'>,
    { flags, operation }: { flags: readonly string[]; operation: 'create' | 'count' },
    attempt: (flags: 'sent' | 'refused') => Promise<Result>,
  ): Promise<Result> {
    if (flags.length === 0) return attempt('sent');
    const owner = caller?.id ?? '';
    const key = `${owner} ${operation} ${name} ${[...flags].sort().join(' ')}`;
    if (this.refused.get(key)) return attempt('refused');
    try {
      return await attempt('sent');
    } catch (error) {
      if (!isBetaRefusal(error)) throw error;
      this.metrics.requestRetried('beta_refused');
      const result = await attempt('refused');
      // Only now: a request that fails without its flags, too, proves nothing about them.
      if (key.length <= LONGEST_REMEMBERED) this.refused.set(owner, key, true, REMEMBERED_MS);
      return result;
    }
  }
}
