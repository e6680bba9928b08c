import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

const REQUEST = {
  model: 'claude-sonnet-4-6',
  messages: [{ role: 'user' as const, content: 'Tell me about tokens. '.repeat(50) }],
  stream: true as const,
};
const LONG_TEXT = Array.from({ length: 100 }, (_, index) => `word${index}`).join(' ');

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway('');
  gateway.emulator.script([{ text: LONG_TEXT }]);
});
afterEach(() => gateway.close());

interface Booked {
  tokens: Record<string, number>;
  estimated: Record<string, number>;
  cost: number;
  finished: number;
}

async function booked(): Promise<Booked> {
  const text = await (await gateway.send('/metrics')).text();
  const of = (metric: string): Record<string, number> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${metric}\\{.*kind="(\\w+)"\\} (\\d+)$`, 'gm'))].map(([, kind, value]) => [
        kind,
        Number(value),
      ]),
    );
  const sum = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    tokens: of('outcrop_tokens_total'),
    estimated: of('outcrop_estimated_tokens_total'),
    cost: sum(/^outcrop_cost_usd_total\{.*\} (.+)$/m),
    finished: sum(/^outcrop_requests_total\{route="\/v1\/chat\/completions".*\} (\d+)$/m),
  };
}

async function untilBooked(): Promise<Booked> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const seen = await booked();
    if (seen.finished > 0) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the request was never booked');
}

/** Returns the usage that Bedrock reports if the same request completes. */
async function whole(): Promise<Booked> {
  const answer = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, max_tokens: 4000 } });
  await answer.text();
  return untilBooked();
}

describe('a stream whose client disconnects', () => {
  it('is recorded by the content received, with prompt and cost, and marked as an estimate', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 10 });
    const abort = new AbortController();
    const stream = await gateway.client.chat.completions.create(
      { ...REQUEST, max_tokens: 4000 },
      { signal: abort.signal },
    );
    let text = '';
    const reading = (async () => {
      for await (const { choices } of stream) {
        text += choices[0]?.delta.content ?? '';
        if (text.includes('word9')) abort.abort();
      }
    })();
    await reading.catch(() => undefined);
    const { tokens, estimated, cost } = await untilBooked();
    expect(tokens).toEqual(estimated);
    // At least what the client has read, and far less than the whole answer.
    expect(tokens.output).toBeGreaterThanOrEqual(Math.floor(text.length / 4));
    expect(tokens.output).toBeLessThan(LONG_TEXT.length / 8);
    expect(tokens.input).toBeGreaterThan(200);
    expect(cost).toBeGreaterThan(0);
    await until(() => gateway.emulator.stats().openStreams === 0, 'the upstream to be left');
  });
});

describe('an interrupted stream', () => {
  it.each(['cut', 'truncate', 'corrupt'] as const)('(%s) is recorded by the content received', async (kind) => {
    gateway.emulator.behave({ kind, afterDeltas: 40 });
    const seen = await whole();
    expect(seen.tokens).toEqual(seen.estimated);
    expect(seen.tokens.output).toBeGreaterThan(30);
    expect(seen.cost).toBeGreaterThan(0);
  });

  it('is not estimated if it completes', async () => {
    const seen = await whole();
    expect(seen.estimated).toEqual({});
    expect(seen.tokens.output).toBeGreaterThan(30);
  });
});
