import { readFileSync } from 'node:fs';
import { startGateway } from '../support/gateway.ts';
import { FAULTS } from './faults.ts';

const PAGE = readFileSync('docs/failures.md', 'utf8');

describe('docs/failures.md', () => {
  it('names only existing metrics', async () => {
    const gateway = await startGateway();
    const text = await (await gateway.send('/metrics')).text();
    await gateway.close();
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!));
    const named = [...PAGE.matchAll(/outcrop_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has every code of the chaos suite', () => {
    const codes = FAULTS.flatMap(({ ends }) => ('code' in ends ? [ends.code] : []));
    // A ValidationException has no specific code; its message is Bedrock's.
    const missing = codes.filter((code) => code !== 'invalid_request_error' && !PAGE.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });
});
