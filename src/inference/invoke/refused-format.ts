import { schemaRejectionOf } from '../../bedrock/errors/schema-rejections.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { blocksOf, type MessagesRequest } from '../../translation/anthropic/types.ts';
import type { EnforcedSchemas } from '../../translation/json-schema/expected-output.ts';
import { invalidOutput, uncheckedOutput } from '../../translation/structured/invalid-output.ts';
import { schemaSizeProblem } from '../../translation/json-schema/json-schema.ts';
import { extractJson } from '../../translation/structured/json-text/json-extraction.ts';
import { jsonInstruction } from '../../translation/structured/json-instruction.ts';
import { withOutputFormat } from '../../translation/anthropic/invoke-model/request/messages-output-format.ts';
import { Adjustments } from '../../translation/adjustments.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';
import { tellAlso } from '../report-adjustments.ts';
import type { JsonObject } from '../../wire/json/json-fields.ts';
import { asRecord, asRecordList, isRecord } from '../../wire/json/json-fields.ts';

const FIELD = 'output_config.format';
const SCHEMA = `${FIELD}.schema`;
/** Ends of an answer after which its text is the whole answer; others are calls, refusals and cuts. */
const FINISHED: readonly unknown[] = ['end_turn', 'stop_sequence'];

/** A request whose format Bedrock refuses, asked for in its system prompt, and what its answer has to be. */
export interface FormatByPrompt {
  request: MessagesRequest;
  use: EnforcedSchemas;
}

/**
 * Returns the request with its format as instructions; undefined for every failure that is no refusal of the format.
 * Throws GatewayError 400 for a schema that is too large.
 */
export function formatByPrompt(error: unknown, given: MessagesRequest): FormatByPrompt | undefined {
  const refusal = schemaRejectionOf(error);
  if (refusal?.about !== 'format' && refusal?.about !== 'schemas') return undefined;
  const request = withOutputFormat(given, new Adjustments());
  const { format, ...config } = asRecord(request.output_config);
  const { schema, strict } = asRecord(format);
  if (!isRecord(schema)) return undefined;
  const problem = schemaSizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, SCHEMA);
  const wish = { param: FIELD, schemaParam: SCHEMA, name: 'answer', schema };
  const text = jsonInstruction(wish, asRecordList(request.tools).length > 0 ? 'beside-tools' : 'alone');
  const expected = { field: FIELD, param: SCHEMA, way: 'prompt', schema } as const;
  return {
    request: {
      ...request,
      output_config: Object.keys(config).length > 0 ? config : undefined,
      system: [...blocksOf(request.system ?? ''), { type: 'text', text }],
    },
    use: {
      expected: strict === false ? { ...expected, isLoose: true } : expected,
      strictTools: 0,
      schemas: [schema],
    },
  };
}

/** Returns the answer with its JSON as its only text. Rejects with GatewayError 502 where a strict format is not met. */
export async function conformingMessage<Message extends { content: unknown }>(
  message: Message,
  { expected, check }: OutputContract,
  context: RequestContext,
): Promise<Message> {
  const blocks = asRecordList(message.content);
  const isFinished = FINISHED.includes(asRecord(message)['stop_reason']);
  if (!isFinished || blocks.some((block) => asRecord(block)['type'] === 'tool_use')) return message;
  const text = blocks.map((block) => textOf(asRecord(block))).join('');
  const read = await extractJson(text, check);
  if ('problem' in read) {
    if (!expected.isLoose) throw invalidOutput(read.problem);
    tellAlso(context, `${FIELD}=unmet`);
    return message;
  }
  if ('unchecked' in read) {
    if (!expected.isLoose) throw uncheckedOutput(read.unchecked);
    tellAlso(context, `${SCHEMA}=unchecked`);
  }
  const others = blocks.filter((block) => asRecord(block)['type'] !== 'text');
  return { ...message, content: [...others, { type: 'text', text: read.json }] };
}

function textOf({ type, text }: JsonObject): string {
  return type === 'text' && typeof text === 'string' ? text : '';
}
