import { badRequest } from '../../../../errors/errors.ts';
import { notListed } from '../../../../limits/field-errors.ts';
import type { ServiceTier } from '../../../../models/types/model.ts';
import type { Adjustments } from '../../../adjustments.ts';
import { guardrailRequired, rejectOtherGuardrailIn } from '../../../bedrock-options/guardrail.ts';
import { buildRequestMetadata, callerPairsOf } from '../../../bedrock-options/request-metadata.ts';
import type { TranslationOptions } from '../../../dialect.ts';
import { DEFAULT_POLICY, type TranslationPolicy } from '../../../policy.ts';
import type { JsonObject } from '../../../../wire/json/json-fields.ts';

/** Headers of InvokeModel (AWS API reference, 2026-11), by lower-case name. */
export type InvokeHeaders = Readonly<Record<string, string>>;

/** Tiers of Anthropic's API that equal Bedrock's default. */
const DEFAULT_TIERS: readonly unknown[] = ['auto', 'standard_only', 'default', undefined, null];
const TIERS: readonly ServiceTier[] = ['flex', 'priority', 'reserved'];
const GUARDRAIL_FIELD = 'amazon-bedrock-guardrailConfig';

/**
 * Returns the headers of InvokeModel: guardrail of the settings, service tier, request metadata. `fields` are entries
 * to add to the body. Throws GatewayError 400 for a guardrail of the request that the settings do not allow, and for an
 * unknown tier.
 */
export function toInvokeHeaders(
  request: JsonObject,
  { policy = DEFAULT_POLICY, model, caller }: TranslationOptions,
  adjustments: Adjustments,
): { headers: InvokeHeaders; fields: JsonObject } {
  if (request[GUARDRAIL_FIELD] !== undefined && !policy.guardrail.allowRequestGuardrail) {
    if (policy.guardrail.requiredBy !== undefined) throw guardrailRequired(policy.guardrail, GUARDRAIL_FIELD);
    throw badRequest(
      'This gateway does not let requests configure a guardrail.',
      GUARDRAIL_FIELD,
      'unsupported_parameter',
    );
  }
  const tier = tierOf(request['service_tier'], model.rules.serviceTiers, adjustments);
  const metadata = buildRequestMetadata({ caller: callerPairsOf(policy.requestMetadata, caller) }, adjustments);
  return {
    headers: {
      ...guardrailHeaders(policy.guardrail),
      ...(tier !== undefined && { 'x-amzn-bedrock-service-tier': tier }),
      ...(metadata && { 'x-amzn-bedrock-request-metadata': JSON.stringify(metadata) }),
    },
    fields:
      policy.guardrail.id !== undefined && policy.guardrail.streamMode === 'async' && request['stream'] === true
        ? { [GUARDRAIL_FIELD]: { streamProcessingMode: 'ASYNCHRONOUS' } }
        : {},
  };
}

/**
 * Returns the request without Converse's guardrail fields, which InvokeModel does not have, if the caller must use a
 * guardrail; otherwise the same request. Throws GatewayError 403 for another guardrail.
 */
export function withoutGuardrailFields(request: JsonObject, { guardrail }: TranslationPolicy): JsonObject {
  if (guardrail.requiredBy === undefined) return request;
  rejectOtherGuardrailIn(request, guardrail);
  const { guardrailConfig: _config, guardrail_config: _alternative, ...rest } = request;
  return rest;
}

/** Returns the guardrail headers. InvokeModel requires id and version together. */
export function guardrailHeaders({ id, version, trace }: TranslationPolicy['guardrail']): InvokeHeaders {
  if (id === undefined) return {};
  return {
    'x-amzn-bedrock-guardrailidentifier': id,
    'x-amzn-bedrock-guardrailversion': version,
    ...(trace !== 'disabled' && { 'x-amzn-bedrock-trace': trace.toUpperCase() }),
  };
}

function tierOf(
  requested: unknown,
  tiers: readonly ServiceTier[] | undefined,
  adjustments: Adjustments,
): ServiceTier | undefined {
  if (DEFAULT_TIERS.includes(requested)) return undefined;
  const tier = TIERS.find((tier) => tier === requested);
  if (tier === undefined) {
    throw notListed('service_tier', ['auto', 'standard_only', ...TIERS], requested);
  }
  if (tiers?.includes(tier)) return tier;
  adjustments.dropped('service_tier');
  return undefined;
}
