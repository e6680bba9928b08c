import { KEY, NARROW_KEY, OPEN_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** Models for each output method. */
const NATIVE = 'claude-sonnet-4-5';
const OTHER_MODEL = 'nova-pro';
const MESSAGES = [{ role: 'user', content: 'Rate this.' }];
/** A pattern that takes years to check against `EVIL`, where it fails only at the end. */
const PATTERN = { type: 'object', properties: { word: { type: 'string', pattern: '^(a+)+$' } }, required: ['word'] };
const EVIL = { text: JSON.stringify({ word: `${'a'.repeat(40)}!` }) };
const GOOD = { text: JSON.stringify({ word: 'aaa' }) };

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway('structured: { cpuMsPerRequest: 300, cpuMsPerMinutePerKey: 0 }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns a schema that takes seconds to compile; `title` makes it distinct. */
function wide(title: string): object {
  const field = { type: 'number', minimum: 0, maximum: 1 };
  const fields = Array.from({ length: 4_000 }, (_, index) => [`p${index}`, field]);
  return { title, type: 'object', properties: Object.fromEntries(fields) as object };
}

interface Ask {
  path: string;
  param: string;
  body(schema: object, strict: boolean): object;
}

const ASKS: [string, Ask][] = [
  [
    'chat',
    {
      path: '/v1/chat/completions',
      param: 'response_format.json_schema.schema',
      body: (schema, strict) => ({
        model: NATIVE,
        messages: MESSAGES,
        response_format: { type: 'json_schema', json_schema: { name: 'rating', schema, strict } },
      }),
    },
  ],
  [
    'responses',
    {
      path: '/v1/responses',
      param: 'text.format.schema',
      body: (schema, strict) => ({
        model: NATIVE,
        input: 'Rate this.',
        text: { format: { type: 'json_schema', name: 'rating', schema, strict } },
      }),
    },
  ],
  [
    'messages to another model',
    {
      path: '/v1/messages',
      param: 'output_config.format.schema',
      body: (schema) => ({
        model: OTHER_MODEL,
        max_tokens: 100,
        messages: MESSAGES,
        output_config: { format: { type: 'json_schema', schema } },
      }),
    },
  ],
];

async function metric(line: string): Promise<number> {
  const text = await (await gateway.send('/metrics')).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? 0 : Number(found.slice(line.length));
}

const chat = ASKS[0]![1];
const send = (ask: Ask, body: object, key = KEY) =>
  gateway.send(ask.path, { body, headers: { authorization: `Bearer ${key}` } });

describe.each(ASKS)('%s', (name, ask) => {
  it.each([false, true])(
    'rejects a schema that costs too much, and without cost the second time (streamed: %s)',
    async (stream) => {
      const body = { ...ask.body(wide(`${name} ${String(stream)}`), true), stream };
      const before = await metric('outcrop_schema_cpu_seconds_total');
      const first = await send(ask, body);
      expect(first.status).toBe(400);
      expect(await first.text()).toContain('The schema is too complex');
      const spent = await metric('outcrop_schema_cpu_seconds_total');
      expect(spent - before).toBeGreaterThan(0.2);

      const again = await send(ask, body);
      const text = await again.text();
      expect([again.status, await metric('outcrop_schema_cpu_seconds_total')]).toEqual([400, spent]);
      if (ask.path !== '/v1/messages') {
        expect(JSON.parse(text)).toMatchObject({ error: { code: 'schema_too_complex', param: ask.param } });
      }
      expect(gateway.emulator.requests).toHaveLength(0);
    },
  );

  it('does not return a strict answer that it cannot check', async () => {
    gateway.emulator.script([EVIL]);
    const response = await send(ask, ask.body(PATTERN, true));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('could not be checked');
    // Another answer could not be checked either.
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('ends a stream with an error if it cannot check the strict answer', async () => {
    gateway.emulator.script([EVIL]);
    const text = await (await send(ask, { ...ask.body(PATTERN, true), stream: true })).text();
    expect(text).toContain('could not be checked');
    expect(text).not.toMatch(/\[DONE\]|message_stop|response\.completed/);
  });

  it('checks answers that cost little', async () => {
    gateway.emulator.script([GOOD, GOOD]);
    expect((await send(ask, ask.body(PATTERN, true))).status).toBe(200);
    const text = await (await send(ask, { ...ask.body(PATTERN, true), stream: true })).text();
    expect(text).toMatch(/\[DONE\]|message_stop|response\.completed/);
  });
});

describe.each(ASKS.slice(0, 2))(
  'an answer without strict that the gateway cannot check is returned: %s',
  (_name, ask) => {
    it('with a note in the header', async () => {
      gateway.emulator.script([EVIL]);
      const response = await send(ask, ask.body(PATTERN, false));
      expect(response.status).toBe(200);
      expect(response.headers.get('x-outcrop-adjusted')).toContain(`${ask.param}=unchecked`);
      expect(await response.text()).toContain('aaaa!');
    });

    it('with a comment in the stream', async () => {
      gateway.emulator.script([EVIL]);
      const text = await (await send(ask, { ...ask.body(PATTERN, false), stream: true })).text();
      expect(text).toContain(': unchecked:');
      expect(text).toMatch(/\[DONE\]|response\.completed/);
    });
  },
);

describe('the budget of a request', () => {
  it('covers all choices', async () => {
    gateway.emulator.script([{ ...EVIL, times: 8 }]);
    const before = await metric('outcrop_schema_cpu_seconds_total');
    const response = await send(chat, { ...chat.body(PATTERN, true), n: 8 });
    expect(response.status).toBe(502);
    // The budget ends one check and prevents the next ones; a busy machine ends it late.
    expect((await metric('outcrop_schema_cpu_seconds_total')) - before).toBeLessThan(5 * 0.3);
  });

  it('covers the parts of one answer', async () => {
    const text = Array.from(
      { length: 60 },
      (_, index) => `\`\`\`json\n${JSON.stringify({ word: `${'a'.repeat(40 + index)}!` })}\n\`\`\``,
    );
    gateway.emulator.script([{ text: text.join('\n') }]);
    const before = await metric('outcrop_schema_cpu_seconds_total');
    const response = await send(chat, chat.body(PATTERN, true));
    expect(response.status).toBe(502);
    expect((await metric('outcrop_schema_cpu_seconds_total')) - before).toBeLessThan(5 * 0.3);
  });
});

describe('schemas that are hard to process', () => {
  const nested = (levels: number, leaf: object) => {
    let schema: object = leaf;
    for (let level = 0; level < levels; level += 1) schema = { type: 'object', properties: { [`p${level}`]: schema } };
    return schema;
  };
  const chain = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`d${index}`, { $ref: `#/$defs/d${index + 1}` }]),
  );
  const names = Object.fromEntries(
    Array.from({ length: 3_000 }, (_, index) => [`n${index}`, { minimum: 1, type: 'number' }]),
  );
  const long = (levels: number) => {
    let schema: object = { type: 'object', properties: names };
    for (let level = 0; level < levels; level += 1) {
      schema = { type: 'object', properties: { [String(level).padEnd(3_000, 'x')]: schema } };
    }
    return schema;
  };

  it.each<[string, object]>([
    [
      'a chain of definitions',
      { type: 'object', $defs: { ...chain, d5000: {} }, properties: { a: { $ref: '#/$defs/d0' } } },
    ],
    [
      'a root that is a chain of references',
      { $ref: '#/$defs/d0', $defs: { ...chain, d5000: { type: 'object' } }, ...names },
    ],
    ['long names, nested', long(40)],
    ['deep objects', nested(200, { type: 'string' })],
    ['recursive references', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } }],
    ['a reference to another document', { $ref: `http://127.0.0.1:1/schema` }],
    ['an invalid pattern', { pattern: '(' }],
    [
      'property names of Object.prototype',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}'),
    ],
    ['a number of a million digits', { type: 'string', minLength: 1e9, multipleOf: 1e-300 }],
    ['a large schema', { enum: Array.from({ length: 100_000 }, (_, index) => index) }],
  ])('affect only the key that sent them: %s', async (_what, schema) => {
    for (const stream of [false, true]) {
      gateway.emulator.script([{ text: '{}', times: 2 }]);
      const response = await send(chat, { ...chat.body(schema, true), stream });
      expect([200, 400, 502]).toContain(response.status);
      expect(await response.text()).not.toContain('internal_error');
    }
    gateway.emulator.reset();
    gateway.emulator.script([GOOD]);
    expect((await send(chat, chat.body(PATTERN, true))).status).toBe(200);
  });

  it('of one megabyte in strict tools are accepted', async () => {
    const tool = (index: number) => ({
      type: 'function',
      function: {
        name: `t${index}`,
        strict: true,
        parameters: {
          type: 'object',
          anyOf: Array.from({ length: 2_000 }, () => ({ required: [...Array(50).keys()].map(String) })),
        },
      },
    });
    const response = await send(chat, { model: NATIVE, messages: MESSAGES, tools: [tool(0), tool(1)] });
    expect([200, 400]).toContain(response.status);
  });
});

