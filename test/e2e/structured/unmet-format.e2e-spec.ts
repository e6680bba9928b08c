import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Answers that do not conform to the requested format, without `strict`. */

const SCHEMA = { type: 'object', properties: { stars: { type: 'integer', maximum: 5 } }, required: ['stars'] };
const messages = [{ role: 'user', content: 'Rate this.' }];
const WRONG = { text: '{"stars": 9}', usage: { input: 10, output: 7 } };
const PROSE = { text: 'Nine stars.', usage: { input: 20, output: 5 } };
const GOOD = { text: '{"stars": 4}' };

/** Models for each output method. */
const MODELS = ['claude-sonnet-4-5', 'nova-pro', 'llama3-3-70b-instruct'];

interface Ask {
  path: string;
  field: string;
  body(model: string, strict?: boolean): object;
}

const SCHEMAS: [string, Ask][] = [
  [
    'chat',
    {
      path: '/v1/chat/completions',
      field: 'response_format',
      body: (model, strict) => ({
        model,
        messages,
        response_format: { type: 'json_schema', json_schema: { name: 'rating', schema: SCHEMA, strict } },
      }),
    },
  ],
  [
    'responses',
    {
      path: '/v1/responses',
      field: 'text.format',
      body: (model, strict) => ({
        model,
        input: 'Rate this.',
        text: { format: { type: 'json_schema', name: 'rating', schema: SCHEMA, strict } },
      }),
    },
  ],
];

const OBJECTS: [string, Ask][] = [
  [
    'chat, json_object',
    {
      path: '/v1/chat/completions',
      field: 'response_format',
      body: (model) => ({ model, messages, response_format: { type: 'json_object' } }),
    },
  ],
  [
    'responses, json_object',
    {
      path: '/v1/responses',
      field: 'text.format',
      body: (model) => ({ model, input: 'Rate this.', text: { format: { type: 'json_object' } } }),
    },
  ],
];

/** Anthropic's format is strict unless `strict` is false. Claude requests are not translated. */
const MESSAGES: [string, Ask] = [
  'messages',
  {
    path: '/v1/messages',
    field: 'output_config.format',
    body: (_model, strict) => ({
      model: 'nova-pro',
      messages,
      max_tokens: 100,
      output_config: { format: { type: 'json_schema', schema: SCHEMA, strict } },
    }),
  },
];

const LOOSE: [string, Ask, boolean | undefined][] = [
  ...SCHEMAS.map(([name, ask]): [string, Ask, undefined] => [name, ask, undefined]),
  ...SCHEMAS.map(([name, ask]): [string, Ask, boolean] => [`${name}, strict: false`, ask, false]),
  ...OBJECTS.map(([name, ask]): [string, Ask, undefined] => [name, ask, undefined]),
  [`${MESSAGES[0]}, strict: false`, MESSAGES[1], false],
];

let gateway: TestGateway;
let rejecting: TestGateway;

beforeAll(async () => {
  gateway = await startGateway('answerCache: { enabled: true }');
  rejecting = await startGateway('requests: { unsupportedFields: reject }');
});
afterAll(async () => {
  await gateway.close();
  await rejecting.close();
});
beforeEach(() => gateway.emulator.reset());

describe.each(LOOSE)('%s', (_name, ask, strict) => {
  it.each(MODELS)('returns and reports the second answer on %s', async (model) => {
    gateway.emulator.script([PROSE, PROSE]);
    const response = await gateway.send(ask.path, { body: ask.body(model, strict) });
    const text = await response.text();
    expect([response.status, text]).toEqual([200, expect.stringContaining('Nine stars.')]);
    expect(response.headers.get('x-outcrop-adjusted')!.split(', ')).toContain(`${ask.field}=unmet`);
    expect(gateway.emulator.requests).toHaveLength(2);
  });

  it.each(MODELS)('streams the answer of %s to its end, with a comment', async (model) => {
    gateway.emulator.script([PROSE]);
    const text = await (await gateway.send(ask.path, { body: { ...ask.body(model, strict), stream: true } })).text();
    expect(text).toContain('Nine stars.');
    expect(text).toContain(`: unmet: the answer does not conform to the requested format (${ask.field}=unmet)`);
    expect(text).toMatch(/\[DONE\]|message_stop|response\.completed/);
    expect(text).not.toContain('"error":{');
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('reports nothing if the second answer conforms', async () => {
    gateway.emulator.script([PROSE, GOOD]);
    const response = await gateway.send(ask.path, { body: ask.body('claude-opus-5-5', strict) });
    expect(await response.text()).toContain('stars');
    expect(response.headers.get('x-outcrop-adjusted') ?? '').not.toContain('unmet');
  });

  it('returns no answer if the settings reject parameters without effect', async () => {
    rejecting.emulator.reset();
    rejecting.emulator.script([PROSE, PROSE]);
    const response = await rejecting.send(ask.path, { body: ask.body('claude-sonnet-4-5', strict) });
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('does not conform')]);
  });
});

describe.each([...SCHEMAS, MESSAGES])('%s with strict', (_name, ask) => {
  it.each([false, true])('returns no answer that does not conform (streamed: %s)', async (stream) => {
    gateway.emulator.script([WRONG, WRONG]);
    const response = await gateway.send(ask.path, { body: { ...ask.body('claude-sonnet-4-5', true), stream } });
    const text = await response.text();
    expect(text).toContain('does not conform');
    expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
    if (!stream) expect(response.status).toBe(502);
  });
});

describe('an answer that was returned although it does not conform', () => {
  const chat = SCHEMAS[0]![1];

  it('is billed twice, and not cached', async () => {
    const body = { ...chat.body('claude-sonnet-4-5'), temperature: 0 };
    gateway.emulator.script([WRONG, PROSE]);
    const first = await gateway.send(chat.path, { body });
    expect(await first.json()).toMatchObject({ usage: { prompt_tokens: 30, completion_tokens: 12 } });
    const second = await gateway.send(chat.path, { body });
    expect(second.headers.get('x-outcrop-cache')).not.toBe('hit');
  });

  it('may be one of several whose others conform', async () => {
    gateway.emulator.script([GOOD, WRONG, GOOD, WRONG]);
    const response = await gateway.send(chat.path, { body: { ...chat.body('claude-sonnet-4-5'), n: 2 } });
    expect(response.status).toBe(200);
    const { choices } = (await response.json()) as { choices: unknown[] };
    expect(choices).toHaveLength(2);
  });

  it('is counted in the metrics, plain and streamed', async () => {
    const count = async (): Promise<number> => {
      const text = await (await gateway.send('/metrics')).text();
      return Number(/^outcrop_adjusted_fields_total\{field="response_format"\} (\d+)/m.exec(text)?.[1] ?? 0);
    };
    const before = await count();
    gateway.emulator.script([PROSE]);
    await (await gateway.send(chat.path, { body: { ...chat.body('claude-sonnet-4-5'), stream: true } })).text();
    // The log line of a streamed request is written after its last byte.
    for (let attempt = 0; attempt < 500 && (await count()) === before; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await count()).toBe(before + 1);
  });
});
