import type OpenAI from 'openai';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** A model that accepts a prefill. */
const MODEL = 'claude-haiku-4-5';
const REQUEST = {
  model: MODEL,
  max_tokens: 500,
  stream: true as const,
  stream_options: { include_usage: true },
  messages: [{ role: 'user' as const, content: 'Tell me a story.' }],
};
const ON = 'streaming: { maxContinuations: 2}\nmetrics: { requireKey: false }';

let gateway: TestGateway;
const others: Emulator[] = [];
afterEach(async () => {
  await gateway.close();
  for (const emulator of others.splice(0)) await emulator.close();
});

const start = (text: string) => [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text } } },
];
const rest = (text: string) => [
  ...start(text),
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 }, metrics: { latencyMs: 1 } } },
];
const raw = async (body: object = REQUEST) => (await gateway.send('/v1/chat/completions', { body })).text();
const textOf = (stream: string) =>
  [...stream.matchAll(/^data: (\{.*)$/gm)]
    .map(([, json]) => JSON.parse(json!) as OpenAI.ChatCompletionChunk)
    .map(({ choices }) => choices?.[0]?.delta.content ?? '')
    .join('');

describe('an interrupted answer', () => {
  it('ends in an error unless continuation is enabled', async () => {
    gateway = await startGateway();
    gateway.emulator.script([{ events: start('Once upon a ') }]);
    const stream = await raw();
    expect([textOf(stream), stream.includes('upstream_stream_incomplete'), stream.includes('[DONE]')]).toEqual([
      'Once upon a ',
      true,
      false,
    ]);
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('continues after the text that the client has, without a repeated space, and reports it', async () => {
    gateway = await startGateway(ON);
    gateway.emulator.script([{ events: start('Once upon a \n') }, { events: rest(' \ntime.') }]);
    const stream = await raw();
    expect(textOf(stream)).toBe('Once upon a \ntime.');
    expect(stream).toMatch(/^: continued after us-east-1\/\S+=upstream_stream_incomplete$/m);
    expect(stream.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(stream.match(/"finish_reason":"stop"/g)).toHaveLength(1);
    const { messages, inferenceConfig } = gateway.emulator.requests[1]!.body as {
      messages: object[];
      inferenceConfig: { maxTokens: number };
    };
    expect(messages.at(-1)).toEqual({ role: 'assistant', content: [{ text: 'Once upon a' }] });
    expect(inferenceConfig.maxTokens).toBeLessThan(500);
    // Usage is recorded for both parts: the exact counts of one and the estimate of the other.
    const usage = JSON.parse(/"usage":(\{"prompt.*?\}\})/.exec(stream)?.[1] ?? '{}') as { completion_tokens?: number };
    expect(usage.completion_tokens).toBeGreaterThan(5);
  });

  it('continues only if the rate limit of the key allows one more call', async () => {
    gateway = await startGateway(`${ON}\nlimits: { requestsPerMinute: 3 }`);
    for (const ends of ['data: [DONE]', 'upstream_stream_incomplete']) {
      gateway.emulator.script([{ events: start('Once upon a ') }, { events: rest('time.') }]);
      expect(await raw()).toContain(ends);
    }
    expect(gateway.emulator.requests).toHaveLength(3);
    const metrics = await (await gateway.send('/metrics')).text();
    expect(metrics).toContain('outcrop_further_upstream_calls_total{reason="continuation"} 1');
  });

  it('continues at another target, if there is one', async () => {
    const second = await startEmulator({ port: 0, paceMs: 0 });
    others.push(second);
    gateway = await startGateway(
      `${ON}\nbedrock: {targets: [{region: us-east-1}, {region: us-west-2, endpoint: "${second.url}"}]}`,
    );
    gateway.emulator.script([{ events: start('Once ') }]);
    second.script([{ events: rest('more.') }]);
    expect(textOf(await raw())).toBe('Once more.');
    expect([gateway.emulator.requests.length, second.requests.length]).toEqual([1, 1]);
  });

  it('ends in an error after the configured number of continuations', async () => {
    gateway = await startGateway(ON);
    gateway.emulator.script(['a ', 'b ', 'c ', 'd '].map((text) => ({ events: start(text) })));
    const stream = await raw();
    expect([textOf(stream), stream.includes('[DONE]')]).toEqual(['a b c ', false]);
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it.each([
    ['a model without prefill', { ...REQUEST, model: 'claude-opus-5-5' }, start('Once ')],
    [
      'a started tool call',
      { ...REQUEST, tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }] },
      [
        ...start('Let me see.'),
        { contentBlockStop: { contentBlockIndex: 0 } },
        { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: 't1', name: 'look' } } } },
      ],
    ],
    ['thinking', { ...REQUEST, max_tokens: 3_000, reasoning_effort: 'low' }, start('Once ')],
  ])('is not continued with %s', async (_, body, events) => {
    gateway = await startGateway(ON);
    gateway.emulator.script([{ events }, { events: rest('never') }]);
    const stream = await raw(body);
    expect([stream.includes('"error"'), stream.includes('never'), stream.includes('[DONE]')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(gateway.emulator.requests).toHaveLength(1);
  });

  it('continues with a tool call after the text', async () => {
    gateway = await startGateway(ON);
    const call = { contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't1', name: 'look' } } } };
    gateway.emulator.script([
      { events: start('Let me see. ') },
      {
        events: [
          { messageStart: { role: 'assistant' } },
          call,
          { contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: '{}' } } } },
          { contentBlockStop: { contentBlockIndex: 0 } },
          { messageStop: { stopReason: 'tool_use' } },
          { metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: { latencyMs: 1 } } },
        ],
      },
    ]);
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
    const stream = await raw({ ...REQUEST, tools });
    expect(textOf(stream)).toBe('Let me see. ');
    expect(stream).toContain('"finish_reason":"tool_calls"');
    expect(stream.match(/"name":"look"/g)).toHaveLength(1);
  });
});