it('checks a small schema without a worker', async () => {
  const own = await startGateway();
  const schema = { type: 'object', properties: { stars: { type: 'integer' } }, required: ['stars'] };
  const response = await own.send('/v1/chat/completions', { body: chat.body(schema, true) });
  expect(response.status).toBe(200);
  expect(await (await own.send('/metrics')).text()).not.toContain('outcrop_schema_jobs_total{');
  await own.close();
});

describe('the budget of a key', () => {
  it('ends with 429, and does not affect other keys', async () => {
    const own = await startGateway('structured: { cpuMsPerRequest: 400, cpuMsPerMinutePerKey: 100 }');
    const ask = (title: string, key: string, schema = wide(title)) =>
      own.send(chat.path, { body: chat.body(schema, true), headers: { authorization: `Bearer ${key}` } });
    expect((await ask('first', KEY)).status).toBe(400);
    const second = await ask('second', KEY);
    expect([second.status, await second.json()]).toEqual([
      429,
      { error: expect.objectContaining({ code: 'schema_budget_exceeded', param: chat.param }) },
    ]);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    own.emulator.script([GOOD]);
    expect((await ask('', OPEN_KEY, PATTERN)).status).toBe(200);
    // Small schemas do not use it.
    expect((await ask('', KEY, { type: 'object', properties: { a: { type: 'string' } } })).status).toBe(200);
    await own.close();
  });
});

