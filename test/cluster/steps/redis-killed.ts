import { setTimeout as sleep } from 'node:timers/promises';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';
import { surroundingsReady } from '../surroundings.ts';

const OUTAGE_MS = 15_000;

/** Removes Redis for a while. */
export const step: Step = {
  shows: 'requests continue while Redis is killed and absent, and none is lost',
  short: true,
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    const aws = ['--namespace', NAMESPACES.aws];
    const load = await underLoad(async () => {
      await cluster.kubectl(...aws, 'scale', 'deployment/redis', '--replicas', '0');
      await cluster.kubectl(...aws, 'delete', 'pod', '-l', 'app=redis', '--grace-period=0', '--force');
      await sleep(OUTAGE_MS);
      await cluster.kubectl(...aws, 'scale', 'deployment/redis', '--replicas', '1');
      await surroundingsReady(cluster);
    });
    return { load, violations: lostRequests(load) };
  },
};
