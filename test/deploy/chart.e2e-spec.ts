import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { freePort } from '../support/free-port.ts';
import { KEY, startGateway, type TestGateway } from '../support/gateway.ts';
import { SECRET_SETTINGS, secretSettings, valuesSchema, VALUES_SCHEMA } from './values-schema.ts';

const run = promisify(execFile);

const CHART = 'helm/outcrop';
const read = (path: string) => readFileSync(path, 'utf8');

describe('helm/outcrop', () => {
  it('accepts the same configuration as the gateway: node test/deploy/values-schema.ts', () => {
    expect(JSON.parse(read(VALUES_SCHEMA))).toEqual(JSON.parse(JSON.stringify(valuesSchema())));
  });

  it('lists the secret settings', () => {
    expect(read(SECRET_SETTINGS)).toBe(secretSettings());
    expect((parse(secretSettings()) as { settings: string[] }).settings).toEqual([
      'governance.snapshotKeys[].key',
      'database.url',
      'database.password',
      'redis.url',
      'redis.password',
      'redis.sentinel.password',
      'thinking.sealingKeys[].key',
      'thinking.keys[].key',
      'telemetry.headers',
    ]);
  });

  it('documents every value, and has every documented value', () => {
    const schema = valuesSchema() as { properties: Record<string, object> };
    const values = parse(read(`${CHART}/values.yaml`)) as Record<string, unknown>;
    expect(Object.keys(values).sort()).toEqual(
      Object.keys(schema.properties)
        .filter((name) => name !== 'global')
        .sort(),
    );
    const conforms = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    expect([conforms(values), conforms.errors]).toEqual([true, null]);
  });

  it('has the version of the application, which the changelog lists', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    const chart = parse(read(`${CHART}/Chart.yaml`)) as { version: string; appVersion: string };
    expect([chart.version, chart.appVersion]).toEqual([version, version]);
    expect(read('CHANGELOG.md')).toContain(`## [${version}]`);
    expect(read('Dockerfile')).toContain(`ARG VERSION=${version}\n`);
  });

  it('calls only programs that are in the image', () => {
    const template = read(`${CHART}/templates/tests/acceptance.yaml`);
    const programs = [...template.matchAll(/deploy\/image\/[\w.]+/g)].map(([program]) => program);
    expect(programs).toEqual(['deploy/image/acceptance.mjs']);
    for (const program of programs) expect(existsSync(program)).toBe(true);
  });
});

describe('helm test', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const ask = (environment: Record<string, string>, url = gateway.url) =>
    run(process.execPath, ['deploy/image/acceptance.mjs', url], { env: environment }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );

  it('passes for a working gateway', async () => {
    const { stdout, stderr } = await ask({ OUTCROP_API_KEY: KEY });
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toEqual([
      'ok: the gateway is ready',
      'ok: requests without a key are rejected',
      'ok: models are listed',
      'ok: claude-haiku-4-5 answers a chat',
      'ok: claude-haiku-4-5 answers a stream',
      'ok: metrics are served, or rejected for this key',
    ]);
  });

  it('reports the checks that it skips without a key', async () => {
    const { stdout, stderr } = await ask({});
    expect([stderr, stdout]).toEqual(['', expect.stringContaining('skipped: models, a chat, a stream')]);
  });

  it('fails with a reason if a check fails', async () => {
    const { stderr } = await ask({ OUTCROP_API_KEY: 'sk-wrong' });
    expect(stderr).toContain('FAILED: models are listed: status 401, invalid_api_key: ');
  });

  it('names the code and the message of a model that fails', async () => {
    const { stderr } = await ask({ OUTCROP_API_KEY: KEY, OUTCROP_MODEL: 'no-such-model' });
    expect(stderr).toMatch(/FAILED: no-such-model answers a chat: status 404, model_not_found: .*no-such-model/);
  });

  it('waits for the gateway, because a network policy takes effect late', async () => {
    const port = await freePort();
    const asked = ask({ OUTCROP_API_KEY: KEY }, `http://127.0.0.1:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const proxy = createServer((socket) => {
      pipeline(socket, connect(Number(new URL(gateway.url).port), '127.0.0.1'), socket, () => undefined);
    }).listen(port, '127.0.0.1');
    expect(await asked).toMatchObject({ stderr: '', stdout: expect.stringContaining('ok: the gateway is ready') });
    proxy.close();
  });
});
