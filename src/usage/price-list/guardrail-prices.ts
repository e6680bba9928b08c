import type { GuardrailUnit } from '../guardrail-units.ts';
import { uniformPrice, type ListPrice, type PriceOrigin } from './list-price.ts';
import { GUARDRAIL_ROWS } from './price-origins.ts';

/** Price of one unit of a guardrail. */
export interface GuardrailPrice {
  readonly source: PriceOrigin;
  /** USD per thousand units, as decimal text. */
  readonly perThousand: string;
}

/** Prices of the policies of a guardrail, each billed separately. Word filters and regular expressions cost nothing. */
export const GUARDRAIL_PRICES: Readonly<Record<GuardrailUnit, GuardrailPrice>> = {
  contentPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0.15' },
  contentPolicyImageUnits: { source: GUARDRAIL_ROWS, perThousand: '0.75' },
  topicPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0.15' },
  wordPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0' },
  sensitiveInformationPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0.1' },
  sensitiveInformationPolicyFreeUnits: { source: GUARDRAIL_ROWS, perThousand: '0' },
  contextualGroundingPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0.1' },
  automatedReasoningPolicyUnits: { source: GUARDRAIL_ROWS, perThousand: '0.17' },
};

/** Price of a call of ApplyGuardrail, which has no tokens. */
export const APPLY_GUARDRAIL_PRICE: ListPrice = uniformPrice(GUARDRAIL_ROWS, ['0', '0']);
