import { APPLICATION_PROFILES, MODELS } from './models.ts';
import type { Model } from './model.ts';
import { AwsException, validationException } from './aws-exception.ts';

const BY_ID = new Map<string, Model>();
const BY_PROFILE = new Map<string, Model>();
for (const model of MODELS) {
  BY_ID.set(model.id, model);
  for (const geography of model.profiles) BY_PROFILE.set(`${geography}.${model.id}`, model);
}

const ARN =
  /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d*:(foundation-model|inference-profile|application-inference-profile)\/(.+)$/;
/** Maximum length of `modelId` (AWS API reference, Converse). */
const MAX_ID_LENGTH = 2048;

/**
 * Returns the model for CountTokens. CountTokens accepts the id or ARN of a foundation model, also of one that can only
 * be invoked through a profile, and no profile. Throws what Bedrock returns for other ids.
 */
export function findFoundationModel(modelId: string, now: Date): Model {
  const { model, byProfile } = lookUp(modelId);
  if (byProfile) throw validationException('The provided model identifier is invalid.');
  rejectEnded(model, now);
  return model;
}

/**
 * Returns the model of an id, a profile or an ARN. Throws what Bedrock returns for an id that is not valid at `now`.
 */
export function findModel(modelId: string, now: Date): Model {
  if (modelId.length > MAX_ID_LENGTH) throw validationException('The provided model identifier is invalid.');
  const { model, byProfile } = lookUp(modelId);
  rejectEnded(model, now);
  if (!byProfile && !model.onDemand) {
    throw validationException(
      `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
    );
  }
  return model;
}

function rejectEnded(model: Model, now: Date): void {
  if (model.endOfLife !== undefined && now >= new Date(`${model.endOfLife}T00:00:00Z`)) {
    throw new AwsException(
      'ResourceNotFoundException',
      'This model version has reached the end of its life. Please refer to the AWS documentation for more details.',
    );
  }
}

function lookUp(modelId: string): { model: Model; byProfile: boolean } {
  const [, kind, name = modelId] = ARN.exec(modelId) ?? [];
  const profile =
    kind === 'application-inference-profile'
      ? BY_ID.get(APPLICATION_PROFILES[name] ?? '')
      : kind === 'foundation-model'
        ? undefined
        : BY_PROFILE.get(name);
  if (profile !== undefined) return { model: profile, byProfile: true };
  const bare = kind === undefined || kind === 'foundation-model' ? BY_ID.get(name) : undefined;
  if (bare !== undefined) return { model: bare, byProfile: false };
  if (kind !== undefined) {
    throw new AwsException(
      'ResourceNotFoundException',
      `Could not resolve the foundation model from the model identifier: ${modelId}`,
    );
  }
  throw validationException('The provided model identifier is invalid.');
}
