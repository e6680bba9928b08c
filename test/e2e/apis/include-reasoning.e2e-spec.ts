import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Chat answers without reasoning, for clients that send `include_reasoning: false`. */

const MODEL = 'claude-sonnet-4-5';
const FALLBACK = 'claude-haiku-4-5';
const REQUEST = { model: MODEL, reasoning_effort: 'low', max_tokens: 8_000 };
const HELLO = [{ role: 'user', content: 'Hello' }];
const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
const CALL = { thinking: 'A secret plan.', toolUse: { name: 'look', input: {} } };
const REASONING = /"(reasoning_content|thinking_blocks|thinking)":|secret|pretends to think/;

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(`
answerCache: { enabled: true }
models: { routes: [{ model: ${MODEL}, fallbacks: [${FALLBACK}] }] }
`);
});
afterAll(() => gateway.close());
afterEach(() => gateway.emulator.reset());

async function ask(body: object, headers = {}): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await gateway.send('/v1/chat/completions', {
    body: { ...REQUEST, messages: HELLO, include_reasoning: false, ...body },
    headers,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const STREAM = { stream: true, stream_options: { include_usage: true } };
const SCHEMA = { type: 'object', properties: { stars: { type: 'integer' } }, required: ['stars'] };

it.each<[string, object]>([
  ['one choice', {}],
  ['several choices', { n: 2 }],
  ['a thinking field', { reasoning_effort: undefined, thinking: { type: 'enabled', budget_tokens: 2_000 } }],
  ['the name of the model', { model: `${MODEL}-thinking` }],
  ['structured output', { response_format: { type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA } } }],
  ['structured output by a prompt', { model: 'deepseek-r1', response_format: { type: 'json_object' } }],
  ['the body of the Responses API', { messages: undefined, input: 'Hello', reasoning: { effort: 'low' } }],
])('omits the reasoning of an answer with %s', async (_, body) => {
  for (const form of [{}, STREAM]) {
    const full = await ask({ ...body, ...form, include_reasoning: true });
    expect([full.status, REASONING.test(full.text)]).toEqual([200, true]);
    const reduced = await ask({ ...body, ...form });
    expect([reduced.status, REASONING.test(reduced.text)]).toEqual([200, false]);
    expect(reduced.headers.get('x-outcrop-adjusted')).toBe(full.headers.get('x-outcrop-adjusted'));
    const usage = /"usage":\{.*?"total_tokens":\d+/;
    expect(usage.exec(reduced.text)?.[0]).toBe(usage.exec(full.text)?.[0]);
    expect(reduced.text).toContain('"reasoning_tokens":');
  }
});

it.each([{}, STREAM])('omits the reasoning of a fallback model: %j', async (form) => {
  gateway.emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500, match: 'sonnet' });
  const { status, headers, text } = await ask({ ...form, thinking: true });
  expect([status, headers.get('x-outcrop-model-fallback')]).toEqual([200, expect.stringContaining(MODEL)]);
  expect(text).not.toMatch(REASONING);
});

it('uses the same cached answer with and without reasoning', async () => {
  const headers = { 'x-outcrop-cache': 'use' };
  const omitted = await ask({}, headers);
  const full = await ask({ include_reasoning: true }, headers);
  const again = await ask({}, headers);
  expect([omitted, full, again].map((answer) => answer.headers.get('x-outcrop-cache'))).toEqual(['miss', 'hit', 'hit']);
  expect([omitted, full, again].map(({ text }) => REASONING.test(text))).toEqual([false, true, false]);
  expect(gateway.emulator.requests).toHaveLength(1);
});

it.each(['claude-sonnet-4-5', 'claude-opus-5-5'])('returns the thinking before a call to %s', async (model) => {
  gateway.emulator.script([CALL]);
  const first = await ask({ model, tools: [LOOK] });
  expect(first.text).not.toMatch(REASONING);
  const { message } = JSON.parse(first.text).choices[0];
  const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'A cat.' };
  const second = await ask({ model, tools: [LOOK], messages: [...HELLO, message, result] });
  expect([second.status, second.headers.get('x-outcrop-adjusted')]).toEqual([
    200,
    first.headers.get('x-outcrop-adjusted'),
  ]);
  const [thinking] = (gateway.emulator.requests.at(-1)!.body as Loose).messages[1].content;
  expect(thinking.reasoningContent.reasoningText.text).toBe('A secret plan.');
});

it('answers without further thinking after the deprecated function_call, which has no id', async () => {
  gateway.emulator.script([CALL]);
  const functions = [LOOK.function];
  const first = await ask({ functions });
  expect(first.text).not.toMatch(REASONING);
  const { message } = JSON.parse(first.text).choices[0];
  const result = { role: 'function', name: 'look', content: 'A cat.' };
  const second = await ask({ functions, messages: [...HELLO, message, result] });
  expect(second.status).toBe(200);
  expect(second.headers.get('x-outcrop-adjusted')).toContain('disabled_until_next_turn');
});
