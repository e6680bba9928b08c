import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { dataUrl, PDF } from '../../support/media-files.ts';

/**
 * Claude reads the pages of PDFs through Converse only with citations. These tests cover the effects on requests and
 * answers.
 */

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

const MODEL = 'claude-sonnet-4-5';
const TEXT = 'Sales grew, as the chart on page 1 shows.';
const CITATION = {
  title: 'Q3 report',
  location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
  cited_text: 'Q3 report',
  start_index: 0,
  end_index: TEXT.length,
};
const SCHEMA = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const file = { filename: 'Q3 report.pdf', file_data: dataUrl(PDF, 'application/pdf') };
const CHAT = {
  model: MODEL,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'file', file },
        { type: 'text', text: 'What is it?' },
      ],
    },
  ],
};
const RESPONSES = {
  model: MODEL,
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_file', ...file },
        { type: 'input_text', text: 'What is it?' },
      ],
    },
  ],
};
const MESSAGES = {
  model: MODEL,
  max_tokens: 100,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF.toString('base64') } },
        { type: 'text', text: 'What is it?' },
      ],
    },
  ],
};

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.emulator.reset();
  gateway.emulator.script([{ text: TEXT }]);
});

const upstream = (): string => JSON.stringify(gateway.emulator.requests.at(-1)!.body);
const CITED = '"citations":{"enabled":true}';

async function eventsOf(path: string, body: object): Promise<Loose[]> {
  const text = await (await gateway.send(path, { body: { ...body, stream: true } })).text();
  return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json!) as unknown);
}

describe('chat', () => {
  const path = '/v1/chat/completions';

  it('returns the whole text and its citations', async () => {
    const response = await gateway.send(path, { body: CHAT });
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    const { choices } = (await response.json()) as Loose;
    expect(choices[0].message).toMatchObject({ content: TEXT, citations: [CITATION] });
    expect(upstream()).toContain(CITED);
  });

  it('streams the text and its citations', async () => {
    const deltas = (await eventsOf(path, CHAT)).flatMap(({ choices }) => choices[0]?.delta ?? []);
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe(TEXT);
    expect(deltas.flatMap(({ citations }) => citations ?? [])).toEqual([CITATION]);
  });

  it('continues after an answer with citations', async () => {
    const answered = (await (await gateway.send(path, { body: CHAT })).json()) as Loose;
    const messages = [...CHAT.messages, answered.choices[0].message, { role: 'user', content: 'Thanks.' }];
    const response = await gateway.send(path, { body: { ...CHAT, messages } });
    expect([response.status, upstream().includes(CITED)]).toEqual([200, true]);
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
  });

  it.each([
    ['claude-sonnet-4-5', 'native'],
    ['claude-opus-5-5', 'native'],
  ])('sends %s only the text of the PDF if there is a JSON schema', async (model) => {
    gateway.emulator.reset();
    gateway.emulator.script([{ text: '{"a":"b"}' }]);
    const format = { type: 'json_schema', json_schema: { name: 'a', schema: SCHEMA, strict: true } };
    const response = await gateway.send(path, { body: { ...CHAT, model, response_format: format } });
    expect([response.status, upstream().includes(CITED)]).toEqual([200, false]);
    expect(response.headers.get('x-outcrop-adjusted')).toContain('file.pages=text_only');
  });

  it.each([
    'A maximum of 100 PDF pages may be provided.',
    'The model returned the following errors: messages.0.content.0.document.source.base64.data: The PDF specified was not valid.',
    "This model doesn't support the citations field. Remove citations and try again.",
  ])('retries with only the text of the PDF after: %s', async (message) => {
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 1 });
    const response = await gateway.send(path, { body: CHAT });
    expect([response.status, upstream().includes(CITED), gateway.emulator.requests.length]).toEqual([200, false, 2]);
    expect(response.headers.get('x-outcrop-adjusted')).toContain('file.pages=text_only');
  });

  it('returns a rejection that does not concern the PDF', async () => {
    const message = 'messages.0: "citations is wrong" was written by a client';
    gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 2 });
    expect((await gateway.send(path, { body: CHAT })).status).toBe(400);
    expect(gateway.emulator.requests).toHaveLength(1);
  });
});

describe('responses', () => {
  const path = '/v1/responses';

  it('returns the whole text and its citations', async () => {
    const { output } = (await (await gateway.send(path, { body: RESPONSES })).json()) as Loose;
    expect(output[0].content[0]).toMatchObject({ text: TEXT, annotations: [], citations: [CITATION] });
    expect(upstream()).toContain(CITED);
  });

  it('streams the text and its citations', async () => {
    const events = await eventsOf(path, RESPONSES);
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
    expect(deltas.map(({ delta }) => delta as string).join('')).toBe(TEXT);
    expect(events.at(-1).response.output[0].content[0]).toMatchObject({ text: TEXT, citations: [CITATION] });
  });
});

it('sends PDFs of Anthropic’s API through InvokeModel, where Claude reads the pages anyway', async () => {
  const response = await gateway.send('/v1/messages', { body: MESSAGES });
  expect([response.status, upstream().includes('citations')]).toEqual([200, false]);
});

it('does not resend a PDF that InvokeModel rejects', async () => {
  const message = 'A maximum of 100 PDF pages may be provided.';
  gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', status: 400, message, times: 2 });
  expect((await gateway.send('/v1/messages', { body: MESSAGES })).status).toBe(400);
  expect(gateway.emulator.requests).toHaveLength(1);
});

it('can be disabled', async () => {
  const own = await startGateway('media: { pdf: text }');
  const response = await own.send('/v1/chat/completions', { body: CHAT });
  expect(response.status).toBe(200);
  expect(JSON.stringify(own.emulator.requests.at(-1)!.body)).not.toContain('citations');
  await own.close();
});
