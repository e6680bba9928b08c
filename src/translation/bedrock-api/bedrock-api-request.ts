import { parseExactly } from '../../wire/json/exact-json.ts';
import { badRequest } from '../../errors/errors.ts';
import { Adjustments } from '../adjustments.ts';
import { prepareGuardrail, type GuardrailOptions } from '../bedrock-options/guardrail.ts';
import { buildRequestMetadata } from '../bedrock-options/request-metadata.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { guardrailHeaders } from '../anthropic/invoke-model/request/invoke-headers.ts';
import type { TranslationPolicy } from '../policy.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';

/** A request of Bedrock's own: its bytes, and its headers of Bedrock's by lower-case name. */
export interface BedrockApiRequest {
  body: Buffer;
  headers: Readonly<Record<string, string>>;
}

export interface BedrockApiOptions {
  policy: Pick<TranslationPolicy, 'guardrail' | 'requestMetadata'>;
  /** Name of the API key. */
  caller?: string;
  /** Guardrails look at conversations; vectors have none. */
  kind: 'conversation' | 'vectors';
}

const GUARDRAIL_HEADER = 'x-amzn-bedrock-guardrail';
const METADATA_HEADER = 'x-amzn-bedrock-request-metadata';
/** Begins the escape of an ASCII character, behind which a field's name may hide. */
const ESCAPED_LETTER = String.raw`\u00`;
/** What takes parts of a request out of a guardrail's sight. */
const UNGUARDED = /"(guardContent|amazon-bedrock-guardrailConfig)"/;

/**
 * The request as it goes on: the same bytes, unless the settings add something to every request: a guardrail, or who
 * asks. Throws GatewayError 400 where a request would go around that guardrail.
 */
export function toBedrockApiRequest(
  operation: BedrockApiOperation | BedrockApiStreamOperation,
  request: BedrockApiRequest,
  { policy, caller, kind }: BedrockApiOptions,
): BedrockApiRequest {
  if (operation === 'count-tokens') return request;
  const isGuarded = policy.guardrail.id !== undefined && kind === 'conversation';
  const metadata = buildRequestMetadata(
    { apiKey: policy.requestMetadata.includeKeyName ? caller : undefined },
    new Adjustments(),
  );
  if (!isGuarded && metadata === undefined) return request;
  if (isGuarded && !policy.guardrail.allowRequestGuardrail) refuseUnguarded(request);
  return operation === 'invoke' || operation === 'invoke-with-response-stream'
    ? invoked(request, isGuarded ? policy.guardrail : undefined, metadata)
    : conversed(request, isGuarded ? policy.guardrail : undefined, metadata, operation);
}

/**
 * The guardrail that a request names itself, in a header or in its body; undefined where it names none. Throws
 * GatewayError 400 for a body that may name one and is not valid JSON.
 */
export function chosenGuardrail(
  operation: BedrockApiOperation | BedrockApiStreamOperation,
  { body, headers }: BedrockApiRequest,
): string | undefined {
  switch (operation) {
    case 'count-tokens':
      return undefined;
    case 'invoke':
    case 'invoke-with-response-stream':
      return headers[`${GUARDRAIL_HEADER}identifier`];
    case 'converse':
    case 'converse-stream': {
      if (!body.includes('guardrailConfig') && !body.includes(ESCAPED_LETTER)) return undefined;
      const { guardrailIdentifier: id } = asRecord(parsed(body)['guardrailConfig']);
      return typeof id === 'string' ? id : undefined;
    }
    default:
      return operation satisfies never;
  }
}

function refuseUnguarded({ body, headers }: BedrockApiRequest): void {
  const named = Object.keys(headers).some((name) => name.startsWith(GUARDRAIL_HEADER));
  // Written anew, a name has one spelling only.
  if (!named && !UNGUARDED.test(JSON.stringify(parsed(body)))) return;
  throw badRequest(
    'This gateway does not let requests configure a guardrail.',
    'guardrailConfig',
    'unsupported_parameter',
  );
}

function invoked(
  { body, headers }: BedrockApiRequest,
  guardrail: TranslationPolicy['guardrail'] | undefined,
  metadata: Record<string, string> | undefined,
): BedrockApiRequest {
  const chosen = Object.keys(headers).some((name) => name.startsWith(GUARDRAIL_HEADER));
  return {
    body,
    headers: {
      ...headers,
      ...(guardrail && !chosen && guardrailHeaders(guardrail)),
      ...(metadata && { [METADATA_HEADER]: JSON.stringify({ ...metadataIn(headers[METADATA_HEADER]), ...metadata }) }),
    },
  };
}

function conversed(
  { body, headers }: BedrockApiRequest,
  guardrail: TranslationPolicy['guardrail'] | undefined,
  metadata: Record<string, string> | undefined,
  operation: 'converse' | 'converse-stream',
): BedrockApiRequest {
  const input = parsed(body, parseExactly);
  const wish = input['guardrailConfig'] as GuardrailOptions | undefined;
  const answer = operation === 'converse' ? 'whole' : 'streamed';
  const guardrailConfig = guardrail && prepareGuardrail(wish, guardrail, answer, 'guardrailConfig');
  const changed = {
    ...input,
    ...(guardrailConfig && { guardrailConfig }),
    ...(metadata && { requestMetadata: { ...asRecord(input['requestMetadata']), ...metadata } }),
  };
  return { body: Buffer.from(JSON.stringify(changed)), headers };
}

function metadataIn(header: string | undefined): JsonObject {
  return header === undefined ? {} : parsed(Buffer.from(header));
}

function parsed(json: Buffer, parse: (text: string) => unknown = JSON.parse): JsonObject {
  let value: unknown;
  try {
    value = parse(json.toString('utf8'));
  } catch {
    throw badRequest('The request body is not valid JSON.', null, 'invalid_json');
  }
  // Writing it again would exhaust the stack.
  if (exceedsMaxDepth(value)) throw badRequest(`The request body may be nested ${MAX_JSON_DEPTH} levels deep.`);
  return asRecord(value);
}
