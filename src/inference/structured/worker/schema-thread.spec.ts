import { afterAll, describe, expect, it } from '@jest/globals';

import type { SchemaJob } from './schema-job.ts';
import { type JobResult, SchemaThread } from './schema-thread.ts';

const thread = new SchemaThread();
afterAll(() => thread.end());

function job(schema: object, answer?: unknown, owner = 'a'): SchemaJob {
  const json = JSON.stringify(schema);
  return { owner, digest: json, schema: json, ...(answer !== undefined && { answer: JSON.stringify(answer) }) };
}

/** Returns definitions that each refer twice to the next one, so that the code, or the check, grows exponentially. */
function bomb(keyword: string, leaf: object): object {
  const definitions = Array.from({ length: 41 }, (_, index) => {
    const next = { $ref: `#/$defs/d${index + 1}` };
    return [`d${index}`, index === 40 ? leaf : { [keyword]: [next, next] }];
  });
  return { $ref: '#/$defs/d0', $defs: Object.fromEntries(definitions) as object };
}

/** Returns the CPU time of a restart. It loads Ajv, which takes more than 5 ms on every machine. */
function restartCpuMs(result: JobResult): number {
  return 'stopped' in result ? result.restartCpuMs : 0;
}

const GOOD = { type: 'object', properties: { a: { pattern: '^x' } } };

describe('the schema worker', () => {
  it('compiles and checks', async () => {
    const results = [];
    for (const each of [job(GOOD), job(GOOD, { a: 'x' }), job(GOOD, { a: 'y' }), job({ type: 'text' })]) {
      results.push(await thread.run(each, 5_000));
    }
    expect(results.map((result) => 'verdict' in result && result.verdict)).toEqual([
      { kind: 'ok' },
      { kind: 'ok' },
      { kind: 'problem', problem: '/a must match pattern "^x"' },
      { kind: 'unusable', reason: expect.stringContaining('/type') },
    ]);
    // The clock of the thread may be too coarse for one short job.
    expect(results.reduce((sum, { cpuMs }) => sum + cpuMs, 0)).toBeGreaterThan(0);
  });

  it.each<[string, SchemaJob]>([
    ['patterns', job({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`)],
    ['nested alternatives', job(bomb('anyOf', { type: 'null' }), 1)],
    ['nested conjunctions', job(bomb('allOf', {}), 1)],
    [
      'unique items',
      job(
        { uniqueItems: true },
        Array.from({ length: 100_000 }, (_, n) => ({ n })),
      ),
    ],
  ])('ends with a job that takes too long, and starts again: %s', async (_what, endless) => {
    const result = await thread.run(endless, 100);
    expect(result).toMatchObject({ stopped: 'cpu' });
    expect(restartCpuMs(result)).toBeGreaterThan(5);
    expect(await thread.run(job(GOOD, { a: 'x' }), 5_000)).toMatchObject({ verdict: { kind: 'ok' } });
  });

  it('survives a job that exhausts the stack', async () => {
    const itself = job({ $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } });
    const lists = job({ $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } });
    const deep = { ...lists, answer: '['.repeat(50_000) + ']'.repeat(50_000) };
    for (const each of [itself, deep]) {
      expect(await thread.run(each, 5_000)).toMatchObject({ verdict: { kind: 'too_complex' } });
    }
  });

  it('fails only the job that takes too much memory', async () => {
    const small = new SchemaThread(24);
    const large = { ...job({ items: { type: 'object' } }), answer: `[${'{},'.repeat(700_000)}{}]` };
    const result = await small.run(large, 60_000);
    expect(result).toMatchObject({ stopped: 'memory' });
    expect(restartCpuMs(result)).toBeGreaterThan(5);
    expect(await small.run(job(GOOD, { a: 'x' }), 5_000)).toMatchObject({ verdict: { kind: 'ok' } });
    await small.end();
  }, 60_000);

  it('never fetches', async () => {
    const result = await thread.run(job({ $ref: 'http://169.254.169.254/latest/meta-data' }), 5_000);
    expect(result).toMatchObject({ verdict: { kind: 'unusable' } });
  });

  it('ends a running job when the thread is ended', async () => {
    const own = new SchemaThread();
    const running = own.run(job({ pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`), 60_000);
    await own.end();
    expect(await running).toMatchObject({ stopped: 'crash' });
  });
});
