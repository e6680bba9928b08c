import { expect, it } from '@jest/globals';
import type { CallerRules } from '../snapshot/caller-rules.ts';
import { createVerifiedKey } from '../verified-key.ts';
import { callerOfTeam, NO_GOVERNANCE, type KeyGovernance } from './caller-of-team.ts';

it('the caller of a key has the team of its key, with its cost center', () => {
  const rules: CallerRules = { team: { id: 'team_1', name: 'sales' }, costCenter: '100', isStale: false };
  const snapshot = { rulesFor: () => rules } as unknown as KeyGovernance['snapshot'];
  const identity = { name: 'of-file', id: '0123456789ab', digest: Buffer.alloc(32) };
  const key = createVerifiedKey(identity, { team: 'sales' });
  expect(callerOfTeam(key, { ...NO_GOVERNANCE, snapshot })).toMatchObject({
    caller: { id: '0123456789ab', team: { id: 'team_1' }, costCenter: '100' },
  });
});
