import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import { CommandRunner } from './command.ts';
import { REPOSITORY } from './folders.ts';
import { runHandbookCommands } from './handbook-commands.ts';
import { lostRequests } from './load-report.ts';
import { readOptions } from './options.ts';
import { mergedValues } from './release-values.ts';
import { STEP_NAMES } from './step.ts';
import { table } from './table.ts';

const load = {
  seconds: 1,
  plain: { '200': 3 },
  streams: { whole: 2 },
  lost: 0,
  rejected: 0,
  failures: [],
  plainMs: { p50: 1, p99: 1, max: 1 },
  firstEventMs: { p50: 1, p99: 1, max: 1 },
};

it('runs every step of the folder', () => {
  const files = readdirSync(join(import.meta.dirname, 'steps')).map((file) => file.replace(/\.ts$/, ''));
  expect([...STEP_NAMES].toSorted()).toEqual(files.toSorted());
});

it('rejects unknown steps', () => {
  expect(readOptions(['drain', '--keep'])).toMatchObject({ steps: ['drain'], keep: true });
  expect(() => readOptions(['drains'])).toThrow('no step has the name drains');
});

it('counts lost and rejected requests as violations, and a load without answers', () => {
  expect(lostRequests(load)).toEqual([]);
  expect(lostRequests({ ...load, lost: 1, failures: ['after 1 s cut short'] })).toEqual([
    '1 requests lost, 0 rejected: after 1 s cut short',
  ]);
  expect(lostRequests({ ...load, rejected: 2 })).toHaveLength(1);
  expect(lostRequests({ ...load, plain: {}, streams: {} })).toEqual(['no request was answered']);
});

it('prints a row for each step', () => {
  const step = { name: 'drain', shows: 'a | b', seconds: 12.3 };
  expect(table([{ ...step, load, violations: [] }])).toContain('| drain | a \\| b | 3 | 2 | 0 | 12 | passed |');
  expect(table([{ ...step, violations: ['one\nlost'] }])).toContain('|  |  |  | 12 | **FAILED:** one lost |');
  expect(table([{ ...step, violations: [], skipped: 'one node' }])).toContain('skipped: one node');
});

it('runs the commands of the handbook in the namespace of the test, and passes secrets on its input', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcrop-programs-'));
  const calls = join(folder, 'calls');
  const program = join(folder, 'program');
  const script =
    'echo "$*" >>"$CALLS"; for one in "$@"; do case $one in *=/dev/fd/*) cat "${one##*=}" >>"$CALLS";; esac; done';
  writeFileSync(program, `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
  const cluster = new Cluster({
    images: { gateway: 'outcrop', emulator: 'outcrop-emulator:test', redis: 'redis:1', postgres: 'postgres:1' },
    runner: new CommandRunner([], { CALLS: calls }),
    programs: { kubectl: program, helm: program },
    context: 'kind-test',
    repository: REPOSITORY,
  });
  await runHandbookCommands(cluster, 'secrets', 'redis://test\nsk-test\n');
  const lines = readFileSync(calls, 'utf8');
  rmSync(folder, { recursive: true });
  expect(lines).toContain('--context kind-test create namespace outcrop-test\n');
  expect(lines).toContain('--namespace outcrop-test create secret generic outcrop --from-file=redis-url=/dev/fd/');
  expect(lines).toContain('redis://test');
  expect(lines).toContain('sk-test');
});

it('lays changes over values as helm does', () => {
  const values = { config: { a: 1, b: [1, 2] }, dns: { ports: [53] } };
  expect(mergedValues(values, { config: { b: [3] }, dns: null })).toEqual({ config: { a: 1, b: [3] } });
});
