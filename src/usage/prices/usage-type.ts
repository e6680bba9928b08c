import type { BilledTier } from '../billing-facts.ts';
import type { TokenKind } from './list-rates.ts';

/** What a usage type of AWS's price list bills. */
export interface UsageTerms {
  readonly kind: TokenKind;
  readonly place: 'global' | 'region';
  readonly tier: BilledTier;
  readonly latency: 'standard' | 'optimized';
  readonly isLong: boolean;
}

/** Parts of usage types that the gateway does not bill by: other operations, capacity, and media that it does not send. */
const NOT_COMPARED =
  /batch|reserved|tpm|provisioned|model-?unit|customization|training|storage|distill|image|video|audio|speech|search|ultrafast|rft|grounding|second/;
const BILLED_REGION = /^[A-Z0-9]+-(?:MP:[A-Z0-9]+_)?/;

/**
 * Reads a usage type of the price list; undefined if it bills no tokens of a call. There are three forms:
 * `USE1-NovaPro-input-tokens-flex` and `USE1-zai.glm-5-mantle-input-tokens-standard` (offer AmazonBedrock), and
 * `USE1-MP:USE1_InputTokenCount_Global-Units` or `USE1-MP:USE1_input_tokens_global_standard-Units` (offer
 * AmazonBedrockFoundationModels).
 */
export function usageTermsOf(usageType: string): UsageTerms | undefined {
  const dashes = dashed(usageType);
  if (NOT_COMPARED.test(dashes)) return undefined;
  const kind = tokenKindOf(dashes);
  if (kind === undefined) return undefined;
  return {
    kind,
    place: /-global(-|$)/.test(dashes) ? 'global' : 'region',
    tier: /-flex(-|$)/.test(dashes) ? 'flex' : /-priority(-|$)/.test(dashes) ? 'priority' : 'default',
    latency: /latency-optimized/.test(dashes) ? 'optimized' : 'standard',
    isLong: /long-(ctx|context)/.test(dashes),
  };
}

function tokenKindOf(dashes: string): TokenKind | undefined {
  if (/cache-read/.test(dashes)) return 'cacheRead';
  // AWS lists the cache writes of OpenAI's models by 30 minutes.
  if (/cache-write/.test(dashes)) return /(^|-)1h(-|$)/.test(dashes) ? 'cacheWrite1h' : 'cacheWrite5m';
  if (/(^|-)input-token/.test(dashes)) return 'input';
  return /(^|-)(output|response)-token/.test(dashes) ? 'output' : undefined;
}

/** Returns a usage type in lower case with dashes, without the code of the region. */
function dashed(usageType: string): string {
  return usageType
    .replace(BILLED_REGION, '')
    .replace(/-Units$/, '')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/Write1h/, 'Write-1h')
    .replace(/1h([A-Z])/, '1h-$1')
    .replaceAll('_', '-')
    .toLowerCase();
}
