import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

const HAIKU_PROFILE = 'arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/outcrophaiku';
const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];

/** JSON whose shape the assertions define. */
// oxlint-disable-next-line no-explicit-any
type Loose = any;

async function modelIds(gateway: TestGateway, headers = {}): Promise<string[]> {
  const list = (await (await gateway.send('/v1/models', { headers })).json()) as Loose;
  return list.data.map(({ id }: { id: string }) => id);
}

/** Polls for the outcome of discovery, which runs in the background. */
async function eventually(condition: () => Promise<boolean>, what: string): Promise<void> {
  const patience = Date.now() + 8_000;
  while (!(await condition())) {
    if (Date.now() > patience) throw new Error(`timed out waiting for: ${what}`);
    await sleep(50);
  }
}

const knowsMythos = async (gateway: TestGateway) => (await modelIds(gateway)).includes('claude-mythos-5');

async function metric(gateway: TestGateway, line: RegExp): Promise<string | undefined> {
  return line.exec(await (await gateway.send('/metrics')).text())?.[1];
}

describe('a gateway with model discovery', () => {
  let gateway: TestGateway;
  const lastInput = (): Loose => gateway.emulator.requests.findLast(({ body }) => body !== undefined)!.body;

  beforeAll(async () => {
    gateway = await startGateway('models: { discovery: { enabled: true } }');
    await eventually(() => knowsMythos(gateway), 'discovery');
  });
  afterAll(() => gateway.close());

  it('lists the table, further models of the account, and its application inference profiles', async () => {
    const ids = await modelIds(gateway);
    expect(ids).toEqual(expect.arrayContaining(['claude-sonnet-4-6', 'claude-mythos-5', 'kimi-k3', HAIKU_PROFILE]));
    expect(new Set(ids).size).toBe(ids.length);
    const talking = await modelIds(gateway, { 'anthropic-version': '2023-06-01' });
    expect(talking.filter((id) => id.includes('embed'))).toEqual([]);
    const ofOther = await modelIds(gateway, { authorization: 'Bearer sk-other-key' });
    expect(ofOther).toEqual(expect.arrayContaining(['claude-haiku-5-5', 'claude-haiku-4-5', 'claude-3-haiku']));
    // Only models that Haiku answers for, under the names of retired models.
    expect(ofOther.filter((id) => !/haiku|^claude-(?:2|2-0|instant)$/.test(id))).toEqual([]);
  });

  it('answers with an undescribed model, by the rules of its newest generation', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: 'claude-mythos-5', messages: MESSAGES, temperature: 0.5 },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-outcrop-adjusted')).toBe('temperature=dropped');
    // The price is not known, so the cost is an estimate by `prices.unknown`: 5 and 25 USD per million tokens.
    const { usage } = (await response.json()) as Loose;
    const cost = (usage.prompt_tokens * 5 + usage.completion_tokens * 25) / 1e6;
    expect(Number(response.headers.get('x-outcrop-cost-usd'))).toBeCloseTo(cost, 9);
    expect(response.headers.get('x-outcrop-price-source')).toBe('unknown');
    expect(gateway.emulator.requests.at(-1)!.modelId).toBe('us.anthropic.claude-mythos-5');
  });

  it('resolves the model of an application inference profile', async () => {
    const response = await gateway.send('/v1/chat/completions', {
      body: { model: HAIKU_PROFILE, messages: MESSAGES, temperature: 0.5 },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-outcrop-adjusted')).toBeNull();
    expect(lastInput().inferenceConfig.temperature).toBe(0.5);
    expect(gateway.emulator.requests.at(-1)!.modelId).toBe(HAIKU_PROFILE);
    const { model, usage } = (await response.json()) as Loose;
    expect(model).toBe('claude-haiku-4-5');
    const cost = (usage.prompt_tokens * 1.1 + usage.completion_tokens * 5.5) / 1e6;
    expect(Number(response.headers.get('x-outcrop-cost-usd'))).toBeCloseTo(cost, 9);
  });

  it('reports the cost of answers', async () => {
    const body = { model: 'claude-opus-4-8', messages: MESSAGES };
    const plain = await gateway.send('/v1/chat/completions', { body });
    const { usage } = (await plain.json()) as Loose;
    const cost = (usage.prompt_tokens * 5.5 + usage.completion_tokens * 27.5) / 1e6;
    expect(Number(plain.headers.get('x-outcrop-cost-usd'))).toBeCloseTo(cost, 9);
    const before = Number(await metric(gateway, /outcrop_cost_usd_total\{model="claude-opus-4-8"\} (\S+)/));
    await (await gateway.send('/v1/chat/completions', { body: { ...body, stream: true } })).text();
    await eventually(async () => {
      const after = Number(await metric(gateway, /outcrop_cost_usd_total\{model="claude-opus-4-8"\} (\S+)/));
      return Math.abs(after - before - cost) < 1e-9;
    }, 'the cost of the stream');
  });

  it('reports the time of the last success', async () => {
    expect(
      Number(await metric(gateway, /^outcrop_model_discovery_last_success_timestamp_seconds (\S+)/m)),
    ).toBeGreaterThan(1.7e9);
    expect(await metric(gateway, /outcrop_model_discovery_runs_total\{result="ok"\} (\d+)/)).toBe('1');
  });
});

