import type { GuardrailTraceAssessment } from '@aws-sdk/client-bedrock-runtime';

import { openAiServiceTierOf, type OpenAiServiceTier } from '../bedrock-options/service-tier.ts';
import type { ConverseAnswer, WireForm } from '../../wire/converse.ts';

export type GuardrailTrace = WireForm<GuardrailTraceAssessment>;

/** What Bedrock tells of an answer beside its text and tokens. */
export interface AnswerExtras {
  /** The tier that served it, as OpenAI's answers say. */
  service_tier?: OpenAiServiceTier;
  /** What the guardrail found: one entry a choice, in their order. Only where the trace is switched on. */
  guardrail_trace?: GuardrailTrace[];
}

type Told = Pick<ConverseAnswer, 'serviceTier' | 'trace'>;

/** `told`: an answer of Converse, or the last event of a stream, for each upstream call. */
export function readAnswerExtras(told: readonly Told[]): AnswerExtras {
  const tier = told.map(({ serviceTier }) => openAiServiceTierOf(serviceTier)).find((served) => served !== undefined);
  const traces = told.flatMap(({ trace }) => trace?.guardrail ?? []);
  return {
    ...(tier !== undefined && { service_tier: tier }),
    ...(traces.length > 0 && { guardrail_trace: traces }),
  };
}

/** The same as JSON, as it continues an object that is being written: `,"service_tier":"flex"`, or nothing. */
export function extrasAsJsonFields(extras: AnswerExtras): string {
  const json = JSON.stringify(extras).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}
