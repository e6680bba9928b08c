import type { ErrorCodeRow } from '../../../errors/codes/error-code-row.ts';
import { ERROR_CODES } from '../../../errors/codes/error-codes.ts';
import { GatewayError } from '../../../errors/errors.ts';
import { type ErrorDialect, errorDialectOf, statusForDialect } from '../../../http/errors/error-body.ts';
import { responseHeaders } from './headers.ts';
import type { RouteTraits } from './route-traits.ts';
import type { OpenApiSchema } from './bodies/schema.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };

/** Schemas of errors in the format of each API, as `http/errors/error-body.ts` writes them. */
export const ERROR_SCHEMAS: Readonly<Record<string, OpenApiSchema>> = {
  ...named('openai', {
    description: "OpenAI's error object.",
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['message', 'type', 'param', 'code'],
        properties: {
          message: { ...text, description: 'The cause and a remedy. Messages of AWS pass unmodified.' },
          type: text,
          param: { ...textOrNull, description: 'Path of the request field that caused the error.' },
          code: {
            ...textOrNull,
            description: 'The name of the error, as in logs and metrics.',
            examples: Object.keys(ERROR_CODES),
          },
        },
      },
    },
  }),
  ...named('anthropic', {
    description: "Anthropic's error object.",
    type: 'object',
    required: ['type', 'error', 'request_id'],
    properties: {
      type: { const: 'error' },
      error: { type: 'object', required: ['type', 'message'], properties: { type: text, message: text } },
      request_id: text,
    },
  }),
  ...named('bedrock', {
    description: "AWS's error. The header x-amzn-errortype names the exception.",
    type: 'object',
    required: ['message'],
    properties: { message: text },
  }),
};

/** Kinds of routes on which a status can occur. */
type Scope =
  | 'everyone'
  | 'by version'
  | 'with a key'
  | 'with a body'
  | 'by name'
  | 'of a conflict'
  | 'without a dependency'
  | 'from a model'
  | 'by a guardrail';

const STATUSES: readonly (readonly [status: number, scope: Scope, description: string])[] = [
  [400, 'with a key', 'The request is invalid or not supported by the model; `param` names the field.'],
  [401, 'with a key', 'The API key is missing or invalid.'],
  [403, 'with a key', 'The API key, or the AWS account of the gateway, has no access to this endpoint or model.'],
  [404, 'by name', 'The resource does not exist, or the API key has no access to it.'],
  [408, 'with a body', 'The request took too long to arrive.'],
  [409, 'of a conflict', 'The request conflicts with another one.'],
  [412, 'by version', 'The object has changed since the client read it.'],
  [413, 'with a body', 'The body exceeds `server.bodyLimitBytes` or the limit of Bedrock.'],
  [415, 'with a body', 'The content type of the body is not JSON.'],
  [429, 'with a key', 'A limit of the API key or a quota of Bedrock is exhausted; `retry-after` has the delay.'],
  [500, 'everyone', 'An error of the gateway or of Bedrock.'],
  [501, 'by a guardrail', 'No guardrail is configured.'],
  [502, 'from a model', 'Bedrock returned no valid answer.'],
  [503, 'without a dependency', 'Bedrock, the database or the gateway is unavailable; `retry-after` has the delay.'],
  [504, 'from a model', 'The model did not answer in time.'],
];

/** Returns the error responses of a route, in the format of its API. */
export function errorResponses(traits: RouteTraits): Record<string, object> {
  const dialect = errorDialectOf(traits.path, {});
  const errorSchema = { $ref: `#/components/schemas/${nameOf(dialect)}` };
  const schema = traits.isForAnthropic && dialect === 'openai' ? { anyOf: [errorSchema, ANTHROPIC] } : errorSchema;
  return Object.fromEntries(
    STATUSES.filter(([, scope]) => OCCURRENCE[scope](traits)).map(([status, , description]) => [
      statusIn(dialect, status),
      {
        description: dialect === 'openai' ? `${description}${codesOf(status)}` : description,
        headers: responseHeaders(traits, status),
        content: { 'application/json': { schema } },
      },
    ]),
  );
}

/** Returns the codes of a status as a paragraph of Markdown; the other APIs have no codes in their errors. */
function codesOf(status: number): string {
  const rows = Object.entries<readonly ErrorCodeRow[]>(ERROR_CODES);
  const codes = rows
    .filter(([, origins]) => origins.some((row) => row.status === status))
    .map(([code]) => `\`${code}\``);
  return `\n\nCodes: ${codes.join(', ')}.`;
}

const ANTHROPIC = { $ref: `#/components/schemas/${nameOf('anthropic')}` };

const isAdministration = ({ path }: RouteTraits): boolean => path.startsWith('/admin/');
/** Returns true for routes of the ledger. A gateway without one rejects them, and the database may be away. */
const needsLedger = ({ path }: RouteTraits): boolean =>
  /^\/(?:v1\/me|admin\/v1)\/(?:usage|ledger|reconciliation|quarantine)(?:\/|$)/.test(path);
const isNamed = ({ path, hasBody }: RouteTraits): boolean => hasBody || path.includes('{');

const OCCURRENCE: Readonly<Record<Scope, (route: RouteTraits) => boolean>> = {
  everyone: () => true,
  'with a key': ({ isPublic }) => !isPublic,
  'with a body': ({ hasBody }) => hasBody,
  'by name': isNamed,
  'by version': (route) => isAdministration(route) && route.isChange && isNamed(route),
  'of a conflict': (route) => needsLedger(route) || (isAdministration(route) ? route.isChange : route.hasBody),
  'without a dependency': (route) => needsLedger(route) || isAdministration(route) || route.hasBody,
  'from a model': (route) => route.hasBody && !isAdministration(route),
  'by a guardrail': ({ path }) => path.endsWith('/moderations'),
};

function statusIn(dialect: ErrorDialect, status: number): number {
  return statusForDialect(new GatewayError({ status, type: '', code: null, message: '' }), dialect);
}

function named(dialect: ErrorDialect, schema: OpenApiSchema): Record<string, OpenApiSchema> {
  return { [nameOf(dialect)]: schema };
}

function nameOf(dialect: ErrorDialect): string {
  switch (dialect) {
    case 'openai':
      return 'OpenAIError';
    case 'anthropic':
      return 'AnthropicError';
    case 'bedrock':
      return 'BedrockError';
    default:
      return dialect satisfies never;
  }
}
