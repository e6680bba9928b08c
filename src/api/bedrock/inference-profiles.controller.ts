import { Controller, Get, Query } from '@nestjs/common';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { CurrentContext } from '../../http/context/current-context.decorator.ts';
import { ModelRegistryService } from '../../models/model-registry.service.ts';

/** One entry of ListInferenceProfiles (AWS API reference, 2026-11). */
interface ProfileSummary {
  inferenceProfileName: string;
  inferenceProfileId: string;
  inferenceProfileArn: string;
  models: { modelArn: string }[];
  status: 'ACTIVE';
  type: 'SYSTEM_DEFINED' | 'APPLICATION';
}

/**
 * `GET /inference-profiles` in the format of Bedrock's control plane: the profiles of the models that the caller may use.
 */
@Controller('inference-profiles')
export class InferenceProfilesController {
  constructor(private readonly models: ModelRegistryService) {}

  @Get()
  list(@CurrentContext() context: RequestContext, @Query() query: { type?: unknown; typeEquals?: unknown }) {
    const requestedType = typeIn(query.type ?? query.typeEquals);
    const summaries = new Map<string, ProfileSummary>();
    for (const { id, card } of this.models.list(context.caller)) {
      const [target] = this.models.resolve(id, context.caller).targets;
      if (target === undefined || target.profile === 'on-demand') continue;
      // Clients use the listed id as a model name, so a profile that the gateway would reject is omitted.
      if (!this.models.acceptsName(target.modelId)) continue;
      const isArn = target.modelId.startsWith('arn:');
      const type = isArn ? 'APPLICATION' : 'SYSTEM_DEFINED';
      if (requestedType !== undefined && requestedType !== type) continue;
      summaries.set(target.modelId, {
        inferenceProfileName: card.displayName,
        inferenceProfileId: isArn ? target.modelId.slice(target.modelId.lastIndexOf('/') + 1) : target.modelId,
        inferenceProfileArn: isArn
          ? target.modelId
          : `arn:aws:bedrock:${target.region}::inference-profile/${target.modelId}`,
        models: [{ modelArn: `arn:aws:bedrock:${target.region}::foundation-model/${card.id}` }],
        status: 'ACTIVE',
        type,
      });
    }
    return { inferenceProfileSummaries: [...summaries.values()] };
  }
}

/**
 * Reads the profile type of the query. Throws GatewayError 400 for any other value, as Bedrock does (ListInferenceProfiles,
 * API reference, 2026-11).
 */
function typeIn(value: unknown): ProfileSummary['type'] | undefined {
  if (value === undefined || value === 'SYSTEM_DEFINED' || value === 'APPLICATION') return value;
  throw badRequest('The query parameter type must occur once, with the value SYSTEM_DEFINED or APPLICATION.', 'type');
}
