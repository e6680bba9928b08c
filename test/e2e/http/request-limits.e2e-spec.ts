import { limitCode, type LimitedApi, type RequestLimit } from '../../../src/limits/request-limit.ts';
import { REQUEST_LIMITS } from '../../../src/limits/request-limits.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

/**
 * Every row of the table of limits, on every path of every API. A request at the limit passes; a request above it is
 * rejected with the path, the code and both numbers.
 */

const PATHS: Readonly<Record<LimitedApi, string>> = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
  responses: '/v1/responses',
  compact: '/v1/responses/compact',
  messages: '/v1/messages',
  countTokens: '/v1/messages/count_tokens',
  embeddings: '/v1/embeddings',
  moderations: '/v1/moderations',
};

const CLAUDE = 'claude-haiku-4-5';
const USER = { role: 'user', content: 'a' };
const ANSWER = { role: 'assistant', content: 'b' };

const BASES: Readonly<Record<LimitedApi, object>> = {
  chat: { model: CLAUDE, messages: [USER] },
  completions: { model: CLAUDE, prompt: 'a' },
  responses: { model: CLAUDE, input: 'a' },
  compact: { model: CLAUDE, input: 'a' },
  messages: { model: CLAUDE, max_tokens: 10, messages: [USER] },
  countTokens: { model: CLAUDE, messages: [USER] },
  embeddings: { model: 'cohere-embed-v4', input: 'a', dimensions: 256 },
  moderations: { input: 'a' },
};

const entries = (count: number, entry: unknown): unknown[] => Array<unknown>(count).fill(entry);
const fields = (count: number, value: unknown): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, value]));

const TEXT = { type: 'text', text: 'a' };
const INPUT_TEXT = { type: 'input_text', text: 'a' };
const FUNCTION = { type: 'function', name: 'f' };
const CHAT_TOOL = { type: 'function', function: { name: 'f' } };
const CHAT_CALL = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
const SEARCH = (tools: unknown[]): object => ({ type: 'tool_search_output', call_id: 's', tools });
const FOUND = { type: 'tool_search_call', call_id: 's', arguments: {} };
const NAMESPACE = (tools: unknown[]): object => ({ type: 'namespace', name: 'n', tools });
const ALLOWED = { type: 'allowed_tools', mode: 'auto' };

/** Builds the content at a path; `most` is the number in the limit's unit. */
const PATH_FIELDS: Readonly<Record<string, (most: number) => object>> = {
  'chat messages': (most) => ({ messages: entries(most, USER) }),
  'chat messages[].content': (most) => ({ messages: [{ role: 'user', content: entries(most, TEXT) }] }),
  'chat system': (most) => ({ system: entries(most, TEXT) }),
  'chat messages[].content[].content': (most) => ({
    messages: [
      USER,
      { ...ANSWER, tool_calls: [CHAT_CALL] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: entries(most - 1, TEXT) }] },
    ],
  }),
  'chat messages[].tool_calls': (most) => ({
    messages: [USER, { role: 'assistant', tool_calls: entries(most, CHAT_CALL) }],
  }),
  'chat messages[].thinking_blocks': (most) => ({
    messages: [USER, { ...ANSWER, thinking_blocks: entries(most, { type: 'thinking', thinking: 'a' }) }, USER],
  }),
  'chat messages[].reasoning_details': (most) => ({
    messages: [USER, { ...ANSWER, reasoning_details: entries(most, { type: 'reasoning.text', text: 'a' }) }, USER],
  }),
  'chat tools': (most) => ({ tools: entries(most, CHAT_TOOL) }),
  'chat functions': (most) => ({ functions: entries(most, { name: 'f' }) }),
  'chat tool_choice.allowed_tools.tools': (most) => ({
    tools: [CHAT_TOOL],
    tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: entries(most, CHAT_TOOL) } },
  }),
  'chat tool_choice.tools': (most) => ({
    tools: [CHAT_TOOL],
    tool_choice: { ...ALLOWED, tools: entries(most, FUNCTION) },
  }),
  'responses input': (most) => ({ input: entries(most, USER) }),
  'responses input[].content': (most) => ({ input: [{ role: 'user', content: entries(most, INPUT_TEXT) }] }),
  'responses input[].output': (most) => ({
    input: [
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: entries(most, INPUT_TEXT) },
    ],
  }),
  'responses input[].summary': (most) => ({
    input: [{ type: 'reasoning', summary: entries(most, { type: 'summary_text', text: 'a' }) }, USER],
  }),
  'responses tools': (most) => ({ tools: entries(most, FUNCTION) }),
  // A namespace counts as a tool.
  'responses tools[].tools': (most) => ({ tools: [NAMESPACE(entries(most - 1, FUNCTION))] }),
  'responses input[].tools': (most) => ({ input: [USER, FOUND, SEARCH(entries(most, FUNCTION))] }),
  'responses input[].tools[].tools': (most) => ({
    input: [USER, FOUND, SEARCH([NAMESPACE(entries(most - 1, FUNCTION))])],
  }),
  'responses tool_choice.tools': (most) => ({
    tools: [FUNCTION],
    tool_choice: { ...ALLOWED, tools: entries(most, FUNCTION) },
  }),
  'responses input[].call_id': (most) => ({
    input: [...entries(most, { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }), USER],
  }),
  'responses input[].id': (most) => ({ input: entries(most, { type: 'item_reference', id: 'msg_0' }) }),
  'responses input[].encrypted_content': (most) => ({
    input: [...entries(most, { type: 'reasoning', encrypted_content: 'a' }), USER],
  }),
  'messages messages': (most) => ({ messages: entries(most, USER) }),
  'messages system': (most) => ({ system: entries(most, TEXT) }),
  'messages messages[].content': (most) => ({ messages: [{ role: 'user', content: entries(most, TEXT) }] }),
  'messages messages[].content[].content': (most) => ({
    messages: [
      USER,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
      // The blocks of both messages count.
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: entries(most - 2, TEXT) }] },
    ],
    tools: [{ name: 'f', input_schema: { type: 'object' } }],
  }),
  'messages tools': (most) => ({
    tools: Array.from({ length: most }, (_, index) => ({ name: `f${index}`, input_schema: { type: 'object' } })),
  }),
  'completions prompt': (most) => ({ prompt: entries(most, 'a') }),
  'embeddings input': (most) => ({ input: entries(most, 'a') }),
  'moderations input': (most) => ({ input: entries(most, 'a') }),
};

