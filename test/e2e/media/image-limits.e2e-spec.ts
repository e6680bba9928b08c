import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { dataUrl, gif, jpeg, PDF, png, webp } from '../../support/media-files.ts';

/** Images of a whole session, in the format of each API. Images of the history never fail a session. */

/** 100 images in a request, 600 with a context of a million tokens, 20 in a turn. */
const SMALL = 'claude-haiku-4-5';
const LARGE = 'claude-opus-4-8';
const OTHER = 'nova-pro';

interface Picture {
  bytes: Buffer;
  type: string;
}

const SMALL_PNG: Picture = { bytes: png(), type: 'image/png' };
const TALL: readonly Picture[] = [
  { bytes: png({ height: 2_001 }), type: 'image/png' },
  { bytes: jpeg({ width: 2_001, exif: 60_000 }), type: 'image/jpeg' },
  { bytes: gif({ height: 2_001 }), type: 'image/gif' },
  { bytes: webp('VP8X', { width: 2_001 }), type: 'image/webp' },
];

interface Api {
  path: string;
  body(model: string, turns: readonly (readonly Picture[])[]): object;
  /** Returns the path of image `image` of the newest turn. */
  param(turns: number, image: number): string;
}

const APIS: [string, Api][] = [
  [
    'chat',
    {
      path: '/v1/chat/completions',
      body: (model, turns) => ({
        model,
        messages: between(turns, { role: 'assistant', content: 'I see.' }, (pictures) => ({
          role: 'user',
          content: [
            ...pictures.map(({ bytes, type }) => ({ type: 'image_url', image_url: { url: dataUrl(bytes, type) } })),
            { type: 'text', text: 'What is it?' },
          ],
        })),
      }),
      param: (turns, image) => `messages[${turns * 2 - 2}].content[${image}].image_url.url`,
    },
  ],
  [
    'responses',
    {
      path: '/v1/responses',
      body: (model, turns) => ({
        model,
        input: between(turns, { role: 'assistant', content: 'I see.' }, (pictures) => ({
          role: 'user',
          content: [
            ...pictures.map(({ bytes, type }) => ({ type: 'input_image', image_url: dataUrl(bytes, type) })),
            { type: 'input_text', text: 'What is it?' },
          ],
        })),
      }),
      param: (turns, image) => `input[${turns * 2 - 2}].content[${image}].image_url`,
    },
  ],
  [
    'messages',
    {
      path: '/v1/messages',
      body: (model, turns) => ({
        model,
        max_tokens: 100,
        messages: between(turns, { role: 'assistant', content: 'I see.' }, (pictures) => ({
          role: 'user',
          content: [
            ...pictures.map(({ bytes, type }) => ({
              type: 'image',
              source: { type: 'base64', media_type: type, data: bytes.toString('base64') },
            })),
            { type: 'text', text: 'What is it?' },
          ],
        })),
      }),
      param: (turns, image) => `messages.${turns * 2 - 2}.content.${image}.source.data`,
    },
  ],
];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

function between<Turn>(
  turns: readonly (readonly Picture[])[],
  answer: object,
  turnOf: (pictures: readonly Picture[]) => Turn,
): (Turn | object)[] {
  return turns.flatMap((pictures, index) => [...(index > 0 ? [answer] : []), turnOf(pictures)]);
}

const many = (count: number, picture = SMALL_PNG): Picture[] => Array.from({ length: count }, () => picture);

describe.each(APIS)('%s', (_name, api) => {
  const send = (model: string, ...turns: Picture[][]) =>
    gateway.send(api.path, { body: { ...api.body(model, turns), stream: false } });
  const upstream = (): string => JSON.stringify(gateway.emulator.requests.at(-1)!.body);
  const count = (text: string, part: RegExp): number => [...text.matchAll(part)].length;
  const IMAGES = /"(?:image":\{|type":"image")/g;

  it.each([
    ['many images', SMALL, [many(60), many(50), many(3)], 20, 93],
    ['many images in the long context', LARGE, [many(400), many(190), many(11)], 120, 481],
    ['a few oversized images', SMALL, [many(1, { bytes: png({ width: 8_001 }), type: 'image/png' }), many(1)], 1, 1],
    ['more images than a turn of another model accepts', OTHER, [many(25), many(1)], 5, 21],
  ])('continues with %s', async (_what, model, turns, omitted, kept) => {
    const response = await send(model, ...turns);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-outcrop-adjusted')).toContain(`images=${omitted}_omitted`);
    expect(count(upstream(), IMAGES)).toBe(kept);
    expect(upstream()).toContain('An image of an earlier message is not shown');
  });

  it.each(TALL)('continues with a large image among many: $type', async (picture) => {
    const response = await send(SMALL, [picture], many(20));
    expect([response.status, response.headers.get('x-outcrop-adjusted')]).toEqual([200, 'images=1_omitted']);
    const few = await send(SMALL, [picture], many(19));
    expect([few.status, few.headers.get('x-outcrop-adjusted')]).toEqual([200, null]);
    const newest = await send(SMALL, many(20), [picture]);
    expect([newest.status, newest.headers.get('x-outcrop-adjusted')]).toEqual([200, 'images=4_omitted']);
    expect(upstream()).toContain(picture.bytes.toString('base64'));
  });

  it.each([
    ['too many', SMALL, many(101), 100],
    ['too many for the long context', LARGE, many(601), 600],
    ['too many for a turn', OTHER, many(21), 20],
    ['a large image among many', SMALL, [...many(20), TALL[0]!], 20],
    ['an oversized image', SMALL, many(1, { bytes: png({ height: 8_001 }), type: 'image/png' }), 0],
    ['an image of too many bytes', SMALL, many(1, { bytes: png({ ballast: 3_932_160 }), type: 'image/png' }), 0],
  ])('rejects %s in the newest turn', async (_what, model, newest, at) => {
    const response = await send(model, many(1), newest);
    const text = await response.text();
    expect([response.status, gateway.emulator.requests.length]).toEqual([400, 0]);
    expect(text).toContain(api.param(2, at));
  });

  it("drops more images if Bedrock accepts fewer than the model's table states", async () => {
    const message = 'too many images and documents: 150 + 0 > 100';
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
    const response = await send(LARGE, many(149), many(1));
    expect([response.status, response.headers.get('x-outcrop-adjusted')]).toEqual([200, 'images=60_omitted']);
    expect(gateway.emulator.requests).toHaveLength(2);
  });
});

it('counts images within tool results, and documents', async () => {
  const result = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png().toString('base64') } };
  const pdf = {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: PDF.toString('base64') },
  };
  const response = await gateway.send('/v1/messages', {
    body: {
      model: SMALL,
      max_tokens: 100,
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
      messages: [
        { role: 'user', content: [pdf, { type: 'text', text: 'Look.' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'look', input: {} }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'a', content: Array.from({ length: 100 }, () => result) }],
        },
        { role: 'assistant', content: 'I see.' },
        { role: 'user', content: 'And?' },
      ],
    },
  });
  expect([response.status, response.headers.get('x-outcrop-adjusted')]).toEqual([200, 'images=20_omitted']);
});
