import type { ChatCompletionContentPart } from 'openai/resources/chat/completions';

import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { dataUrl, PDF, png } from '../../support/media-files.ts';

const MODEL = 'claude-sonnet-4-6';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway('media: { fetch: { enabled: true } }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

const image = (url: string): ChatCompletionContentPart => ({ type: 'image_url', image_url: { url } });
const pdf: ChatCompletionContentPart = {
  type: 'file',
  file: { filename: 'Q3 report.pdf', file_data: dataUrl(PDF, 'application/pdf') },
};
const ask = (model: string, ...content: ChatCompletionContentPart[]) =>
  gateway.client.chat.completions.create({ model, messages: [{ role: 'user', content }] }).withResponse();

describe('images and documents with the official client', () => {
  it('reach the model unchanged', async () => {
    gateway.emulator.script([{ text: 'A pixel and a report.' }]);
    const { data, response } = await ask(MODEL, image(dataUrl(png(), 'image/jpeg')), pdf, {
      type: 'text',
      text: 'What is it?',
    });
    expect(data.choices[0]!.message.content).toBe('A pixel and a report.');
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    expect(gateway.emulator.requests.at(-1)!.body).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { image: { format: 'png', source: { bytes: png().toString('base64') } } },
            { document: { format: 'pdf', name: 'Q3 report', source: { bytes: PDF.toString('base64') } } },
            { text: 'What is it?' },
          ],
        },
      ],
    });
  });

  it('need no text beside them, and added text is reported', async () => {
    const { response } = await ask(MODEL, pdf);
    expect(response.headers.get('x-outcrop-adjusted')).toBe('file=text_block_added');
  });

  it('work the same in streams', async () => {
    const stream = await gateway.client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: [image(dataUrl(png()))] }],
      stream: true,
    });
    let text = '';
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    expect(text).not.toBe('');
  });

  it.each([
    ['qwen3-32b', image(dataUrl(png())), 'messages[0].content[0].type'],
    ['nova-micro', pdf, 'messages[0].content[0].type'],
    [MODEL, image(dataUrl(PDF)), 'messages[0].content[0].image_url.url'],
    [MODEL, image('http://images.test/a.png'), 'messages[0].content[0].image_url.url'],
    [MODEL, image('https://localhost/a.png'), 'messages[0].content[0].image_url.url'],
    [MODEL, image('https://169.254.169.254/latest/meta-data/'), 'messages[0].content[0].image_url.url'],
  ])('for %s are rejected with the path of the field', async (model, part, param) => {
    await expect(ask(model, part)).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' });
    expect(gateway.emulator.requests).toHaveLength(0);
  });
});
