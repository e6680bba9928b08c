import { describe, expect, it } from '@jest/globals';
import { ConcurrencyLimit } from './concurrency-limit.ts';

const SETTINGS = { maxInFlight: 1000, maxEventLoopDelayMs: 500 };

function after(delays: readonly number[], inFlight = 200, settings = SETTINGS): ConcurrencyLimit {
  const limit = new ConcurrencyLimit(() => settings);
  for (const delay of delays) limit.observe(delay, inFlight);
  return limit;
}

describe('ConcurrencyLimit', () => {
  it('is that of the settings while the event loop is on time', () => {
    expect(after([0, 400, 499]).value).toBe(1000);
  });

  it('ignores one late sample and reacts to two', () => {
    expect(after([900]).value).toBe(1000);
    expect(after([900, 0, 900]).value).toBe(1000);
    expect(after([900, 900])).toMatchObject({ value: 180, late: true });
  });

  it('falls while the loop stays late, but not below the minimum', () => {
    expect(after([900, 900, 900]).value).toBe(162);
    expect(after(Array.from({ length: 100 }, () => 900)).value).toBe(16);
    expect(after([900, 900], 0).value).toBe(16);
  });

  it('stays until the delay has halved, then rises to that of the settings', () => {
    expect(after([900, 900, 400, 300])).toMatchObject({ value: 180, late: false });
    expect(after([900, 900, 250]).value).toBe(199);
    expect(after([900, 900, ...Array.from({ length: 30 }, () => 0)]).value).toBe(1000);
  });

  it('ignores delays if their check is disabled, also after a reduction', () => {
    const settings = { ...SETTINGS, maxEventLoopDelayMs: 0 };
    expect(after([9000, 9000, 9000], 200, settings).value).toBe(1000);
    const changed = { ...SETTINGS };
    const limit = after([900, 900], 200, changed);
    changed.maxEventLoopDelayMs = 0;
    for (let sample = 0; sample < 30; sample++) limit.observe(900, 200);
    expect(limit.value).toBe(1000);
  });
});
