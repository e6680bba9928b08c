import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { parseDockerfile } from './dockerfile.ts';

const DIGEST = `@sha256:${'0'.repeat(64)}`;
const text = readFileSync('Dockerfile', 'utf8');
const stages = parseDockerfile(text);
const names = stages.map(({ name }) => name);

interface Step {
  uses?: string;
  with?: { 'build-args'?: string };
}

describe('a release', () => {
  const workflow = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as {
    env: Record<string, string>;
    jobs: Record<string, { steps: Step[] }>;
  };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const builds = steps.filter(({ uses }) => uses?.startsWith('docker/build-push-action@'));

  it('takes every image from a stage or by digest', () => {
    const images = stages.map(({ from }) => from).filter((from) => !names.includes(from));
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/^\$\{(\w+)_IMAGE\}\$\{\1_DIGEST\}$/);
    for (const { instructions } of stages) {
      for (const { name, text: copied } of instructions) {
        const from = name === 'COPY' ? /--from=(\S+)/.exec(copied)?.[1] : undefined;
        if (from !== undefined) expect(names).toContain(from);
      }
    }
  });

  it('passes both digests to the build, for the images of the Dockerfile', () => {
    expect(builds).toHaveLength(1);
    const given = builds[0]!.with?.['build-args'] ?? '';
    for (const name of ['NODE', 'BASE']) {
      expect(given).toContain(`${name}_DIGEST=\${{ steps.base.outputs.${name} }}`);
      expect(text).toContain(`ARG ${name}_IMAGE=${workflow.env[`${name}_IMAGE`]}\n`);
    }
    expect(given).toContain('RELEASE=true');
  });

  it('ends without digests', () => {
    const [, check] = /^RUN (\[ -z "\$RELEASE" \].*)$/m.exec(text) ?? [];
    const status = (environment: Record<string, string>) =>
      spawnSync('sh', ['-c', check!], { env: { PATH: process.env['PATH'], ...environment } }).status;
    expect(status({})).toBe(0);
    expect(status({ RELEASE: 'true', NODE_DIGEST: DIGEST, BASE_DIGEST: DIGEST })).toBe(0);
    expect(status({ RELEASE: 'true', NODE_DIGEST: DIGEST, BASE_DIGEST: '' })).not.toBe(0);
    expect(status({ RELEASE: 'true', NODE_DIGEST: ':latest', BASE_DIGEST: DIGEST })).not.toBe(0);
  });

  it('pins each action to a version, never to a branch', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/);
  });

  it('has valid shell scripts', () => {
    const scripts = steps.flatMap((step) => (step as { run?: string }).run ?? []);
    for (const script of scripts) expect(() => execFileSync('bash', ['-nc', script])).not.toThrow();
  });
});
