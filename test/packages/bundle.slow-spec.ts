import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { API_KEY, GatewayProcess } from '../support/gateway-process.ts';

const BUILD_MS = 120_000;
const PATIENCE_MS = 10_000;
/** Packages that only some gateways or requests need. */
const RARE = [
  '@nestjs/swagger',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/exporter-trace-otlp-http',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-service-quotas',
  'hyparquet-writer',
  '@aws-sdk/credential-providers',
  'ajv',
  'ioredis',
  'pino-pretty',
  'pino-roll',
  'date-fns',
  'libphonenumber-js',
  'multer',
];
const MODEL = 'claude-haiku-4-5';
const HELLO = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }] };

let folder: string;
let metafile: Metafile;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outcrop-bundle-'));
  await promisify(execFile)(process.execPath, ['scripts/bundle.ts', folder]);
  metafile = JSON.parse(read('metafile.json')) as Metafile;
}, BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** Returns the folders of the packages of which the given outputs contain files. */
function packagesIn(outputs: readonly string[]): string[] {
  const files = outputs.flatMap((output) => Object.keys(metafile.outputs[output]!.inputs));
  return [...new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []))];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function labelOf(path: string): string {
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
  return `${name}@${version}`;
}

function outputOf(source: string): string {
  return Object.keys(metafile.outputs).find((output) => metafile.outputs[output]!.entryPoint === source)!;
}

/** Returns the outputs that Node loads together with the given one. */
function closureOf(first: string): string[] {
  const reached = new Set([first]);
  for (const output of reached) {
    for (const { path, kind, external } of metafile.outputs[output]!.imports) {
      if (kind === 'import-statement' && external !== true) reached.add(path);
    }
  }
  return [...reached];
}

describe('the bundle', () => {
  it('lists its packages in the bill of materials and in the licenses', () => {
    const labels = packagesIn(Object.keys(metafile.outputs)).map(labelOf);
    expect(labels.length).toBeGreaterThan(100);
    const { components } = JSON.parse(read('sbom.json')) as { components: { name: string; version: string }[] };
    const listed = components.map(({ name, version }) => `${name}@${version}`);
    expect(new Set(listed)).toEqual(new Set([...labels, labelOf('node_modules/swagger-ui-dist')]));
    const licenses = read('THIRD-PARTY-LICENSES.txt').split('\n');
    const titles = new Set(licenses.map((line) => line.replace(/ \([^)]*(\)[^)]*)*\)$/, '')));
    expect(labels.filter((label) => !titles.has(label))).toEqual([]);
  });

  it('contains all packages that are installed, except those that it copies', () => {
    const outside = Object.values(metafile.inputs)
      .flatMap(({ imports }) => imports)
      .filter(({ path, external, kind }) => external === true && !isBuiltin(path) && kind !== 'entry-point')
      .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)![0]);
    expect(outside).toContain('@nestjs/microservices');
    const installed = outside.filter((name) => existsSync(join('node_modules', name)));
    expect(installed.filter((name) => !existsSync(join(folder, 'node_modules', name)))).toEqual([]);
  });

  it('has only ASCII characters in the files of the start', () => {
    // V8 keeps the text of a file with another character at two bytes for each character.
    const start = closureOf(outputOf('src/bootstrap/start.ts')).map((output) => output.replace('bundle/', ''));
    expect(start.filter((file) => /[^\0-\x7F]/.test(read(file)))).toEqual([]);
  });

  it('defines names at run time only where esbuild has changed them', () => {
    const files = Object.keys(metafile.outputs).filter((output) => output.endsWith('.js'));
    const calls = files.flatMap((output) => [
      ...read(output.replace('bundle/', '')).matchAll(/\b__name\((\w+),"([^"]+)"\)/g),
    ]);
    const renamed = calls.filter(([, target]) => target !== 'this');
    expect(renamed.length).toBeGreaterThan(0);
    expect(renamed.filter(([, target, name]) => target === name)).toEqual([]);
  });

  it('loads no rare packages at the start', () => {
    const start = closureOf(outputOf('src/bootstrap/start.ts'));
    const loaded = packagesIn(start).map(nameOf);
    expect(loaded).toContain('@nestjs/core');
    expect(packagesIn(Object.keys(metafile.outputs)).map(nameOf)).toEqual(expect.arrayContaining(RARE));
    expect(loaded.filter((name) => RARE.includes(name))).toEqual([]);
  });

  it('creates an API key and checks a configuration', () => {
    const run = (...command: string[]) => spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
    const created = run('dist/cli/create-key.js', '--name', 'team-a');
    expect([created.status, created.stdout]).toEqual([0, expect.stringContaining('hash: sha256:')]);
    for (const command of ['dist/cli/check.js', 'dist/config/check.js']) {
      const valid = run(command, join(process.cwd(), 'config/gateway.yaml'));
      expect([valid.status, valid.stderr]).toEqual([0, '']);
      const missing = run(command, '/nowhere.yaml');
      expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('/nowhere.yaml')]);
    }
  });
});

