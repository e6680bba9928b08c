import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  type ToolMessage,
} from '@langchain/core/messages';
import { tool as langchainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { zodFunction } from 'openai/helpers/zod';
import { z } from 'zod';

import { originOf, sign } from '../../../emulator/answers/signatures.ts';
import { MODELS } from '../../../emulator/models.ts';
import { checkConverse } from '../../../emulator/rules/check-converse.ts';
import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { dataUrl, PDF, png } from '../../support/media-files.ts';

/** Published client libraries, unmodified, over real HTTP. */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const PLAIN = 'claude-sonnet-4-6';
/** Ways to request thinking: budget, effort, adaptive. Signatures of the last two are valid for their model only. */
const THINKERS: [string, object][] = [
  ['claude-sonnet-4-5', { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
  ['claude-opus-5-5', { reasoning_effort: 'high' }],
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

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns the requests that reached the emulator, oldest first. */
function inputs(): Loose[] {
  return gateway.emulator.requests.map(({ body }) => body);
}

function parsedArguments(call: Loose): unknown {
  return call.function.parsed_arguments;
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

describe('openai', () => {
  const tools = [
    zodFunction({ name: 'weather', parameters: CITY, function: ({ city }) => `18 degrees in ${city}` }),
    zodFunction({ name: 'add', parameters: SUM, function: ({ a, b }) => String(a + b) }),
  ];
  const messages = [{ role: 'user' as const, content: QUESTION }];

  it.each(THINKERS)(
    'runTools keeps the thinking of %s although the client discards it',
    async (model, thinkingOptions) => {
      const body = { model, messages, tools, max_tokens: 8_000, ...thinkingOptions };
      gateway.emulator.script(LOOP);
      expect(await gateway.client.chat.completions.runTools(body).finalContent()).toBe('Mild in both; three.');
      expectLoop();

      gateway.emulator.reset();
      gateway.emulator.script(LOOP);
      const runner = gateway.client.chat.completions.runTools({ ...body, stream: true });
      const called: string[] = [];
      runner.on('functionToolCall', ({ name }) => called.push(name));
      expect(await runner.finalContent()).toBe('Mild in both; three.');
      expect(called).toEqual(['weather', 'add', 'weather']);
      expectLoop();
    },
  );

  it('stream emits its events, including tool arguments, and assembles one complete answer', async () => {
    gateway.emulator.script([LOOP[0]!]);
    const stream = gateway.client.chat.completions.stream({
      model: PLAIN,
      messages,
      tools,
      stream_options: { include_usage: true },
    });
    const texts: string[] = [];
    const done: unknown[] = [];
    let deltas = 0;
    stream.on('content.delta', ({ delta }) => texts.push(delta));
    stream.on('tool_calls.function.arguments.delta', () => (deltas += 1));
    stream.on('tool_calls.function.arguments.done', ({ index, name, parsed_arguments }) =>
      done.push([index, name, parsed_arguments]),
    );
    const answer = await stream.finalChatCompletion();
    expect(texts.join('')).toBe('Let me see.');
    expect(deltas).toBeGreaterThan(1);
    expect(done).toEqual([
      [0, 'weather', { city: 'Paris' }],
      [1, 'add', { a: 1, b: 2 }],
    ]);
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'Let me see.' } });
    expect(answer.usage!.total_tokens).toBeGreaterThan(0);
  });

  it('parse reads the arguments of strict tools by their schemas', async () => {
    gateway.emulator.script([LOOP[0]!]);
    const { choices } = await gateway.client.chat.completions.parse({ model: 'claude-sonnet-4-5', messages, tools });
    const calls = choices[0]!.message.tool_calls!;
    expect(calls.map(parsedArguments)).toEqual([{ city: 'Paris' }, { a: 1, b: 2 }]);
    expect(inputs()[0].toolConfig.tools[0].toolSpec).toMatchObject({ name: 'weather', strict: true });
  });

  it('answers requests with the deprecated functions field in that format', async () => {
    const functions = [{ name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }];
    gateway.emulator.script([{ toolUse: { name: 'weather', input: { city: 'Paris' } } }, { text: 'Mild.' }]);
    const first = await gateway.client.chat.completions.create({ model: PLAIN, messages, functions });
    expect(first.choices[0]!.finish_reason).toBe('function_call');
    const { message } = first.choices[0]!;
    expect(message.function_call).toEqual({ name: 'weather', arguments: '{"city":"Paris"}' });
    expect(message.tool_calls).toBeUndefined();
    const result = { role: 'function' as const, name: 'weather', content: '18 degrees' };
    const second = await gateway.client.chat.completions.create({
      model: PLAIN,
      messages: [...messages, message, result],
      functions,
    });
    expect(second.choices[0]!.message.content).toBe('Mild.');
    expect(inputs()[1].messages.at(-1).content[0].toolResult.content).toEqual([{ text: '18 degrees' }]);
  });

  it('streams two choices with tool calls concurrently', async () => {
    gateway.emulator.script([LOOP[1]!, LOOP[1]!]);
    const stream = gateway.client.chat.completions.stream({ model: PLAIN, messages, tools, n: 2 });
    const { choices } = await stream.finalChatCompletion();
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    const calls = choices.map(({ message }) => message.tool_calls![0]!);
    expect(calls.map(parsedArguments)).toEqual([{ city: 'Rome' }, { city: 'Rome' }]);
    expect(gateway.emulator.requests).toHaveLength(2);
  });
});

describe('ai with @ai-sdk/openai-compatible', () => {
  const provider = () =>
    createOpenAICompatible({ name: 'outcrop', baseURL: `${gateway.url}/v1`, apiKey: KEY, includeUsage: true });
  const tools = {
    weather: tool({ inputSchema: CITY, execute: ({ city }) => Promise.resolve(`18 degrees in ${city}`) }),
    add: tool({ inputSchema: SUM, execute: ({ a, b }) => Promise.resolve(a + b) }),
  };
  const thinkingOptions = { providerOptions: { outcrop: { reasoningEffort: 'high' } } };

  it.each(['claude-sonnet-4-5', 'claude-opus-5-5'])('generateText completes a tool loop with %s', async (model) => {
    gateway.emulator.script(LOOP);
    const { text, steps, totalUsage } = await generateText({
      model: provider()(model),
      prompt: QUESTION,
      tools,
      stopWhen: isStepCount(5),
      ...thinkingOptions,
    });
    expect(text).toBe('Mild in both; three.');
    expect(steps.map(({ reasoningText }) => reasoningText)).toEqual(['  Both at once.\n', 'And Rome.', undefined]);
    expect(totalUsage.inputTokens).toBeGreaterThan(0);
    expectLoop();
  });

  it.each(['claude-sonnet-4-5', 'claude-opus-5-5'])('streamText completes a tool loop with %s', async (model) => {
    gateway.emulator.script(LOOP);
    const result = streamText({
      model: provider()(model),
      prompt: QUESTION,
      tools,
      stopWhen: isStepCount(5),
      ...thinkingOptions,
    });
    const parts: Loose[] = [];
    for await (const part of result.fullStream) parts.push(part);
    expect(parts.filter(({ type }) => type === 'error')).toEqual([]);
    const reasoning = parts.filter(({ type }) => type === 'reasoning-delta').map(({ text }) => text);
    expect(reasoning.join('')).toBe('  Both at once.\nAnd Rome.');
    expect(parts.filter(({ type }) => type === 'tool-result').map(({ output }) => output)).toEqual([
      '18 degrees in Paris',
      3,
      '18 degrees in Rome',
    ]);
    expect(await result.text).toBe('Mild in both; three.');
    expect((await result.totalUsage).outputTokens).toBeGreaterThan(0);
    expectLoop();
  });

  it('sends images and PDFs as data URLs', async () => {
    const image = png();
    await generateText({
      model: provider()(PLAIN),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'file', data: image, mediaType: 'image/png' },
            { type: 'file', data: PDF, mediaType: 'application/pdf', filename: 'a.pdf' },
          ],
        },
      ],
    });
    const source = { bytes: PDF.toString('base64') };
    const citations = { enabled: true };
    expect(inputs()[0].messages[0].content).toEqual([
      { text: 'What is it?' },
      { image: { format: 'png', source: { bytes: image.toString('base64') } } },
      { document: { format: 'pdf', name: expect.any(String), source, citations } },
    ]);
  });
});

