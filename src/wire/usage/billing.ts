import { billedTierOf, type BillingFacts } from '../../usage/billing-facts.ts';
import { GUARDRAIL_UNITS, type GuardrailUnitCounts } from '../../usage/guardrail-units.ts';
import type { ConverseAnswer, ConverseRequest, StreamMetadata } from '../converse.ts';
import { asRecord } from '../json/json-fields.ts';

type Terms = Pick<ConverseRequest, 'serviceTier' | 'performanceConfig'>;
type Served = Pick<ConverseAnswer | StreamMetadata, 'serviceTier' | 'performanceConfig' | 'trace'>;

const TIER_HEADER = 'x-amzn-bedrock-service-tier';
const LATENCY_HEADER = 'x-amzn-bedrock-performanceconfig-latency';

/**
 * Returns what Bedrock bills of a call of Converse beside its tokens; undefined for a plain call. Bedrock can serve
 * another tier or latency than the request names, and bills what the answer reports. `answer` is undefined for a stream
 * that ended before its last event.
 */
export function billingOfConverse(request: Terms, answer: Served | undefined): BillingFacts | undefined {
  const tier = answer?.serviceTier ? billedTierOf(answer.serviceTier.type) : requestedTierOf(request.serviceTier?.type);
  const { latency } = answer?.performanceConfig ?? request.performanceConfig ?? {};
  const guardrail = answer?.trace?.guardrail && guardrailUnitsOf(answer.trace.guardrail);
  return factsOf(tier, latency, guardrail);
}

/**
 * Returns what Bedrock bills of a call of InvokeModel beside its tokens; undefined for a plain call. `sent` and `received`
 * are headers by lower-case name.
 */
export function billingOfInvoke(
  sent: Readonly<Record<string, unknown>>,
  received: Readonly<Record<string, unknown>> = {},
): BillingFacts | undefined {
  const served = received[TIER_HEADER];
  const tier = served === undefined ? requestedTierOf(sent[TIER_HEADER]) : billedTierOf(served);
  return factsOf(tier, received[LATENCY_HEADER] ?? sent[LATENCY_HEADER], undefined);
}

/** Returns the number of images in a request of Nova's multimodal embeddings, as JSON text; 0 if it cannot be read. */
export function imagesToEmbed(request: string): number {
  try {
    const { singleEmbeddingParams } = asRecord(JSON.parse(request));
    return asRecord(singleEmbeddingParams)['image'] === undefined ? 0 : 1;
  } catch {
    return 0;
  }
}

/** Returns the units in the `usage` of an answer of ApplyGuardrail; undefined if there are none. */
export function guardrailUnitsIn(usage: unknown): GuardrailUnitCounts | undefined {
  const units: GuardrailUnitCounts = {};
  addUnits(units, usage);
  return Object.keys(units).length === 0 ? undefined : units;
}

/**
 * Returns the tier of a request whose answer reports none. Calls of the Reserved tier cost nothing, so only an answer can
 * prove it: Bedrock serves what exceeds the reserved capacity in the default tier.
 */
function requestedTierOf(name: unknown): BillingFacts['tier'] {
  const tier = billedTierOf(name);
  return tier === 'reserved' ? undefined : tier;
}

function factsOf(
  tier: BillingFacts['tier'],
  latency: unknown,
  guardrail: GuardrailUnitCounts | undefined,
): BillingFacts | undefined {
  const isOptimized = latency === 'optimized';
  if (tier === undefined && !isOptimized && guardrail === undefined) return undefined;
  return { ...(tier && { tier }), ...(isOptimized && { latency }), ...(guardrail && { guardrail }) };
}

/** Adds the units of all assessments of a trace. The answer contains a trace only if the request demands one. */
function guardrailUnitsOf(trace: NonNullable<Served['trace']>['guardrail']): GuardrailUnitCounts | undefined {
  const { inputAssessment, outputAssessments } = asRecord(trace);
  const assessments = [
    ...Object.values(asRecord(inputAssessment)),
    ...Object.values(asRecord(outputAssessments)).flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : [])),
  ];
  const units: GuardrailUnitCounts = {};
  for (const assessment of assessments) addUnits(units, asRecord(asRecord(assessment)['invocationMetrics'])['usage']);
  return Object.keys(units).length === 0 ? undefined : units;
}

function addUnits(units: GuardrailUnitCounts, usage: unknown): void {
  const counts = asRecord(usage);
  for (const unit of GUARDRAIL_UNITS) {
    const count = counts[unit];
    if (Number.isSafeInteger(count) && Number(count) > 0) units[unit] = (units[unit] ?? 0) + Number(count);
  }
}
