import { gzipSync } from 'node:zlib';
import { KEY, NARROW_KEY, OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

const REQUEST = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'Hello' }] };

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway(`
overload: { maxInFlight: 2, maxInFlightPerKey: 0, queueTimeoutMs: 60000, maxQueuedRequests: 6, maxQueuedRequestsPerKey: 4 }
retry: { maxRetries: 0 }
`);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.emulator.reset());

interface Asked {
  key: string;
  status: number;
  answer: Loose;
  headers: Headers;
}

/** Sends one request; `ended` records the order in which requests are answered. */
async function ask(key: string, ended: string[] = [], body: object = {}, init: RequestInit = {}): Promise<Asked> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...REQUEST, ...body }),
    ...init,
  });
  const text = await response.text();
  ended.push(key);
  return {
    key,
    status: response.status,
    answer: body && text.startsWith('{') ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

async function metric(name: string, from: TestGateway = gateway): Promise<number> {
  const text = await (await from.send('/metrics')).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length) ?? 0,
  );
}

async function untilMetric(name: string, value: number, from: TestGateway = gateway): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await metric(name, from)) === value) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${name} is ${await metric(name, from)}, not ${value}`);
}

/** Occupies both slots with requests that Bedrock does not answer, until `free` releases them. */
async function occupied(key = KEY): Promise<() => void> {
  gateway.emulator.behave({ kind: 'stall', times: 2 });
  const leave = new AbortController();
  const places = [0, 1].map(() => ask(key, [], {}, { signal: leave.signal }).catch(() => undefined));
  await until(() => gateway.emulator.requests.length === 2, 'both places to be taken');
  return () => {
    leave.abort();
    void Promise.all(places);
  };
}

describe('requests beyond the concurrency limit', () => {
  it('wait, and are answered when slots become free', async () => {
    const free = await occupied();
    const waiting = [ask(KEY), ask(KEY), ask(KEY, [], { stream: true })];
    await untilMetric('outcrop_admission_queued', 3);
    expect(gateway.emulator.requests).toHaveLength(2);
    free();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await untilMetric('outcrop_admission_in_flight', 0);
    expect(await metric('outcrop_admission_wait_seconds_count')).toBeGreaterThanOrEqual(3);
  });

  it('are served in turn by key, so that one key does not starve another', async () => {
    const free = await occupied();
    // One slot at a time, so that requests are answered in the order of their admission.
    gateway.emulator.behave({ kind: 'slow', ms: 30 });
    const ended: string[] = [];
    const many = [0, 1, 2, 3].map(() => ask(KEY, ended));
    await untilMetric('outcrop_admission_queued', 4);
    const one = ask(OTHER_KEY, ended);
    await untilMetric('outcrop_admission_queued', 5);
    free();
    await Promise.all([...many, one]);
    expect(ended.indexOf(OTHER_KEY)).toBeLessThan(3);
  });

  it('are rejected with 503 in OpenAI’s format and a retry-after if the queue of the key is full', async () => {
    const free = await occupied();
    const waiting = [0, 1, 2, 3].map(() => ask(KEY));
    await untilMetric('outcrop_admission_queued', 4);
    const { status, answer, headers } = await ask(KEY);
    expect(status).toBe(503);
    expect(answer.error).toMatchObject({ type: 'server_error', code: 'overloaded', param: null });
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await metric('outcrop_rejected_requests_total{source="key",reason="key_queue_full"}')).toBe(1);
    free();
    expect((await Promise.all(waiting)).every((one) => one.status === 200)).toBe(true);
  });

  it('yield to a key with fewer requests if the shared queue is full', async () => {
    const free = await occupied();
    const many = [0, 1, 2, 3].map(() => ask(KEY));
    await untilMetric('outcrop_admission_queued', 4);
    const narrow = [0, 1].map(() => ask(NARROW_KEY));
    await untilMetric('outcrop_admission_queued', 6);
    const newcomer = ask(OTHER_KEY);
    const first = await Promise.race(many);
    expect(first.status).toBe(503);
    free();
    expect((await newcomer).status).toBe(200);
    await Promise.all([...many, ...narrow]);
    expect(await metric('outcrop_rejected_requests_total{source="gateway",reason="displaced_by_other_key"}')).toBe(1);
  });

  it('leave the queue at once when their client disconnects', async () => {
    const free = await occupied();
    const leave = new AbortController();
    const waiting = ask(KEY, [], {}, { signal: leave.signal }).catch(() => 'gone');
    const staying = ask(KEY);
    await untilMetric('outcrop_admission_queued', 2);
    leave.abort();
    expect(await waiting).toBe('gone');
    await untilMetric('outcrop_admission_queued', 1);
    free();
    expect((await staying).status).toBe(200);
    await untilMetric('outcrop_admission_in_flight', 0);
    expect(gateway.emulator.requests).toHaveLength(3);
  });

  it('do not delay health, metrics and model lists', async () => {
    const free = await occupied();
    const waiting = ask(KEY);
    await untilMetric('outcrop_admission_queued', 1);
    for (const path of ['/health/live', '/metrics', '/v1/models']) expect((await gateway.send(path)).status).toBe(200);
    free();
    await waiting;
  });

  it('release every slot once, whether clients stay or disconnect', async () => {
    gateway.emulator.behave({ kind: 'pace', ms: 2 });
    await Promise.all(
      Array.from({ length: 24 }, (_, index) => {
        const signal = index % 3 === 0 ? AbortSignal.timeout(index * 4) : undefined;
        return ask(index % 2 === 0 ? KEY : NARROW_KEY, [], { stream: index % 4 < 2 }, { signal }).catch(() => 'gone');
      }),
    );
    await untilMetric('outcrop_admission_in_flight', 0);
    expect(await metric('outcrop_admission_queued')).toBe(0);
    expect((await Promise.all([ask(KEY), ask(KEY)])).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a key with a concurrency limit', () => {
  it('waits for its own requests while other keys proceed', async () => {
    gateway.emulator.behave({ kind: 'stall', times: 1 });
    const leave = new AbortController();
    const first = ask(NARROW_KEY, [], {}, { signal: leave.signal }).catch(() => 'gone');
    await until(() => gateway.emulator.requests.length === 1, 'its first request');
    const second = ask(NARROW_KEY);
    await untilMetric('outcrop_admission_queued', 1);
    expect((await ask(KEY)).status).toBe(200);
    expect(await metric('outcrop_admission_queued')).toBe(1);
    leave.abort();
    expect(await first).toBe('gone');
    expect((await second).status).toBe(200);
  });
});

describe('a queue with a deadline', () => {
  it('rejects at its end: 503 for lack of slots, 429 for the key’s limit; not ready, then ready again', async () => {
    const strict = await startGateway('overload: { maxInFlight: 2, maxInFlightPerKey: 1, queueTimeoutMs: 20 }');
    const ready = async (): Promise<number> => (await strict.send('/health/ready')).status;
    strict.emulator.behave({ kind: 'stall', times: 2 });
    const leave = new AbortController();
    const send = (key: string, signal?: AbortSignal): Promise<Response> =>
      fetch(`${strict.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(REQUEST),
        signal,
      });
    const own = send(KEY, leave.signal).catch(() => 'gone');
    await until(() => strict.emulator.requests.length === 1, 'the first place to be taken');
    const limited = await send(KEY);
    expect(limited.status).toBe(429);
    expect(((await limited.json()) as Loose).error.code).toBe('concurrency_limit_exceeded');
    const other = send(NARROW_KEY, leave.signal).catch(() => 'gone');
    await until(() => strict.emulator.requests.length === 2, 'both places to be taken');
    expect(await ready()).toBe(200);
    const refused = await send(OTHER_KEY);
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as Loose).error.message).toContain('20 ms');
    await untilStatus(ready, 503);
    expect((await strict.send('/health/live')).status).toBe(200);
    leave.abort();
    await Promise.all([own, other]);
    await untilStatus(ready, 200);
    await strict.close();
  });
});

