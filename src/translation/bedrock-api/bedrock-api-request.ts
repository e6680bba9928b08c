import { parseExactly } from '../../wire/json/exact-json.ts';
import { badRequest } from '../../errors/errors.ts';
import type { Adjustments } from '../adjustments.ts';
import { guardrailRequired, prepareGuardrail, type GuardrailOptions } from '../bedrock-options/guardrail.ts';
import { buildRequestMetadata, callerPairsOf, withCallerPairs } from '../bedrock-options/request-metadata.ts';
import { exceedsMaxDepth, MAX_JSON_DEPTH } from '../../wire/json/json-depth.ts';
import { guardrailHeaders } from '../anthropic/invoke-model/request/invoke-headers.ts';
import type { MetadataCaller, TranslationPolicy } from '../policy.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord } from '../../wire/json/json-fields.ts';
import type { BedrockApiOperation, BedrockApiStreamOperation } from '../../wire/operations.ts';

/** Request to Bedrock's own API: the body's bytes, and headers by lower-case name. */
export interface BedrockApiRequest {
  body: Buffer;
  headers: Readonly<Record<string, string>>;
}

/** Settings and caller that a request to Bedrock's own API is adapted to. */
export interface BedrockApiOptions {
  policy: Pick<TranslationPolicy, 'guardrail' | 'requestMetadata'>;
  caller?: MetadataCaller;
  /** Receives what the client's metadata loses. */
  adjustments: Adjustments;
  /** Requests with text to check, or for embeddings. Guardrails apply to conversations only. */
  kind: 'conversation' | 'vectors';
}

const GUARDRAIL_HEADER = 'x-amzn-bedrock-guardrail';
const METADATA_HEADER = 'x-amzn-bedrock-request-metadata';
/** Beginning of the JSON escape of an ASCII character, with which the name of a field can be spelled differently. */
const ESCAPE = String.raw`\u00`;
/** Matches fields with which a request excludes content from a guardrail. */
const UNGUARDED = /"(guardContent|amazon-bedrock-guardrailConfig)"/;

/**
 * Returns the request to send to Bedrock. The bytes stay the same unless the settings add a guardrail or request
 * metadata. Throws GatewayError 400 if a request would bypass the guardrail of the settings.
 */
export function toBedrockApiRequest(
  operation: BedrockApiOperation | BedrockApiStreamOperation,
  request: BedrockApiRequest,
  { policy, caller, adjustments, kind }: BedrockApiOptions,
): BedrockApiRequest {
  if (operation === 'count-tokens') return request;
  if (policy.guardrail.requiredBy !== undefined) rejectOtherHeaders(request.headers, policy.guardrail);
  const isGuarded = policy.guardrail.id !== undefined && kind === 'conversation';
  const metadata = buildRequestMetadata({ caller: callerPairsOf(policy.requestMetadata, caller) }, adjustments);
  if (!isGuarded && metadata === undefined) return request;
  const addPairs = metadata && ((own: JsonObject) => withCallerPairs(own, metadata, adjustments));
  if (isGuarded && policy.guardrail.requiredBy !== undefined) rejectUnguarded(request, policy.guardrail);
  else if (isGuarded && !policy.guardrail.allowRequestGuardrail) rejectGuardrailOptions(request);
  return operation === 'invoke' || operation === 'invoke-with-response-stream'
    ? invoked(request, isGuarded ? policy.guardrail : undefined, addPairs)
    : conversed(request, isGuarded ? policy.guardrail : undefined, addPairs, operation);
}

/**
 * Returns the id of the guardrail that a request names in a header or in its body; undefined if it names none. Throws
 * GatewayError 400 for a body that can name one and is not valid JSON.
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
      if (!body.includes('guardrailConfig') && !body.includes(ESCAPE)) return undefined;
      const { guardrailIdentifier: id } = asRecord(parsed(body)['guardrailConfig']);
      return typeof id === 'string' ? id : undefined;
    }
    default:
      return operation satisfies never;
  }
}

/** Throws GatewayError 403 for headers of another guardrail than the one that the caller must use. */
function rejectOtherHeaders(headers: BedrockApiRequest['headers'], policy: TranslationPolicy['guardrail']): void {
  const own: Readonly<Record<string, string>> = guardrailHeaders(policy);
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(GUARDRAIL_HEADER) && value !== own[name]) throw guardrailRequired(policy, name);
  }
}

/** Throws GatewayError 403 for a body that excludes content from the guardrail that the caller must use. */
function rejectUnguarded({ body }: BedrockApiRequest, policy: TranslationPolicy['guardrail']): void {
  const [, field] = UNGUARDED.exec(JSON.stringify(parsed(body))) ?? [];
  if (field !== undefined) throw guardrailRequired(policy, field);
}

function rejectGuardrailOptions({ body, headers }: BedrockApiRequest): void {
  const named = Object.keys(headers).some((name) => name.startsWith(GUARDRAIL_HEADER));
  // Serialized again, every name has its plain spelling without escapes.
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
  addPairs: ((own: JsonObject) => JsonObject) | undefined,
): BedrockApiRequest {
  const chosen = Object.keys(headers).some((name) => name.startsWith(GUARDRAIL_HEADER));
  return {
    body,
    headers: {
      ...headers,
      ...(guardrail && (!chosen || guardrail.requiredBy !== undefined) && guardrailHeaders(guardrail)),
      ...(addPairs && { [METADATA_HEADER]: JSON.stringify(addPairs(metadataIn(headers[METADATA_HEADER]))) }),
    },
  };
}

function conversed(
  { body, headers }: BedrockApiRequest,
  guardrail: TranslationPolicy['guardrail'] | undefined,
  addPairs: ((own: JsonObject) => JsonObject) | undefined,
  operation: 'converse' | 'converse-stream',
): BedrockApiRequest {
  const input = parsed(body, parseExactly);
  const options = input['guardrailConfig'] as GuardrailOptions | undefined;
  const answer = operation === 'converse' ? 'whole' : 'streamed';
  const guardrailConfig = guardrail && prepareGuardrail(options, guardrail, answer, 'guardrailConfig');
  const changed = {
    ...input,
    ...(guardrailConfig && { guardrailConfig }),
    ...(addPairs && { requestMetadata: addPairs(asRecord(input['requestMetadata'])) }),
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
  // `JSON.stringify` would overflow the stack on a deeper value.
  if (exceedsMaxDepth(value)) throw badRequest(`The request body may be nested at most ${MAX_JSON_DEPTH} levels deep.`);
  return asRecord(value);
}
