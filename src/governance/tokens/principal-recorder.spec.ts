import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { TokenMetrics } from '../../telemetry/metrics/token-metrics.ts';
import { PrincipalRecorder } from './principal-recorder.ts';
import type { SeenPrincipal } from '../repository/principal-store.ts';
import type { VerifiedToken } from './verified-token.ts';

const MAX_WAITING = 10_000;

/** A store that can be unavailable. */
class SwitchedStore {
  readonly isConfigured = true;
  isAvailable = false;
  calls = 0;
  readonly recorded = new Map<string, SeenPrincipal>();

  recordPrincipals(uses: readonly SeenPrincipal[]): Promise<void> {
    this.calls += 1;
    if (!this.isAvailable) return Promise.reject(new Error('away'));
    for (const use of uses) this.recorded.set(use.id, use);
    return Promise.resolve();
  }
}

function recorder() {
  const registry = new Registry();
  const store = new SwitchedStore();
  const dropped = async (): Promise<number> =>
    Number(/^outcrop_principals_dropped_total (\d+)/m.exec(await registry.metrics())?.[1]);
  return { store, dropped, principals: new PrincipalRecorder(store, new TokenMetrics(registry)) };
}

const tokenOf = (id: string, groups: readonly string[] = []): VerifiedToken => ({
  principalId: id,
  issuer: 'https://login.example.com',
  subject: id,
  groups,
  teams: [],
  role: 'member',
  administeredTeams: [],
  expiresAt: Infinity,
});

describe('principals while the database is unavailable', () => {
  it('wait, also over several attempts, and the latest use of each is recorded', async () => {
    const { store, dropped, principals } = recorder();
    for (let at = 0; at < 1_200; at += 1) principals.seen(tokenOf(`p_${at}`));
    await principals.flush();
    // The first failure ends an attempt, so that an outage costs one timeout and not one for each batch.
    expect(store.calls).toBe(1);
    principals.seen(tokenOf('p_7', ['later']));
    await principals.flush();
    store.isAvailable = true;
    await principals.flush();
    expect([store.recorded.size, store.recorded.get('p_7')?.groups, await dropped()]).toEqual([1_200, ['later'], 0]);
    await principals.flush();
    expect(store.calls).toBe(5);
  });

  it('are at most 10,000, and further ones are counted', async () => {
    const { store, dropped, principals } = recorder();
    for (let at = 0; at < MAX_WAITING + 5; at += 1) principals.seen(tokenOf(`p_${at}`));
    expect(await dropped()).toBe(5);
    const failing = principals.flush();
    // While an attempt runs, other principals are seen. Those of the attempt find no more place.
    for (let at = 0; at < MAX_WAITING; at += 1) principals.seen(tokenOf(`q_${at}`));
    await failing;
    expect(await dropped()).toBe(5 + MAX_WAITING);
    store.isAvailable = true;
    await principals.flush();
    expect([...store.recorded.keys()].filter((id) => !id.startsWith('q_'))).toEqual([]);
    expect(store.recorded.size).toBe(MAX_WAITING);
  });
});
