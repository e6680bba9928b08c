import type { Exchange } from './http/exchange.ts';
import { APPLICATION_PROFILES, MODELS } from './models.ts';
import type { Model } from './model.ts';
import { AwsException } from './aws-exception.ts';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const REGIONS: Readonly<Record<string, readonly string[]>> = {
  us: ['us-east-1', 'us-west-2'],
  eu: ['eu-west-1', 'eu-central-1'],
  apac: ['ap-northeast-1', 'ap-south-1'],
  au: ['ap-southeast-2', 'ap-southeast-4'],
  jp: ['ap-northeast-1', 'ap-northeast-3'],
  in: ['ap-south-1', 'ap-south-2'],
  ca: ['ca-central-1', 'us-east-1'],
  global: [REGION, ''],
};

interface ProfileFacts {
  id: string;
  name: string;
  /** Last part of the profile's ARN. */
  resource: string;
  type: 'SYSTEM_DEFINED' | 'APPLICATION';
  models: { modelArn: string }[];
}

/** Listings of the control plane (`bedrock`, not `bedrock-runtime`) by path, on the same port. */
export const LISTINGS: Readonly<Record<string, (exchange: Exchange, now: Date) => void>> = {
  '/foundation-models': (exchange, now) => {
    const query = new URLSearchParams(exchange.query);
    const provider = query.get('byProvider')?.toLowerCase();
    const output = query.get('byOutputModality');
    const summaries = MODELS.filter((model) => isAlive(model, now))
      .map((model) => summaryOf(model, now))
      .filter((summary) => provider === undefined || summary.providerName.toLowerCase() === provider)
      .filter((summary) => output === null || summary.outputModalities.includes(output));
    exchange.json(200, { modelSummaries: summaries });
  },
  '/inference-profiles': (exchange, now) => {
    const query = new URLSearchParams(exchange.query);
    const type = query.get('type') ?? query.get('typeEquals') ?? 'SYSTEM_DEFINED';
    const profiles = type === 'APPLICATION' ? applicationProfiles() : systemProfiles(now);
    page(exchange, profiles, Number(query.get('maxResults') ?? 1000), query.get('nextToken'));
  },
};

const foundationArn = (id: string, region = REGION): string => `arn:aws:bedrock:${region}::foundation-model/${id}`;

function isAlive(model: Model, now: Date): boolean {
  return model.endOfLife === undefined || now < new Date(`${model.endOfLife}T00:00:00Z`);
}

function summaryOf(model: Model, now: Date) {
  const images = model.claude?.images ?? model.plain?.images ?? false;
  const legacy = model.legacySince !== undefined && now >= new Date(`${model.legacySince}T00:00:00Z`);
  return {
    modelArn: foundationArn(model.id),
    modelId: model.id,
    modelName: model.name,
    providerName: model.provider,
    inputModalities: images ? ['TEXT', 'IMAGE'] : ['TEXT'],
    outputModalities: [model.embeds === undefined ? 'TEXT' : 'EMBEDDING'],
    responseStreamingSupported: model.embeds === undefined,
    customizationsSupported: [],
    inferenceTypesSupported: [
      ...(model.onDemand ? ['ON_DEMAND'] : []),
      ...(model.profiles.length > 0 ? ['INFERENCE_PROFILE'] : []),
    ],
    modelLifecycle: {
      status: legacy ? 'LEGACY' : 'ACTIVE',
      ...(model.legacySince !== undefined && { legacyTime: `${model.legacySince}T00:00:00Z` }),
      ...(model.endOfLife !== undefined && { endOfLifeTime: `${model.endOfLife}T00:00:00Z` }),
    },
  };
}

function systemProfiles(now: Date): object[] {
  return MODELS.filter((model) => isAlive(model, now)).flatMap((model) =>
    model.profiles.map((geography) => {
      const id = `${geography}.${model.id}`;
      return profile({
        id,
        name: `${geography.toUpperCase()} ${model.name}`,
        resource: `inference-profile/${id}`,
        type: 'SYSTEM_DEFINED',
        models: modelsOfProfile(geography, model.id),
      });
    }),
  );
}

function applicationProfiles(): object[] {
  return Object.entries(APPLICATION_PROFILES).map(([id, modelId]) =>
    profile({
      id,
      name: `Application profile ${id}`,
      resource: `application-inference-profile/${id}`,
      type: 'APPLICATION',
      models: modelsOfProfile('us', modelId),
    }),
  );
}

/** Returns the ARN of the model in each region of a geography. A global profile also has an ARN without a region. */
function modelsOfProfile(geography: string, modelId: string): { modelArn: string }[] {
  const regions = REGIONS[geography] ?? [REGION];
  return regions.map((region) => ({ modelArn: foundationArn(modelId, region) }));
}

function profile({ id, name, resource, type, models }: ProfileFacts): object {
  return {
    inferenceProfileName: name,
    inferenceProfileId: id,
    inferenceProfileArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:${resource}`,
    status: 'ACTIVE',
    type,
    models,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  };
}

function page(exchange: Exchange, profiles: object[], size: number, token: string | null): void {
  const from = token === null ? 0 : Number(token);
  if (!(size >= 1 && size <= 1000) || Number.isNaN(from))
    throw new AwsException('ValidationException', 'maxResults or nextToken is invalid.');
  const more = from + size < profiles.length ? { nextToken: String(from + size) } : {};
  exchange.json(200, { inferenceProfileSummaries: profiles.slice(from, from + size), ...more });
}
