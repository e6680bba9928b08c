import { startGateway, type TestGateway } from '../../support/gateway.ts';

/** Call ids and tool names from another provider, in the history of a session that moves to the gateway. */

const LONG = 'x'.repeat(300);
/** Ids of two calls, in this order. */
const IDS: Readonly<Record<string, readonly [string, string]>> = {
  'of OpenAI': ['call_a', 'call_b'],
  'with characters that AWS rejects': ['call a/1|2', 'call a/1|3'],
  'that are equal once repaired': ['call a', 'call/a'],
  'outside ASCII': ['çall', '调用'],
  'that are long': [`${LONG}a`, `${LONG}b`],
  'that occur twice': ['call_a', 'call_a'],
  'that are empty': ['', ''],
  'of which one is empty': ['', 'b'],
  'that are numbers': ['0', '1'],
  'of Kimi': ['functions.look:0', 'functions.look:1'],
  'with a line break': ['a\nb', 'c\td'],
  'with a lone surrogate': ['a\ud83d', 'b\ude00'],
};
const NAMES: Readonly<Record<string, string>> = {
  'with a dot': 'files.look',
  'with a space': 'look up',
  'with a slash': 'mcp/files/look',
  'outside ASCII': 'schau_für_mich',
  'that is long': LONG,
  'with a colon': 'mcp:look',
  'that is empty': '',
};
const RESULTS = ['first', 'second'];

/** A session whose first calls have these ids, followed by a call of another turn. */
type Session = (model: string, name: string, ids: readonly [string, string], turns: 'one' | 'two') => object;

const schema = { type: 'object', properties: {} };

const chat: Session = (model, name, ids, turns) => {
  const call = (id: string) => ({ id, type: 'function', function: { name, arguments: '{}' } });
  const result = (id: string, index: number) => ({ role: 'tool', tool_call_id: id, content: RESULTS[index] });
  const messages =
    turns === 'one'
      ? [{ role: 'assistant', content: null, tool_calls: ids.map(call) }, ...ids.map(result)]
      : ids.flatMap((id, index) => [{ role: 'assistant', content: null, tool_calls: [call(id)] }, result(id, index)]);
  return {
    model,
    messages: [{ role: 'user', content: 'Hi.' }, ...messages, { role: 'user', content: 'And?' }],
    tools: [{ type: 'function', function: { name: name || 'look', parameters: schema } }],
  };
};

const responses: Session = (model, name, ids, turns) => {
  const call = (id: string) => ({ type: 'function_call', call_id: id, name, arguments: '{}' });
  const result = (id: string, index: number) => ({ type: 'function_call_output', call_id: id, output: RESULTS[index] });
  const items =
    turns === 'one'
      ? [...ids.map(call), ...ids.map(result)]
      : ids.flatMap((id, index) => [call(id), result(id, index)]);
  return {
    model,
    input: [{ role: 'user', content: 'Hi.' }, ...items, { role: 'user', content: 'And?' }],
    tools: [{ type: 'function', name: name || 'look', parameters: schema }],
  };
};

const messages: Session = (model, name, ids, turns) => {
  const call = (id: string) => ({ type: 'tool_use', id, name, input: {} });
  const result = (id: string, index: number) => ({ type: 'tool_result', tool_use_id: id, content: RESULTS[index] });
  const history =
    turns === 'one'
      ? [
          { role: 'assistant', content: ids.map(call) },
          { role: 'user', content: ids.map(result) },
        ]
      : ids.flatMap((id, index) => [
          { role: 'assistant', content: [call(id)] },
          { role: 'user', content: [result(id, index)] },
        ]);
  return {
    model,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hi.' }, ...history, { role: 'user', content: 'And?' }],
    tools: [{ name: name || 'look', input_schema: schema }],
  };
};

const APIS: [string, string, Session][] = [
  ['chat', '/v1/chat/completions', chat],
  ['chat in Anthropic’s format', '/v1/chat/completions', messages],
  ['responses', '/v1/responses', responses],
  ['messages', '/v1/messages', messages],
];
const MODELS = ['claude-sonnet-4-5', 'claude-opus-5-5', 'nova-pro'];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

describe.each(APIS)('%s', (_name, path, session) => {
  const problemOf = async (body: object, stream: boolean): Promise<string | undefined> => {
    const response = await gateway.send(path, { body: { ...body, stream } });
    const text = await response.text();
    if (response.status !== 200 || /"error":\{/.test(text)) return `${response.status} ${text.slice(0, 300)}`;
    const sent = JSON.stringify(gateway.emulator.requests.at(-1)!.body);
    const lost = RESULTS.filter((result) => !sent.includes(result));
    return lost.length > 0 ? `lost: ${lost.join()}` : undefined;
  };

  it.each(MODELS)('continues with ids and names from other providers: %s', async (model) => {
    const problems: string[] = [];
    for (const turns of ['one', 'two'] as const) {
      for (const [what, ids] of Object.entries(IDS)) {
        const problem = await problemOf(session(model, 'look', ids, turns), turns === 'two');
        if (problem !== undefined) problems.push(`ids ${what}, ${turns}: ${problem}`);
      }
      for (const [what, name] of Object.entries(NAMES)) {
        const problem = await problemOf(session(model, name, ['a', 'b'], turns), turns === 'one');
        if (problem !== undefined) problems.push(`a name ${what}, ${turns}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
  });
});
