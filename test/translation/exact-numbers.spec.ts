import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { contextOf, GENERATIONS } from '../support/model-cards.ts';
import { parseInvokedMessage } from '../../src/bedrock/operations/invoked-message.ts';
import { isExactNumber, MAX_EXACT_NUMBERS, parseExactly } from '../../src/wire/json/exact-json.ts';
import { storedResponseIn } from '../../src/inference/responses/stored-response.ts';
import { parseBodyJson } from '../../src/wire/json/long-numbers.ts';
import { chatDialect } from '../../src/translation/openai-chat/chat-dialect.ts';
import { Adjustments } from '../../src/translation/adjustments.ts';
import { parseToolArguments } from '../../src/translation/tools/tool-input.ts';
import type { ConverseAnswer } from '../../src/wire/converse.ts';
import { toInvokeBody } from '../../src/translation/anthropic/invoke-model/request/invoke-body.ts';
import { messagesDialect } from '../../src/translation/anthropic/converse/messages-dialect.ts';
import { SchemaCompiler } from '../../src/translation/json-schema/schema-compiler.ts';
import { responsesDialect } from '../../src/translation/openai-responses/responses-dialect.ts';
import { propertyRuns } from '../support/property-runs.ts';

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const LOSSY = ['1.0', '-0', '-0.0', '0.10', '1e5', '1E+400', '9007199254740993', '0.12345678901234567890', '-2.50e-3'];
const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,24})?([eE][-+]?\d{1,3})?$/);
const REPLY = { id: '0123456789abcdef', created: 1_790_000_000, model: 'claude', thinkingByName: false };

/** JSON texts of objects with numbers in every possible place. */
const objectText = fc
  .array(fc.oneof(digits, fc.constantFrom(...LOSSY)), { minLength: 1, maxLength: 4 })
  .map((numbers) => `{"a":${numbers[0]},"b":[${numbers.join(',')}],"c":{"d":"1.0, -0","e":[{"f":${numbers.at(-1)}}]}}`);

function converseAnswer(input: string): ConverseAnswer {
  const json = `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"f","input":${input}}}]}},
    "stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}`;
  return parseExactly(json) as ConverseAnswer;
}

