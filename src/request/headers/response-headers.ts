import { PROTOCOL_HEADERS } from './protocol-headers.ts';
import type { ResponseHeaderRow } from './response-header-row.ts';

/**
 * The register of response headers, spelled as the gateway writes them. `RequestContext.header` takes only these names.
 * docs/headers.md and /openapi.json show the register.
 */
export const RESPONSE_HEADERS = {
  'x-request-id': {
    on: 'every',
    schema: 'string',
    when: 'always',
    description: 'Identifies the request in the log; the value of the request if it is valid, else a UUID.',
  },
  'x-outcrop-id': {
    on: 'every',
    schema: 'string',
    when: 'if the gateway keeps a ledger',
    description:
      'Identifies the request in the ledger: a UUID of version 7 that the gateway made. `GET /admin/v1/requests/{id}` explains it.',
  },
  'openai-processing-ms': {
    on: 'every',
    schema: 'integer',
    when: 'always',
    description: 'Milliseconds from the arrival of the request to the beginning of the response.',
  },
  'request-id': {
    on: 'every',
    api: 'anthropic',
    schema: 'string',
    when: 'on the Messages API',
    description: 'The value of `x-request-id`, where clients of Anthropic read it.',
  },
  'x-outcrop-adjusted': {
    on: 'answer',
    schema: 'string',
    when: 'if the request was changed',
    description: 'What was changed or left out for the model, as a list of `field=change`.',
  },
  'x-outcrop-model-fallback': {
    on: 'answer',
    schema: 'string',
    when: 'if a fallback model answers',
    description: 'The models that failed before the one that answers, as a list of `model=error_code`.',
  },
  'x-outcrop-fallback': {
    on: 'answer',
    schema: 'string',
    when: 'if a fallback model answers',
    description: 'The former name of `x-outcrop-model-fallback`, sent until release 0.3.0.',
  },
  'x-outcrop-cache': {
    on: 'answer',
    schema: 'string',
    when: 'if the answer cache was used',
    description: '`hit` if the answer comes from the answer cache of the gateway, else `miss`; not the prompt cache.',
  },
  'x-outcrop-cost-usd': {
    on: 'answer',
    schema: 'number',
    when: 'on plain answers',
    description: 'The cost of the answer in US dollars at list prices.',
  },
  'x-outcrop-price-source': {
    on: 'answer',
    schema: 'string',
    when: 'on plain answers whose price is not known',
    description: '`unknown`: `x-outcrop-cost-usd` is an estimate by `prices.unknown`, because the price is not known.',
  },
  'x-outcrop-model-state': {
    on: 'answer',
    schema: 'string',
    when: 'if the catalog deprecates the model',
    description:
      '`deprecated`: the company wants no further use of the model. `Sunset` and `Link` name end and successor.',
  },
  Deprecation: {
    on: 'answer',
    schema: 'string',
    when: 'if the end of the model is announced',
    description: 'When the model was or will be deprecated (RFC 9745).',
  },
  Sunset: {
    on: 'answer',
    schema: 'string',
    when: 'if the end of the model is announced by AWS or by the catalog',
    description: 'When the model ends (RFC 8594).',
  },
  Link: {
    on: 'answer',
    schema: 'string',
    when: 'if the model has a successor',
    description: 'The successor of the model, with `rel="successor-version"`.',
  },
  'x-ratelimit-limit-requests': {
    on: 'limited',
    schema: 'integer',
    when: 'if the API key has a limit of requests',
    description: 'The requests per minute of the API key.',
  },
  'x-ratelimit-remaining-requests': {
    on: 'limited',
    schema: 'integer',
    when: 'if the API key has a limit of requests',
    description: 'The remaining requests of the API key in this minute.',
  },
  'x-ratelimit-reset-requests': {
    on: 'limited',
    schema: 'string',
    when: 'if the API key has a limit of requests',
    description: 'The time until the limit of the API key is free again, for example `1m30s`.',
  },
  'x-ratelimit-limit-tokens': {
    on: 'answer',
    schema: 'integer',
    when: 'if the target has quotas',
    description: 'The quota of Bedrock in tokens per minute, which all API keys share.',
  },
  'x-ratelimit-remaining-tokens': {
    on: 'answer',
    schema: 'integer',
    when: 'if the target has quotas',
    description: 'The remaining tokens of the quota of Bedrock.',
  },
  'x-ratelimit-reset-tokens': {
    on: 'answer',
    schema: 'string',
    when: 'if the target has quotas',
    description: 'The time until the quota of Bedrock is free again, for example `12s`.',
  },
  'anthropic-ratelimit-requests-limit': {
    on: 'limited',
    api: 'anthropic',
    schema: 'integer',
    when: 'if the API key has a limit of requests',
    description: 'The requests per minute of the API key.',
  },
  'anthropic-ratelimit-requests-remaining': {
    on: 'limited',
    api: 'anthropic',
    schema: 'integer',
    when: 'if the API key has a limit of requests',
    description: 'The remaining requests of the API key in this minute.',
  },
  'anthropic-ratelimit-requests-reset': {
    on: 'limited',
    api: 'anthropic',
    schema: 'string',
    when: 'if the API key has a limit of requests',
    description: 'When the limit of the API key is free again (RFC 3339).',
  },
  'x-amzn-requestid': {
    on: 'answer',
    schema: 'string',
    when: "if Bedrock has answered; always on errors of Bedrock's own API",
    description: 'The request id of AWS, which AWS support asks for.',
  },
  'x-amzn-bedrock-*': {
    on: 'answer',
    api: 'bedrock',
    schema: 'string',
    when: "on Bedrock's own API",
    description: 'The headers of Bedrock about latency, tokens and the content type, as Bedrock sent them.',
  },
  'x-amzn-errortype': {
    on: 'error',
    api: 'bedrock',
    schema: 'string',
    when: "on errors of Bedrock's own API",
    description: 'The name of the AWS exception.',
  },
  'retry-after': {
    on: 'error',
    statuses: [429, 503],
    schema: 'integer',
    when: 'on temporary errors',
    description: 'Seconds after which to send the request again.',
  },
  'retry-after-ms': {
    on: 'error',
    statuses: [429, 503],
    schema: 'integer',
    when: 'on temporary errors',
    description: 'The value of `retry-after` in milliseconds.',
  },
  'x-should-retry': {
    on: 'error',
    schema: 'boolean',
    when: 'on permanent errors',
    description: '`false` if the client must not send the request again; the clients of OpenAI and Anthropic read it.',
  },
  'www-authenticate': {
    on: 'error',
    statuses: [401],
    schema: 'string',
    when: 'on status 401',
    description: 'The scheme by which the gateway takes API keys.',
  },
  allow: {
    on: 'error',
    statuses: [405],
    schema: 'string',
    when: 'on status 405',
    description: 'The HTTP methods of the path.',
  },
  etag: {
    on: 'page',
    schema: 'string',
    when: 'on answers of the admin API with one object',
    description: 'The version of the object, for If-Match.',
  },
  ...PROTOCOL_HEADERS,
} as const satisfies Readonly<Record<string, ResponseHeaderRow>>;

/** Headers of Bedrock that the gateway passes on without knowing their names. */
export type BedrockHeaderName = `x-amzn-bedrock-${string}`;

/** The names that the gateway may write to a response. */
export type ResponseHeaderName = Exclude<keyof typeof RESPONSE_HEADERS, 'x-amzn-bedrock-*'> | BedrockHeaderName;
