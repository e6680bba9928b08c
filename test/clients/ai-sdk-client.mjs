// Runs an agent of two turns with the AI SDK: a tool loop, and a question about its result.
// Usage: node ai-sdk-client.mjs GENERATION MODEL plain|streamed OPTIONS-OF-THE-PROVIDER
import { argv, env, stdout } from 'node:process';
import { z } from 'zod';

const PACKAGES = { 5: ['ai-5', 'ai-5-openai'], 6: ['ai-6', 'ai-6-openai'], 7: ['ai', '@ai-sdk/openai'] };
const [, , generation, modelId, form, options] = argv;
const [core, provider] = PACKAGES[generation];
const { generateText, stepCountIs, streamText, tool } = await import(core);
const { createOpenAI } = await import(provider);

const openai = createOpenAI({ baseURL: env.OPENAI_BASE_URL, apiKey: env.OPENAI_API_KEY });
const tools = {
  look_up: tool({
    description: 'Returns the population of a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => `${city} has 291940 inhabitants.`,
  }),
};

async function answer(messages) {
  const request = {
    model: openai.responses(modelId),
    tools,
    messages,
    stopWhen: stepCountIs(5),
    maxRetries: 0,
    providerOptions: { openai: JSON.parse(options) },
  };
  const result = form === 'plain' ? await generateText(request) : await streamed(request);
  const { steps, text, response, responseMessages } = result;
  // Generation 7 separates the messages of the last step from those of all steps.
  return { steps, text, messages: responseMessages ?? response.messages };
}

async function streamed(request) {
  const failures = [];
  const result = streamText({ ...request, onError: ({ error }) => failures.push(error) });
  await result.consumeStream();
  if (failures.length > 0) throw failures[0];
  const [steps, text, response, responseMessages] = await Promise.all([
    result.steps,
    result.text,
    result.response,
    result.responseMessages,
  ]);
  return { steps, text, response, responseMessages };
}

const question = { role: 'user', content: 'How many people live in Bergen, Oslo and Voss?' };
const first = await answer([question]);
const second = await answer([question, ...first.messages, { role: 'user', content: 'Which one is the largest?' }]);
stdout.write(
  JSON.stringify({
    texts: [first.text, second.text],
    reasoning: first.steps.map(({ reasoningText }) => reasoningText ?? null),
    results: first.steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output)),
  }),
);
