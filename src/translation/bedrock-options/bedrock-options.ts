import { markLastTurnForGuardrail, prepareGuardrail, type GuardrailOptions } from './guardrail.ts';
import { preparePerformance, prepareServiceTier } from './service-tier.ts';
import { withPassthrough } from './passthrough.ts';
import { buildRequestMetadata, callerPairsOf } from './request-metadata.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY } from '../policy.ts';

/** Fields of Bedrock that clients add to OpenAI requests (`extra_body`), in AWS's spelling or in OpenAI's. */
export interface BedrockFields {
  guardrailConfig?: GuardrailOptions | null;
  guardrail_config?: GuardrailOptions | null;
  performanceConfig?: { latency?: string } | null;
  performance_config?: { latency?: string } | null;
  additionalModelRequestFields?: Readonly<Record<string, unknown>> | null;
  additional_model_request_fields?: Readonly<Record<string, unknown>> | null;
  anthropic_beta?: string | readonly string[] | null;
}

/** Fields that concern the request as a whole rather than its conversation. */
export interface RequestLevelFields extends BedrockFields {
  stream?: boolean | null;
  service_tier?: unknown;
  user?: unknown;
  safety_identifier?: unknown;
  metadata?: unknown;
}

/**
 * Adds guardrail, service tier, performance, request metadata and model fields to a finished Converse request. Throws
 * GatewayError 400 for invalid values.
 */
export function withBedrockOptions(
  input: ConverseRequest,
  request: RequestLevelFields,
  options: TranslationOptions,
  adjustments: Adjustments,
): ConverseRequest {
  const policy = options.policy ?? DEFAULT_POLICY;
  const { rules } = options.model;
  const guardrailConfig = prepareGuardrail(
    request.guardrailConfig ?? request.guardrail_config,
    policy.guardrail,
    request.stream ? 'streamed' : 'whole',
    usedSpelling(request, 'guardrailConfig', 'guardrail_config'),
  );
  const serviceTier = prepareServiceTier(request.service_tier, rules, adjustments);
  const performanceParam = usedSpelling(request, 'performanceConfig', 'performance_config');
  const performanceConfig = preparePerformance(request[performanceParam], performanceParam, rules, adjustments);
  const metadata = buildRequestMetadata(
    {
      caller: callerPairsOf(policy.requestMetadata, options.caller),
      user: request.user,
      safetyIdentifier: request.safety_identifier,
      metadata: request.metadata,
    },
    adjustments,
  );
  const passthroughParam = usedSpelling(request, 'additionalModelRequestFields', 'additional_model_request_fields');
  const additionalModelRequestFields = withPassthrough(
    input.additionalModelRequestFields ?? {},
    { param: passthroughParam, fields: request[passthroughParam], betas: request.anthropic_beta },
    policy.passthrough,
    rules,
    adjustments,
  );

  const isMarked = guardrailConfig !== undefined && policy.guardrail.scope === 'last-user-message';
  const messages = isMarked ? markLastTurnForGuardrail(input.messages ?? []) : input.messages;
  return {
    ...input,
    ...(messages && { messages }),
    ...(Object.keys(additionalModelRequestFields).length > 0 && { additionalModelRequestFields }),
    ...(guardrailConfig && { guardrailConfig }),
    ...(serviceTier && { serviceTier }),
    ...(performanceConfig && { performanceConfig }),
    ...(metadata && { requestMetadata: metadata }),
  };
}

/** Returns the name that a request uses for a field: AWS's spelling, or OpenAI's. */
function usedSpelling<First extends keyof RequestLevelFields, Second extends keyof RequestLevelFields>(
  request: RequestLevelFields,
  aws: First,
  openai: Second,
): First | Second {
  const isSet = (name: First | Second): boolean => request[name] !== undefined && request[name] !== null;
  return !isSet(aws) && isSet(openai) ? openai : aws;
}
