import type { LimitedApi, RequestLimit } from './request-limit.ts';

export const OPENAI_APIS = ['chat', 'completions', 'responses'] as const;
export const RESPONSES_APIS = ['responses', 'compact'] as const;
export const MESSAGES_APIS = ['messages', 'countTokens'] as const;
export const EVERY_API = [...OPENAI_APIS, 'compact', ...MESSAGES_APIS, 'embeddings', 'moderations'] as const;

/** Returns the same paths for several APIs. */
export function at(apis: readonly LimitedApi[], ...paths: readonly string[]): RequestLimit['paths'] {
  return Object.fromEntries(apis.map((api) => [api, paths]));
}
