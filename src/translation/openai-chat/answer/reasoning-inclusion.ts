import type { ChatRequest } from '../chat-request.types.ts';

/** States whether the messages and chunks of an answer contain the reasoning of the model. */
export type ReasoningInclusion = 'included' | 'omitted';

/** Reads `include_reasoning`. Only false omits the reasoning; null counts as absent. */
export function reasoningInclusionOf({ include_reasoning }: ChatRequest): ReasoningInclusion {
  return include_reasoning === false ? 'omitted' : 'included';
}
