import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import type { Response, ResponseInputItem, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { originOf, sign } from '../../../emulator/answers/signatures.ts';
import { MODELS } from '../../../emulator/models.ts';
import { checkConverse } from '../../../emulator/rules/check-converse.ts';
import { OTHER_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { checkOpenResponses } from '../../support/open-responses.ts';
import { specValidator } from '../../support/openai-spec.ts';

/** POST /v1/responses, with OpenAI's client and with agents. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODEL = 'claude-sonnet-4-6';
/** Ways to request thinking: budget, effort, adaptive. Signatures of the last two are valid for their model only. */
const THINKERS: [string, object][] = [
  ['claude-sonnet-4-5', { reasoning: { effort: 'low' } }],
  ['claude-opus-5-5', { reasoning: { effort: 'high', summary: 'auto' } }],
  ['claude-haiku-5-5', {}],
];
const CITY = z.object({ city: z.string() });
const SUM = z.object({ a: z.number(), b: z.number() });
/** Scripts the model's answers for a tool loop of three requests. */
const LOOP = [
  {
    thinking: '  Both at once.\n',
    text: 'Let me see.',
    toolUse: [
      { name: 'weather', input: { city: 'Paris' } },
      { name: 'add', input: { a: 1, b: 2 } },
    ],
  },
  { thinking: 'And Rome.', toolUse: [{ name: 'weather', input: { city: 'Rome' } }] },
  { text: 'Mild in both; three.' },
];
const QUESTION = 'How is it in Paris and Rome, and what is 1 + 2?';
const TOOLS = [
  { name: 'weather', properties: { city: { type: 'string' } } },
  { name: 'add', properties: { a: { type: 'number' }, b: { type: 'number' } } },
].map(({ name, properties }) => ({
  type: 'function' as const,
  name,
  strict: false,
  parameters: { type: 'object', properties },
}));

const checkSpec = specValidator();

function expectEvents(events: readonly unknown[]): void {
  for (const event of events) {
    checkSpec('ResponseStreamEvent', event);
    checkOpenResponses('event', event);
  }
}

let gateway: TestGateway;

beforeAll(async () => {
  setTracingDisabled(true);
  gateway = await startGateway('streaming: { keepAliveSeconds: 1 }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns the requests that reached the emulator, oldest first. */
function inputs(): Loose[] {
  return gateway.emulator.requests.map(({ body }) => body);
}

/** Returns the thinking block as the emulator signed it in its answer to the request with this number. */
function signed(text: string, number: number): object {
  const { body, modelId } = gateway.emulator.requests[number]!;
  const model = MODELS.find(({ id }) => modelId.endsWith(id))!;
  const { conversation } = checkConverse(body, model);
  return { reasoningContent: { reasoningText: { text, signature: sign(text, originOf(model.id, conversation)) } } };
}

/** Asserts that the loop is correct: results of a turn together, thinking blocks in place, byte for byte. */
function expectLoop(): void {
  const [, second, third] = inputs();
  expect(inputs()).toHaveLength(3);
  const [, called, results] = second.messages as Loose[];
  const uses = called.content.filter((block: Loose) => block.toolUse);
  expect(called.content).toEqual([signed('  Both at once.\n', 0), { text: 'Let me see.' }, ...uses]);
  expect(uses.map(({ toolUse }: Loose) => [toolUse.name, toolUse.input])).toEqual([
    ['weather', { city: 'Paris' }],
    ['add', { a: 1, b: 2 }],
  ]);
  expect(results.content.map(({ toolResult }: Loose) => toolResult.toolUseId)).toEqual(
    uses.map(({ toolUse }: Loose) => toolUse.toolUseId),
  );
  const rest = third.messages.slice(1) as Loose[];
  expect(rest.slice(0, 2)).toEqual([called, results]);
  expect(rest[2].content.slice(0, -1)).toEqual([signed('And Rome.', 1)]);
  expect(rest[3].content[0].toolResult.toolUseId).toBe(rest[2].content.at(-1).toolUse.toolUseId);
}

function answerTo({ name, arguments: text }: { name: string; arguments: string }): string {
  const { city, a, b } = JSON.parse(text) as { city?: string; a?: number; b?: number };
  return name === 'weather' ? `18 degrees in ${city}` : String((a ?? 0) + (b ?? 0));
}

async function collect(stream: AsyncIterable<ResponseStreamEvent>): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** Returns the events of a raw stream, and the lines that are not events. */
async function raw(body: object): Promise<{ events: Loose[]; text: string }> {
  const response = await gateway.send('/v1/responses', { body: { model: MODEL, input: 'Hi', stream: true, ...body } });
  const text = await response.text();
  const events = text.split('\n').filter((line) => line.startsWith('data: '));
  return { events: events.map((line) => JSON.parse(line.slice(6))), text };
}

describe('openai', () => {
  it('create returns the same response, plain and streamed', async () => {
    gateway.emulator.script([{ text: 'Good day.' }, { text: 'Good day.' }]);
    const request = { model: MODEL, input: 'Hello', instructions: 'Be kind.', metadata: { team: 'blue' } };
    const answer = await gateway.client.responses.create(request);
    expect(answer.output_text).toBe('Good day.');
    expect(answer).toMatchObject({ status: 'completed', model: MODEL, instructions: 'Be kind.', store: true });
    const { output_text: _, ...wire } = answer;
    checkSpec('Response', wire);
    checkOpenResponses('response', wire);

    const events = await collect(await gateway.client.responses.create({ ...request, stream: true }));
    expectEvents(events);
    const last = events.at(-1) as Loose;
    expect(last.type).toBe('response.completed');
    expect(last.response.usage).toEqual(answer.usage);
    expect(last.response.output[0].content).toEqual((answer.output[0] as Loose).content);
  });

  it('stream assembles the response, including reasoning and calls', async () => {
    gateway.emulator.script([LOOP[0]!]);
    const stream = gateway.client.responses.stream({
      model: 'claude-sonnet-4-5',
      input: QUESTION,
      tools: TOOLS,
      reasoning: { effort: 'low' },
      include: ['reasoning.encrypted_content'],
    });
    const types = new Set<string>();
    stream.on('event', ({ type }) => types.add(type));
    const answer = await stream.finalResponse();
    expect(answer.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call', 'function_call']);
    expect(answer.output_text).toBe('Let me see.');
    expect(types).toContain('response.reasoning_summary_text.delta');
    expect(types).toContain('response.function_call_arguments.delta');
  });

  it('parse returns the object that the schema describes', async () => {
    gateway.emulator.script([{ text: '{"city":"Rome"}' }]);
    const answer = await gateway.client.responses.parse({
      model: MODEL,
      input: 'Where?',
      text: { format: zodTextFormat(CITY, 'place') },
    });
    expect(answer.output_parsed).toEqual({ city: 'Rome' });
  });

  it.each(
    THINKERS.flatMap(([model, thinkingOptions]) => [false, true].map((sealed) => ({ model, thinkingOptions, sealed }))),
  )(
    'completes a tool loop with the reasoning of $model (encrypted content returned: $sealed)',
    async ({ model, thinkingOptions, sealed }) => {
      gateway.emulator.script(LOOP);
      const input: ResponseInputItem[] = [{ role: 'user', content: QUESTION }];
      let answer: Response | undefined;
      for (let step = 0; step < 5; step++) {
        answer = await gateway.client.responses.create({
          model,
          input,
          tools: TOOLS,
          max_output_tokens: 8_000,
          store: false,
          ...(sealed && { include: ['reasoning.encrypted_content'] }),
          ...thinkingOptions,
        });
        const calls = answer.output.filter((item) => item.type === 'function_call');
        const kept = sealed ? answer.output : answer.output.filter(({ type }) => type !== 'reasoning');
        // Encrypted reasoning does not depend on stored ids, so the ids are unknown ones.
        const id = (callId: string): string => (sealed ? `own-${callId}`.slice(0, 64) : callId);
        input.push(
          ...(kept.map((item) =>
            item.type === 'function_call' ? { ...item, call_id: id(item.call_id) } : item,
          ) as ResponseInputItem[]),
          ...calls.map((call) => ({
            type: 'function_call_output' as const,
            call_id: id(call.call_id),
            output: answerTo(call),
          })),
        );
        if (calls.length === 0) break;
      }
      expect(answer?.output_text).toBe('Mild in both; three.');
      expectLoop();
    },
  );
});

describe('encrypted reasoning', () => {
  async function sealedAnswer(): Promise<Loose> {
    gateway.emulator.script([LOOP[1]!]);
    const { output } = await gateway.client.responses.create({
      model: 'claude-haiku-4-5',
      input: 'Rome?',
      tools: TOOLS,
      reasoning: { effort: 'low' },
      include: ['reasoning.encrypted_content'],
    });
    return output[0];
  }
  const again = (reasoning: object) => ({
    model: 'claude-haiku-4-5',
    input: [{ role: 'user', content: 'Rome?' }, reasoning, { role: 'user', content: 'And?' }],
  });

  it('is dropped and reported if it was modified', async () => {
    const reasoning = await sealedAnswer();
    const text = reasoning.encrypted_content as string;
    const at = text.length - 10;
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    const answer = await gateway.send('/v1/responses', { body: again({ ...reasoning, encrypted_content: changed }) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-outcrop-adjusted')).toContain('input.reasoning=unreadable_dropped');
    expect(JSON.stringify(gateway.emulator.requests.at(-1)?.body)).not.toContain('reasoningContent');
  });

  it('is dropped if it belongs to another API key or another gateway', async () => {
    const reasoning = await sealedAnswer();
    const other = await gateway.send('/v1/responses', {
      body: again(reasoning),
      headers: { authorization: `Bearer ${OTHER_KEY}` },
    });
    expect(other.status).toBe(200);
    expect(other.headers.get('x-outcrop-adjusted')).toContain('input.reasoning=unreadable_dropped');
    expect(JSON.stringify(gateway.emulator.requests.at(-1)?.body)).not.toContain('reasoningContent');
    const ofOtherGateway = await gateway.send('/v1/responses', {
      body: again({ ...reasoning, encrypted_content: 'gAAAAAB' }),
    });
    expect(ofOtherGateway.status).toBe(200);
    expect(ofOtherGateway.headers.get('x-outcrop-adjusted')).toContain('input.reasoning=other_gateway_dropped');
  });
});

describe('a response stream', () => {
  it('names and numbers its events, and ends with response.completed and without [DONE]', async () => {
    gateway.emulator.script([{ text: 'Good day.' }]);
    const { events, text } = await raw({});
    expect(events.map(({ type }) => type).filter((type) => !type.endsWith('.delta'))).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    expect(text.match(/^event: /gm)).toHaveLength(events.length);
    expect(text).not.toContain('[DONE]');
  });

  it.each([
    ['is cut', { kind: 'cut', afterDeltas: 1 } as const],
    ['breaks off', { kind: 'truncate', afterDeltas: 1 } as const],
    ['ends in an exception', { kind: 'stream-error', name: 'modelStreamErrorException', afterDeltas: 1 } as const],
  ])('ends with response.failed if the upstream %s', async (_how, fault) => {
    gateway.emulator.script([{ text: 'Good day to all of you who are here.' }]);
    gateway.emulator.behave(fault);
    const { events } = await raw({});
    expect(events[0].type).toBe('response.created');
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      sequence_number: events.length - 1,
      response: { status: 'failed', error: { code: 'server_error', message: expect.any(String) } },
    });
    expectEvents(events);
  });

  it('ends with response.failed if the upstream rejects the call after the headers were sent', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 1_300, before: 'headers' });
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message: 'No.' });
    const { events } = await raw({});
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.in_progress', 'response.failed']);
    expect(events[2].response.error).toEqual({ code: 'invalid_prompt', message: 'No.' });
  });

  it('ends with response.incomplete at the token limit', async () => {
    gateway.emulator.script([{ text: 'Good', stopReason: 'max_tokens' }]);
    const { events } = await raw({});
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    });
    expect(events.at(-1).response.output[0].status).toBe('incomplete');
  });
});

