import type { Emulator } from './emulator.ts';

export const HAIKU_4_5 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
export const OPUS_5_5 = 'global.anthropic.claude-opus-5-5';

export interface Reply {
  status: number;
  type: string | null;
  requestId: string | null;
  body: { message?: string } & Record<string, unknown>;
}

/** Sends a request without the SDK, because the SDK rejects some invalid requests itself. */
export async function post(emulator: Emulator, modelId: string, operation: string, body: unknown): Promise<Reply> {
  const response = await fetch(`${emulator.url}/model/${encodeURIComponent(modelId)}/${operation}`, {
    method: 'POST',
    headers: { authorization: 'Bearer emulator', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    requestId: response.headers.get('x-amzn-requestid'),
    body: (await response.json()) as Reply['body'],
  };
}

export function user(...content: object[]): object {
  return { role: 'user', content };
}

export function assistant(...content: object[]): object {
  return { role: 'assistant', content };
}

export const HELLO = { messages: [user({ text: 'Hello' })] };

export const WEATHER = {
  toolSpec: {
    name: 'get_weather',
    description: 'Weather of a city',
    inputSchema: {
      json: {
        type: 'object',
        properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'kelvin'] } },
        required: ['city', 'unit'],
      },
    },
  },
};

/** PNG image of one pixel, as base64. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
