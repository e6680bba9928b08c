import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { historyConcessionFor } from '../../bedrock/history-refusals.ts';
import type { ModelCard } from '../../models/model.ts';
import { MetricsService } from '../../telemetry/metrics.service.ts';
import type { HistoryConcessions } from '../../translation/history-concessions.ts';

const NONE: HistoryConcessions = {};
const WITHOUT_ROLE: HistoryConcessions = { systemRole: 'refused' };
const MOST_REMEMBERED = 1_000;
/** Models learn: after six hours the role is tried once more. */
const REMEMBERED_MS = 6 * 60 * 60 * 1_000;

/**
 * Sends a request whose history the model refuses once more without what it refused, so that a session survives a
 * change of the model. Only the refusal of the role `system` is remembered: it is about the model, not about a client.
 */
@Injectable()
export class HistoryConcessionsService {
  private readonly withoutRole = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: REMEMBERED_MS });

  constructor(private readonly metrics: MetricsService) {}

  /** `attempt` may be called again with more concessions. Throws the failure where there is nothing to concede. */
  async inTurn<Result>(
    { name, rules }: ModelCard,
    attempt: (history: HistoryConcessions) => Promise<Result>,
  ): Promise<Result> {
    const known = rules.systemRole && this.withoutRole.has(name) ? WITHOUT_ROLE : NONE;
    for (let history = known; ;) {
      try {
        const result = await attempt(history);
        // Only now: a client can cause the refusal alone, but not that this concession ends it.
        if (history.systemRole !== known.systemRole) this.withoutRole.set(name, true);
        return result;
      } catch (error) {
        const more = historyConcessionFor(error);
        if (more === undefined || history[more] !== undefined) throw error;
        if (more === 'systemRole' && !rules.systemRole) throw error;
        this.metrics.retried('history_refused');
        history = more === 'reasoning' ? { ...history, reasoning: 'dropped' } : { ...history, systemRole: 'refused' };
      }
    }
  }
}
