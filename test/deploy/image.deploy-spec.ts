import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { freePort } from '../support/free-port.ts';
import { type Image, ImageTree } from './image-tree.ts';

const BUILD_MS = 240_000;
const KEY = 'sk-image-key';
const { version: VERSION } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const tree = await ImageTree.create();

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
    expect(list(gateway.root, '.').filter((path) => /\.([mc]?ts|map|env)$|\/\.git\//.test(path))).toEqual([]);
    expect(list(gateway.root, 'app').filter((path) => path.includes('/emulator/'))).toEqual([]);
    expect(list(emulator.root, 'app').filter((path) => path.endsWith('.spec.ts'))).toEqual([]);
  });

  it('contain a bill of materials that lists exactly the installed packages', () => {
    for (const { root } of [gateway, emulator]) {
      const bill = JSON.parse(readFileSync(join(root, 'app/sbom.json'), 'utf8')) as Bill;
      expect([bill.bomFormat, bill.metadata.component.purl]).toEqual(['CycloneDX', `pkg:npm/outcrop@${VERSION}`]);
      const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
      const { packages } = JSON.parse(readFileSync(join(root, 'app/node_modules/.package-lock.json'), 'utf8')) as {
        packages: Record<string, { version: string }>;
      };
      // The list also names the folders under tools/, which only the build stage has.
      const installed = Object.entries(packages)
        .filter(([path]) => path.startsWith('node_modules/'))
        .map(([path, { version }]) => `${path.replace(/.*node_modules\//, '')}@${version}`);
      expect(listed.length).toBeGreaterThan(50);
      expect(new Set(listed)).toEqual(new Set(installed));
    }
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
      expect(megabytes).toBeLessThan(250);
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
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'claude-sonnet-4-6', messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect(await answer.json()).toMatchObject({ choices: [{ message: { role: 'assistant' } }] });
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
  }, 30_000);

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
