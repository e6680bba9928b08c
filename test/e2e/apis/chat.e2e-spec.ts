import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { specValidator } from '../../support/openai-spec.ts';

const MODEL = 'claude-sonnet-4-6';
const HELLO = [{ role: 'user' as const, content: 'Hello' }];

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
const validate = specValidator();

beforeAll(async () => {
  gateway = await startGateway(`
answerCache: { enabled: true }
streaming: { keepAliveSeconds: 1 }
`);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns the body of the last request that reached the emulator. */
function lastInput(): Loose {
  return gateway.emulator.requests.at(-1)!.body as Loose;
}

describe('chat completions with the official OpenAI client', () => {
  it('answers with text, usage, ids and every required key', async () => {
    gateway.emulator.script([{ text: 'Good day.' }]);
    const answer = await gateway.client.chat.completions.create({ model: MODEL, messages: HELLO, max_tokens: 50 });
    expect(answer.choices[0]).toMatchObject({ index: 0, finish_reason: 'stop', logprobs: null });
    expect(answer.choices[0]!.message).toEqual({ role: 'assistant', content: 'Good day.', refusal: null });
    expect(answer.id).toMatch(/^chatcmpl-/);
    expect(answer.model).toBe(MODEL);
    expect(answer.usage!.total_tokens).toBe(answer.usage!.prompt_tokens + answer.usage!.completion_tokens);
    expect(answer.usage!.completion_tokens).toBeGreaterThan(0);
    expect(answer._request_id).toMatch(/^[0-9a-f-]{36}$/);
    validate('CreateChatCompletionResponse', answer);
  });

  it('streams the text: role first, one finish_reason, usage last, and the client reaches the end', async () => {
    gateway.emulator.script([{ text: 'One two three four five.' }]);
    const stream = await gateway.client.chat.completions.create({
      model: MODEL,
      messages: HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]!.choices[0]!.delta).toMatchObject({ role: 'assistant', content: '' });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('One two three four five.');
    expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual(['stop']);
    expect(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size).toBe(1);
    expect(chunks.at(-1)).toMatchObject({ choices: [] });
    expect(chunks.at(-1)!.usage!.completion_tokens).toBeGreaterThan(0);
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    for (const chunk of chunks) validate('CreateChatCompletionStreamResponse', chunk);
  });

  it('ends a stream with [DONE] and sends the headers that stop proxies from buffering', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: MODEL, messages: HELLO, stream: true },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('openai-processing-ms')).toMatch(/^\d+$/);
    const text = await response.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(text.match(/"usage"/)).toBeNull();
  });

  it('converts system messages, turns and sampling parameters to Converse', async () => {
    await gateway.client.chat.completions.create({
      model: 'claude-haiku-4-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: 'Be kind.' },
        { role: 'user', content: 'a' },
        { role: 'user', content: [{ type: 'text', text: 'b' }] },
        { role: 'assistant', content: '   ' },
        { role: 'user', content: 'c' },
      ],
      temperature: 1.5,
      stop: 'END',
      max_completion_tokens: 77,
    });
    expect(lastInput()).toMatchObject({
      system: [{ text: 'Be brief.' }, { text: 'Be kind.' }],
      messages: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }, { text: 'c' }] }],
      inferenceConfig: { maxTokens: 77, temperature: 1, stopSequences: ['END'] },
    });
  });

  it('reports in a header which parameters it changed for the model', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: 'claude-opus-4-8', messages: HELLO, temperature: 0.2, top_p: 0.5, seed: 7 },
    });
    expect(response.status).toBe(200);
    const adjusted = response.headers.get('x-outcrop-adjusted')!.split(', ');
    expect(adjusted).toEqual(expect.arrayContaining(['temperature=dropped', 'top_p=dropped', 'seed=ignored']));
    expect(lastInput().inferenceConfig).not.toHaveProperty('temperature');
  });

  it('answers n choices from n upstream calls and adds up their usage', async () => {
    const one = await gateway.client.chat.completions.create({ model: MODEL, messages: HELLO });
    const three = await gateway.client.chat.completions.create({ model: MODEL, messages: HELLO, n: 3 });
    expect(three.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(three.usage!.completion_tokens).toBe(3 * one.usage!.completion_tokens);
    const stream = await gateway.client.chat.completions.create({ model: MODEL, messages: HELLO, n: 2, stream: true });
    const texts = ['', ''];
    for await (const { choices } of stream) for (const { index, delta } of choices) texts[index] += delta.content ?? '';
    expect(texts).toEqual([one.choices[0]!.message.content, one.choices[0]!.message.content]);
  });

  it('answers a repeated request from the cache, for the same key only', async () => {
    const body = { model: 'claude-haiku-4-5', messages: HELLO, temperature: 0 };
    const first = await gateway.send('/v1/chat/completions', { body });
    const second = await gateway.send('/v1/chat/completions', { body });
    const other = await gateway.send('/v1/chat/completions', {
      body,
      headers: { authorization: 'Bearer sk-other-key' },
    });
    const outcome = [first, second, other].map((response) => response.headers.get('x-outcrop-cache'));
    expect(outcome).toEqual(['miss', 'hit', 'miss']);
    expect(gateway.emulator.requests).toHaveLength(2);
    const [a, b] = (await Promise.all([first.json(), second.json()])) as [Loose, Loose];
    expect(b.choices).toEqual(a.choices);
    expect(b.id).not.toBe(a.id);
  });

  it('sends comments as keep-alives while a stream is silent', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 1_300, times: 1 });
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: MODEL, messages: HELLO, stream: true },
    });
    expect(await response.text()).toContain(': keep-alive\n\n');
  });
});

