import { createCallers, postgresValues, prepareDatabase, WAIT } from '../governed-release.ts';
import { THINKING_KEY } from '../gateway-release.ts';
import { type LoadReport, lostRequests } from '../load-report.ts';
import { previousVersion } from '../previous-version.ts';
import type { Step } from '../step.ts';

/** Upgrades the previous version, without a database, to this one with PostgreSQL, and rolls back; with each way to migrate. */
export const step: Step = {
  shows:
    'an upgrade from the previous version to PostgreSQL migrates by init container or Job beside old pods, and it and the rollback lose no request',
  impossible: ({ cluster }) =>
    cluster.loadImage ? undefined : 'the image of the previous version is not in the registry',
  async run(ground) {
    const { cluster, release, underLoad, previous } = ground;
    const version = previousVersion(previous);
    await cluster.loadImage?.(version.archive);
    await release.uninstall();
    await release.createSecrets(THINKING_KEY);
    const changes = { image: { tag: 'previous' }, networkPolicy: { egress: { dns: { ports: [53, 1053, 5353] } } } };
    const installed = await release.attemptChart(version.chart, version.values, changes, WAIT);
    if (installed.status !== 0) return { violations: [`version ${version.commit}: ${installed.stderr.slice(-400)}`] };
    const violations: string[] = [];
    let load: LoadReport | undefined;
    for (const migrations of ['init', 'job'] as const) {
      const database = `migration_${migrations}`;
      await prepareDatabase(ground, database);
      load = await underLoad(async () => {
        await release.apply(postgresValues(database, migrations), ...WAIT);
        await release.settled();
        // A key and a token work, so the schema is complete.
        await createCallers(ground);
        await release.rollback('--timeout', '10m');
        await release.settled();
      });
      violations.push(...lostRequests(load).map((violation) => `${migrations}: ${violation}`));
    }
    return { load, violations, figures: `from ${version.commit}; the load is that of job` };
  },
};
