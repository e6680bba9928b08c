import type { ErrorCodeRow } from '../../../errors/codes/error-code-row.ts';
import { ERROR_CODES } from '../../../errors/codes/error-codes.ts';
import { GatewayError } from '../../../errors/errors.ts';
import { type ErrorDialect, errorDialectOf, statusForDialect } from '../../../http/errors/error-body.ts';
import { responseHeaders } from './headers.ts';
import type { RouteTraits } from './route-traits.ts';
import type { OpenApiSchema } from './schema.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };

/** The form of an error in the words of each API; `http/errors/error-body.ts` writes them. */
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
          message: { ...text, description: 'What went wrong and what to do; messages of AWS pass unmodified.' },
          type: text,
          param: { ...textOrNull, description: 'Path of the request field at fault.' },
          code: {
            ...textOrNull,
            description: 'The name of the failure, the same in logs and metrics.',
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
    description: "AWS's error; the header x-amzn-errortype names the exception.",
    type: 'object',
    required: ['message'],
    properties: { message: text },
  }),
};

/** Who can meet a status: everyone, who has to show a key, who sends a body, who names a thing, who is answered by a model. */
type Met = 'everyone' | 'with a key' | 'with a body' | 'by name' | 'from a model' | 'by a guardrail';

const STATUSES: readonly (readonly [status: number, met: Met, description: string])[] = [
  [400, 'with a key', 'The request is wrong, or the model does not take it; `param` names the field.'],
  [401, 'with a key', 'No API key, or not one that is known.'],
  [403, 'with a key', 'The key may not use this endpoint or model, or the gateway may not.'],
  [404, 'by name', 'There is no such thing, or it is not for this key.'],
  [408, 'with a body', 'The request took too long to arrive.'],
  [409, 'from a model', 'The request is in conflict with another one.'],
  [413, 'with a body', 'The body is larger than `server.bodyLimitBytes`, or than Bedrock takes.'],
  [415, 'with a body', 'The body is not JSON by its content type.'],
  [429, 'with a key', 'A limit of the key or a quota of Bedrock is used up; `retry-after` tells for how long.'],
  [500, 'everyone', 'A fault of the gateway or of Bedrock.'],
  [501, 'by a guardrail', 'The settings name no guardrail.'],
  [502, 'from a model', 'Bedrock gave no usable answer.'],
  [503, 'from a model', 'Bedrock or this gateway is not available now; `retry-after` tells for how long.'],
  [504, 'from a model', 'The model did not answer in time.'],
];

/** The error responses of a route, each in the words of its API. */
export function errorResponses(traits: RouteTraits): Record<string, object> {
  const dialect = errorDialectOf(traits.path, {});
  const own = { $ref: `#/components/schemas/${nameOf(dialect)}` };
  const schema = traits.isForAnthropic && dialect === 'openai' ? { anyOf: [own, ANTHROPIC] } : own;
  return Object.fromEntries(
    STATUSES.filter(([, met]) => meets(traits, met)).map(([status, , description]) => [
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

function meets({ path, isOpen, hasBody }: RouteTraits, met: Met): boolean {
  switch (met) {
    case 'everyone':
      return true;
    case 'with a key':
      return !isOpen;
    case 'with a body':
      return hasBody;
    case 'by name':
      return hasBody || path.includes('{');
    case 'from a model':
      return hasBody;
    case 'by a guardrail':
      return path.endsWith('/moderations');
    default:
      return met satisfies never;
  }
}

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
