import { createServer, type AddressInfo } from 'node:net';
import { startGateway, type TestGateway, until } from '../../support/gateway.ts';

const REQUEST = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };
const LONG_TEXT = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');

const running: TestGateway[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close()));
});

async function gatewayWith(settings: string, endpoint?: string): Promise<TestGateway> {
  const gateway = await startGateway(`retry: { maxRetries: 0 }\n${settings}`, endpoint);
  running.push(gateway);
  return gateway;
}

interface Seen {
  status: number;
  text: string;
  /** The JSON of the body, or of the last frame of a stream. */
  code?: string;
}

async function ask(gateway: TestGateway, body: object = {}, headers: Record<string, string> = {}): Promise<Seen> {
  const response = await gateway.send('/v1/chat/completions', { body: { ...REQUEST, ...body }, headers });
  const text = await response.text();
  const last = text
    .trim()
    .split('\n\n')
    .at(-1)!
    .replace(/^data: /, '');
  return {
    status: response.status,
    text,
    code: last === '[DONE]' ? undefined : JSON.parse(last).error?.code,
  };
}

describe('the connect timeout', () => {
  it('ends an attempt to reach a host that accepts a connection and sends nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const gateway = await gatewayWith('bedrock: { timeouts: { connectMs: 200 } }', endpoint);
    expect(await ask(gateway)).toMatchObject({ status: 502, code: 'upstream_connection_error' });
    silent.close();
  });

  it('does not exceed the timeout that the client set', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const endpoint = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const gateway = await gatewayWith('bedrock: { timeouts: { connectMs: 15000 } }', endpoint);
    expect(await ask(gateway, {}, { 'x-outcrop-timeout-ms': '100' })).toMatchObject({ status: 504, code: 'timeout' });
    silent.close();
  });
});

describe('the first-event timeout', () => {
  it.each(['headers', 'first-event'] as const)('ends a silent stream before its %s', async (before) => {
    const gateway = await gatewayWith('bedrock: { timeouts: { firstEventMs: 200 } }');
    gateway.emulator.behave({ kind: 'slow', ms: 10_000, before });
    expect(await ask(gateway, { stream: true })).toMatchObject({ status: 504, code: 'timeout' });
  });

  it('differs from the idle timeout: headers may arrive long before the first event', async () => {
    const gateway = await gatewayWith('bedrock: { timeouts: { firstEventMs: 10000, idleMs: 50 } }');
    gateway.emulator.behave({ kind: 'slow', ms: 400 });
    expect((await ask(gateway, { stream: true })).text).toContain('[DONE]');
    expect((await ask(gateway)).status).toBe(200);
  });

  it('ends a plain request without an answer', async () => {
    const gateway = await gatewayWith('bedrock: { timeouts: { firstEventMs: 200 } }');
    gateway.emulator.behave({ kind: 'slow', ms: 10_000 });
    expect(await ask(gateway)).toMatchObject({ status: 504, code: 'timeout' });
  });
});

describe('the idle timeout', () => {
  it('ends a stream that has stopped, although keep-alives are sent', async () => {
    const gateway = await gatewayWith('bedrock: { timeouts: { idleMs: 2500 } }\nstreaming: { keepAliveSeconds: 1 }');
    gateway.emulator.behave({ kind: 'stall', afterDeltas: 2 });
    const { status, text, code } = await ask(gateway, { stream: true });
    expect([status, code]).toEqual([200, 'timeout']);
    expect(text.match(/^: keep-alive$/gm)).toHaveLength(2);
    await until(() => gateway.emulator.stats().openStreams === 0, 'the upstream to be left');
  });

  it('measures the upstream before its first event as well: keep-alives are sent from the start and do not count', async () => {
    const gateway = await gatewayWith(
      'bedrock: { timeouts: { firstEventMs: 2500 } }\nstreaming: { keepAliveSeconds: 1 }',
    );
    gateway.emulator.behave({ kind: 'stall' });
    const { status, text, code } = await ask(gateway, { stream: true });
    expect([status, code]).toEqual([200, 'timeout']);
    expect(text.startsWith(': keep-alive\n\n')).toBe(true);
    expect(text.match(/^: keep-alive$/gm)).toHaveLength(2);
  });
});