describe('a failing control plane', () => {
  let emulator: Emulator;
  let gateway: TestGateway;

  beforeAll(async () => {
    emulator = await startEmulator({ port: 0, paceMs: 0 });
  });
  afterEach(() => gateway.close());
  afterAll(() => emulator.close());
  beforeEach(() => emulator.reset());

  it('leaves the table in force, is counted, and can recover', async () => {
    const denied = { kind: 'refuse', name: 'AccessDeniedException', status: 403, message: 'not authorized' } as const;
    emulator.behave({ ...denied, operation: 'inference-profiles' });
    gateway = await startGateway('models: { discovery: { enabled: true } }', emulator.url);
    const failures = () => metric(gateway, /outcrop_model_discovery_runs_total\{result="model_access_denied"\} (\d+)/);
    await eventually(async () => (await failures()) !== undefined, 'a failure');
    expect(await metric(gateway, /^outcrop_model_discovery_last_success_timestamp_seconds (\S+)/m)).toBeUndefined();
    expect((await gateway.send('/health/ready')).status).toBe(200);
    const answer = await gateway.client.chat.completions.create({ model: 'claude-sonnet-4-6', messages: MESSAGES });
    expect(answer.choices).toHaveLength(1);
    expect(await knowsMythos(gateway)).toBe(false);

    emulator.reset();
    await eventually(() => knowsMythos(gateway), 'recovery');
  });

  it('never delays a request or the start', async () => {
    emulator.behave({ kind: 'stall', operation: 'foundation-models' });
    gateway = await startGateway('models: { discovery: { enabled: true } }', emulator.url);
    const answer = await gateway.client.chat.completions.create({ model: 'claude-haiku-4-5', messages: MESSAGES });
    expect(answer.choices).toHaveLength(1);
  });

  it('is called at the configured endpoint', async () => {
    const nowhere = await startEmulator({ port: 0 });
    gateway = await startGateway(
      `{ models: { discovery: { enabled: true } }, bedrock: { controlPlaneEndpoint: "${nowhere.url}" } }`,
      emulator.url,
    );
    await eventually(() => knowsMythos(gateway), 'discovery at the endpoint of the control plane');
    expect(emulator.requests).toHaveLength(0);
    expect(new Set(nowhere.requests.map(({ operation }) => operation))).toEqual(
      new Set(['foundation-models', 'inference-profiles']),
    );
    await nowhere.close();
  });
});

describe('a gateway without model discovery', () => {
  it('does not call the control plane', async () => {
    const gateway = await startGateway();
    await gateway.client.chat.completions.create({ model: 'claude-haiku-4-5', messages: MESSAGES });
    expect(gateway.emulator.requests.map(({ operation }) => operation)).toEqual(['converse']);
    await gateway.close();
  });
});
