import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';
import { z } from 'zod';

import { KEY, OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';
import { checkOpenResponses } from '../../support/open-responses.ts';
import { specValidator } from '../../support/openai-spec.ts';
import { startRedis } from '../../support/redis.ts';

/** What POST /v1/responses stores: in memory, in Redis, and without a store. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODEL = 'claude-haiku-4-5';
const checkSpec = specValidator();

function inputs(gateway: TestGateway): Loose[] {
  return gateway.emulator.requests.map(({ body }) => body);
}

function other(gateway: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: OTHER_KEY, maxRetries: 0 });
}

setTracingDisabled(true);
/** Undefined if Redis is not available; the helper has printed the reason. */
const redis = await startRedis();
afterAll(() => redis?.stop());

describe.each(['auto', ...(redis ? ['redis'] : [])])('a gateway with the store %s', (store) => {
  let gateway: TestGateway;
  let responses: OpenAI['responses'];

  beforeAll(async () => {
    const url = store === 'redis' ? `redis: { url: '${redis!.url}' }` : '';
    gateway = await startGateway(`
limits: { requestsPerMinute: 0 }
responses: { store: ${store}, maxEntryBytes: 20000, maxBackground: 1 }
${url}
`);
    responses = gateway.client.responses;
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it('returns a stored response to the key that created it, until it is deleted', async () => {
    gateway.emulator.script([{ text: 'Good day.' }]);
    const answer = await responses.create({ model: MODEL, input: 'Hello' });
    expect((answer as Loose).store).toBe(true);
    const found = await responses.retrieve(answer.id);
    expect(found).toEqual(answer);
    expect((found as Loose).completed_at).toBeGreaterThanOrEqual(found.created_at);
    checkOpenResponses('response', found);
    await expect(other(gateway).responses.retrieve(answer.id)).rejects.toMatchObject({
      status: 404,
      code: 'response_not_found',
    });
    await responses.delete(answer.id);
    await expect(responses.retrieve(answer.id)).rejects.toMatchObject({ status: 404 });
  });

  it('continues from a previous response, plain or streamed, with its calls and reasoning', async () => {
    gateway.emulator.script([
      { thinking: 'Rome, then.', toolUse: { name: 'weather', input: { city: 'Rome' } } },
      { text: 'Mild.' },
      { text: 'You are welcome.' },
    ]);
    const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: false }];
    const common = { model: MODEL, tools, reasoning: { effort: 'low' as const } };
    const first = await responses.create({ ...common, input: 'Rome?' });
    const call = first.output.find((item) => item.type === 'function_call')!;
    const second = await responses
      .stream({
        ...common,
        previous_response_id: first.id,
        input: [{ type: 'function_call_output', call_id: call.call_id, output: '18 degrees' }],
      })
      .finalResponse();
    expect(second).toMatchObject({ output_text: 'Mild.', previous_response_id: first.id });
    const third = await responses.create({
      ...common,
      previous_response_id: second.id,
      input: 'Thanks.',
      store: false,
    });
    expect(third.output_text).toBe('You are welcome.');
    expect((third as Loose).store).toBe(false);
    const { messages } = inputs(gateway)[2];
    expect(messages.map(({ role }: Loose) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
    expect(messages[1].content[0].reasoningContent.reasoningText.text).toBe('Rome, then.');
    expect(messages[2].content[0].toolResult.content).toEqual([{ text: '18 degrees' }]);
    await expect(responses.retrieve(third.id)).rejects.toMatchObject({ status: 404 });
  });

  it('resolves item references', async () => {
    gateway.emulator.script([{ text: 'Blue.' }, { text: 'Grey.' }]);
    const first = await responses.create({ model: MODEL, input: 'Sky?' });
    const reference = { type: 'item_reference' as const, id: first.output[0]!.id! };
    await responses.create({
      model: MODEL,
      input: [{ role: 'user', content: 'Sky?' }, reference, { role: 'user', content: 'And in rain?' }],
    });
    expect(inputs(gateway)[1].messages[1]).toEqual({ role: 'assistant', content: [{ text: 'Blue.' }] });
    const unknown = { type: 'item_reference' as const, id: 'msg_0' };
    await expect(responses.create({ model: MODEL, input: [unknown] })).rejects.toMatchObject({
      status: 400,
      code: 'item_not_found',
      param: 'input[0].id',
    });
  });

  it('rejects a previous response that does not exist', async () => {
    const gone = responses.create({ model: MODEL, input: 'Hi', previous_response_id: 'resp_0' });
    await expect(gone).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });

  it('compacts a conversation that only previous_response_id names, for the key that owns it', async () => {
    gateway.emulator.script([{ text: 'Good day, Ada.' }, { text: 'The user is called Ada.' }]);
    const { id } = await responses.create({ model: MODEL, input: 'I am Ada.' });
    await responses.compact({ model: MODEL, previous_response_id: id });
    expect(JSON.stringify(inputs(gateway)[1].messages)).toMatch(/I am Ada\..*Good day, Ada\./);
    const request = other(gateway).responses.compact({ model: MODEL, previous_response_id: id });
    await expect(request).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
    expect(gateway.emulator.requests).toHaveLength(2);
  });

  it('lists the input items of a response in pages', async () => {
    const input = Array.from({ length: 5 }, (_, index) => ({ role: 'user' as const, content: `Number ${index}` }));
    const { id } = await responses.create({ model: MODEL, input });
    const page = await responses.inputItems.list(id, { limit: 2, order: 'asc' });
    expect(page.has_more).toBe(true);
    const all: Loose[] = [];
    for await (const item of responses.inputItems.list(id, { limit: 2 })) all.push(item);
    expect(all.map(({ content }) => content[0].text)).toEqual([4, 3, 2, 1, 0].map((number) => `Number ${number}`));
    expect(new Set(all.map((item) => item.id)).size).toBe(5);
    const refused = await gateway.send(`/v1/responses/${id}/input_items?limit=0`);
    expect(refused.status).toBe(400);
  });

  it('stores the failure of a stream, within the size limits', async () => {
    gateway.emulator.script([{ text: 'Good day to all of you.' }]);
    gateway.emulator.behave({ kind: 'cut', afterDeltas: 1 });
    let id = '';
    for await (const event of await responses.create({ model: MODEL, input: 'Hi', stream: true })) {
      if (event.type === 'response.created') id = event.response.id;
    }
    expect(await responses.retrieve(id)).toMatchObject({ status: 'failed', error: { code: 'server_error' } });

    gateway.emulator.reset();
    const large = await responses.create({ model: MODEL, input: 'word '.repeat(5_000) });
    expect((large as Loose).store).toBe(false);
  });

  it('runs background responses', async () => {
    gateway.emulator.behave({ kind: 'throttle', times: 1 });
    gateway.emulator.script([{ text: 'Done.' }]);
    const queued = await responses.create({ model: MODEL, input: 'Work.', background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    const { output_text: _, ...wire } = queued;
    checkSpec('Response', wire);
    checkOpenResponses('response', wire);
    let found = queued;
    for (let attempt = 0; found.status !== 'completed' && attempt < 500; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = await responses.retrieve(queued.id);
    }
    expect(found).toMatchObject({ id: queued.id, status: 'completed', background: true, output_text: 'Done.' });
    expect((found as Loose).completed_at).toBeGreaterThanOrEqual(found.created_at);
    checkOpenResponses('response', found);
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toMatch(/outcrop_requests_total\{route="\/v1\/responses",model="claude-haiku-4-5",status="200"\}/);
  });

  it('reports how a background response failed', async () => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message: 'No.' });
    const { id } = await responses.create({ model: MODEL, input: 'Work.', background: true });
    let found = await responses.retrieve(id);
    for (let attempt = 0; found.status !== 'failed' && attempt < 500; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      found = await responses.retrieve(id);
    }
    expect(found.error).toEqual({ code: 'invalid_prompt', message: 'No.' });
    checkOpenResponses('response', found);
  });

  it('cancels background responses, and limits their number', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 60_000, before: 'headers' });
    const { id } = await responses.create({ model: MODEL, input: 'Work.', background: true });
    await until(() => gateway.emulator.requests.length === 1, 'the work to begin');
    const tooMany = responses.create({ model: MODEL, input: 'More.', background: true });
    await expect(tooMany).rejects.toMatchObject({ status: 429, code: 'too_many_background_responses' });
    const early = responses.create({ model: MODEL, input: 'Hi', previous_response_id: id });
    await expect(early).rejects.toMatchObject({ status: 400, code: 'response_not_finished' });
    const cancelled = await responses.cancel(id);
    expect(cancelled).toMatchObject({ status: 'cancelled', completed_at: null });
    checkOpenResponses('response', cancelled);
    gateway.emulator.reset();
    // After the cancellation, the slot is free again.
    let next: Loose;
    for (let attempt = 0; next === undefined && attempt < 500; attempt++) {
      next = await responses.create({ model: MODEL, input: 'Next.', background: true }).catch(() => undefined);
      if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(next.status).toBe('queued');
    expect(await responses.retrieve(id)).toMatchObject({ status: 'cancelled' });
    const whole = await responses.create({ model: MODEL, input: 'Hi' });
    await expect(responses.cancel(whole.id)).rejects.toMatchObject({ status: 400, code: 'response_not_background' });
  });

  it('lets agents continue with previous_response_id', async () => {
    gateway.emulator.script([
      { thinking: 'Look.', toolUse: { name: 'weather', input: { city: 'Rome' } } },
      { text: 'Mild.' },
      { text: 'Gladly.' },
    ]);
    const weather = tool({
      name: 'weather',
      description: 'Weather of a city',
      parameters: z.object({ city: z.string() }),
      execute: ({ city }) => `18 degrees in ${city}`,
    });
    const agent = new Agent({
      name: 'helper',
      model: MODEL,
      tools: [weather],
      modelSettings: { reasoning: { effort: 'low' } },
    });
    const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: gateway.client }) });
    const first = await runner.run(agent, 'Rome?');
    const second = await runner.run(agent, 'Thanks.', { previousResponseId: first.lastResponseId });
    expect(second.finalOutput).toBe('Gladly.');
    expect(inputs(gateway)[2].messages).toHaveLength(5);
  });
});

