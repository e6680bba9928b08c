import type { ModelRules } from '../../models/types/model.ts';
import { estimateTokens } from '../../wire/token-estimate.ts';
import type { ConverseRequest } from '../../wire/converse.ts';

/** Returns true if a model with these rules can resume an answer to this request. */
export function canContinue({ prefill }: ModelRules, request: ConverseRequest): boolean {
  const fields = Object.keys(request.additionalModelRequestFields ?? {});
  const choice = request.toolConfig?.toolChoice;
  // Models that think reject a prefill, a forced tool call has no text, and a guardrail would check the same text twice.
  return prefill && !fields.includes('thinking') && !request.guardrailConfig && !choice?.any && !choice?.tool;
}

/** Returns the request with a partial answer as the beginning of the answer. */
export function withPrefill(request: ConverseRequest, partial: string): ConverseRequest {
  // Claude rejects a prefill that ends in white space (Messages API reference, 2026-11).
  const text = partial.trimEnd();
  const messages = request.messages ?? [];
  const last = messages.at(-1);
  const isBegun = last?.role === 'assistant';
  const content = [...(isBegun ? (last.content ?? []) : []), { text }];
  const maxTokens = request.inferenceConfig?.maxTokens;
  const left = maxTokens === undefined ? undefined : Math.max(1, Math.floor(maxTokens - estimateTokens(partial)));
  return {
    ...request,
    messages: [...(isBegun ? messages.slice(0, -1) : messages), { role: 'assistant', content }],
    inferenceConfig: { ...request.inferenceConfig, ...(left !== undefined && { maxTokens: left }) },
  };
}
