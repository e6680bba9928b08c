import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { COSIGN, HELM, releaseTools } from './go-tools.ts';

const run = promisify(execFile);
const BUILD_MS = 480_000;
const WORKFLOW = '.github/workflows/release.yml';
const tools = await releaseTools();

(tools ? describe : describe.skip)('a release, tried with a local registry and key', () => {
  let folder: string;
  let registry: ChildProcess;
  let host: string;
  let environment: Record<string, string | undefined>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'outcrop-release-'));
    host = `127.0.0.1:${await freePort()}`;
    registry = spawn(tools!.crane, ['registry', 'serve', '--address', host], { stdio: 'ignore' });
    const path = [...Object.values(tools!).map((file: string) => dirname(file)), process.env['PATH']].join(delimiter);
    environment = {
      ...process.env,
      PATH: path,
      HOME: folder,
      COSIGN_PASSWORD: '',
      COSIGN_KEY: join(folder, 'cosign.key'),
      COSIGN_PUBLIC_KEY: join(folder, 'cosign.pub'),
    };
    await run(tools!.cosign, ['generate-key-pair'], { cwd: folder, env: environment });
  }, BUILD_MS);

  afterAll(async () => {
    registry.kill();
    await once(registry, 'exit');
    rmSync(folder, { recursive: true });
  });

  const sign = (reference: string) => run('deploy/release/sign.sh', [reference], { env: environment });
  const verify = (reference: string) =>
    spawnSync(
      tools!.cosign,
      ['verify', '--key', join(folder, 'cosign.pub'), '--insecure-ignore-tlog=true', reference],
      {
        env: environment,
        encoding: 'utf8',
      },
    );
  const digestOf = async (reference: string) =>
    (await run(tools!.crane, ['digest', reference], { env: environment })).stdout.trim();

  it('has a workflow that actionlint accepts', () => {
    const { status, stdout } = spawnSync(tools!.actionlint, [WORKFLOW], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('is tried with the versions that the workflow installs', () => {
    const workflow = readFileSync(WORKFLOW, 'utf8');
    expect(workflow).toContain(`with: { version: ${HELM} }`);
    expect(workflow.match(/cosign-release: (v[\d.]+)/g)).toEqual(Array(2).fill(`cosign-release: ${COSIGN}`));
  });

  it('publishes a chart that helm can install from the registry, and signs it', async () => {
    const { stdout } = await run('deploy/release/publish-chart.sh', [`oci://${host}/charts`, '--plain-http'], {
      env: environment,
    });
    const reference = stdout.trim();
    expect(reference).toMatch(new RegExp(`^${host}/charts/outcrop@sha256:[0-9a-f]{64}$`));
    expect(verify(reference).status).not.toBe(0);
    await sign(reference);
    expect(verify(reference).status).toBe(0);
    const rendered = await run(
      tools!.helm,
      ['template', 'release', `oci://${host}/charts/outcrop`, '--plain-http', '--kube-version', '1.34.0'],
      { env: environment },
    );
    expect(rendered.stdout).toContain('kind: Deployment');
  });

  it('signs an image by digest, and does not sign a tag', async () => {
    const tag = `${host}/outcrop:1.0.0`;
    await run(tools!.crane, ['append', '--new_layer', '/dev/null', '--new_tag', tag, '--insecure'], {
      env: environment,
    });
    await expect(sign(tag)).rejects.toMatchObject({ stderr: expect.stringContaining('has no digest') });
    const reference = `${host}/outcrop@${await digestOf(tag)}`;
    await sign(reference);
    expect(verify(reference).status).toBe(0);
  });

  it('detects another image under the same tag', async () => {
    const tag = `${host}/outcrop:1.0.0`;
    await run(tools!.crane, ['mutate', tag, '--label', 'changed=yes', '--tag', tag], { env: environment });
    const { status, stderr } = verify(`${host}/outcrop@${await digestOf(tag)}`);
    expect([status, stderr]).toEqual([expect.any(Number), expect.stringContaining('no signatures found')]);
    expect(status).not.toBe(0);
  });
});
