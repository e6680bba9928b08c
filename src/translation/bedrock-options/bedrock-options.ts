import { guardLastTurn, planGuardrail, type GuardrailWish } from './guardrail.ts';
import { planPerformance, planServiceTier } from './service-tier.ts';
import { withPassthrough } from './passthrough.ts';
import { requestMetadata } from './request-metadata.ts';
import type { Adjustments } from '../adjustments.ts';
import type { ConverseRequest } from '../../wire/converse.ts';
import type { TranslationContext } from '../dialect.ts';
import { DEFAULT_POLICY } from '../policy.ts';

/** Bedrock's own fields, as clients put them into OpenAI requests (`extra_body`), in AWS's spelling or OpenAI's. */
export interface BedrockOnlyFields {
  guardrailConfig?: GuardrailWish | null;
  guardrail_config?: GuardrailWish | null;
  performanceConfig?: { latency?: string } | null;
  performance_config?: { latency?: string } | null;
  additionalModelRequestFields?: Readonly<Record<string, unknown>> | null;
  additional_model_request_fields?: Readonly<Record<string, unknown>> | null;
  anthropic_beta?: string | readonly string[] | null;
}

/** Everything of a request that is about the call and not about the conversation. */
export interface CallFields extends BedrockOnlyFields {
  stream?: boolean | null;
  service_tier?: unknown;
  user?: unknown;
  safety_identifier?: unknown;
  metadata?: unknown;
}

/** The finished conversation and its generation settings, with everything around them that Bedrock takes. */
export function withExtensions(
  input: ConverseRequest,
  request: CallFields,
  context: TranslationContext,
  adjustments: Adjustments,
): ConverseRequest {
  const policy = context.policy ?? DEFAULT_POLICY;
  const { rules } = context.model;
  const guardrailConfig = planGuardrail(
    request.guardrailConfig ?? request.guardrail_config,
    policy.guardrail,
    request.stream ? 'streamed' : 'whole',
    spelled(request, 'guardrailConfig', 'guardrail_config'),
  );
  const serviceTier = planServiceTier(request.service_tier, rules, adjustments);
  const performanceParam = spelled(request, 'performanceConfig', 'performance_config');
  const performanceConfig = planPerformance(request[performanceParam], performanceParam, rules, adjustments);
  const metadata = requestMetadata(
    {
      apiKey: policy.requestMetadata.key ? context.caller : undefined,
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

  const isMarked = guardrailConfig !== undefined && policy.guardrail.scope === 'last-turn';
  const messages = isMarked ? guardLastTurn(input.messages ?? []) : input.messages;
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
function spelled<First extends keyof CallFields, Second extends keyof CallFields>(
  request: CallFields,
  aws: First,
  openai: Second,
): First | Second {
  const isSet = (name: First | Second): boolean => request[name] !== undefined && request[name] !== null;
  return !isSet(aws) && isSet(openai) ? openai : aws;
}
