/** Readers of the control plane's listings (service model of bedrock, 2026-11). They skip entries without an id or ARN. */
import type { ListedModel, ListedProfile } from '../../models/account/account.ts';
import { invalidUpstreamAnswer } from '../errors/bedrock-errors.ts';

type Json = Record<string, unknown>;

/** Reads the answer to `GET /foundation-models`. Throws GatewayError `upstream_invalid_answer` for another object. */
export function parseModelList(answer: unknown): ListedModel[] {
  return entries(answer, 'modelSummaries').flatMap((summary) => {
    const { modelId: id, modelName } = summary;
    if (typeof id !== 'string') return [];
    const input = strings(summary.inputModalities);
    const output = strings(summary.outputModalities);
    const { status, ...times } = object(summary.modelLifecycle);
    const isChat = input.includes('TEXT') && output.includes('TEXT') && !output.includes('SPEECH');
    return [
      {
        id,
        displayName: typeof modelName === 'string' ? modelName : id,
        onDemand: strings(summary.inferenceTypesSupported).includes('ON_DEMAND'),
        // Bedrock lists text output for reranking models, too, but no streaming.
        chats: isChat && summary.responseStreamingSupported !== false,
        images: input.includes('IMAGE'),
        status: status === 'LEGACY' ? 'legacy' : 'active',
        lifecycle: {
          launched: day(times.startOfLifeTime),
          legacy: day(times.legacyTime),
          endOfLife: day(times.endOfLifeTime),
        },
      },
    ];
  });
}

/**
 * Reads one page of the answer to `GET /inference-profiles`. Returns the active profiles and the token of the next page.
 * Throws GatewayError `upstream_invalid_answer` for another object.
 */
export function parseProfilePage(
  answer: unknown,
  kind: ListedProfile['kind'],
): { found: ListedProfile[]; nextToken?: string } {
  const found = entries(answer, 'inferenceProfileSummaries').flatMap((summary) => {
    const { inferenceProfileId: id, inferenceProfileArn: arn, status, models } = summary;
    if (typeof id !== 'string' || typeof arn !== 'string' || status !== 'ACTIVE') return [];
    const modelArns = list(models).flatMap((model) => strings([object(model).modelArn]));
    return [{ kind, id, arn, modelArns }];
  });
  const { nextToken } = object(answer);
  return { found, ...(typeof nextToken === 'string' && nextToken !== '' && { nextToken }) };
}

function entries(answer: unknown, name: string): Json[] {
  const value = object(answer)[name];
  if (!Array.isArray(value)) throw invalidUpstreamAnswer();
  return value.map(object);
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): string[] {
  return list(value).filter((entry) => typeof entry === 'string');
}

/** Returns the day, as YYYY-MM-DD, of a moment in ISO 8601 or in seconds since 1970. */
function day(moment: unknown): string | undefined {
  if (typeof moment !== 'string' && typeof moment !== 'number') return undefined;
  const date = new Date(typeof moment === 'number' ? moment * 1_000 : moment);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}
