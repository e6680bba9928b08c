import OpenAI from 'openai';
import { KEY, NARROW_KEY, OTHER_KEY, startGateway, type TestGateway, until } from '../../support/gateway.ts';

/** Background responses: their admission slots, and the share of each key. */

type Created = [OpenAI.Responses.Response, OpenAI.Responses.Response, OpenAI.Responses.Response];

const MODEL = 'claude-haiku-4-5';
const CHAT = { model: MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };

let gateway: TestGateway;
afterEach(() => gateway.close());

function clientOf(apiKey: string): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: 0 });
}

function begin(client: OpenAI): Promise<OpenAI.Responses.Response> {
  return client.responses.create({ model: MODEL, input: 'Work.', background: true });
}

async function untilStatus(client: OpenAI, id: string, status: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if ((await client.responses.retrieve(id)).status === status) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${id} is ${(await client.responses.retrieve(id)).status}, not ${status}`);
}

async function untilMetric(name: string, value: number): Promise<void> {
  let seen: string | undefined;
  for (let attempt = 0; attempt < 500; attempt++) {
    const text = await (await gateway.send('/metrics')).text();
    seen = text.split('\n').find((line) => line.startsWith(`${name} `));
    if (seen === `${name} ${value}`) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${seen}, not ${value}`);
}

describe('background responses', () => {
  it('of one key do not use the slots of another key', async () => {
    gateway = await startGateway('responses: { store: memory, maxBackground: 5 }');
    gateway.emulator.behave({ kind: 'slow', ms: 60_000, before: 'headers', times: 2 });
    const [busy, other] = [clientOf(KEY), clientOf(OTHER_KEY)];
    const results = await Promise.allSettled(Array.from({ length: 7 }, () => begin(busy)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused[0]!.reason).toMatchObject({ status: 429, code: 'too_many_background_responses' });
    await until(() => gateway.emulator.requests.length === 2, 'the work of the busy key');
    const { id } = await begin(other);
    await untilStatus(other, id, 'completed');
    for (const result of results) if (result.status === 'fulfilled') await busy.responses.cancel(result.value.id);
  });

  it('hold a slot of their key while they run, queue for it in turn, and can be cancelled meanwhile', async () => {
    gateway = await startGateway('responses: { store: memory }\noverload: { queueTimeoutMs: 20000 }');
    gateway.emulator.behave({ kind: 'slow', ms: 60_000, before: 'headers', times: 2 });
    const narrow = clientOf(NARROW_KEY);
    const leave = new AbortController();
    const chat = narrow.chat.completions.create(CHAT, { signal: leave.signal }).catch(() => undefined);
    await until(() => gateway.emulator.requests.length === 1, 'the slot to be taken');
    const begun = [begin(narrow), begin(narrow), begin(narrow)];
    await untilMetric('outcrop_admission_queued', 3);
    leave.abort();
    await chat;
    // All three requests have waited longer in the queue of the key than the first response.
    const [first, second, third] = (await Promise.all(begun)) as Created;
    await until(() => gateway.emulator.requests.length === 2, 'one of them to run');
    await untilMetric('outcrop_admission_in_flight', 1);
    const list = await Promise.all([first, second, third].map(({ id }) => narrow.responses.retrieve(id)));
    const [running] = list.filter(({ status }) => status === 'in_progress');
    const [next, last] = list.filter(({ status }) => status === 'queued');
    // Another key does not wait for them.
    expect((await clientOf(KEY).chat.completions.create(CHAT)).choices).toHaveLength(1);
    await narrow.responses.cancel(next!.id);
    expect(gateway.emulator.requests).toHaveLength(3);
    await narrow.responses.cancel(running!.id);
    await untilStatus(narrow, last!.id, 'completed');
    for (const { id } of [running!, next!]) expect((await narrow.responses.retrieve(id)).status).toBe('cancelled');
    expect(gateway.emulator.requests).toHaveLength(4);
    await untilMetric('outcrop_admission_in_flight', 0);
  });

  it('count against the concurrency limit of their key, so that its other requests wait', async () => {
    gateway = await startGateway('responses: { store: memory }\noverload: { queueTimeoutMs: 0 }');
    gateway.emulator.behave({ kind: 'slow', ms: 60_000, before: 'headers', times: 1 });
    const narrow = clientOf(NARROW_KEY);
    const { id } = await begin(narrow);
    await until(() => gateway.emulator.requests.length === 1, 'it to run');
    const refused = narrow.chat.completions.create(CHAT);
    await expect(refused).rejects.toMatchObject({ status: 429, code: 'concurrency_limit_exceeded' });
    await narrow.responses.cancel(id);
    await untilMetric('outcrop_admission_in_flight', 0);
    expect((await narrow.chat.completions.create(CHAT)).choices).toHaveLength(1);
  });
});
