/** What a model name tells when it is an id or an ARN of Bedrock's. */
export interface BedrockId {
  /** Foundation model id without a region prefix; absent where an ARN hides it. */
  foundationId?: string;
  /** Region prefix of an inference profile: us, eu, global … */
  prefix?: string;
  /** Kind of an ARN: foundation-model, application-inference-profile … */
  resource?: string;
  /** Region of an ARN. */
  region?: string;
}

/** Bedrock's own limit for a `modelId` (service model of bedrock-runtime, 2026-11). */
const LONGEST_ID = 2_048;

/**
 * Vendor, dot, model: `anthropic.claude-…`, with or without a geography before it. Both words after a dot start
 * with a letter, which keeps names with version numbers (`gpt-5.4`, `claude-2.1`) apart from ids. A geography that is
 * not known is one where a vendor and a model follow it.
 */
const ID =
  /^(?:(us-gov|global|apac|[a-z]{2}|[a-z][a-z0-9-]*(?=\.[a-z][a-z0-9]*\.[A-Za-z]))\.)?([a-z][a-z0-9]*\.[A-Za-z][A-Za-z0-9._:-]*)$/;

const ARN = /^arn:aws(?:-[a-z]+)*:(?:bedrock|sagemaker):([a-z0-9-]+):\d*:([a-z-]+)\/([A-Za-z0-9._:/-]+)$/;

/** ARNs of these kinds end in an id that says which model it is. */
const SPEAKING_RESOURCES = ['foundation-model', 'inference-profile'];

/** Undefined for anything that is neither an id nor an ARN. */
export function parseBedrockId(text: string): BedrockId | undefined {
  if (text.length > LONGEST_ID) return undefined;
  const arn = ARN.exec(text);
  if (arn !== null) {
    const [, region, resource = '', rest = ''] = arn;
    return { ...(SPEAKING_RESOURCES.includes(resource) ? parsePlainId(rest) : {}), resource, region };
  }
  return parsePlainId(text);
}

function parsePlainId(text: string): BedrockId | undefined {
  const id = ID.exec(text);
  return id === null ? undefined : { prefix: id[1], foundationId: id[2] };
}
