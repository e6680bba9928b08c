import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Models often announce a call in a sentence, while OpenAI's libraries parse all text as JSON if a format is set. */

const SENTENCE = 'I look it up first.';
const CALL = { text: SENTENCE, toolUse: { name: 'look', input: { at: 'sky' } } };
const RATING = z.object({ stars: z.number().int() });
const SCHEMA = z.toJSONSchema(RATING);
const PARAMETERS = { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] };
const messages = [{ role: 'user' as const, content: 'Rate the weather.' }];

interface Ask {
  path: string;
  /** Path of the field that the note names. */
  field: string;
  body(model: string, strict: boolean): object;
}

const CHAT: Ask = {
  path: '/v1/chat/completions',
  field: 'response_format',
  body: (model, strict) => ({
    model,
    messages,
    tools: [{ type: 'function', function: { name: 'look', parameters: PARAMETERS } }],
    response_format: { type: 'json_schema', json_schema: { name: 'rating', strict, schema: SCHEMA } },
  }),
};
const RESPONSES: Ask = {
  path: '/v1/responses',
  field: 'text.format',
  body: (model, strict) => ({
    model,
    input: messages,
    tools: [{ type: 'function', name: 'look', parameters: PARAMETERS, strict: false }],
    text: { format: { type: 'json_schema', name: 'rating', strict, schema: SCHEMA } },
  }),
};
const MESSAGES: Ask = {
  path: '/v1/messages',
  field: 'output_config.format',
  body: (model, strict) => ({
    model,
    messages,
    max_tokens: 1000,
    tools: [{ name: 'look', input_schema: PARAMETERS }],
    output_config: { format: { type: 'json_schema', schema: SCHEMA, strict } },
  }),
};
/** Constrained decoding, tool and instruction. On messages, Claude requests are not translated. */
const CASES: [string, Ask][] = [
  ...['claude-opus-5-5', 'claude-haiku-4-5', 'llama3-3-70b-instruct'].flatMap((model): [string, Ask][] => [
    [model, CHAT],
    [model, RESPONSES],
  ]),
  ['nova-2-lite', MESSAGES],
  ['llama3-3-70b-instruct', MESSAGES],
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway('answerCache: { enabled: true }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

describe.each(CASES)('%s', (model, ask) => {
  const note = `${ask.field}=text_beside_calls_dropped`;

  it(`drops text beside calls on ${ask.path}, and reports it each time`, async () => {
    gateway.emulator.script([CALL, CALL]);
    for (const _time of ['first', 'second']) {
      const response = await gateway.send(ask.path, { body: ask.body(model, true) });
      const text = await response.text();
      expect([response.status, text]).toEqual([200, expect.stringContaining('"look"')]);
      expect(text).not.toContain(SENTENCE);
      expect(response.headers.get('x-outcrop-adjusted')!.split(', ')).toContain(note);
    }
  });

  it(`drops it from streams on ${ask.path}, with a comment`, async () => {
    gateway.emulator.script([CALL]);
    const text = await (await gateway.send(ask.path, { body: { ...ask.body(model, true), stream: true } })).text();
    expect(text).toContain('"look"');
    expect(text).not.toContain('I look');
    expect(text).toContain(`: dropped: text beside calls of tools, which is not in the requested format (${note})`);
    expect(text).toMatch(/\[DONE\]|message_stop|response\.completed/);
  });

  it(`keeps it on ${ask.path} without strict`, async () => {
    gateway.emulator.script([CALL]);
    const response = await gateway.send(ask.path, { body: ask.body(model, false) });
    expect(await response.text()).toContain(SENTENCE);
    expect(response.headers.get('x-outcrop-adjusted') ?? '').not.toContain('dropped');
  });
});

it('the openai library parses the calls of such answers', async () => {
  const look = zodFunction({ name: 'look', parameters: z.object({ at: z.string() }) });
  const body = {
    model: 'claude-opus-5-5',
    messages,
    tools: [look],
    response_format: zodResponseFormat(RATING, 'rating'),
  };
  gateway.emulator.script([CALL, CALL]);
  const plain = await gateway.client.chat.completions.parse(body);
  const streamed = await gateway.client.chat.completions.stream(body).finalChatCompletion();
  for (const { choices } of [plain, streamed]) {
    expect(choices[0]!.message.tool_calls?.[0]).toMatchObject({ function: { parsed_arguments: { at: 'sky' } } });
    expect(choices[0]!.message.parsed).toBeNull();
  }
});
