import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Sessions with images and documents that move to a model without image input. */

const MODEL = 'llama3-1-8b-instruct';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

interface Api {
  path: string;
  image: object;
  answer(text: string): object;
  message(content: object[]): object;
  text(text: string): object;
  body(messages: object[]): object;
}

const APIS: Record<string, Api> = {
  chat: {
    path: '/v1/chat/completions',
    image: { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
    text: (text) => ({ type: 'text', text }),
    answer: (content) => ({ role: 'assistant', content }),
    message: (content) => ({ role: 'user', content }),
    body: (messages) => ({ model: MODEL, messages }),
  },
  responses: {
    path: '/v1/responses',
    image: { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
    text: (text) => ({ type: 'input_text', text }),
    answer: (content) => ({ role: 'assistant', content }),
    message: (content) => ({ role: 'user', content }),
    body: (input) => ({ model: MODEL, input, store: false }),
  },
  messages: {
    path: '/v1/messages',
    image: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    text: (text) => ({ type: 'text', text }),
    answer: (content) => ({ role: 'assistant', content }),
    message: (content) => ({ role: 'user', content }),
    body: (messages) => ({ model: MODEL, max_tokens: 100, messages }),
  },
};

describe.each(Object.keys(APIS))('%s', (name) => {
  const api = APIS[name]!;
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.emulator.reset());

  it.each([false, true])('replaces an image of the history by text (stream: %s)', async (stream) => {
    const session = [
      api.message([api.text('What is it?'), api.image]),
      api.answer('A pixel.'),
      api.message([api.text('Sure?')]),
    ];
    const response = await gateway.send(api.path, { body: { ...api.body(session), stream } });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-outcrop-adjusted')).toContain('images=1_omitted');
    await response.text();
    const sent = JSON.stringify(gateway.emulator.requests[0]!.body);
    expect(sent).toContain('[An image of an earlier message is not shown');
    expect(sent).not.toContain(PNG);
  });

  it('rejects an image of the newest turn', async () => {
    const response = await gateway.send(api.path, {
      body: api.body([api.message([api.text('What is it?'), api.image])]),
    });
    expect([response.status, gateway.emulator.requests.length]).toEqual([400, 0]);
    expect(await response.text()).toContain('does not accept images');
  });
});

it('chat rejects an image in the question of the current tool loop', async () => {
  const api = APIS['chat']!;
  const gateway = await startGateway();
  const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };
  const session = [
    api.message([api.text('What is it?'), api.image]),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: 'A pixel.' },
  ];
  const response = await gateway.send(api.path, { body: api.body(session) });
  expect([response.status, gateway.emulator.requests.length]).toEqual([400, 0]);
  await response.text();
  await gateway.close();
});
