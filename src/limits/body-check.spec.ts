import { GatewayError } from '../errors/errors.ts';
import { bodyCheckOf } from './body-check.ts';
import type { LimitedApi } from './request-limit.ts';

function refusal(api: LimitedApi, body: object): Pick<GatewayError, 'param' | 'code' | 'message'> | undefined {
  try {
    bodyCheckOf(api)(body);
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { param, code, message } = error;
    return { param, code, message };
  }
}

const many = (count: number, entry: unknown = {}): unknown[] => Array<unknown>(count).fill(entry);

describe('bodyCheckOf', () => {
  it('accepts a plain request, whatever its fields are', () => {
    expect(
      refusal('chat', { model: 'm', messages: [{ role: 'user', content: 'a' }], metadata: { a: 'b' } }),
    ).toBeUndefined();
    for (const odd of [null, 1, 'a', [], {}, [null], [[]]]) {
      const body = { model: odd, messages: odd, tools: odd, metadata: odd, stop: odd, n: odd, tool_choice: odd };
      expect(refusal('chat', body)).toBeUndefined();
      expect(refusal('responses', { input: odd, tools: odd, include: odd })).toBeUndefined();
    }
  });

  it.each<[string, LimitedApi, object, string | null, string]>([
    ['a list', 'chat', { messages: many(100_001) }, 'messages', 'array_above_max_length'],
    [
      'a list within entries',
      'chat',
      { messages: [{}, { content: many(100_001) }] },
      'messages[1].content',
      'array_above_max_length',
    ],
    [
      'lists that are short by themselves',
      'chat',
      { messages: many(11, { content: many(5_000), thinking_blocks: many(5_000) }) },
      'messages[10].content',
      'array_above_max_length',
    ],
    [
      'lists at several levels',
      'responses',
      { tools: [{ tools: many(5_000) }], input: [{ tools: [{ tools: many(5_000) }] }] },
      'tools[0].tools',
      'array_above_max_length',
    ],
    [
      'the body',
      'embeddings',
      Object.fromEntries(many(257).map((_, index) => [`f${index}`, 1])),
      null,
      'object_above_max_properties',
    ],
    ['a name', 'chat', { metadata: { ['n'.repeat(65)]: 'a' } }, 'metadata', 'string_above_max_length'],
    ['a value', 'chat', { metadata: { a: 'v'.repeat(513) } }, 'metadata.a', 'string_above_max_length'],
    ['a string', 'moderations', { model: 'm'.repeat(2_049) }, 'model', 'string_above_max_length'],
  ])('rejects %s', (_, api, body, param, code) => {
    expect(refusal(api, body)).toMatchObject({ param, code });
  });

  it('adds up the arrays of the body itself and those within them', () => {
    const body = { tools: [...many(9_998), { tools: [{}, {}] }] };
    expect(refusal('responses', body)).toMatchObject({
      param: 'tools[9998].tools',
      message: expect.stringContaining('10001'),
    });
    expect(refusal('responses', { tools: [...many(9_998), { tools: [{}] }] })).toBeUndefined();
  });

  it('reports the limit and the actual number', () => {
    expect(refusal('chat', { messages: many(100_007) })?.message).toBe(
      "Invalid 'messages': array too long. Expected at most 100000 messages, but got 100007 instead.",
    );
    expect(refusal('chat', { metadata: { a: 'v'.repeat(600) } })?.message).toBe(
      "Invalid 'metadata.a': string too long. Expected at most 512 characters of a metadata value, but got 600 instead.",
    );
  });

  it('does not iterate over an array that is too long', () => {
    const walked = { reads: 0 };
    const entry = {
      get content() {
        walked.reads += 1;
        return 'a';
      },
    };
    expect(refusal('chat', { messages: many(100_001, entry) })).toMatchObject({ param: 'messages' });
    expect(walked.reads).toBe(0);
  });
});