describe('the bundled gateway', () => {
  let emulator: Emulator;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    emulator = await startEmulator({ port: 0, paceMs: 0 });
    gateway = await GatewayProcess.start({
      builtIn: folder,
      settings: { bedrock: { region: 'us-east-1', endpoint: emulator.url }, retry: { maxRetries: 0 } },
    });
  }, BUILD_MS);
  afterAll(async () => {
    await gateway?.stop('SIGKILL');
    await emulator?.close();
  });
  afterEach(() => emulator.reset());

  const post = (path: string, body: object): Promise<Response> =>
    fetch(gateway.origin + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const get = (path: string): Promise<Response> =>
    fetch(gateway.origin + path, { headers: { authorization: `Bearer ${API_KEY}` } });

  it('answers requests', async () => {
    expect(await (await post('/v1/chat/completions', HELLO)).json()).toMatchObject({
      choices: [{ message: { role: 'assistant' } }],
    });
    const stream = await (await post('/v1/chat/completions', { ...HELLO, stream: true })).text();
    expect(stream).toMatch(/data: \[DONE\]\n\n$/);
    expect(await (await post('/v1/responses', { model: MODEL, input: 'Hello' })).json()).toMatchObject({
      status: 'completed',
    });
    expect(await (await post('/v1/messages', { ...HELLO, max_tokens: 16 })).json()).toMatchObject({ type: 'message' });
  });

  it('checks schemas in its worker thread', async () => {
    const withPattern = (pattern: string): Promise<Response> => {
      const schema = { type: 'object', properties: { a: { type: 'string', pattern } }, required: ['a'] };
      const response_format = { type: 'json_schema', json_schema: { name: 'a', schema } };
      return post('/v1/chat/completions', { ...HELLO, response_format });
    };
    expect((await withPattern('.')).status).toBe(200);
    // Only Ajv compiles the pattern, and only the worker loads Ajv.
    const rejected = await withPattern('[');
    expect([rejected.status, await rejected.text()]).toEqual([400, expect.stringContaining('regular expression')]);
  });

  it('serves the documentation', async () => {
    expect((await get('/docs')).status).toBe(200);
    expect((await get('/docs/swagger-ui-bundle.js')).status).toBe(200);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await (await get('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0', info: { version } });
  });

  it('logs errors with the files and lines of the sources', async () => {
    emulator.behave({ kind: 'refuse', name: 'InternalServerException', status: 500 });
    expect((await post('/v1/chat/completions', HELLO)).status).toBeGreaterThanOrEqual(500);
    const end = performance.now() + PATIENCE_MS;
    const logged = () => gateway.output.find((line) => line.includes('"context":"errors"'));
    while (logged() === undefined && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    const { err } = JSON.parse(logged() ?? '{}') as { err: { stack: string } };
    expect(err.stack).not.toContain('dist/');
    const [, file = '', line = ''] = /toError \((src\/bedrock\/[\w/.-]+\.ts):(\d+):\d+\)/.exec(err.stack) ?? [];
    expect([err.stack, file]).toEqual([expect.any(String), 'src/bedrock/transport/transport.ts']);
    expect(readFileSync(file, 'utf8').split('\n')[Number(line) - 1]).toContain('error.with(');
  });
});
