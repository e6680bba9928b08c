import * as fc from 'fast-check';

import { MODELS } from '../../emulator/models.ts';
import { CHAT_MODELS } from '../../src/models/table/model-table.ts';
import type { ModelRules } from '../../src/models/types/model.ts';
import { anything, garbage, request, text, toolbox } from '../support/arbitrary-requests.ts';
import { KEY, startGateway, type TestGateway } from '../support/gateway.ts';
import { dataUrl, gif, jpeg, PDF, png } from '../support/media-files.ts';

/**
 * Random requests over HTTP against the whole gateway: valid requests are answered, and invalid ones are rejected with
 * a reason.
 * `FUZZ_SEED=1 npm test -- fuzz` repeats a run, `FUZZ_RUNS` makes it longer.
 */

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);
const OPTIONS = { seed: SEED, numRuns: RUNS };
const TIME = 20_000 + RUNS * 40;
console.log(`fuzz: seed ${SEED}, ${RUNS} requests of each kind`);

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway(`
promptCache: { autoCachePoints: always }
requestMetadata: { includeKeyName: true }
guardrail: { id: gr-1, scope: last-user-message, allowRequestGuardrail: true }
passthrough: { betaFlags: [interleaved-thinking-2025-05-14] }
answerCache: { enabled: true }
`);
});
afterAll(() => gateway.close());

const image = fc.record({
  type: fc.constant('image_url' as const),
  image_url: fc.record(
    {
      url: fc.constantFrom(dataUrl(png()), dataUrl(gif(), 'image/png'), dataUrl(jpeg(), '')),
      detail: fc.constantFrom('auto', 'low', 'high'),
    },
    { requiredKeys: ['url'] },
  ),
});
const file = fc.record({
  type: fc.constant('file' as const),
  file: fc.record(
    { file_data: fc.constantFrom(dataUrl(PDF, 'application/pdf'), PDF.toString('base64')), filename: text },
    { requiredKeys: ['file_data'] },
  ),
});
const responseFormat = fc.constantFrom(
  { type: 'text' },
  { type: 'json_object' },
  ...[true, false, null].map((strict) => ({
    type: 'json_schema',
    json_schema: {
      name: 'rating',
      strict,
      schema: { type: 'object', properties: { stars: { type: 'integer', minimum: 1 } }, required: ['stars'] },
    },
  })),
);
const more = fc.record(
  {
    n: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
    stream_options: fc.constantFrom(null, {}, { include_usage: true }),
    response_format: responseFormat,
    guardrailConfig: fc.constantFrom(
      null,
      {},
      { guardrailIdentifier: 'gr-2', guardrailVersion: '3', trace: 'enabled' },
    ),
    anthropic_beta: fc.constantFrom('interleaved-thinking-2025-05-14', ['made-up', 'interleaved-thinking-2025-05-14']),
    additionalModelRequestFields: fc.constantFrom({ top_k: 3 }, { other: true }, {}),
    logit_bias: fc.constant({ '1': 3 }),
    store: fc.boolean(),
    field_of_next_year: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
/** Models that the emulator supports. */
const NAMES = CHAT_MODELS.filter((card) => MODELS.some(({ id }) => id === card.id)).map(({ name }) => name);
const valid = fc
  .record({
    plain: request,
    more,
    tools: fc.option(toolbox),
    media: fc.array(fc.oneof(image, file), { maxLength: 3 }),
    model: fc.constantFrom(...NAMES),
    thinks: fc.boolean(),
  })
  .map(({ plain, more, tools, media, model, thinks }) => {
    const { rules } = CHAT_MODELS.find(({ name }) => name === model)!;
    const parts = [{ type: 'text', text: 'Look.' }, ...media.filter(({ type }) => takes(rules, type))];
    return {
      ...plain,
      ...more,
      ...(rules.tools && tools),
      model: thinks && rules.family === 'claude' && rules.thinking ? `${model}-thinking` : model,
      messages: [...(plain.messages as object[]), { role: 'user', content: parts }],
    };
  });

function takes(rules: ModelRules, type: 'image_url' | 'file'): boolean {
  return type === 'file' ? rules.documents : rules.vision;
}

async function post(body: string | Buffer, path = '/v1/chat/completions') {
  gateway.emulator.reset();
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, text: await response.text(), upstream: gateway.emulator.stats().byStatus };
}

describe('valid requests', () => {
  it(
    'are answered by every model, and Bedrock rejects none of them',
    async () => {
      await fc.assert(
        fc.asyncProperty(valid, async (body) => {
          const { status, text, upstream } = await post(JSON.stringify(body));
          expect([status, Object.keys(upstream), status === 200 || text]).toEqual([200, ['200'], true]);
          if (body.stream) expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
        }),
        OPTIONS,
      );
    },
    TIME,
  );
});

/** A placeholder in a request, replaced with raw bytes after JSON.stringify. */
const MARK = '"@@"';
const raw = fc.constantFrom(
  '1e999',
  '-1e999',
  '123456789012345678901234567890',
  '0.1e-400',
  '-0',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  '{"__proto__":{"type":"text"},"type":"text","text":"Hi"}',
  '{"constructor":{"prototype":{"x":1}},"toString":null,"hasOwnProperty":7}',
  '["__proto__","constructor"]',
  '"\\u0000\\ud800"',
  `"${'a'.repeat(100_000)}"`,
);
const wrong = fc.oneof(
  anything.map(asJson),
  fc.jsonValue(),
  fc.constantFrom(null, {}, [], '', -1, 0.5, true, 'toString'),
);
const changed = fc.tuple(valid, fc.array(fc.nat(), { minLength: 1, maxLength: 6 }), wrong);
const bodies: Record<string, fc.Arbitrary<string | Buffer>> = {
  'any JSON': fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ model: 'nova-pro', messages: value })),
  ),
  'tools and thoughts': fc
    .tuple(garbage, fc.constantFrom(...NAMES))
    .map(([body, model]) => JSON.stringify(asJson({ model, ...body }))),
  'wrong values at random places': changed.map(([body, path, value]) => JSON.stringify(replaced(body, path, value))),
  'numbers, depths and names': fc
    .tuple(changed, raw)
    .map(([[body, path], text]) => JSON.stringify(replaced(body, path, '@@')).replace(MARK, () => text)),
  'bytes that are not UTF-8': fc.tuple(valid, fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.nat()).map(spoiled),
};

