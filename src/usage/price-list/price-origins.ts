import type { PriceOrigin } from './list-price.ts';

/** pi-ai's catalog of Bedrock, generated on this day (npm `@earendil-works/pi-ai` 1.5.2 and 1.6.0). */
export const PI_AI: PriceOrigin = {
  name: 'pi-ai 1.6.0, dist/providers/data/amazon-bedrock.json',
  date: '2026-11-10',
  publisher: 'third party',
};

/** LiteLLM's price map (PyPI `litellm`), which names AWS's price list as its source. */
export const LITELLM: PriceOrigin = {
  name: 'litellm 1.110.2, model_prices_and_context_window_backup.json',
  date: '2026-11-25',
  publisher: 'third party',
};

/** Announcements of AWS and Anthropic for models that have ended. */
export const ANNOUNCEMENTS: PriceOrigin = {
  name: 'announcements of AWS and Anthropic, not verified again',
  date: '2026-11-22',
  publisher: 'AWS',
};

/** AWS's pages: the model cards and the page of Bedrock's prices, as the user guide quotes them. */
export const AWS_PAGES: PriceOrigin = {
  name: 'AWS model cards and price page of Bedrock',
  date: '2026-11-22',
  publisher: 'AWS',
};

/** Public copies of the guardrail rows of AWS's price list (offer AmazonBedrock, us-east-1). */
export const GUARDRAIL_ROWS: PriceOrigin = {
  name: 'copies of AWS price list, offer AmazonBedrock, us-east-1, usage types Guardrail-*',
  date: '2026-08-09',
  publisher: 'third party',
};
