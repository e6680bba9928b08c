import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../request/request-context.ts';
import { parseExactly } from '../wire/json/exact-json.ts';
import { GatewayConfig } from '../config/gateway-config.ts';
import type { Route } from '../models/types/model.ts';
import { cacheKey, AnswerStore } from '../shared-state/responses/answer-store.ts';
import type { ConverseAnswer, ConverseRequest } from '../wire/converse.ts';

interface Question {
  route: Route;
  input: ConverseRequest;
  /** Which of several equal questions (`n`): each has an answer of its own. */
  index: number;
}

/**
 * Answers a repeated plain request from the cache: exact match, only where an answer may repeat
 * (temperature 0, or the client says `x-outcrop-cache: use`), never across keys unless configured.
 */
@Injectable()
export class AnswerCache {
  constructor(
    private readonly store: AnswerStore,
    private readonly config: GatewayConfig,
  ) {}

  async through(asked: Question, context: RequestContext, ask: () => Promise<ConverseAnswer>): Promise<ConverseAnswer> {
    if (!this.applies(asked.input, context)) return ask();
    const owner = context.caller?.id ?? '';
    const scope = this.config.answerCache.shared ? '' : owner;
    const { route, input, index } = asked;
    // Who asks goes into the logs of Bedrock and not into the answer.
    const { requestMetadata: _, ...question } = input;
    const key = cacheKey({ scope, modelId: route.model.id, input: [question, index] });
    const stored = answerIn(await this.store.get(key));
    context.report.cache = stored === undefined ? 'miss' : 'hit';
    context.header('x-outcrop-cache', context.report.cache);
    if (stored !== undefined) return stored;
    const answer = await ask();
    this.store.set(owner, key, JSON.stringify(answer));
    return answer;
  }

  private applies(input: ConverseRequest, context: RequestContext): boolean {
    if (!this.config.answerCache.enabled || context.cachePreference === 'skip') return false;
    return context.cachePreference === 'use' || input.inferenceConfig?.temperature === 0;
  }
}

/** Returns the answer in a stored text; undefined for what this gateway did not write: a shared Redis may hold anything. */
function answerIn(json: string | undefined): ConverseAnswer | undefined {
  if (json === undefined) return undefined;
  try {
    const answer = parseExactly(json) as ConverseAnswer | null;
    return Array.isArray(answer?.output?.message?.content) ? answer : undefined;
  } catch {
    return undefined;
  }
}