describe('the total timeout', () => {
  it('ends a stream that does not end', async () => {
    const gateway = await gatewayWith('bedrock: { timeouts: { totalMs: 500 } }');
    gateway.emulator.script([{ text: LONG_TEXT }]);
    gateway.emulator.behave({ kind: 'pace', ms: 50 });
    const { text, code } = await ask(gateway, { stream: true });
    expect(code).toBe('timeout');
    expect(text).toContain('word0');
  });
});

describe('x-outcrop-timeout-ms', () => {
  const IN_300_MS = { 'x-outcrop-timeout-ms': '300' };

  it('ends a plain request with 504 and aborts its upstream call', async () => {
    const gateway = await gatewayWith('');
    gateway.emulator.behave({ kind: 'stall' });
    const { status, text } = await ask(gateway, {}, IN_300_MS);
    expect(status).toBe(504);
    expect(JSON.parse(text).error).toMatchObject({ type: 'server_error', code: 'timeout', param: null });
    expect(text).toContain('300 ms');
    await until(() => gateway.emulator.stats().openRequests === 0, 'the upstream to be left');
  });

  it('ends a started stream with an error frame and without [DONE]', async () => {
    const gateway = await gatewayWith('');
    gateway.emulator.script([{ text: LONG_TEXT }]);
    gateway.emulator.behave({ kind: 'pace', ms: 50 });
    const { status, text, code } = await ask(gateway, { stream: true }, { 'x-outcrop-timeout-ms': '900' });
    expect([status, code]).toEqual([200, 'timeout']);
    expect(text).not.toContain('[DONE]');
    await until(() => gateway.emulator.stats().openStreams === 0, 'the upstream to be left');
  });

  it('includes the waits between retries', async () => {
    const patient = await startGateway('retry: { maxRetries: 5 }');
    running.push(patient);
    patient.emulator.behave({
      kind: 'refuse',
      name: 'ServiceUnavailableException',
      status: 503,
      headers: { 'retry-after': '5' },
    });
    expect(await ask(patient, {}, IN_300_MS)).toMatchObject({ status: 504, code: 'timeout' });
    expect(patient.emulator.requests).toHaveLength(1);
  });

  it('includes the wait for a slot', async () => {
    const gateway = await gatewayWith('overload: { maxInFlight: 1, queueTimeoutMs: 60000 }');
    gateway.emulator.behave({ kind: 'stall', times: 1 });
    const holding = ask(gateway, {}, { 'x-outcrop-timeout-ms': '1500' });
    await until(() => gateway.emulator.requests.length === 1, 'the place to be taken');
    expect(await ask(gateway, {}, IN_300_MS)).toMatchObject({ status: 504, code: 'timeout' });
    expect(gateway.emulator.requests).toHaveLength(1);
    expect((await holding).status).toBe(504);
    expect((await ask(gateway)).status).toBe(200);
  });

  it('never extends a limit of the gateway', async () => {
    const gateway = await gatewayWith('bedrock: { timeouts: { firstEventMs: 200 } }');
    gateway.emulator.behave({ kind: 'stall' });
    const { status, text } = await ask(gateway, {}, { 'x-outcrop-timeout-ms': '999999999999' });
    expect(status).toBe(504);
    expect(text).toContain('Bedrock did not answer within the time limit');
  });

  it.each(['0', '-5', '1.5', '1e3', 'soon', '', '9'.repeat(16)])(
    'is rejected with 400 if it is "%s"',
    async (value) => {
      const gateway = await gatewayWith('');
      const { status, text } = await ask(gateway, {}, { 'x-outcrop-timeout-ms': value });
      expect(status).toBe(400);
      expect(JSON.parse(text).error).toMatchObject({
        param: 'x-outcrop-timeout-ms',
        code: 'invalid_header',
      });
      expect(gateway.emulator.requests).toHaveLength(0);
    },
  );
});
