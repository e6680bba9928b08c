import { Injectable } from '@nestjs/common';
import { historyConcessionFor } from '../../bedrock/errors/history-refusals.ts';
import type { RequestContext } from '../../request/request-context.ts';
import type { Model } from '../../models/types/model.ts';
import { FairCache } from '../../shared-state/fair-cache.ts';
import { MetricsService } from '../../telemetry/metrics/metrics.service.ts';
import type { HistoryConcessions } from '../../translation/history/history-concessions.ts';

const NONE: HistoryConcessions = {};
const WITHOUT_ROLE: HistoryConcessions = { systemRole: 'refused' };
const MOST_REMEMBERED = 1_000;
/** Models learn: after six hours the role is tried once more. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;

/**
 * Sends a request whose history the model refuses once more without what it refused, so that a session survives a
 * change of the model. Only the refusal of the role `system` is remembered, for the key that met it: a client can
 * provoke such a refusal.
 */
@Injectable()
export class HistoryConcessionsService {
  private readonly withoutRole = new FairCache<true>({ limits: () => ({ maxEntries: MOST_REMEMBERED }) });

  constructor(private readonly metrics: MetricsService) {}

  /**
   * Calls `attempt` again with more concessions, but not with those that `without` names, because they change nothing on this
   * API. Throws the failure where there is nothing to concede.
   */
  async inTurn<Result>(
    { name, rules }: Model,
    { caller }: Pick<RequestContext, 'caller'>,
    attempt: (history: HistoryConcessions) => Promise<Result>,
    without: readonly string[] = [],
  ): Promise<Result> {
    const owner = caller?.id ?? '';
    const isKnown = rules.systemRole && this.withoutRole.size > 0 && this.withoutRole.get(keyOf(owner, name));
    const known = isKnown ? WITHOUT_ROLE : NONE;
    for (let history = known; ;) {
      try {
        const result = await attempt(history);
        // Only now: a client can cause the refusal alone, but not that this concession ends it.
        if (history.systemRole !== known.systemRole) {
          this.withoutRole.set(owner, keyOf(owner, name), true, REMEMBERED_MS);
        }
        return result;
      } catch (error) {
        const more = historyConcessionFor(error);
        if (more === undefined) throw error;
        if (Object.keys(more).some((name) => Object.hasOwn(history, name) || without.includes(name))) throw error;
        if (more.systemRole && !rules.systemRole) throw error;
        this.metrics.requestRetried('history_refused');
        history = { ...history, ...more };
      }
    }
  }
}

function keyOf(owner: string, model: string): string {
  return `${owner} ${model}`;
}