describe('what Bedrock rejected for one key', () => {
  const refuse = (message: string) =>
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
  const FEATURE =
    "This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.";
  const schema = { type: 'object', properties: { stars: { type: 'integer' } }, required: ['stars'] };
  const isNative = async (model: string, key: string, title = '') => {
    const response = await send(chat, { ...chat.body({ ...schema, title }, true), model }, key);
    expect(response.status).toBe(200);
    return 'outputConfig' in (gateway.emulator.requests.at(-1)!.body as object);
  };

  it.each([
    ['the feature', 'claude-opus-4-5', FEATURE],
    ['the schema', NATIVE, 'Schema is too complex.'],
  ])('applies to other keys once a second key received the rejection: %s', async (title, model, message) => {
    refuse(message);
    expect(await isNative(model, KEY, title)).toBe(false);
    expect(await isNative(model, KEY, title)).toBe(false);
    expect(await isNative(model, OPEN_KEY, title)).toBe(true);

    refuse(message);
    expect(await isNative(model, OPEN_KEY, title)).toBe(false);
    expect(gateway.emulator.requests).toHaveLength(6);
    // A third key does not send the rejected schema.
    expect(await isNative(model, NARROW_KEY, title)).toBe(false);
    expect(gateway.emulator.requests).toHaveLength(7);
  });
});