describe('tool calls', () => {
  const weather = {
    type: 'function' as const,
    function: {
      name: 'get.weather',
      description: 'Weather of a city',
      parse: (text: string) => JSON.parse(text) as { city: string },
      function: ({ city }: { city: string }) => `18 degrees in ${city}`,
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  };

  it.each([MODEL, 'claude-opus-5-5', 'mistral-large-3', 'llama3-3-70b-instruct'])(
    'complete a tool loop with the official client, plain and streamed (%s)',
    async (model) => {
      const body = { model, messages: HELLO, tools: [weather] };
      await gateway.client.chat.completions.create({ model, messages: HELLO, tools: [weather] });
      const { name } = lastInput().toolConfig.tools[0].toolSpec as { name: string };
      const answers = [{ toolUse: [{ name, input: { city: 'Paris' } }] }, { text: 'It is mild.' }];

      gateway.emulator.script(answers);
      expect(await gateway.client.chat.completions.runTools(body).finalContent()).toBe('It is mild.');
      expect(lastInput().messages.at(-1).content[0].toolResult.content).toEqual([{ text: '18 degrees in Paris' }]);

      gateway.emulator.script(answers);
      const streamed = gateway.client.chat.completions.runTools({ ...body, stream: true });
      expect(await streamed.finalContent()).toBe('It is mild.');
      expect(lastInput().messages.at(-1).content[0].toolResult.content).toEqual([{ text: '18 degrees in Paris' }]);
    },
  );
});

describe('reasoning', () => {
  it('is returned as reasoning_content, and with the original fields when the client uses those', async () => {
    const body = { model: 'claude-3-7-sonnet-thinking', messages: HELLO, max_tokens: 8000 };
    const response = await gateway.send('/v1/chat/completions', { body });
    const answer = (await response.json()) as Loose;
    expect(answer.choices[0].message.reasoning_content.length).toBeGreaterThan(0);
    expect(answer.choices[0].thinking).toBe(answer.choices[0].message.reasoning_content);
    expect(answer.usage.thinking_tokens).toBeGreaterThan(0);
    // AWS retired this model; its successor answers and reports the replacement.
    expect(answer.model).toBe('claude-sonnet-4-6');
    expect(response.headers.get('deprecation')).toMatch(/^@\d+$/);
    expect(response.headers.get('sunset')).toMatch(/GMT$/);
    expect(lastInput().additionalModelRequestFields.thinking).toEqual({ type: 'enabled', budget_tokens: 4000 });
  });

  it('streams the reasoning before the answer', async () => {
    const stream = await gateway.client.chat.completions.create({
      model: 'claude-haiku-4-5',
      messages: HELLO,
      reasoning_effort: 'low',
      max_tokens: 8000,
      stream: true,
    });
    const kinds: string[] = [];
    for await (const { choices } of stream) {
      const delta = choices[0]?.delta as { content?: string; reasoning_content?: string } | undefined;
      if (delta?.reasoning_content) kinds.push('thinking');
      if (delta?.content) kinds.push('text');
    }
    expect(kinds[0]).toBe('thinking');
    expect(kinds.at(-1)).toBe('text');
    expect(kinds.lastIndexOf('thinking')).toBeLessThan(kinds.indexOf('text'));
  });

  it('is requested by effort from models that reject budgets', async () => {
    await gateway.client.chat.completions.create({
      model: 'claude-opus-5-5',
      messages: HELLO,
      reasoning_effort: 'high',
    });
    const { thinking, output_config } = lastInput().additionalModelRequestFields;
    expect(thinking).toMatchObject({ type: 'adaptive' });
    expect(output_config).toEqual({ effort: 'high' });
  });
});

describe('reasoning before tool calls', () => {
  const look = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };

  it.each([
    ['claude-opus-5-5', { reasoning_effort: 'high' }],
    ['claude-sonnet-4-5', { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
    ['claude-haiku-5-5', {}],
  ])('is restored for %s when the client returns only the calls', async (model, thinkingOptions) => {
    const ask = async (messages: object[], stream: boolean) => {
      const response = await gateway.send('/v1/chat/completions', {
        body: { model, messages, tools: [look], max_tokens: 8_000, ...thinkingOptions, stream },
      });
      expect(response.status).toBe(200);
      if (!stream) return ((await response.json()) as Loose).choices[0].message.tool_calls[0].id as string;
      const chunks = (await response.text()).split('\n\n').filter((line) => line.includes('"tool_calls":[{'));
      return JSON.parse(chunks[0]!.slice('data: '.length)).choices[0].delta.tool_calls[0].id as string;
    };
    for (const stream of [false, true]) {
      const question = { role: 'user', content: `Please look. ${stream}` };
      const id = await ask([question], stream);
      const call = { id, type: 'function', function: { name: 'look', arguments: '{}' } };
      const history = [
        question,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: id, content: 'A cat.' },
      ];
      const answer = await gateway.send('/v1/chat/completions', {
        body: { model, messages: history, tools: [look], max_tokens: 8_000, ...thinkingOptions },
      });
      expect([answer.status, answer.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
      const [thinking, use] = lastInput().messages[1].content as Loose[];
      expect(thinking.reasoningContent.reasoningText.signature).toMatch(/^[A-Za-z0-9+/]+=*$/);
      expect(use.toolUse.name).toBe('look');
    }
  });

  it('is returned as thinking_blocks and accepted back in that form', async () => {
    const body = { model: 'claude-opus-5-5', messages: HELLO, reasoning_effort: 'low' };
    const first = (await (await gateway.send('/v1/chat/completions', { body })).json()) as Loose;
    const { message } = first.choices[0];
    expect(message.thinking_blocks).toEqual([
      { type: 'thinking', thinking: message.reasoning_content, signature: expect.stringMatching(/#claude-opus-5-5$/) },
    ]);
    const messages = [...HELLO, message, { role: 'user', content: 'Go on.' }];
    const second = await gateway.send('/v1/chat/completions', { body: { ...body, messages } });
    expect([second.status, second.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
    expect(lastInput().messages[1].content[0].reasoningContent.reasoningText.text).toBe(message.reasoning_content);
  });
});

describe('completions', () => {
  it('answers lists of prompts, with echo, and ends its stream', async () => {
    gateway.emulator.script([{ text: ' world' }, { text: ' moon' }]);
    const answer = await gateway.client.completions.create({
      model: MODEL,
      prompt: ['Hello', 'Goodnight'],
      echo: true,
    });
    expect(answer.choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'Hello world'],
      [1, 'Goodnight moon'],
    ]);
    expect(answer.id).toMatch(/^cmpl-/);
    validate('CreateCompletionResponse', answer);
    const response = await gateway.send('/v1/completions', { body: { model: MODEL, prompt: 'Hi', stream: true } });
    expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
  });
});

describe('models', () => {
  it('are listed and retrieved in OpenAI’s format', async () => {
    const models = [];
    for await (const model of gateway.client.models.list()) models.push(model);
    expect(models.map(({ id }) => id)).toEqual(expect.arrayContaining([MODEL, 'claude-opus-5-5', 'nova-pro']));
    expect(await gateway.client.models.retrieve(MODEL)).toMatchObject({
      id: MODEL,
      object: 'model',
      owned_by: 'anthropic',
    });
    const byId = await gateway.client.models.retrieve('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(byId.id).toBe('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    await expect(gateway.client.models.retrieve('gpt-4o')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
  });

  it('are listed in Anthropic’s format for Anthropic’s clients', async () => {
    const response = await gateway.send('/v1/models?limit=1000', { headers: { 'anthropic-version': '2023-06-01' } });
    const list = (await response.json()) as Loose;
    expect(list).toMatchObject({ has_more: false, first_id: list.data[0].id, last_id: list.data.at(-1).id });
    expect(list.data[0]).toMatchObject({ type: 'model', display_name: expect.any(String) });
  });
});
