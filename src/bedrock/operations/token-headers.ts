import type { Usage } from '../../usage/usage.ts';
import { firstHeaderValue } from '../transport/aws-error-response.ts';
import type { UpstreamResponseHead } from '../transport/transport.ts';

/** Tokens that InvokeModel counted for a prompt, where its headers say so. */
export function inputTokensFromHeaders(head: UpstreamResponseHead): number | undefined {
  return numberIn(head, 'input-token-count');
}

/** What InvokeModel counted in all; undefined where its headers say nothing. */
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