/** Endpoints that use the rows of another endpoint. */
const LIKE: Partial<Record<LimitedApi, LimitedApi>> = { compact: 'responses', countTokens: 'messages' };

function bodyFor(api: LimitedApi, path: string, { unit }: RequestLimit, most: number): object {
  const base = BASES[api];
  const written = PATH_FIELDS[`${LIKE[api] ?? api} ${path}`];
  if (path === '') return { ...base, ...fields(most - Object.keys(base).length, 1) };
  if (written) return { ...base, ...written(most) };
  if (path.endsWith('.*')) return { ...base, [path.slice(0, -2)]: { name: 'v'.repeat(most) } };
  const [field, inner] = path.split('.') as [string, string?];
  const value = valueOf(unit, most);
  return { ...base, [field]: inner === undefined ? value : { [inner]: value } };
}

function valueOf(unit: RequestLimit['unit'], most: number): unknown {
  switch (unit) {
    case 'entries':
      return entries(most, 'a');
    case 'fields':
      return fields(most, 'a');
    case 'names':
      return { ['n'.repeat(most)]: 'a' };
    case 'characters':
      return 'a'.repeat(most);
    case 'value':
      return most;
    case 'restored':
      throw new Error('restored content has tests of its own');
    default:
      return unit satisfies never;
  }
}

const limits: readonly (readonly [string, RequestLimit])[] = Object.entries(REQUEST_LIMITS);
const rows = limits
  .filter(([, { unit }]) => unit !== 'restored')
  .flatMap(([name, limit]) =>
    Object.entries(limit.paths).flatMap(([api, paths]) =>
      paths.map((path) => [name, api as LimitedApi, path, limit] as const),
    ),
  );

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway('responses: { store: memory }\nguardrail: { id: gr1 }');
  gateway.emulator.behave({ kind: 'refuse', name: 'ValidationException', match: 'claude' });
});
afterEach(() => gateway.emulator.reset());
afterAll(() => gateway.close());

interface Refusal {
  message: string;
  param?: string | null;
  code?: string | null;
}

async function refusalOf(api: LimitedApi, body: object): Promise<{ status: number; error: Refusal | undefined }> {
  const answer = await gateway.send(PATHS[api], { body });
  const { error } = (await answer.json()) as { error?: Refusal };
  return { status: answer.status, error };
}

it.each(rows)('%s of %s at %s', async (_, api, path, limit) => {
  const above = await refusalOf(api, bodyFor(api, path, limit, limit.max + 1));
  expect(above).toMatchObject({ status: 400, error: { message: expect.stringContaining(`${limit.max + 1}`) } });
  expect(above.error?.message).toContain(
    `at most ${limit.max}`.replace('at most', limit.unit === 'value' ? '<=' : 'at most'),
  );
  if (LIKE[api] !== 'messages' && api !== 'messages') expect(above.error).toMatchObject({ code: limitCode(limit) });

  const at = await refusalOf(api, bodyFor(api, path, limit, limit.max));
  expect(at.status).toBeLessThan(500);
  expect(at.error?.message ?? '').not.toContain('Expected');
});