describe('client-side tools', () => {
  it('are returned as their own item types', async () => {
    gateway.emulator.script([
      {
        toolUse: [
          { name: 'shell', input: { commands: ['ls'], timeout_ms: 100 } },
          { name: 'local_shell', input: { command: ['ls', '-l'] } },
          { name: 'apply_patch', input: { type: 'create_file', path: 'a', diff: '+b' } },
          { name: 'edit', input: { input: 'free text' } },
          { name: 'files__read', input: { path: 'a' } },
        ],
      },
    ]);
    const { events } = await raw({
      tools: [
        { type: 'shell' },
        { type: 'local_shell' },
        { type: 'apply_patch' },
        { type: 'custom', name: 'edit' },
        { type: 'namespace', name: 'files', description: 'Files.', tools: [{ type: 'function', name: 'read' }] },
      ],
    });
    const { output } = events.at(-1).response;
    expect(output).toMatchObject([
      { type: 'shell_call', action: { commands: ['ls'], timeout_ms: 100 }, status: 'completed' },
      { type: 'local_shell_call', action: { type: 'exec', command: ['ls', '-l'] }, status: 'completed' },
      { type: 'apply_patch_call', operation: { type: 'create_file', path: 'a', diff: '+b' }, status: 'completed' },
      { type: 'custom_tool_call', name: 'edit', input: 'free text' },
      { type: 'function_call', name: 'read', namespace: 'files', arguments: '{"path":"a"}' },
    ]);
    expectEvents(events);
  });

  it('that only OpenAI hosts are rejected by name', async () => {
    const refused = await gateway.send('/v1/responses', {
      body: { model: MODEL, input: 'Search.', tools: [{ type: 'web_search' }] },
    });
    expect(refused.status).toBe(400);
    const { error } = (await refused.json()) as Loose;
    expect(error).toMatchObject({ code: 'unsupported_tool', param: 'tools[0].type' });
    expect(error.message).toContain('web_search');
  });
});

