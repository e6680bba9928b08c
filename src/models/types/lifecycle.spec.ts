import { describe, expect, it } from '@jest/globals';
import { CLAUDE_3 } from '../rules/claude-rules.ts';
import { endingHeaders, isLegacy, isRetired } from './lifecycle.ts';
import type { Lifecycle, Model } from './model.ts';

function model(lifecycle: Lifecycle, successor?: string): Model {
  const names = { name: 'm', displayName: 'M', provider: 'v', id: 'v.m', aliases: [], prefixes: [] };
  return { ...names, onDemand: true, rules: CLAUDE_3, lifecycle, successor };
}

describe('the lifecycle of a model', () => {
  it('ends after its last day, not on it', () => {
    const card = model({ endOfLife: '2026-10-14' });
    expect(isRetired(card, new Date('2026-10-14T23:59:59Z'))).toBe(false);
    expect(isRetired(card, new Date('2026-10-15T00:00:00Z'))).toBe(true);
  });

  it('has no end if none is announced', () => {
    expect(isRetired(model({}), new Date('2099-01-01T00:00:00Z'))).toBe(false);
    expect(isLegacy(model({}), new Date('2099-01-01T00:00:00Z'))).toBe(false);
  });

  it('is legacy from AWS’s legacy day on', () => {
    const card = model({ legacy: '2026-10-08' });
    expect(isLegacy(card, new Date('2026-10-07T23:59:59Z'))).toBe(false);
    expect(isLegacy(card, new Date('2026-10-08T00:00:00Z'))).toBe(true);
  });
});

describe('headers of a model with an end of life', () => {
  const headers = (card: Model) => Object.fromEntries(endingHeaders(card) ?? []);

  it('contain the announcement, the end and the successor', () => {
    const card = model({ legacy: '2026-10-08', endOfLife: '2027-04-08' }, 'claude-sonnet-4-6');
    expect(headers(card)).toEqual({
      // date -ud 2026-10-08 +%s
      Deprecation: '@1791417600',
      Sunset: 'Thu, 08 Apr 2027 00:00:00 GMT',
      Link: '</v1/models/claude-sonnet-4-6>; rel="successor-version"',
    });
    expect(endingHeaders(card)).toBe(endingHeaders(card));
  });

  it('use the end as the announcement if that is unknown', () => {
    // date -ud 2026-01-31 +%s
    expect(headers(model({ endOfLife: '2026-01-31' }))).toEqual({
      Deprecation: '@1769817600',
      Sunset: 'Sat, 31 Jan 2026 00:00:00 GMT',
      Link: undefined,
    });
  });

  it('are absent for a model without an end', () => {
    expect(endingHeaders(model({ launched: '2026-09-22' }, 'next'))).toBeUndefined();
  });
});
