/** Parts of a Bedrock id or ARN. */
export interface BedrockId {
  /** Foundation model id without a region prefix; absent for ARNs that do not contain it. */
  foundationId?: string;
  /** Region prefix of an inference profile: us, eu, global … */
  prefix?: string;
  /** Resource type of an ARN: foundation-model, application-inference-profile … */
  resource?: string;
  /** Region of an ARN. */
  region?: string;
}

/** Maximum characters of a `modelId` (service model of bedrock-runtime, 2026-11). */
const MAX_ID_LENGTH = 2_048;

/**
 * Vendor, dot, model: `anthropic.claude-…`, optionally after a geography. The part after each dot must start with a
 * letter, which excludes names with version numbers (`gpt-5.4`, `claude-2.1`). An unknown geography is accepted if a
 * vendor and a model follow it.
 */
const ID =
  /^(?:(us-gov|global|apac|[a-z]{2}|[a-z][a-z0-9-]*(?=\.[a-z][a-z0-9]*\.[A-Za-z]))\.)?([a-z][a-z0-9]*\.[A-Za-z][A-Za-z0-9._:-]*)$/;

const ARN = /^arn:aws(?:-[a-z]+)*:(?:bedrock|sagemaker):([a-z0-9-]+):\d*:([a-z-]+)\/([A-Za-z0-9._:/-]+)$/;

/** Resource types of ARNs that end in the model's id. */
const RESOURCES_WITH_ID = ['foundation-model', 'inference-profile'];

/** Parses a Bedrock id or ARN. Returns undefined for other text. */
export function parseBedrockId(text: string): BedrockId | undefined {
  if (text.length > MAX_ID_LENGTH) return undefined;
  const arn = ARN.exec(text);
  if (arn !== null) {
    const [, region, resource = '', rest = ''] = arn;
    return { ...(RESOURCES_WITH_ID.includes(resource) ? parsePlainId(rest) : {}), resource, region };
  }
  return parsePlainId(text);
}

function parsePlainId(text: string): BedrockId | undefined {
  const id = ID.exec(text);
  return id === null ? undefined : { prefix: id[1], foundationId: id[2] };
}
