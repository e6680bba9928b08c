import type { Usage } from '../../usage/usage.ts';
import { firstHeaderValue } from '../transport/aws-error-response.ts';
import type { UpstreamResponseHead } from '../transport/transport.ts';

/** Returns the prompt tokens that InvokeModel counted; undefined if its headers do not contain them. */
export function inputTokensFromHeaders(head: UpstreamResponseHead): number | undefined {
  return numberIn(head, 'input-token-count');
}

/** Returns the usage that InvokeModel counted; undefined if its headers do not contain it. */
export function usageFromHeaders(head: UpstreamResponseHead): Usage | undefined {
  const input = inputTokensFromHeaders(head);
  const output = numberIn(head, 'output-token-count');
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: numberIn(head, 'cache-read-input-token-count') ?? 0,
    cacheWrite: numberIn(head, 'cache-write-input-token-count') ?? 0,
  };
}

function numberIn({ headers }: UpstreamResponseHead, name: string): number | undefined {
  const text = firstHeaderValue(headers?.[`x-amzn-bedrock-${name}`]);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
