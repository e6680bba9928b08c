/**
 * A request header that the gateway reads on the endpoints of every API. Other headers of HTTP, and headers of a single
 * API, are not listed.
 */
export interface RequestHeaderRow {
  /**
   * What the header is for. `key`: it contains the API key. `body`: it applies to requests with a body. `identity`: it
   * identifies the request.
   */
  purpose: 'key' | 'body' | 'identity';
  schema: 'string' | 'integer';
  values?: readonly string[];
  /** One sentence for /openapi.json and docs/headers.md. */
  description: string;
  /** The name that replaces it. */
  replacedBy?: string;
}

/** The register of request headers, which docs/headers.md and /openapi.json show. */
export const REQUEST_HEADERS = {
  authorization: {
    purpose: 'key',
    schema: 'string',
    description: 'The API key as a bearer token, as clients of OpenAI send it.',
  },
  'x-api-key': { purpose: 'key', schema: 'string', description: 'The API key, as clients of Anthropic send it.' },
  'api-key': { purpose: 'key', schema: 'string', description: 'The API key, as clients of Azure send it.' },
  'x-outcrop-api-key': {
    purpose: 'key',
    schema: 'string',
    description: 'The API key, for clients that use the other headers for something else, such as a signature of AWS.',
  },
  'x-outcrop-key': {
    purpose: 'key',
    schema: 'string',
    description: 'The former name of `x-outcrop-api-key`, read until release 0.3.0.',
    replacedBy: 'x-outcrop-api-key',
  },
  'x-outcrop-team': {
    purpose: 'identity',
    schema: 'string',
    description:
      'The name of the team for which a caller with a token (JWT) sends the request, if it is in several teams. An API key of another team gets 403.',
  },
  'x-request-id': {
    purpose: 'identity',
    schema: 'string',
    description:
      'The id of the request: up to 128 letters, digits and characters of `_.:/+=@-`; else the gateway makes one.',
  },
  'x-outcrop-timeout-ms': {
    purpose: 'body',
    schema: 'integer',
    description: 'Milliseconds that the whole request may take; it can only shorten the limits of the gateway.',
  },
  'x-outcrop-cache': {
    purpose: 'body',
    schema: 'string',
    values: ['use', 'skip'],
    description: 'Whether the answer may come from the answer cache of the gateway, if the cache is enabled.',
  },
} as const satisfies Readonly<Record<string, RequestHeaderRow>>;

export type RequestHeaderName = keyof typeof REQUEST_HEADERS;
