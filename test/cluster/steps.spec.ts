import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lostRequests } from './load-report.ts';
import { readOptions } from './options.ts';
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
