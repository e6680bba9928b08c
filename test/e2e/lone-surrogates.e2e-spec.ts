import { startGateway, type TestGateway } from '../support/gateway.ts';

/** Half an emoji wherever a string can stand: Bedrock refuses it, and so does the emulator. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('limits: { requestsPerMinute: 0 }');
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

const CLAUDE = 'claude-haiku-4-5';
const HALF = 'x\ud83d';
const schema = { type: 'object', description: HALF, properties: { [HALF]: { type: 'string', enum: [HALF] } } };
const inJson = JSON.stringify({ [HALF]: HALF });
const chatTool = { type: 'function', function: { name: 'f', description: HALF, parameters: schema } };
const chatCall = { id: 'call_1', type: 'function', function: { name: 'f', arguments: inJson } };
const messagesTool = { name: 'f', description: HALF, input_schema: schema };
const messages = (model: string) => ({
  model,
  max_tokens: 100,
  system: HALF,
  stop_sequences: [HALF],
  tools: [messagesTool],
  messages: [
    { role: 'user', content: HALF },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: { [HALF]: [HALF] } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: HALF }] }] },
  ],
});

const REQUESTS: [string, string, object][] = [
  [
    'chat',
    '/v1/chat/completions',
    {
      model: CLAUDE,
      stop: [HALF],
      tools: [chatTool],
      metadata: { team: HALF },
      messages: [
        { role: 'system', content: HALF },
        { role: 'user', content: HALF, name: HALF },
        { role: 'assistant', content: null, tool_calls: [chatCall] },
        { role: 'tool', tool_call_id: 'call_1', content: { [HALF]: [HALF] } },
      ],
    },
  ],
  ['completions', '/v1/completions', { model: CLAUDE, prompt: HALF, stop: HALF }],
  [
    'responses',
    '/v1/responses',
    {
      model: CLAUDE,
      instructions: HALF,
      tools: [{ type: 'function', name: 'f', description: HALF, parameters: schema }],
      input: [
        { role: 'user', content: HALF },
        { type: 'function_call', call_id: 'call_1', name: 'f', arguments: inJson },
        { type: 'function_call_output', call_id: 'call_1', output: { [HALF]: HALF } },
      ],
    },
  ],
  ['messages to Claude', '/v1/messages', messages(CLAUDE)],
  ['messages to another model', '/v1/messages', messages('nova-pro')],
  ['embeddings', '/v1/embeddings', { model: 'titan-embed-text-v2', input: HALF }],
];

it.each(REQUESTS)('%s', async (_, path, body) => {
  for (const stream of path.includes('embeddings') ? [false] : [false, true]) {
    gateway.emulator.reset();
    const answer = await gateway.send(path, { body: stream ? { ...body, stream } : body });
    expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
    const sent = gateway.emulator.requests.map((request) => JSON.stringify(request.body)).join('');
    expect(sent).toContain('x');
    expect(sent).not.toMatch(/\\ud[89a-f]/);
  }
});