describe('@openai/agents', () => {
  const weather = tool({
    name: 'weather',
    description: 'Weather of a city',
    parameters: CITY,
    execute: ({ city }) => `18 degrees in ${city}`,
  });
  const add = tool({ name: 'add', description: 'A sum', parameters: SUM, execute: ({ a, b }) => String(a + b) });

  it.each(
    THINKERS.flatMap(([model, thinkingOptions]) =>
      [false, true].map((streamed) => ({ model, thinkingOptions, streamed })),
    ),
  )('completes a loop of two tools with $model (streamed: $streamed)', async ({ model, thinkingOptions, streamed }) => {
    gateway.emulator.script(LOOP);
    const agent = new Agent({
      name: 'helper',
      model,
      tools: [weather, add],
      modelSettings: { maxTokens: 8_000, ...thinkingOptions },
    });
    const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: gateway.client }) });
    if (streamed) {
      const result = await runner.run(agent, QUESTION, { stream: true });
      const types = new Set<string>();
      for await (const event of result) types.add(event.type);
      await result.completed;
      expect(types).toContain('raw_model_stream_event');
      expect(result.finalOutput).toBe('Mild in both; three.');
    } else {
      expect((await runner.run(agent, QUESTION)).finalOutput).toBe('Mild in both; three.');
    }
    expectLoop();
  });
});
