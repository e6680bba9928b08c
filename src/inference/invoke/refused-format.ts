import { isFormatRejection } from '../../bedrock/errors/schema-rejections.ts';
import type { RequestContext } from '../../request/request-context.ts';
import { badRequest } from '../../errors/errors.ts';
import { withRepairedSchema } from '../../translation/structured/repair-output-schema.ts';
import { blocksOf, type MessagesRequest } from '../../translation/anthropic/types.ts';
import type { EnforcedSchemas } from '../../translation/json-schema/expected-output.ts';
import { schemaSizeProblem } from '../../translation/json-schema/json-schema.ts';
import { extractJson } from '../../translation/structured/json-text/json-extraction.ts';
import { jsonInstruction } from '../../translation/structured/json-instruction.ts';
import { withOutputFormat } from '../../translation/anthropic/invoke-model/request/messages-output-format.ts';
import { Adjustments } from '../../translation/adjustments.ts';
import type { OutputContract } from '../structured/structured-output.service.ts';
import { acceptUnmet } from '../structured/accept-unmet.ts';
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
  /** What was changed in the schema, for `x-outcrop-adjusted`. */
  notes: readonly string[];
}

/**
 * Returns the request with its format as instructions; undefined for every failure that is no refusal of the format.
 * Throws GatewayError 400 for a schema that is too large.
 */
export function formatByPrompt(error: unknown, given: MessagesRequest): FormatByPrompt | undefined {
  if (!isFormatRejection(error) || isPrefilled(given)) return undefined;
  const request = withOutputFormat(given, new Adjustments());
  const { format, ...config } = asRecord(request.output_config);
  const { schema: original, strict } = asRecord(format);
  if (!isRecord(original)) return undefined;
  const adjustments = new Adjustments();
  const wish = withRepairedSchema({ param: FIELD, schemaParam: SCHEMA, name: 'answer', schema: original }, adjustments);
  const { schema } = wish;
  if (!schema) return undefined;
  const problem = schemaSizeProblem(schema);
  if (problem !== undefined) throw badRequest(problem, SCHEMA);
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
    notes: adjustments.list(),
  };
}

/** The answer to a prefill lacks the beginning of its JSON. */
function isPrefilled({ messages }: MessagesRequest): boolean {
  return asRecord(asRecordList(messages).at(-1))['role'] === 'assistant';
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
    // A stop sequence of the client may stand in the middle of JSON.
    if (asRecord(message)['stop_reason'] === 'stop_sequence') return message;
    acceptUnmet(read, expected, context);
    return message;
  }
  if ('unchecked' in read) acceptUnmet(read, expected, context);
  const others = blocks.filter((block) => asRecord(block)['type'] !== 'text');
  return { ...message, content: [...others, { type: 'text', text: read.json }] };
}

function textOf({ type, text }: JsonObject): string {
  return type === 'text' && typeof text === 'string' ? text : '';
}