describe('invalid input', () => {
  it.each(Object.entries(bodies))(
    'is answered or rejected, and never causes an internal error: %s',
    async (_kind, body) => {
      await fc.assert(
        fc.asyncProperty(body, fc.constantFrom('chat/completions', 'completions', 'responses'), async (body, path) => {
          const { status, text } = await post(body, `/v1/${path}`);
          expect([status < 500, text.includes('"server_error"') && text]).toEqual([true, false]);
          if (status >= 400) {
            const { error } = JSON.parse(text) as { error: object };
            expect(error).toMatchObject({ message: expect.any(String), type: expect.any(String) });
          }
        }),
        { ...OPTIONS, numRuns: Math.ceil(RUNS / 3) },
      );
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect((await gateway.send('/health/live')).status).toBe(200);
    },
    TIME,
  );
});

/** Returns the value after a JSON round trip. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? 1 : each)) ?? 'null');
}

/** Replaces the value at the place that the numbers select. */
function replaced(value: unknown, [step, ...rest]: readonly number[], by: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return by;
  const entries = Object.entries(value);
  if (entries.length === 0) return by;
  const [chosen] = entries[step % entries.length]!;
  const changed = entries.map(([key, each]) => [key, key === chosen ? replaced(each, rest, by) : each] as const);
  return Array.isArray(value) ? changed.map(([, each]) => each) : Object.fromEntries(changed);
}

function spoiled([body, bytes, place]: [object, Uint8Array, number]): Buffer {
  const text = Buffer.from(JSON.stringify(body));
  const at = place % text.length;
  return Buffer.concat([text.subarray(0, at), bytes, text.subarray(at)]);
}
