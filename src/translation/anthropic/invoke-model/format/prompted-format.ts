import { badRequest } from '../../../../errors/errors.ts';
import { asRecord, asRecordList, isRecord, type JsonObject } from '../../../../wire/json/json-fields.ts';
import { Adjustments } from '../../../adjustments.ts';
import type { EnforcedSchemas, ExpectedOutput } from '../../../json-schema/expected-output.ts';
import { schemaSizeProblem, type JsonSchema } from '../../../json-schema/json-schema.ts';
import { jsonInstruction } from '../../../structured/json-instruction.ts';
import { withRepairedSchema } from '../../../structured/repair-output-schema.ts';
import { blocksOf, type MessagesRequest } from '../../types.ts';
import { withOutputFormat } from './messages-output-format.ts';

const FIELD = 'output_config.format';
const SCHEMA = `${FIELD}.schema`;

/** A request whose system prompt contains the required format, with the format to check. */
export interface PromptedFormat {
  request: MessagesRequest;
  expected: ExpectedOutput;
  /** Adjustments for `x-outcrop-adjusted`. */
  adjusted: readonly string[];
}

/**
 * Returns the schema of the format that Bedrock enforces; undefined if the request has none, or if its last message is
 * a prefill. The answer to a prefill lacks the beginning of its JSON, so the gateway cannot check it.
 */
export function enforcedFormat(request: MessagesRequest): EnforcedSchemas | undefined {
  const { schema } = formatOf(request);
  if (!isRecord(schema) || isPrefilled(request)) return undefined;
  const expected = { field: FIELD, param: SCHEMA, format: 'native', schema: schema as JsonSchema } as const;
  return { expected, strictTools: 0, schemas: [schema] };
}

/**
 * Returns the request with its format as instructions; undefined if it has no such format, or ends in a prefill. Throws
 * GatewayError 400 for a schema that is too large.
 */
export function withPromptedFormat(original: MessagesRequest): PromptedFormat | undefined {
  if (enforcedFormat(original) === undefined) return undefined;
  const request = withOutputFormat(original, new Adjustments());
  const { format: _, ...config } = asRecord(request.output_config);
  const { schema: clientSchema, strict } = formatOf(original);
  const adjustments = new Adjustments();
  const options = { param: FIELD, schemaParam: SCHEMA, name: 'answer', schema: clientSchema as JsonSchema };
  const repaired = withRepairedSchema(options, adjustments);
  const { schema } = repaired;
  if (!schema) return undefined;
  const problem = schemaSizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, SCHEMA);
  const text = jsonInstruction(repaired, asRecordList(request.tools).length > 0 ? 'beside-tools' : 'alone');
  const expected: ExpectedOutput = { field: FIELD, param: SCHEMA, format: 'prompt', schema };
  return {
    request: {
      ...request,
      output_config: Object.keys(config).length > 0 ? config : undefined,
      system: systemWith(request.system, text),
    },
    expected: strict === false ? { ...expected, isLoose: true } : expected,
    adjusted: [...adjustments.list(), `${FIELD}=prompt`],
  };
}

/** Returns a body with one more instruction at the end of its system prompt. */
export function withInstruction(body: JsonObject, text: string): JsonObject {
  return { ...body, system: systemWith(body['system'], text) };
}

function systemWith(system: unknown, text: string): readonly unknown[] {
  return [...blocksOf(system ?? ''), { type: 'text', text }];
}

function formatOf(request: MessagesRequest): JsonObject {
  return asRecord(asRecord(withOutputFormat(request, new Adjustments()).output_config)['format']);
}

function isPrefilled({ messages }: MessagesRequest): boolean {
  return asRecord(asRecordList(messages).at(-1))['role'] === 'assistant';
}
