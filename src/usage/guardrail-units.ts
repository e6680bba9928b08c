/** Units of a guardrail, as Bedrock names them in `usage`. A text unit is up to 1,000 characters. */
export const GUARDRAIL_UNITS = [
  'contentPolicyUnits',
  'contentPolicyImageUnits',
  'topicPolicyUnits',
  'wordPolicyUnits',
  'sensitiveInformationPolicyUnits',
  'sensitiveInformationPolicyFreeUnits',
  'contextualGroundingPolicyUnits',
  'automatedReasoningPolicyUnits',
] as const;

/** One kind of unit of a guardrail. AWS bills each policy separately. */
export type GuardrailUnit = (typeof GUARDRAIL_UNITS)[number];

/** Counts of the units of one call. Kinds without units are absent. */
export type GuardrailUnitCounts = Partial<Record<GuardrailUnit, number>>;