describe('@langchain/openai', () => {
  const chat = (fields: object = {}) =>
    new ChatOpenAI({
      model: PLAIN,
      apiKey: KEY,
      maxRetries: 0,
      configuration: { baseURL: `${gateway.url}/v1` },
      ...fields,
    });
  const weather = langchainTool(({ city }: z.infer<typeof CITY>) => `18 degrees in ${city}`, {
    name: 'weather',
    description: 'Weather of a city',
    schema: CITY,
  });
  const add = langchainTool(({ a, b }: z.infer<typeof SUM>) => String(a + b), {
    name: 'add',
    description: 'A sum',
    schema: SUM,
  });
  const byName: Record<string, { invoke(call: Loose): Promise<Loose> }> = { weather, add };

  async function whole(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
    let answer: AIMessageChunk | undefined;
    for await (const chunk of stream) answer = answer?.concat(chunk) ?? chunk;
    return answer!;
  }

  it('invoke and stream return the same answer, with usage', async () => {
    gateway.emulator.script([{ text: 'Good day.' }, { text: 'Good day.' }]);
    const answer = await chat().invoke([new HumanMessage('Hello')]);
    expect(answer.content).toBe('Good day.');
    expect(answer.usage_metadata!.output_tokens).toBeGreaterThan(0);
    const streamed = await whole(await chat().stream('Hello'));
    expect(streamed.content).toBe('Good day.');
    const { input_tokens, output_tokens, total_tokens } = answer.usage_metadata!;
    expect(streamed.usage_metadata).toMatchObject({ input_tokens, output_tokens, total_tokens });
    expect(streamed.response_metadata).toMatchObject({ finish_reason: 'stop', model_name: PLAIN });
  });

  it.each(
    THINKERS.flatMap(([model, thinkingOptions]) =>
      [false, true].map((streamed) => ({ model, thinkingOptions, streamed })),
    ),
  )(
    'bindTools completes a tool loop with $model (streamed: $streamed)',
    async ({ model, thinkingOptions, streamed }) => {
      gateway.emulator.script(LOOP);
      const bound = chat({ model, maxTokens: 8_000, modelKwargs: thinkingOptions }).bindTools([weather, add]);
      const history: BaseMessage[] = [new HumanMessage(QUESTION)];
      for (let step = 0; step < 5; step++) {
        const answer = streamed ? await whole(await bound.stream(history)) : await bound.invoke(history);
        history.push(answer);
        if (!answer.tool_calls?.length) break;
        for (const call of answer.tool_calls) history.push((await byName[call.name]!.invoke(call)) as ToolMessage);
      }
      expect(history.at(-1)!.content).toBe('Mild in both; three.');
      expectLoop();
    },
  );

  it('sends images', async () => {
    const image = png();
    const url = dataUrl(image);
    const content = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url } },
    ];
    const answer = await chat().invoke([new HumanMessage({ content })]);
    expect(AIMessage.isInstance(answer)).toBe(true);
    expect(inputs()[0].messages[0].content).toEqual([
      { text: 'What is it?' },
      { image: { format: 'png', source: { bytes: image.toString('base64') } } },
    ]);
  });
});
