import type { RequestContext } from '../../request/request-context.ts';
import type { GatewayError } from '../../errors/errors.ts';

/** Error code of a prompt that exceeds the context of the model. */
export const CONTEXT_OVERFLOW = 'context_length_exceeded';

/** Prompt fields by the end of the path. All other endpoints use `messages`. */
const PROMPT_FIELDS: readonly [path: RegExp, field: string][] = [
  [/\/chat\/completions\/?$/, 'messages'],
  [/\/completions\/?$/, 'prompt'],
  [/\/(?:embeddings|moderations|responses(?:\/[\w.-]+)?)\/?$/, 'input'],
];

/** Returns the request field that holds the prompt at an endpoint. `path` has no query. */
export function promptFieldOf(path: string): string {
  return PROMPT_FIELDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'messages';
}

/** Sets the endpoint's prompt field as `param` of a context overflow. Returns every other failure unmodified. */
export function withPromptField(
  failure: GatewayError,
  { promptField }: Pick<RequestContext, 'promptField'>,
): GatewayError {
  if (failure.code !== CONTEXT_OVERFLOW || promptField === undefined) return failure;
  return failure.with({ param: promptField });
}
