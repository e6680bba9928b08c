import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../request/request-context.ts';
import type { ModelAccess } from '../request/caller.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import { cacheKey, AnswerStore } from '../shared-state/responses/answer-store.ts';
import type { ConverseRequest } from '../wire/converse.ts';
import { AccountingService } from './accounting/accounting.service.ts';
import type { WholeAttempt } from './attempts/attempt.ts';

type CacheableAttempt<Answer = unknown> = Pick<WholeAttempt<Answer, unknown>, 'cached' | 'prepared'>;
type PricedAttempt<Answer> = Pick<WholeAttempt<Answer, unknown>, 'cached' | 'prepared' | 'usageOf' | 'billingOf'>;

/**
 * Stores answers to plain requests, and finds them for equal requests: if the temperature is 0, or the client sends
 * `x-outcrop-cache: use`. API keys share answers only if `answerCache.shared` is on.
 */
@Injectable()
export class AnswerCache {
  constructor(
    private readonly store: AnswerStore,
    private readonly config: GatewayConfig,
    private readonly accounting: AccountingService,
  ) {}

  /**
   * Returns the key of the answer to call number `index` of an attempt; undefined if the cache does not serve the request. The
   * key contains `index`, because each choice of a request has a separate answer. It does not contain `requestMetadata`,
   * which Bedrock logs and the model does not receive. It contains the access of the caller, because the data policy and
   * the guardrail of one team do not cover the answers of another.
   */
  keyOf({ cached, prepared }: CacheableAttempt, index: number): string | undefined {
    const request = cached?.request(index);
    if (request === undefined || !this.applies(request, prepared.context)) return undefined;
    const scope = `${this.config.answerCache.shared ? '' : ownerOf(prepared.context)}${accessScopeOf(prepared.context)}`;
    const { requestMetadata: _, ...question } = request;
    return cacheKey({ scope, modelId: prepared.route.model.id, input: [question, index] });
  }

  /**
   * Returns a stored answer to call number `index`, and reports a hit with the cost that it saved, or a miss. A retry of the request reuses the result of the first lookup.
   */
  find<Answer>(key: string, attempt: PricedAttempt<Answer>, index: number): Promise<Answer | undefined> {
    const { cached, prepared } = attempt;
    const { context } = prepared;
    return context.once(`cache/${key}`, async () => {
      const json = await this.store.get(key);
      const stored = json === undefined ? undefined : cached?.parse(json);
      context.report.cache = stored === undefined ? 'miss' : 'hit';
      context.header('x-outcrop-cache', context.report.cache);
      if (stored !== undefined) {
        this.accounting.reportSaved(attempt.usageOf(stored, index), prepared, attempt.billingOf(stored, index));
      }
      return stored;
    });
  }

  save(key: string, answer: unknown, context: RequestContext): void {
    this.store.set(ownerOf(context), key, JSON.stringify(answer));
  }

  private applies(input: ConverseRequest, context: RequestContext): boolean {
    if (!this.config.answerCache.enabled || context.cachePreference === 'skip') return false;
    return context.cachePreference === 'use' || input.inferenceConfig?.temperature === 0;
  }
}

function ownerOf({ caller }: RequestContext): string {
  return caller?.id ?? '';
}

/** Digests of the access of callers. Many callers share one access. */
const digests = new WeakMap<ModelAccess, string>();

/** Returns a text that is equal for callers with equal access; empty for callers without one. */
function accessScopeOf({ caller }: RequestContext): string {
  const access = caller?.access;
  if (access === undefined) return '';
  let digest = digests.get(access);
  if (digest === undefined) {
    digest = `/${hash('sha256', JSON.stringify(access), 'hex')}`;
    digests.set(access, digest);
  }
  return digest;
}
