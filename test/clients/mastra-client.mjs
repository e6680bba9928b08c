// Runs a Mastra agent of two turns: a tool loop, and a question about its result.
// Usage: node mastra-client.mjs MODEL chat|responses plain|streamed OPTIONS-OF-THE-PROVIDER
import { argv, env, stdout } from 'node:process';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';

const [, , modelId, api, form, options] = argv;
const openai = createOpenAI({ baseURL: env.OPENAI_BASE_URL, apiKey: env.OPENAI_API_KEY });
const lookUp = createTool({
  id: 'look_up',
  description: 'Returns the population of a city.',
  inputSchema: z.object({ city: z.string() }),
  outputSchema: z.object({ inhabitants: z.number() }),
  execute: async () => ({ inhabitants: 291940 }),
});
const agent = new Agent({
  id: 'counter',
  name: 'counter',
  instructions: 'Answer questions about cities.',
  model: openai[api](modelId),
  tools: { look_up: lookUp },
});

async function answer(messages) {
  const settings = { maxSteps: 5, providerOptions: { openai: JSON.parse(options) }, modelSettings: { maxRetries: 0 } };
  if (form === 'plain') {
    const { text, steps, reasoningText, error, messages: all } = await agent.generate(messages, settings);
    if (error) throw error;
    return { text, steps, reasoningText, all };
  }
  const stream = await agent.stream(messages, settings);
  await stream.consumeStream();
  const { text, steps, reasoningText, error, messages: all } = await stream.getFullOutput();
  if (error) throw error;
  return { text, steps, reasoningText, all };
}

const question = { role: 'user', content: 'How many people live in Bergen, Oslo and Voss?' };
const first = await answer([question]);
const second = await answer([...first.all, { role: 'user', content: 'Which one is the largest?' }]);
stdout.write(
  JSON.stringify({
    texts: [first.text, second.text],
    reasoning: first.steps.map(({ reasoningText }) => reasoningText ?? null),
    results: first.steps.flatMap(({ toolResults }) => toolResults.map(({ payload }) => payload?.result ?? null)),
  }),
);
