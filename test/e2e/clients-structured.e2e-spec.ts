import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, Output } from 'ai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';

import { KEY, startGateway, type TestGateway } from '../support/gateway.ts';

/** Structured output as the clients themselves ask for it, on a model for each of the three ways. */
const PERSON = z.object({ name: z.string(), kind: z.enum(['cat', 'dog']), lives: z.number().int() });
const MODELS = ['claude-opus-4-5', 'claude-haiku-4-5', 'llama3-3-70b-instruct'];
const QUESTION = 'Describe a pet.';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe.each(MODELS)('structured output of %s', (model) => {
  it('is parsed by openai, whole and streamed', async () => {
    const request = {
      model,
      messages: [{ role: 'user' as const, content: QUESTION }],
      response_format: zodResponseFormat(PERSON, 'pet'),
    };
    const answer = await gateway.client.chat.completions.parse(request);
    expect(PERSON.parse(answer.choices[0]!.message.parsed)).toEqual(answer.choices[0]!.message.parsed);
    const streamed = await gateway.client.chat.completions.stream(request).finalChatCompletion();
    expect(PERSON.parse(streamed.choices[0]!.message.parsed)).toEqual(answer.choices[0]!.message.parsed);
  });

  it('is parsed by LangChain', async () => {
    const chat = new ChatOpenAI({ model, apiKey: KEY, configuration: { baseURL: `${gateway.url}/v1` }, maxRetries: 0 });
    for (const method of ['jsonSchema', 'functionCalling'] as const) {
      const pet = await chat.withStructuredOutput(PERSON, { method, name: 'pet' }).invoke(QUESTION);
      expect([method, PERSON.safeParse(pet).success]).toEqual([method, true]);
    }
  });

  it('is parsed by the AI SDK', async () => {
    const outcrop = createOpenAICompatible({
      name: 'outcrop',
      baseURL: `${gateway.url}/v1`,
      apiKey: KEY,
      supportsStructuredOutputs: true,
    });
    const { output } = await generateText({
      model: outcrop(model),
      prompt: QUESTION,
      output: Output.object({ schema: PERSON }),
      maxRetries: 0,
    });
    expect(PERSON.parse(output)).toEqual(output);
  });
});
