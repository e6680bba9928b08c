import { KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** Fallback models on every endpoint, and the end of upstream streams that the gateway abandons. */

const MODEL = 'claude-sonnet-4-6';
const CLAUDE = 'claude-haiku-4-5';
const NOVA = 'nova-lite';
const FAILS = { kind: 'refuse', name: 'InternalServerException', status: 500 } as const;
const REQUEST = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };
const CONVERSE = { messages: [{ role: 'user', content: [{ text: 'Hello' }] }] };
const INVOKE = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 10, messages: REQUEST.messages };

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway(`
retry: { maxRetries: 0 }
streaming: { keepAliveSeconds: 1 }
models: { routes: [{ model: ${MODEL}, fallbacks: [${NOVA}, ${CLAUDE}] }] }
`);
});
afterEach(() => gateway.close());

const callsOf = (model: string) => gateway.emulator.requests.filter(({ modelId }) => modelId.includes(model)).length;
const metrics = async () => (await gateway.send('/metrics')).text();
/**
 * Returns the tokens that were settled for the fallback model and how many are estimates, once the request has
 * finished.
 */
async function finishedTokens(): Promise<[settled: number, estimated: number]> {
  let text = '';
  for (let look = 0; look < 500 && !/_requests_total\{route="\/v1\/chat/.test(text); look += 1) {
    text = await metrics();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^outcrop_${name}_total\\{.*model="${NOVA}".*\\} (\\d+)$`, 'gm'))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  return [sum('tokens'), sum('estimated_tokens')];
}
const closed = () => until(() => gateway.emulator.stats().openStreams === 0, 'all streams to be closed');

describe.each([
  ['/v1/chat/completions', REQUEST],
  ['/v1/completions', { model: MODEL, prompt: 'Hello' }],
  ['/v1/responses', { model: MODEL, input: 'Hello' }],
  ['/v1/messages', { ...REQUEST, max_tokens: 10 }],
])('%s', (path, body) => {
  it.each([false, true])('continues with the fallback model (streamed: %s)', async (stream) => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const response = await gateway.send(path, { body: { ...body, stream } });
    expect([response.status, response.headers.get('x-outcrop-fallback')]).toEqual([
      200,
      `${MODEL}=internal_server_error`,
    ]);
    expect(await response.text()).toContain(`"model":"${NOVA}"`);
    expect([callsOf('sonnet'), callsOf('nova'), callsOf('haiku')]).toEqual([1, 1, 0]);
  });
});

describe("Bedrock's own API", () => {
  it.each(['converse', 'converse-stream'])('%s continues with the next model', async (operation) => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const response = await gateway.send(`/model/${MODEL}/${operation}`, { body: CONVERSE });
    expect([response.status, response.headers.get('x-outcrop-fallback')]).toEqual([
      200,
      `${MODEL}=internal_server_error`,
    ]);
    await response.text();
    expect([callsOf('sonnet'), callsOf('nova')]).toEqual([1, 1]);
    await closed();
  });

  it.each(['invoke', 'invoke-with-response-stream'])(
    '%s continues with a model of the same family, which accepts the same body',
    async (operation) => {
      gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
      const response = await gateway.send(`/model/${MODEL}/${operation}`, { body: INVOKE });
      expect(response.status).toBe(200);
      await response.text();
      expect([callsOf('sonnet'), callsOf('nova'), callsOf('haiku')]).toEqual([1, 0, 1]);
    },
  );

  it('count-tokens counts only for the requested model', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const body = { input: { converse: CONVERSE } };
    const response = await gateway.send(`/model/${MODEL}/count-tokens`, { body });
    expect([response.status, callsOf('nova'), callsOf('haiku')]).toEqual([500, 0, 0]);
  });
});

describe('a client that disconnects while the fallback model streams', () => {
  it('ends every upstream stream, and its usage is settled once', async () => {
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    gateway.emulator.behave({ kind: 'stall', match: 'nova', afterDeltas: 1 });
    const client = new AbortController();
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...REQUEST, n: 2, stream: true }),
      signal: client.signal,
    });
    const reader = response.body!.getReader();
    await reader.read();
    expect(gateway.emulator.stats().openStreams).toBe(2);
    client.abort();
    await reader.read().catch(() => undefined);
    await closed();
    const [settled, estimated] = await finishedTokens();
    expect(settled).toBeGreaterThan(0);
    expect(settled).toBe(estimated);
  });
});

describe('response headers that are sent before the first model fails', () => {
  it('are followed by the answer of the next model in one stream', async () => {
    gateway.emulator.behave({ kind: 'slow', ms: 1_500, before: 'headers', match: 'sonnet' });
    gateway.emulator.behave({ ...FAILS, match: 'sonnet' });
    const response = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, stream: true } });
    const text = await response.text();
    expect([response.status, response.headers.get('x-outcrop-fallback')]).toEqual([200, null]);
    expect(text).toContain(`"model":"${NOVA}"`);
    expect(text).not.toContain('error');
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(await metrics()).toMatch(
      new RegExp(`fallbacks_total\\{from="${MODEL}",to="${NOVA}",code="internal_server_error"\\} 1`),
    );
  });
});
