import { createCallers, createKey, postgresValues, prepareDatabase, WAIT } from '../governed-release.ts';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';
import { statusFrom } from '../surroundings.ts';

/** Replaces the pods of a release with PostgreSQL while callers use keys of the database and tokens. */
export const step: Step = {
  shows:
    'with keys of the database and tokens of an OIDC provider, an upgrade, a change of keys meanwhile and the rollback lose no request',
  async run(ground) {
    const { cluster, release, underLoad } = ground;
    await prepareDatabase(ground, 'upgrade');
    await release.apply(postgresValues('upgrade', 'init'), ...WAIT);
    await release.settled();
    const otherKeys = await createCallers(ground);
    const violations: string[] = [];
    const load = await underLoad(
      async () => {
        await Promise.all([
          release.apply(postgresValues('upgrade', 'job', { image: { tag: 'next' } }), ...WAIT),
          useNewKey(),
        ]);
        await release.settled();
        await release.rollback('--timeout', '10m');
        await release.settled();
      },
      { otherKeys },
    );
    return { load, violations: [...violations, ...lostRequests(load)] };

    async function useNewKey(): Promise<void> {
      const key = await createKey(ground, 'load-2');
      const url = `http://${release.name}.${release.namespace}/v1/me`;
      const status = await statusFrom(cluster, NAMESPACES.clients, url, key);
      if (status !== '200') violations.push(`a key created during the upgrade: ${status}`);
    }
  },
};
