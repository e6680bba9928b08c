import { markLastTurnForGuardrail, prepareGuardrail, type GuardrailOptions } from './guardrail.ts';
import { preparePerformance, prepareServiceTier } from './service-tier.ts';
import { withPassthrough } from './passthrough.ts';
import { buildRequestMetadata } from './request-metadata.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { TranslationOptions } from '../dialect.ts';
import { DEFAULT_POLICY } from '../policy.ts';

/** Bedrock's own fields, as clients put them into OpenAI requests (`extra_body`), in AWS's spelling or OpenAI's. */
export interface BedrockFields {
  guardrailConfig?: GuardrailOptions | null;
  guardrail_config?: GuardrailOptions | null;
  performanceConfig?: { latency?: string } | null;
  performance_config?: { latency?: string } | null;
  additionalModelRequestFields?: Readonly<Record<string, unknown>> | null;
  additional_model_request_fields?: Readonly<Record<string, unknown>> | null;
  anthropic_beta?: string | readonly string[] | null;
}

/** Everything of a request that is about the call and not about the conversation. */
export interface RequestLevelFields extends BedrockFields {
  stream?: boolean | null;
  service_tier?: unknown;
  user?: unknown;
  safety_identifier?: unknown;
  metadata?: unknown;
}

/** The finished conversation and its generation settings, with everything around them that Bedrock takes. */
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
    spelled(request, 'guardrailConfig', 'guardrail_config'),
  );
  const serviceTier = prepareServiceTier(request.service_tier, rules, adjustments);
  const performanceParam = spelled(request, 'performanceConfig', 'performance_config');
  const performanceConfig = preparePerformance(request[performanceParam], performanceParam, rules, adjustments);
  const metadata = buildRequestMetadata(
    {
      apiKey: policy.requestMetadata.includeKeyName ? options.caller : undefined,
      user: request.user,
      safetyIdentifier: request.safety_identifier,
      metadata: request.metadata,
    },
    adjustments,
  );
  const passthroughParam = spelled(request, 'additionalModelRequestFields', 'additional_model_request_fields');
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

/** Which of two spellings a request uses: AWS's own, or that of OpenAI's fields. */
function spelled<First extends keyof RequestLevelFields, Second extends keyof RequestLevelFields>(
  request: RequestLevelFields,
  aws: First,
  openai: Second,
): First | Second {
  const isSet = (name: First | Second): boolean => request[name] !== undefined && request[name] !== null;
  return !isSet(aws) && isSet(openai) ? openai : aws;
}
