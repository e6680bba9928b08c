import type { ModelRules } from '../../models/types/model.ts';
import { estimateTokens } from '../../wire/token-estimate.ts';
import type { ConverseRequest } from '../../wire/converse.ts';

/** Whether an answer to this request could be taken up again by a model of these rules. */
export function canContinue({ prefill }: ModelRules, request: ConverseRequest): boolean {
  const fields = Object.keys(request.additionalModelRequestFields ?? {});
  const choice = request.toolConfig?.toolChoice;
  // Thinking refuses a prefill, a forced call has no text, and a guardrail would check the same text twice.
  return prefill && !fields.includes('thinking') && !request.guardrailConfig && !choice?.any && !choice?.tool;
}

/** The same request, with what was said so far as the beginning of the answer. */
export function withPrefill(request: ConverseRequest, said: string): ConverseRequest {
  // Claude refuses an answer that would go on behind a blank (Messages API reference, 2026-11).
  const text = said.trimEnd();
  const messages = request.messages ?? [];
  const last = messages.at(-1);
  const isBegun = last?.role === 'assistant';
  const content = [...(isBegun ? (last.content ?? []) : []), { text }];
  const maxTokens = request.inferenceConfig?.maxTokens;
  const left = maxTokens === undefined ? undefined : Math.max(1, Math.floor(maxTokens - estimateTokens(said)));
  return {
    ...request,
    messages: [...(isBegun ? messages.slice(0, -1) : messages), { role: 'assistant', content }],
    inferenceConfig: { ...request.inferenceConfig, ...(left !== undefined && { maxTokens: left }) },
  };
}
