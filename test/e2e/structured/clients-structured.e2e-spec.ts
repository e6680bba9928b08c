import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, isStepCount, Output, streamText, tool } from 'ai';
import { LengthFinishReasonError } from 'openai/error';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { KEY, startGateway, type TestGateway } from '../../support/gateway.ts';

/** JSON output with the helpers of real clients, from models of each output method. */

/** Models for each output method: constrained decoding, tool, instruction; and of other families. */
const MODELS = ['claude-sonnet-4-5', 'claude-haiku-4-5', 'claude-opus-5-5', 'nova-pro', 'llama3-3-70b-instruct'];
const RATING = z.object({
  stars: z.number().int().min(1).max(5),
  words: z.array(z.string()),
  why: z.string().nullable(),
});
const GOOD = { stars: 4, words: ['warm', 'dry'], why: null };
const QUESTION = 'Rate the weather.';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Returns a script of an answer with this object, for any output method. */
function scriptedAnswer(model: string, value: object): object {
  const asTool = ['claude-haiku-4-5', 'nova-pro'].includes(model);
  return asTool ? { toolUse: { name: 'respond_with_json', input: value } } : { text: JSON.stringify(value) };
}

describe.each(MODELS)('JSON of %s', (model) => {
  const messages = [{ role: 'user' as const, content: QUESTION }];
  const provider = () =>
    createOpenAICompatible({
      name: 'outcrop',
      baseURL: `${gateway.url}/v1`,
      apiKey: KEY,
      supportsStructuredOutputs: true,
    });
  const chat = () =>
    new ChatOpenAI({ model, apiKey: KEY, maxRetries: 0, configuration: { baseURL: `${gateway.url}/v1` } });

  it('is parsed by openai with zodResponseFormat, whole and streamed', async () => {
    const body = { model, messages, response_format: zodResponseFormat(RATING, 'rating') };
    gateway.emulator.script([scriptedAnswer(model, GOOD), scriptedAnswer(model, GOOD)]);
    const { choices } = await gateway.client.chat.completions.parse(body);
    expect(choices[0]!.message.parsed).toEqual(GOOD);
    expect(choices[0]!.message.tool_calls ?? []).toEqual([]);
    const stream = gateway.client.chat.completions.stream(body);
    const snapshots: unknown[] = [];
    stream.on('content.delta', ({ parsed }) => snapshots.push(parsed));
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices[0]!.message.parsed).toEqual(GOOD);
    expect(snapshots.at(-1)).toEqual(GOOD);
  });

  it('completes a loop of runTools', async () => {
    const look = zodFunction({
      name: 'look',
      parameters: z.object({ at: z.string() }),
      function: ({ at }) => `${at}: sun`,
    });
    gateway.emulator.script([{ toolUse: { name: 'look', input: { at: 'sky' } } }, scriptedAnswer(model, GOOD)]);
    const runner = gateway.client.chat.completions.runTools({
      model,
      messages,
      tools: [look],
      response_format: zodResponseFormat(RATING, 'rating'),
    });
    expect(JSON.parse((await runner.finalContent())!)).toEqual(GOOD);
  });

  it('is the output of generateText and streamText', async () => {
    gateway.emulator.script([scriptedAnswer(model, GOOD), scriptedAnswer(model, GOOD)]);
    const output = Output.object({ schema: RATING });
    const whole = await generateText({ model: provider()(model), prompt: QUESTION, output });
    expect(whole.output).toEqual(GOOD);
    const streamed = streamText({ model: provider()(model), prompt: QUESTION, output });
    const partial: unknown[] = [];
    for await (const each of streamed.partialOutputStream) partial.push(each);
    expect(partial.at(-1)).toEqual(GOOD);
    expect(await streamed.output).toEqual(GOOD);
  });

  it('is the output of generateText after a tool call', async () => {
    gateway.emulator.script([{ toolUse: { name: 'look', input: { at: 'sky' } } }, scriptedAnswer(model, GOOD)]);
    const look = tool({
      inputSchema: z.object({ at: z.string() }),
      execute: ({ at }) => Promise.resolve(`${at}: sun`),
    });
    const { output } = await generateText({
      model: provider()(model),
      prompt: QUESTION,
      tools: { look },
      stopWhen: isStepCount(3),
      output: Output.object({ schema: RATING }),
    });
    expect(output).toEqual(GOOD);
  });

  it.each(['jsonSchema', 'functionCalling', 'jsonMode'] as const)(
    'withStructuredOutput returns it with %s',
    async (method) => {
      const answers = {
        jsonSchema: scriptedAnswer(model, GOOD),
        functionCalling: { toolUse: { name: 'rating', input: GOOD } },
        // Without a schema, every model receives an instruction.
        jsonMode: { text: JSON.stringify(GOOD) },
      };
      gateway.emulator.script([answers[method]]);
      const structured = chat().withStructuredOutput(RATING, { name: 'rating', method });
      expect(await structured.invoke(`${QUESTION} In JSON.`)).toEqual(GOOD);
    },
  );
});

describe('answers that are not JSON', () => {
  const response_format = zodResponseFormat(RATING, 'rating');
  const ask = (model: string) =>
    gateway.client.chat.completions.parse({ model, messages: [{ role: 'user', content: QUESTION }], response_format });

  it('raise errors, never an object of another shape', async () => {
    gateway.emulator.script([{ text: '{"stars": 9}' }, { text: '{"stars": 9}' }]);
    await expect(ask('claude-sonnet-4-5')).rejects.toMatchObject({ status: 502, code: 'structured_output_invalid' });
  });

  it('are refusals if the model refuses, and truncated if the token limit ends them', async () => {
    gateway.emulator.script([
      { text: 'I will not.', stopReason: 'refusal' },
      { text: '{"st', stopReason: 'max_tokens' },
    ]);
    const { choices } = await ask('claude-sonnet-4-5');
    expect(choices[0]!.message).toMatchObject({ refusal: 'I will not.', parsed: null });
    await expect(ask('claude-sonnet-4-5')).rejects.toBeInstanceOf(LengthFinishReasonError);
  });
});
