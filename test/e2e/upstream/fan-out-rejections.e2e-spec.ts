import { KEY, NARROW_KEY, startGateway, type TestGateway } from '../../support/gateway.ts';
import { dataUrl, png } from '../../support/media-files.ts';

/** Requests of several upstream calls, of whose history Bedrock rejects a part while other calls run or wait. */

const IMAGE = { type: 'image_url', image_url: { url: dataUrl(png(), 'image/png') } };
const turn = { role: 'user', content: [IMAGE, { type: 'text', text: 'What is it?' }] };
const CHAT = {
  model: 'claude-haiku-4-5',
  messages: [turn, { role: 'assistant', content: 'A dot.' }, turn, { role: 'assistant', content: 'A dot.' }, turn],
  n: 6,
};
const REJECTION = {
  kind: 'refuse',
  name: 'ValidationException',
  status: 400,
  message: 'too many images and documents: 3 + 0 > 1',
} as const;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('retry: { maxRetries: 0 }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

/** Numbers of images in the requests that the emulator has received. */
const imagesSent = () => gateway.emulator.requests.map(({ body }) => JSON.stringify(body).split('"image":').length - 1);

async function answered(stream: boolean, key: string): Promise<[status: number, choices: number, error: boolean]> {
  const response = await gateway.send('/v1/chat/completions', {
    body: { ...CHAT, stream },
    headers: { authorization: `Bearer ${key}` },
  });
  const text = await response.text();
  const indexes = new Set([...text.matchAll(/"index":(\d+)/g)].map(([, index]) => index));
  return [response.status, indexes.size, text.includes('"error"')];
}

describe.each([false, true])('choices (streamed: %s)', (stream) => {
  it('that wait for a slot are asked for without the rejected part', async () => {
    gateway.emulator.behave({ ...REJECTION, times: 1 });
    expect(await answered(stream, NARROW_KEY)).toEqual([200, 6, false]);
    expect(imagesSent()).toEqual([3, 1, 1, 1, 1, 1, 1]);
  });

  it('that run are asked for again without the rejected part', async () => {
    gateway.emulator.behave({ ...REJECTION, times: 1 });
    gateway.emulator.behave({ kind: 'slow', ms: 200, before: 'headers', times: 6 });
    gateway.emulator.behave({ ...REJECTION, times: 5 });
    expect(await answered(stream, KEY)).toEqual([200, 6, false]);
    expect(imagesSent().filter((images) => images === 1)).toHaveLength(6);
  });
});

describe('a stream that has begun when another one is rejected', () => {
  it('ends before the streams of the next attempt', async () => {
    gateway.emulator.behave({ kind: 'stall', afterDeltas: 1, times: 1 });
    gateway.emulator.behave({ ...REJECTION, times: 1 });
    gateway.emulator.behave({ kind: 'pace', ms: 50 });
    const response = await gateway.send('/v1/chat/completions', { body: { ...CHAT, n: 2, stream: true } });
    const text = await response.text();
    expect([response.status, text.match(/"finish_reason":"stop"/g)?.length]).toEqual([200, 2]);
    const [begun, , ...next] = gateway.emulator.requests;
    expect(next).toHaveLength(2);
    expect(begun!.abortedAt).toBeLessThan(Math.min(...next.map(({ finishedAt = 0 }) => finishedAt)));
  });
});
