import type { TranslationOptions } from '../../src/translation/dialect.ts';
import { ModelRegistryService } from '../../src/models/model-registry.service.ts';
import { chatBody } from '../load/request-body.ts';
import { configOf, MODEL } from './config.ts';
import type { ChatRequest } from '../../src/translation/openai-chat/chat-request.types.ts';

/** PNG image of one red pixel, as base64. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export function chatRequestOf(bytes: number): ChatRequest {
  return JSON.parse(chatBody({ model: MODEL, bytes, streams: false }).toString()) as ChatRequest;
}

/** Returns a conversation of an agent with images, and with tool calls whose results have `bytes` bytes in total. */
export function agentRequestOf(images: number, toolTurns: number, bytes: number): ChatRequest {
  const image = `data:image/png;base64,${PIXEL}`;
  const result = 'x'.repeat(Math.floor(bytes / Math.max(1, toolTurns)));
  const rounds = Array.from({ length: toolTurns }, (_, index) => [
    {
      role: 'assistant' as const,
      content: null,
      tool_calls: [
        {
          id: `call_${index}`,
          type: 'function' as const,
          function: { name: 'look_up', arguments: JSON.stringify({ page: index }) },
        },
      ],
    },
    { role: 'tool' as const, tool_call_id: `call_${index}`, content: result },
  ]);
  return {
    model: MODEL,
    messages: [
      {
        role: 'user',
        content: [
          ...Array.from({ length: images }, () => ({ type: 'image_url' as const, image_url: { url: image } })),
          { type: 'text' as const, text: 'What is in these, and what do the pages add?' },
        ],
      },
      ...rounds.flat(),
    ],
    ...(toolTurns > 0 && {
      tools: [
        {
          type: 'function' as const,
          function: {
            name: 'look_up',
            parameters: { type: 'object', properties: { page: { type: 'integer' } }, required: ['page'] },
          },
        },
      ],
    }),
  };
}

export function translationContext(): TranslationOptions {
  const { model } = new ModelRegistryService(configOf({ keys: 1, models: 0 })).resolve(MODEL);
  return { model, thinkingByName: false, defaultMaxTokens: 4_096 };
}
