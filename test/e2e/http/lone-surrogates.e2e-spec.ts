import { startGateway, type TestGateway } from '../../support/gateway.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../../support/recording-upstream.ts';

/** Lone surrogates in every string of a request, including property names and JSON inside strings. */

const CLAUDE = 'claude-haiku-4-5';
const HALVES = ['\ud83d', '\ude00'];
/** The forms of a lone surrogate: an escape, or its bytes, which are not valid UTF-8. */
const BROKEN = /\\ud[89a-f]|\xed[\xa0-\xbf][\x80-\xbf]|\ufffd/i;

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  title: 'A title',
  description: 'A description',
  properties: {
    city: { type: 'string', enum: ['a', 'b'], default: 'a', description: 'A city', pattern: '^a', examples: ['a'] },
    other: { anyOf: [{ type: 'string', const: 'c' }, { $ref: '#/$defs/more' }] },
  },
  required: ['city'],
  $defs: { more: { type: 'object', description: 'More', properties: { deep: { type: 'string' } } } },
};
/** Requests in Claude's own format. */
const closed = {
  type: 'object',
  properties: { city: { type: 'string', description: 'A city', enum: ['a', 'b'] } },
  required: ['city'],
  additionalProperties: false,
};
const value = { name: 'text', list: ['one', { deep: 'two' }] };
const inJson = JSON.stringify(value);
const format = { type: 'json_schema', name: 'answer', description: 'An answer', schema };
const messages = (model: string) => ({
  model,
  max_tokens: 100,
  system: [{ type: 'text', text: 'Be brief.' }],
  stop_sequences: ['END'],
  metadata: { user_id: 'someone' },
  tools: [{ name: 'f', description: 'Does it', input_schema: schema }],
  output_config: { format: { type: 'json_schema', schema: closed } },
  messages: [
    { role: 'user', content: 'Hello' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 't1', name: 'f', input: value },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 't1',
          content: [{ type: 'text', text: 'A result' }],
        },
        {
          type: 'document',
          title: 'A title',
          context: 'A context',
          source: { type: 'text', media_type: 'text/plain', data: 'A text' },
        },
        { type: 'text', text: 'And?' },
      ],
    },
  ],
});

const REQUESTS: [string, string, object][] = [
  [
    'chat',
    '/v1/chat/completions',
    {
      model: CLAUDE,
      stop: ['END'],
      user: 'someone',
      tools: [{ type: 'function', function: { name: 'f', description: 'Does it', parameters: schema } }],
      metadata: { team: 'blue' },
      response_format: { type: 'json_schema', json_schema: format },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Hello' }], name: 'me' },
        {
          role: 'assistant',
          content: 'Hi',
          refusal: 'No',
          reasoning_content: 'Hm',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: inJson } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: value },
      ],
    },
  ],
  ['completions', '/v1/completions', { model: CLAUDE, prompt: 'Once', stop: 'END', suffix: '', user: 'someone' }],
  [
    'responses',
    '/v1/responses',
    {
      model: CLAUDE,
      instructions: 'Be brief.',
      user: 'someone',
      metadata: { team: 'blue' },
      text: { format },
      tools: [
        { type: 'function', name: 'f', description: 'Does it', parameters: schema },
        { type: 'custom', name: 'g', description: 'Does more' },
      ],
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Hello' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: inJson },
        { type: 'function_call_output', call_id: 'call_1', output: value },
        { type: 'custom_tool_call', call_id: 'call_2', name: 'g', input: 'An input' },
        { type: 'custom_tool_call_output', call_id: 'call_2', output: 'A result' },
      ],
    },
  ],
  ['messages to Claude', '/v1/messages', messages(CLAUDE)],
  ['messages to another model', '/v1/messages', messages('nova-pro')],
  ['counts of tokens', '/v1/messages/count_tokens', messages(CLAUDE)],
  ['embeddings', '/v1/embeddings', { model: 'titan-embed-text-v2', input: 'A text', user: 'someone' }],
  ['several embeddings', '/v1/embeddings', { model: 'cohere-embed-multilingual-v3', input: ['A text', 'Another'] }],
  ['moderations', '/v1/moderations', { input: ['A text'] }],
];

/** Yields the request once for each string and property name, with `half` appended there; JSON inside strings holds it escaped. */
function* placed(node: unknown, half: string): Generator<[place: string, request: unknown]> {
  if (typeof node === 'string') {
    yield ['', node.startsWith('{') ? JSON.stringify({ ...(JSON.parse(node) as object), half }) : node + half];
    if (!node.startsWith('{')) return;
    for (const [place, inner] of placed(JSON.parse(node), half)) yield [`(json)${place}`, JSON.stringify(inner)];
  } else if (Array.isArray(node)) {
    for (const [index, each] of node.entries()) {
      for (const [place, other] of placed(each, half)) yield [`[${index}]${place}`, node.with(index, other)];
    }
  } else if (typeof node === 'object' && node !== null) {
    for (const [name, each] of Object.entries(node)) {
      yield [`.${name} as a name`, { ...node, [name + half]: each }];
      for (const [place, other] of placed(each, half)) yield [`.${name}${place}`, { ...node, [name]: other }];
    }
  }
}

let upstream: RecordingUpstream;
let gateway: TestGateway;
let answering: TestGateway;
beforeAll(async () => {
  upstream = await startRecordingUpstream();
  gateway = await startGateway('guardrail: { id: gr1, version: "1" }', upstream.url);
  answering = await startGateway('guardrail: { id: gr1, version: "1" }');
});
afterAll(async () => {
  await upstream.close();
  await gateway?.close();
  await answering?.close();
});

describe.each(REQUESTS)('%s', (_, path, request) => {
  it.each([false, true])('sends no lone surrogate to Bedrock, wherever it occurs (streamed: %s)', async (stream) => {
    const failures: string[] = [];
    let places = 0;
    let reached = 0;
    for (const half of HALVES) {
      for (const [place, body] of placed(request, half)) {
        places += 1;
        upstream.bodies.length = 0;
        const response = await gateway.send(path, { body: stream ? { ...(body as object), stream } : body });
        const text = await response.text();
        const sent = upstream.bodies.map((bytes) => `${bytes.toString('utf8')} ${bytes.toString('latin1')}`).join(' ');
        if (upstream.bodies.length > 0) reached += 1;
        if (response.status >= 500 || BROKEN.test(sent) || BROKEN.test(text)) failures.push(`${place}: ${text}`);
      }
    }
    expect(failures).toEqual([]);
    // A request that the gateway rejects would prove nothing.
    expect(reached).toBeGreaterThan(places / 2);
  });

  it('accepts the request without a lone surrogate', async () => {
    const response = await answering.send(path, { body: request });
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  });
});

describe('an answer with a lone surrogate', () => {
  const HALF = `Hi \ud83d there`;
  it.each([
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hello' }] }],
    ['/v1/completions', { prompt: 'Hello' }],
    ['/v1/responses', { input: 'Hello' }],
    ['/v1/messages', { max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] }],
  ])('reaches the client of %s as valid JSON and UTF-8', async (path, body) => {
    for (const model of [CLAUDE, 'nova-pro']) {
      for (const stream of [false, true]) {
        answering.emulator.reset();
        answering.emulator.script([{ text: HALF }]);
        const response = await answering.send(path, { body: { model, ...body, stream } });
        const bytes = Buffer.from(await response.arrayBuffer());
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        expect([response.status, text]).toEqual([200, expect.stringContaining('Hi ')]);
        const documents = stream ? [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => json!) : [text];
        for (const json of documents) expect(JSON.parse(json)).toEqual(expect.any(Object));
      }
    }
  });
});
