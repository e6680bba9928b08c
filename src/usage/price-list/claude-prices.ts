/**
 * Prices of Claude: input, output, cache read, cache write for five minutes, in USD per million tokens.
 * Long prompts of Sonnet 4 and 4.5, which need the beta flag context-1m: LiteLLM 1.110.2.
 */
import { geographicPrice, uniformPrice, type ListPrice, type PriceRows } from './list-price.ts';
import { ANNOUNCEMENTS, LITELLM, PI_AI } from './price-origins.ts';

/** The 1M-context beta of Sonnet 4 and 4.5 costs more above 200,000 tokens. */
const BETA_LONG_PROMPT: Pick<ListPrice, 'longPrompt'> = {
  longPrompt: { aboveTokens: 200_000, rates: ['6', '22.5', '0.6', '7.5'] },
};

/** Prices of Claude. */
export const CLAUDE_PRICES: PriceRows = {
  'anthropic.claude-fable-5-2': geographicPrice(PI_AI, ['8', '40', '0.2', '10']),
  'anthropic.claude-haiku-5-5': geographicPrice(PI_AI, ['0.1', '0.5', '0.01', '0.125'], {
    longPrompt: { aboveTokens: 100_000, rates: ['0.5', '2.5', '0.05', '0.625'] },
  }),
  'anthropic.claude-sonnet-5-5': geographicPrice(PI_AI, ['2', '10', '0.1', '2.5']),
  'anthropic.claude-opus-5-5': geographicPrice(PI_AI, ['4', '20', '0.2', '5']),
  'anthropic.claude-fable-5-1': geographicPrice(PI_AI, ['10', '50', '0.25', '12.5']),
  'anthropic.claude-opus-5': geographicPrice(PI_AI, ['5', '25', '0.5', '6.25']),
  'anthropic.claude-sonnet-5': geographicPrice(PI_AI, ['2', '10', '0.2', '2.5']),
  'anthropic.claude-fable-5': geographicPrice(PI_AI, ['10', '50', '1', '12.5']),
  'anthropic.claude-opus-4-8': geographicPrice(PI_AI, ['5', '25', '0.5', '6.25']),
  'anthropic.claude-opus-4-7': geographicPrice(PI_AI, ['5', '25', '0.5', '6.25']),
  'anthropic.claude-sonnet-4-6': geographicPrice(PI_AI, ['3', '15', '0.3', '3.75']),
  'anthropic.claude-opus-4-6-v1': geographicPrice(PI_AI, ['5', '25', '0.5', '6.25']),
  'anthropic.claude-opus-4-5-20251101-v1:0': geographicPrice(PI_AI, ['5', '25', '0.5', '6.25']),
  'anthropic.claude-haiku-4-5-20251001-v1:0': geographicPrice(PI_AI, ['1', '5', '0.1', '1.25']),
  'anthropic.claude-sonnet-4-5-20250929-v1:0': geographicPrice(PI_AI, ['3', '15', '0.3', '3.75'], BETA_LONG_PROMPT),
  'anthropic.claude-opus-4-1-20250805-v1:0': uniformPrice(PI_AI, ['15', '75', '1.5', '18.75']),

  // Models that have ended.
  'anthropic.claude-sonnet-4-20250514-v1:0': uniformPrice(PI_AI, ['3', '15', '0.3', '3.75'], BETA_LONG_PROMPT),
  'anthropic.claude-opus-4-20250514-v1:0': uniformPrice(LITELLM, ['15', '75', '1.5', '18.75']),
  'anthropic.claude-3-7-sonnet-20250219-v1:0': uniformPrice(LITELLM, ['3', '15', '0.3', '3.75']),
  'anthropic.claude-3-5-haiku-20241022-v1:0': uniformPrice(LITELLM, ['0.8', '4', '0.08', '1']),
  'anthropic.claude-3-5-sonnet-20241022-v2:0': uniformPrice(LITELLM, ['3', '15', '0.3', '3.75']),
  'anthropic.claude-3-5-sonnet-20240620-v1:0': uniformPrice(LITELLM, ['3', '15', '0.3', '3.75']),
  'anthropic.claude-3-opus-20240229-v1:0': uniformPrice(LITELLM, ['15', '75', '1.5', '18.75']),
  'anthropic.claude-3-haiku-20240307-v1:0': uniformPrice(ANNOUNCEMENTS, ['0.25', '1.25']),
  'anthropic.claude-3-sonnet-20240229-v1:0': uniformPrice(ANNOUNCEMENTS, ['3', '15']),
  'anthropic.claude-v2:1': uniformPrice(ANNOUNCEMENTS, ['8', '24']),
  'anthropic.claude-v2': uniformPrice(ANNOUNCEMENTS, ['8', '24']),
  'anthropic.claude-instant-v1': uniformPrice(ANNOUNCEMENTS, ['0.8', '2.4']),
};
