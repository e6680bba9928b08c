import type { Usage } from '../../usage/usage.ts';
import { headerText } from '../transport/aws-error-response.ts';
import type { UpstreamHead } from '../transport/transport.ts';

/** Tokens that InvokeModel counted for a prompt, where its headers say so. */
export function inputTokensOf(head: UpstreamHead): number | undefined {
  return numberIn(head, 'input-token-count');
}

/** What InvokeModel counted in all; undefined where its headers say nothing. */
export function usageOfHeaders(head: UpstreamHead): Usage | undefined {
  const input = inputTokensOf(head);
  const output = numberIn(head, 'output-token-count');
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: numberIn(head, 'cache-read-input-token-count') ?? 0,
    cacheWrite: numberIn(head, 'cache-write-input-token-count') ?? 0,
  };
}

function numberIn({ headers }: UpstreamHead, name: string): number | undefined {
  const text = headerText(headers?.[`x-amzn-bedrock-${name}`]);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