async function untilStatus(ask: () => Promise<number>, status: number): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await ask()) === status) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the status did not become ${status}`);
}

describe('the memory for request bodies', () => {
  it('is granted to the requests that fit, rejects others with 503, and is released', async () => {
    const small = await startGateway('overload: { maxTotalBodyBytes: 20000, queueTimeoutMs: 0 }');
    const body = { ...REQUEST, messages: [{ role: 'user', content: 'x'.repeat(9_000) }] };
    small.emulator.behave({ kind: 'stall', times: 2 });
    const leave = new AbortController();
    const holding = [0, 1].map(() =>
      fetch(`${small.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: leave.signal,
      }).catch(() => 'gone'),
    );
    await until(() => small.emulator.requests.length === 2, 'two bodies to be held');
    const plain = await small.send('/v1/chat/completions', { body });
    const packed = await fetch(`${small.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(body)),
    });
    for (const response of [plain, packed]) {
      expect(response.status).toBe(503);
      expect(((await response.json()) as Loose).error.code).toBe('overloaded');
    }
    expect(await metric('outcrop_rejected_requests_total{source="gateway",reason="body_memory"}', small)).toBe(2);
    const never = await small.send('/v1/chat/completions', { body: { ...body, user: 'x'.repeat(20_000) } });
    expect(never.status).toBe(413);
    leave.abort();
    await Promise.all(holding);
    await untilMetric('outcrop_request_body_memory_bytes', 0, small);
    expect((await small.send('/v1/chat/completions', { body })).status).toBe(200);
    await small.close();
  });
});
