import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig, compareConfigs } from '../../src/cli/check-config.ts';
import { markedBlocks } from '../deploy/handbook.ts';

const REDIS_FILE = '/run/secrets/outcrop/redis-url';
const THINKING_FILE = '/run/secrets/outcrop/thinking-key';

const folder = join(tmpdir(), `outcrop-check-${process.pid}`);
// A random name could look like a key, which the output would hide.
beforeAll(() => mkdirSync(folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Returns a manifest as `helm template` renders it, with the configuration at its place. */
const manifestOf = {
  ConfigMap: (config: string) => `kind: ConfigMap\ndata:\n  gateway.yaml: |\n    ${config}\n`,
  Deployment: (config: string) =>
    `kind: Deployment\nspec: {template: {metadata: {annotations: {outcrop/gateway.yaml: ${JSON.stringify(config)}}}}}\n`,
};

describe('npm run config:check of files of the chart', () => {
  it('checks a values file, and lists what is not available outside the pod', async () => {
    const path = fileOf(
      'values.yaml',
      `replicaCount: 3\nconfig: {redis: {url: "\${file:${REDIS_FILE}}"}, bedrock: {region: "\${REGION_OF_POD}"}}`,
    );
    const { exitCode, lines } = await checkConfig(path, {}, Date.now());
    expect([exitCode, ...lines.filter((line) => line.startsWith('Not checked'))]).toEqual([
      0,
      `Not checked: redis.url: ${REDIS_FILE} cannot be read: the file does not exist`,
      expect.stringMatching(/^Not checked: bedrock.region: the variable REGION_OF_POD is not set/),
    ]);
  });

  it.each(['ConfigMap', 'Deployment'] as const)('checks rendered manifests with a %s', async (kind) => {
    const path = fileOf('rendered.yaml', `kind: Service\n---\n${manifestOf[kind]('server: {prot: 1}')}`);
    const { exitCode, lines } = await checkConfig(path, {}, Date.now());
    expect([exitCode, lines[1]]).toEqual([1, expect.stringContaining('server.prot')]);
  });

  it('reports other problems of values, and none that depends on a missing file', async () => {
    const withStore = fileOf(
      'store.yaml',
      `config: {responses: {store: redis}, redis: {url: "\${file:${REDIS_FILE}}"}}`,
    );
    expect((await checkConfig(withStore, {}, Date.now())).exitCode).toBe(0);
    const without = fileOf('no-store.yaml', 'config: {responses: {store: redis}}');
    expect((await checkConfig(without, {}, Date.now())).exitCode).toBe(1);
  });

  it('requires the files of a gateway.yaml', async () => {
    const path = fileOf('gateway.yaml', `redis: {url: "\${file:${REDIS_FILE}}"}`);
    expect(await checkConfig(path, {}, Date.now())).toMatchObject({ exitCode: 1 });
  });

  it('does not require the file of auth.keysFile, which exists in the pod only', async () => {
    const path = fileOf('keys.yaml', 'config: {auth: {keysFile: /run/secrets/outcrop/keys.jsonl}}');
    const { exitCode, lines } = await checkConfig(path, {}, Date.now());
    const missing =
      'Not checked: auth.keysFile: /run/secrets/outcrop/keys.jsonl cannot be read: the file does not exist';
    expect([exitCode, lines.includes(missing), lines.join().includes('No API keys')]).toEqual([0, true, false]);
  });

  it('compares the values of the handbook with a changed copy', async () => {
    const [values] = markedBlocks('file').filter(({ value }) => value === 'production.yaml');
    const before = fileOf('production.yaml', values!.code);
    const after = fileOf('changed.yaml', values!.code.replace('graceSeconds: 300', 'graceSeconds: 600'));
    const { exitCode, lines } = await compareConfigs(before, after, {});
    expect([exitCode, lines]).toEqual([
      0,
      [
        'shutdown.graceSeconds: 300 → 600',
        ...[before, after].flatMap((file) => [
          `Not compared: redis.url in ${file}: ${REDIS_FILE} cannot be read: the file does not exist`,
          `Not compared: thinking.sealingKeys[0].key in ${file}: ${THINKING_FILE} cannot be read: the file does not exist`,
        ]),
      ],
    ]);
  });

  it('compares values with rendered manifests', async () => {
    const before = fileOf('values.yaml', 'config: {limits: {requestsPerMinute: 60}}');
    const after = fileOf('rendered.yaml', manifestOf.ConfigMap('limits: {requestsPerMinute: 120}'));
    expect((await compareConfigs(before, after, {})).lines).toEqual(['limits.requestsPerMinute: 60 → 120']);
  });
});
