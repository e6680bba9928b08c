import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Metafile } from 'esbuild';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { freePort } from '../support/free-port.ts';
import { type Image, ImageTree } from './image-tree.ts';

const BUILD_MS = 240_000;
const GATEWAY_MB = 150;
const EMULATOR_MB = 250;
const KEY = 'sk-image-key';
const HELLO = { model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] };
const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const tree = await ImageTree.create();

/** Returns NAME@VERSION of the package in a folder of this project. */
function labelOf(path: string): string {
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
  return `${name}@${version}`;
}

/** The CycloneDX fields that the tests read. */
interface Bill {
  bomFormat: string;
  metadata: { component: { purl: string } };
  components: { name: string; version: string }[];
}

(tree ? describe : describe.skip)('the images', () => {
  let gateway: Image;
  let emulator: Image;
  let ports: { gateway: number; emulator: number };
  const running: { process: ChildProcess; output: string }[] = [];

  beforeAll(async () => {
    gateway = await tree!.image('gateway');
    emulator = await tree!.image('emulator');
    ports = { gateway: await freePort(), emulator: await freePort() };
  }, BUILD_MS);

  afterEach(async () => {
    for (const { process } of running.splice(0)) await end(process);
  });

  afterAll(() => tree?.remove());

  it('contain no development dependencies, sources, types or secrets', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const left = Object.keys(packages).filter(
      (path) => packages[path]?.dev && existsSync(join(gateway.root, 'app', path)),
    );
    expect(left).toEqual([]);
    const unwanted = list(gateway.root, '.').filter((path) => /\.([mc]?ts|map|env)$|\/\.git\//.test(path));
    expect(unwanted.filter((path) => !/app\/dist\/.*\.js\.map$/.test(path))).toEqual([]);
    expect(list(gateway.root, 'app').filter((path) => path.includes('/emulator/'))).toEqual([]);
    expect(list(emulator.root, 'app').filter((path) => path.endsWith('.spec.ts'))).toEqual([]);
  });

  it('contain a bill of materials that lists exactly the packages inside', async () => {
    const build = await tree!.image('build');
    const metafile = JSON.parse(readFileSync(join(build.root, 'app/bundle/metafile.json'), 'utf8')) as Metafile;
    const bundled = Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
    expect(listed(gateway)).toEqual(new Set([...bundled, 'node_modules/swagger-ui-dist'].map(labelOf)));
    const { packages } = JSON.parse(
      readFileSync(join(emulator.root, 'app/node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { version: string }> };
    // The lock also names the folders under tools/, which only the build stage has.
    const installed = Object.keys(packages).filter((path) => path.startsWith('node_modules/'));
    expect(listed(emulator)).toEqual(
      new Set(installed.map((path) => `${path.replace(/.*node_modules\//, '')}@${packages[path]!.version}`)),
    );
  });

  it('contain the licenses of the bundled packages', () => {
    const licenses = readFileSync(join(gateway.root, 'app/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const outside = labelOf('node_modules/swagger-ui-dist');
    expect([...listed(gateway)].filter((label) => label !== outside && !licenses.includes(label))).toEqual([]);
    expect(existsSync(join(gateway.root, 'app/node_modules/swagger-ui-dist/LICENSE'))).toBe(true);
  });

  it('are readable by every user and writable by none', () => {
    const wrong = execFileSync(
      'find',
      [
        join(gateway.root, 'app'),
        '!',
        '-type',
        'l',
        '(',
        '!',
        '-perm',
        '-o=r',
        '-o',
        '-perm',
        '/o=w',
        '-o',
        '!',
        '-uid',
        '0',
        ')',
      ],
      { encoding: 'utf8' },
    );
    expect(wrong).toBe('');
  });

  it('create an API key and its entry, without the sources', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli/create-key.js', '--name', 'team-a'], {
      cwd: join(gateway.root, 'app'),
      encoding: 'utf8',
    });
    const key = /^ {2}(oc-\w+)$/m.exec(stderr)?.[1] ?? '';
    expect(status).toBe(0);
    expect(stdout).toContain(`hash: ${hashApiKey(key)}`);
    expect(stdout).not.toContain(key);
  });

  it.each(['dist/cli/check.js', 'dist/config/check.js'])('check a configuration with %s', (command) => {
    const { status, stderr } = spawnSync(process.execPath, [command, '/nowhere.yaml'], {
      cwd: join(gateway.root, 'app'),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining('/nowhere.yaml')]);
    expect(status).not.toBe(0);
  });

  it('are small', () => {
    for (const { root } of [gateway, emulator]) {
      const megabytes = Number(
        execFileSync('du', ['-sm', '--apparent-size', root], { encoding: 'utf8' }).split('\t')[0],
      );
      console.log(`${root.replace(/.*\//, '')}: ${megabytes} MB on top of the base, 118 MB of it Node`);
      expect(megabytes).toBeLessThan(root === gateway.root ? GATEWAY_MB : EMULATOR_MB);
    }
  });

  it.each(['65532:65532', '1000660000:0'])(
    'answer a chat request as user %s on a read-only root and exit on SIGTERM',
    async (user) => {
      start(emulator, { EMULATOR_PORT: String(ports.emulator) }, user);
      const process = start(
        gateway,
        {
          PORT: String(ports.gateway),
          GATEWAY__SHUTDOWN__DRAIN_DELAY_SECONDS: '0',
          AWS_ACCESS_KEY_ID: 'emulator',
          AWS_SECRET_ACCESS_KEY: 'emulator',
          GATEWAY__BEDROCK__ENDPOINT: `http://127.0.0.1:${ports.emulator}`,
          GATEWAY__BEDROCK__REGION: 'us-east-1',
          GATEWAY__AUTH__KEYS: JSON.stringify([{ name: 'image', hash: hashApiKey(KEY) }]),
        },
        user,
      );
      const url = `http://127.0.0.1:${ports.gateway}`;
      await answers(`${url}/health/ready`);
      await answers(`http://127.0.0.1:${ports.emulator}/__emulator/stats`);
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      const post = (path: string, body: object): Promise<Response> =>
        fetch(url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const answer = await post('/v1/chat/completions', HELLO);
      expect(await answer.json()).toMatchObject({ choices: [{ message: { role: 'assistant' } }] });
      expect(await (await post('/v1/chat/completions', { ...HELLO, stream: true })).text()).toContain('data: [DONE]');
      expect(await (await post('/v1/responses', { model: HELLO.model, input: 'Hello' })).json()).toMatchObject({
        status: 'completed',
      });
      // The image has no packages beside the bundle, so the schema worker must be part of it.
      const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
      const format = { type: 'json_schema', json_schema: { name: 'a', schema } };
      expect((await post('/v1/chat/completions', { ...HELLO, response_format: format })).status).toBe(200);
      // Loaded on request, so the image must contain all of it.
      const described = await fetch(`${url}/openapi.json`, { headers: { authorization: `Bearer ${KEY}` } });
      expect(await described.json()).toMatchObject({ openapi: '3.1.0', info: { version: VERSION } });
      expect((await fetch(`${url}/docs/swagger-ui-bundle.js`)).status).toBe(200);
      expect(healthcheck({ PORT: String(ports.gateway) })).toBe(0);
      expect(await end(process)).toBe(0);
      expect(healthcheck({ PORT: String(ports.gateway) })).toBe(1);
    },
    30_000,
  );

  it('use the compile cache of the build', async () => {
    const process = start(gateway, {
      PORT: String(ports.gateway),
      AWS_REGION: 'us-east-1',
      NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
    });
    await answers(`http://127.0.0.1:${ports.gateway}/health/live`);
    const output = running.at(-1)?.output ?? '';
    await end(process);
    expect(output).toContain('/app/dist/main.js was accepted');
    const reads = output.match(/reading cache from \S+ for \w+ file:\/\/\/app\/dist\/.*/g) ?? [];
    expect(reads.length).toBeGreaterThan(10);
    expect(reads.filter((line) => !line.includes('success'))).toEqual([]);
  }, 30_000);

  /** Returns the packages of the bill of materials of an image, each as NAME@VERSION. */
  function listed({ root }: Image): Set<string> {
    const bill = JSON.parse(readFileSync(join(root, 'app/sbom.json'), 'utf8')) as Bill;
    expect([bill.bomFormat, bill.metadata.component.purl]).toEqual(['CycloneDX', `pkg:npm/outcrop@${VERSION}`]);
    expect(bill.components.length).toBeGreaterThan(50);
    return new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
  }

  function start(image: Image, environment: Record<string, string>, user?: string): ChildProcess {
    const entry = { process: tree!.start(image, environment, user), output: '' };
    running.push(entry);
    for (const stream of [entry.process.stdout, entry.process.stderr]) {
      stream?.on('data', (data: Buffer) => (entry.output += data.toString()));
    }
    return entry.process;
  }

  async function answers(url: string): Promise<void> {
    for (let attempt = 0; attempt < 150; attempt++) {
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await sleep(100);
    }
    throw new Error(`${url} does not answer: ${running.map(({ output }) => output).join('\n')}`);
  }

  /** Returns the exit code of the HEALTHCHECK instruction's command. */
  function healthcheck(environment: Record<string, string>): number {
    const instruction = /HEALTHCHECK .*CMD (?<command>\[.*healthcheck\.mjs"\])/.exec(
      readFileSync('Dockerfile', 'utf8'),
    );
    const [, ...command] = JSON.parse(instruction?.groups?.['command'] ?? '[]') as string[];
    try {
      const env = { ...process.env, GATEWAY_CONFIG: join(gateway.root, 'etc/outcrop/gateway.yaml'), ...environment };
      execFileSync(process.execPath, command, { cwd: join(gateway.root, 'app'), env, stdio: 'pipe' });
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  }
});

/** Sends a signal to process 1 of the namespace, as an orchestrator does. Resolves with its exit code. */
async function end(outer: ChildProcess): Promise<number | null> {
  if (outer.exitCode !== null || outer.signalCode !== null) return outer.exitCode;
  const exited = new Promise<number | null>((resolve) => outer.once('exit', resolve));
  const inner = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
  if (inner !== '') process.kill(Number(inner), 'SIGTERM');
  return exited;
}

function list(root: string, folder: string): string[] {
  return execFileSync('find', [join(root, folder), '-type', 'f'], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\n');
}
