import type { GuardrailTraceAssessment } from '@aws-sdk/client-bedrock-runtime';

import { openAiServiceTierOf, type OpenAiServiceTier } from '../bedrock-options/service-tier.ts';
import type { ConverseAnswer, WireForm } from '../../wire/converse.ts';

/** Findings of a guardrail, as Bedrock reports them if the trace is enabled. */
export type GuardrailTrace = WireForm<GuardrailTraceAssessment>;

/** Fields that OpenAI's response formats carry beside text and usage, taken from Bedrock's answer. */
export interface AnswerExtras {
  /** Service tier that served the request, in OpenAI's spelling. */
  service_tier?: OpenAiServiceTier;
  /** Findings of the guardrail, one entry for each choice, in their order. Absent unless the trace is enabled. */
  guardrail_trace?: GuardrailTrace[];
}

type AnswerWithExtras = Pick<ConverseAnswer, 'serviceTier' | 'trace'>;

/**
 * Returns the extra fields of a response. `answers` has one entry for each upstream call: a Converse answer, or the
 * last event of a stream.
 */
export function readAnswerExtras(answers: readonly AnswerWithExtras[]): AnswerExtras {
  const tier = answers
    .map(({ serviceTier }) => openAiServiceTierOf(serviceTier))
    .find((served) => served !== undefined);
  const traces = answers.flatMap(({ trace }) => trace?.guardrail ?? []);
  return {
    ...(tier !== undefined && { service_tier: tier }),
    ...(traces.length > 0 && { guardrail_trace: traces }),
  };
}

/**
 * Returns the extra fields as a JSON fragment that continues an object, such as `,"service_tier":"flex"`. Empty if
 * there are none.
 */
export function extrasAsJsonFields(extras: AnswerExtras): string {
  const json = JSON.stringify(extras).slice(1, -1);
  return json === '' ? '' : `,${json}`;
}
