/**
 * Prices of OpenAI's models: input, output, cache read, cache write, in USD per million tokens. The closed models cost
 * more for prompts above 272,000 tokens. AWS lists their cache writes by 30 minutes.
 */
import { geographicPrice, uniformPrice, type ListPrice, type PriceRows, type TokenRates } from './list-price.ts';
import { LITELLM, PI_AI } from './price-origins.ts';

function longPrompt(...rates: TokenRates): Pick<ListPrice, 'longPrompt'> {
  return { longPrompt: { aboveTokens: 272_000, rates } };
}

/** Prices of OpenAI's models. */
export const OPENAI_PRICES: PriceRows = {
  'openai.gpt-6.2-astra': geographicPrice(PI_AI, ['8', '40', '0.4', '10'], longPrompt('16', '60', '0.8', '20')),
  'openai.gpt-6.2-sol': geographicPrice(PI_AI, ['2', '10', '0.1', '2.5'], longPrompt('4', '15', '0.2', '5')),
  'openai.gpt-6.1-sol': geographicPrice(PI_AI, ['2', '10', '0.1', '2.5'], longPrompt('4', '15', '0.2', '5')),
  'openai.gpt-6.1-terra': geographicPrice(PI_AI, ['1', '5', '0.05', '1.25'], longPrompt('2', '7.5', '0.1', '2.5')),
  'openai.gpt-6-astra': geographicPrice(PI_AI, ['10', '50', '1', '12.5'], longPrompt('20', '75', '2', '25')),
  'openai.gpt-6-sol': geographicPrice(PI_AI, ['2', '10', '0.2', '2.5'], longPrompt('4', '15', '0.4', '5')),
  'openai.gpt-6-luna': geographicPrice(
    PI_AI,
    ['0.1', '0.5', '0.01', '0.125'],
    longPrompt('0.2', '0.75', '0.02', '0.25'),
  ),
  'openai.gpt-5.6-sol': geographicPrice(PI_AI, ['4', '20', '0.4', '5'], longPrompt('8', '30', '0.8', '10')),
  'openai.gpt-5.6-terra': geographicPrice(PI_AI, ['2', '12', '0.2', '2.5'], longPrompt('4', '18', '0.4', '5')),
  'openai.gpt-5.6-luna': geographicPrice(
    PI_AI,
    ['0.2', '1.2', '0.02', '0.25'],
    longPrompt('0.4', '1.8', '0.04', '0.5'),
  ),
  // The price of the global profile. pi-ai lists the bare id, which costs ten percent more.
  'openai.gpt-5.5': geographicPrice(LITELLM, ['5', '30', '0.5'], longPrompt('10', '45', '1')),
  'openai.gpt-5.4': geographicPrice(LITELLM, ['2.5', '15', '0.25'], longPrompt('5', '22.5', '0.5')),

  'openai.gpt-oss-120b-1:0': uniformPrice(PI_AI, ['0.15', '0.6']),
  'openai.gpt-oss-20b-1:0': uniformPrice(PI_AI, ['0.07', '0.3']),
  'openai.gpt-oss-safeguard-120b': uniformPrice(PI_AI, ['0.15', '0.6'], {
    tiers: { flex: ['0.07', '0.3'], priority: ['0.26', '1.05'] },
  }),
  'openai.gpt-oss-safeguard-20b': uniformPrice(PI_AI, ['0.07', '0.2'], {
    tiers: { flex: ['0.03', '0.1'], priority: ['0.12', '0.35'] },
  }),
};