describe('numbers', () => {
  it.each(LOSSY)('of the form %s keep their digits', (number) => {
    expect(JSON.stringify(parseExactly(number))).toBe(number);
    expect(JSON.stringify(parseExactly(`[ ${number} ]`))).toBe(`[${number}]`);
    expect(isExactNumber((parseExactly(`{"a":${number}}`) as Loose).a)).toBe(true);
  });

  it.each(['1', '0', '-1.5', '123456789012345', '0.1'])('of the form %s remain numbers', (number) => {
    expect(parseExactly(`{"a":${number},"b":1.0}`)).toMatchObject({ a: Number(number) });
  });

  it('keep their notation in any JSON text', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        expect(JSON.stringify(parseExactly(text))).toBe(text);
      }),
      { numRuns: propertyRuns(1_000) },
    );
  });

  it('of arguments reach Bedrock digit by digit', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const options = contextOf(GENERATIONS[3]!);
        const call = { id: 'call_1', type: 'function', function: { name: 'f', arguments: text } };
        const chat = {
          model: 'm',
          messages: [
            { role: 'user', content: 'a' },
            { role: 'assistant', content: null, tool_calls: [call] },
            { role: 'tool', tool_call_id: 'call_1', content: 'b' },
          ],
        } as Loose;
        const responses = {
          model: 'm',
          input: [
            { role: 'user', content: 'a' },
            { type: 'function_call', call_id: 'call_1', name: 'f', arguments: text },
            { type: 'function_call_output', call_id: 'call_1', output: 'b' },
          ],
        } as Loose;
        for (const { inputs } of [
          chatDialect.toConverse(chat, options),
          responsesDialect.toConverse(responses, options),
        ]) {
          expect(JSON.stringify(inputs[0])).toContain(`"input":${text}`);
        }
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('of complete answers reach the client digit by digit', () => {
    fc.assert(
      fc.property(objectText, (text) => {
        const answer = converseAnswer(text);
        const chat = chatDialect.toAnswer([answer], { model: 'm', messages: [] }, REPLY) as Loose;
        expect(chat.choices[0].message.tool_calls[0].function.arguments).toBe(text);
        const response = responsesDialect.toAnswer([answer], { model: 'm', input: 'a' }, REPLY) as Loose;
        expect(response.output[0].arguments).toBe(text);
        const message = messagesDialect.toAnswer([answer], { model: 'm', messages: [] } as Loose, REPLY);
        expect(JSON.stringify(message)).toContain(`"input":${text}`);
        const relayed = `{"content":[{"type":"tool_use","id":"t1","name":"f","input":${text}}]}`;
        expect(JSON.stringify(parseInvokedMessage(relayed))).toBe(relayed);
      }),
      { numRuns: propertyRuns(300) },
    );
  });

  it('of many digits reach Bedrock from inputs and results that are objects', () => {
    const id = '{"id":12345678901234567890,"list":[-12345678901234567890]}';
    const call = '{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}';
    const chat = `{"model":"m","messages":[{"role":"user","content":"a"},
      {"role":"assistant","content":null,"tool_calls":[${call}]},{"role":"tool","tool_call_id":"t1","content":${id}}]}`;
    const responses = `{"model":"m","input":[{"role":"user","content":"a"},
      {"type":"function_call","call_id":"t1","name":"f","arguments":${id}},
      {"type":"function_call_output","call_id":"t1","output":${id}}]}`;
    const messages = `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"a"},
      {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":${id}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"b"}]}]}`;
    const options = contextOf(GENERATIONS[3]!);
    const parsed = (json: string) => parseBodyJson(json) as Loose;
    const sent = (translation: object) => JSON.stringify(translation);
    expect(sent(chatDialect.toConverse(parsed(chat), options))).toContain(`"json":${id}`);
    const items = sent(responsesDialect.toConverse(parsed(responses), options));
    expect(items).toContain(`"input":${id}`);
    expect(items).toContain(`"json":${id}`);
    expect(sent(messagesDialect.toConverse(parsed(messages), options))).toContain(`"input":${id}`);
    expect(sent(toInvokeBody(parsed(messages), {}, options).body)).toContain(`"input":${id}`);
  });

  it('of stored responses are restored as they were stored', () => {
    const tools = `[{"type":"function","name":"f","parameters":{"maximum":1e400,"const":9007199254740993}}]`;
    const input = `[{"type":"function_call_output","call_id":"c","output":{"id":12345678901234567890,"x":[1.0]}}]`;
    const json = `{"response":{"id":"r","output":[],"reasoning":{},"temperature":1.0,"tools":${tools}},"input":${input}}`;
    const stored = storedResponseIn(json);
    expect(JSON.stringify(stored)).toBe(json.replace('"temperature":1.0', '"temperature":1'));
  });

  it.each([
    ['{"type":"number","minimum":1.0,"maximum":1e400}', '5', '0'],
    ['{"enum":[1.0,9007199254740993]}', '9007199254740993', '2'],
    ['{"const":1e2}', '100', '1'],
    ['{"type":"number","exclusiveMinimum":-1e400,"multipleOf":0.50}', '1.5', '1.2'],
  ])('of the schema %s are compared with those of answers', (schema, good, bad) => {
    for (const parsed of [parseExactly(schema), JSON.parse(schema)]) {
      const validate = new SchemaCompiler().compile(parsed);
      expect([validate(JSON.parse(good)), typeof validate(JSON.parse(bad))]).toEqual([undefined, 'string']);
    }
  });

  it('of long texts keep their digits as well', () => {
    const text = `{"a":1.0,"b":"${'x'.repeat(1_000_000)}","c":1e5}`;
    expect(JSON.stringify(parseExactly(text))).toBe(text);
    expect(JSON.stringify(parseToolArguments(text, new Adjustments()))).toBe(text);
  });

  it('beyond the limit of a text are doubles', () => {
    const list = parseExactly(
      `[${Array<string>(MAX_EXACT_NUMBERS + 1)
        .fill('1.0')
        .join(',')}]`,
    ) as unknown[];
    expect([isExactNumber(list.at(-2)), list.at(-1)]).toEqual([true, 1]);
  });

  it.each(['"', '\\', '\\"1.0,', ': 1.0, "', '~1.0', '\u00e9 [1.0]'])('are not found in strings such as %j', (part) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(part), fc.string())), (parts) => {
        const value = { a: [parts.join(''), ...parts], b: { [parts.join('')]: 1 } };
        expect(parseExactly(`{"x":1.0,"y":${JSON.stringify(value)}}`)).toMatchObject({ y: value });
        expect(parseExactly(JSON.stringify(value, undefined, 2))).toEqual(value);
      }),
      { numRuns: propertyRuns(200) },
    );
  });
});
