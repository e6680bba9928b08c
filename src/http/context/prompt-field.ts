import type { RequestContext } from '../../request/request-context.ts';
import type { GatewayError } from '../../errors/errors.ts';

/** Code of a prompt that does not fit into the context of the model. */
export const CONTEXT_OVERFLOW = 'context_length_exceeded';

/** Fields that hold the prompt, by the end of the path. Chat and messages are the rest. */
const PROMPT_FIELDS: readonly [path: RegExp, field: string][] = [
  [/\/chat\/completions\/?$/, 'messages'],
  [/\/completions\/?$/, 'prompt'],
  [/\/(?:embeddings|moderations|responses(?:\/[\w.-]+)?)\/?$/, 'input'],
];

/** Returns the request field that holds the prompt at an endpoint. `path` is without its query. */
export function promptFieldOf(path: string): string {
  return PROMPT_FIELDS.find(([pattern]) => pattern.test(path))?.[1] ?? 'messages';
}

/** Returns a context overflow with the field of the endpoint as its `param`, and every other failure as it is. */
export function withPromptField(
  failure: GatewayError,
  { promptField }: Pick<RequestContext, 'promptField'>,
): GatewayError {
  if (failure.code !== CONTEXT_OVERFLOW || promptField === undefined) return failure;
  return failure.with({ param: promptField });
}