(redis ? describe : describe.skip)('a gateway whose Redis fails', () => {
  it('answers without storing, and does not report stored responses as missing', async () => {
    const gateway = await startGateway(`redis: { url: '${redis!.url}' }`);
    const { responses } = gateway.client;
    const { id } = await responses.create({ model: MODEL, input: 'Hello' });
    await redis!.kill();
    await expect(responses.retrieve(id)).rejects.toMatchObject({ status: 503, code: 'response_store_unavailable' });
    const answer = await responses.create({ model: MODEL, input: 'Hello' });
    expect((answer as Loose).store).toBe(false);
    const work = responses.create({ model: MODEL, input: 'Work.', background: true });
    await expect(work).rejects.toMatchObject({ status: 503, code: 'response_not_kept' });
    await redis!.restart();
    await gateway.close();
  });
});

describe('a gateway without a store', () => {
  let gateway: TestGateway;
  let responses: OpenAI['responses'];

  beforeAll(async () => {
    gateway = await startGateway('limits: { requestsPerMinute: 0 }\nresponses: { store: off, hostedTools: ignore }');
    responses = gateway.client.responses;
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it('explains the missing store on every endpoint that needs one', async () => {
    for (const path of ['/v1/responses/resp_1', '/v1/responses/resp_1/input_items']) {
      const refused = await gateway.send(path);
      expect(refused.status).toBe(404);
      expect((await refused.json()) as Loose).toMatchObject({
        error: { code: 'responses_not_stored', message: expect.stringContaining('sets responses.store to') },
      });
    }
    await expect(responses.delete('resp_1')).rejects.toMatchObject({ status: 404, code: 'responses_not_stored' });
    await expect(responses.cancel('resp_1')).rejects.toMatchObject({ status: 404, code: 'responses_not_stored' });
    const unsupported = [{ previous_response_id: 'resp_1' }, { background: true as const }, { conversation: 'conv_1' }];
    for (const field of unsupported) {
      // Conversations are rejected with a store as well.
      if (!('conversation' in field)) {
        const message = expect.stringContaining('sets responses.store to');
        await expect(responses.create({ model: MODEL, input: 'Hi', ...field })).rejects.toMatchObject({
          error: { message },
        });
      }
      await expect(responses.create({ model: MODEL, input: 'Hi', ...field })).rejects.toMatchObject({
        status: 400,
        code: 'unsupported_parameter',
        param: Object.keys(field)[0],
      });
    }
  });

  it('continues after a tool call although the client references the reasoning before it', async () => {
    const thinking = 'The user wants the weather.';
    gateway.emulator.script([{ thinking, toolUse: { name: 'weather', input: { city: 'Rome' } } }, { text: 'Mild.' }]);
    const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: false }];
    const common = { model: MODEL, reasoning: { effort: 'low' as const }, tools };
    const first = await responses.create({ ...common, input: 'Rome?' });
    const [reasoning, call] = first.output as Loose[];
    const { data, response } = await responses
      .create({
        ...common,
        input: [
          { role: 'user', content: 'Rome?' },
          { type: 'item_reference', id: reasoning.id },
          call,
          { type: 'function_call_output', call_id: call.call_id, output: '18 degrees' },
        ],
      })
      .withResponse();
    expect(data.output_text).toBe('Mild.');
    expect(response.headers.get('x-outcrop-adjusted') ?? '').not.toContain('input.');
    const { messages } = inputs(gateway)[1];
    expect(messages[1].content[0].reasoningContent.reasoningText.text).toBe(thinking);
  });

  it.each(['plain', 'streamed'])(
    'continues after a tool call although the client references the call, %s',
    async (form) => {
      gateway.emulator.script([
        { thinking: 'Ask the tool.', toolUse: { name: 'weather', input: { city: 'Rome' } } },
        { text: 'Mild.' },
      ]);
      const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: false }];
      const common = { model: MODEL, reasoning: { effort: 'low' as const }, tools };
      const first = await responses.create({ ...common, input: 'Rome?' });
      const [reasoning, call] = first.output as Loose[];
      const input = [
        { role: 'user', content: 'Rome?' },
        { type: 'item_reference', id: reasoning.id },
        { type: 'item_reference', id: call.id },
        { type: 'function_call_output', call_id: call.call_id, output: '18 degrees' },
      ] as OpenAI.Responses.ResponseInput;
      const { data, response } = await responses
        .create({ ...common, input, stream: form === 'streamed' } as OpenAI.Responses.ResponseCreateParamsNonStreaming)
        .withResponse();
      if (form === 'plain') expect(data.output_text).toBe('Mild.');
      else {
        const types: string[] = [];
        for await (const { type } of data as unknown as AsyncIterable<{ type: string }>) types.push(type);
        expect(types.at(-1)).toBe('response.completed');
      }
      const adjusted = response.headers.get('x-outcrop-adjusted');
      expect(adjusted).toContain('input.item_reference=dropped');
      expect(adjusted).toContain('tool_results.without_call=converted_to_text');
      const texts = inputs(gateway)[1].messages.map(({ content }: Loose) => content.map(({ text }: Loose) => text));
      expect(texts).toEqual([['Rome?', '[The tool answered: 18 degrees]']]);
    },
  );

  it('answers clients that omit store or set it to true, and reports that nothing is stored', async () => {
    const { data, response } = await responses.create({ model: MODEL, input: 'Hi', store: true }).withResponse();
    expect((data as Loose).store).toBe(false);
    expect(response.headers.get('x-outcrop-adjusted')).toBe('store=ignored');
  });

  it('counts the input tokens, or estimates them if Bedrock cannot count', async () => {
    const input = 'word '.repeat(400);
    const counted = await responses.inputTokens.count({ model: MODEL, input });
    expect(counted).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) });
    expect(counted.input_tokens).toBeGreaterThan(100);
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, operation: 'count-tokens' });
    const { data, response } = await responses.inputTokens.count({ model: MODEL, input }).withResponse();
    expect(data.input_tokens).toBe(500);
    expect(response.headers.get('x-outcrop-adjusted')).toBe('input_tokens=estimated');
    // The metric counts the adjustments of the log line.
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toMatch(/^outcrop_adjusted_fields_total\{field="input_tokens"\} 1$/m);
  });

  it('does not request a count from Bedrock for a model that is known to lack it', async () => {
    const { response } = await responses.inputTokens.count({ model: 'nova-lite', input: 'Hi' }).withResponse();
    expect(response.headers.get('x-outcrop-adjusted')).toBe('input_tokens=estimated');
    expect(gateway.emulator.requests.filter(({ operation }) => operation === 'count-tokens')).toHaveLength(0);
  });

  it('compacts a conversation, and continues from the result', async () => {
    gateway.emulator.script([{ text: 'The user is called Ada.' }, { text: 'Ada.' }]);
    const compacted = await responses.compact({
      model: MODEL,
      input: [
        { role: 'user', content: 'I am Ada.' },
        { type: 'function_call', call_id: 'call_1', name: 'note', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'noted' },
      ],
    });
    expect(compacted).toMatchObject({ object: 'response.compaction', output: [{ type: 'compaction' }] });
    checkOpenResponses('compaction', compacted);
    expect(compacted.usage.output_tokens).toBeGreaterThan(0);
    const item = compacted.output[0] as Loose;
    expect(item.encrypted_content).not.toContain('Ada');
    await responses.create({ model: MODEL, input: [item, { role: 'user', content: 'Who am I?' }] });
    const [first] = inputs(gateway)[1].messages;
    expect(first.content[0].text).toContain('The user is called Ada.');
    const request = other(gateway).responses.create({ model: MODEL, input: [item] });
    await expect(request).rejects.toMatchObject({ status: 400, code: 'invalid_encrypted_content' });
  });

  it('drops hosted tools if the settings allow it', async () => {
    const { response } = await responses
      .create({
        model: MODEL,
        input: 'Search.',
        tools: [{ type: 'web_search' }, { type: 'function', name: 'look', parameters: {}, strict: false }],
      })
      .withResponse();
    expect(response.headers.get('x-outcrop-adjusted')).toContain('tools.web_search=dropped');
    expect(inputs(gateway)[0].toolConfig.tools).toHaveLength(1);
  });

  it('rejects invalid keys as every other endpoint does', async () => {
    const response = await fetch(`${gateway.url}/v1/responses/resp_1`);
    expect(response.status).toBe(401);
    expect(KEY).not.toBe(OTHER_KEY);
  });
});
