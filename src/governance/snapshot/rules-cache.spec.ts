import { describe, expect, it } from '@jest/globals';
import type { GovernanceRecord } from '../documents/governance-record.ts';
import { RulesCache, type RulesRecords } from './rules-cache.ts';

const team = (name: string, models: string[]): GovernanceRecord<'Team'> => ({
  kind: 'Team',
  id: `team_${name}`,
  name,
  document: { name, models },
  origin: 'database',
  version: 1,
});

/** Records of two teams, which a test may change. */
function records(): RulesRecords & { teams: Map<string, GovernanceRecord<'Team'>> } {
  const teams = new Map([team('a', ['nova-*']), team('b', ['claude-*'])].map((record) => [record.name, record]));
  return { teams, team: (name) => teams.get(name), application: () => undefined, principal: () => undefined };
}

describe('the rules of callers', () => {
  it('are remembered for a bounded number of principals', () => {
    const cache = new RulesCache(records(), 100);
    for (let at = 0; at < 10_000; at += 1) cache.rulesFor({ team: 'a', principal: `p_${at}` });
    for (let at = 0; at < 10_000; at += 1) cache.rulesFor({ team: `no-such-team-${at}` });
    expect(cache.size).toBe(100);
  });

  it('are stale when they are forgotten, because changes no longer reach them', () => {
    const cache = new RulesCache(records(), 2);
    const first = cache.rulesFor({ team: 'a', principal: 'p_1' });
    const second = cache.rulesFor({ team: 'a', principal: 'p_2' });
    cache.rulesFor({ team: 'a', principal: 'p_1' });
    cache.rulesFor({ team: 'a', principal: 'p_3' });
    expect([first.isStale, second.isStale]).toEqual([false, true]);
    expect(cache.rulesFor({ team: 'a', principal: 'p_2' })).not.toBe(second);
  });

  it('are stale after a change of the team, also if others were forgotten before', () => {
    const source = records();
    const cache = new RulesCache(source, 3);
    for (let at = 0; at < 50; at += 1) cache.rulesFor({ team: at % 2 === 0 ? 'a' : 'b', principal: `p_${at}` });
    const [ofA, ofB] = [
      cache.rulesFor({ team: 'a', principal: 'p_48' }),
      cache.rulesFor({ team: 'b', principal: 'p_49' }),
    ];
    source.teams.set('a', team('a', ['nova-lite']));
    cache.changed('Team', 'a');
    expect([ofA.isStale, ofB.isStale]).toEqual([true, false]);
    expect(cache.rulesFor({ team: 'a', principal: 'p_48' }).access?.lists[0]?.models).toEqual(['nova-lite']);
    cache.clear();
    expect([ofB.isStale, cache.size]).toEqual([true, 0]);
  });

  it('share equal lists of models, and remember a bounded amount of text', () => {
    const cache = new RulesCache(records());
    const shared = cache.share(['claude-*']);
    expect(cache.share(['claude-*'])).toBe(shared);
    const long = 'm'.repeat(8_000);
    for (let at = 0; at < 1_000; at += 1) cache.share([`${long}${at}`]);
    expect(cache.share(['claude-*'])).not.toBe(shared);
    expect(cache.share(['claude-*'])).toEqual(shared);
  });
});
