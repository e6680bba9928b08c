import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';
import { surroundingsReady } from '../surroundings.ts';

const OUTAGE_MS = 30_000;

/** Removes Bedrock for half a minute. */
export const step: Step = {
  shows: 'pods stay in service without Bedrock, answer with complete errors, and recover',
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    const before = await release.pods();
    const aws = ['--namespace', NAMESPACES.aws, 'scale', 'deployment/bedrock', '--replicas'];
    const violations: string[] = [];
    const outage = await underLoad(
      async () => {
        await cluster.kubectl(...aws, '0');
        await sleep(OUTAGE_MS);
        const ready = (await release.pods()).filter(({ isReady }) => isReady).length;
        if (ready < before.length) violations.push(`${ready} of ${before.length} pods are ready`);
        await cluster.kubectl(...aws, '1');
        await surroundingsReady(cluster);
      },
      { kept: 2, fresh: 2, streams: 4 },
    );
    const recovered = await underLoad(() => sleep(3_000));
    const restarts = (await release.pods()).reduce((sum, pod) => sum + pod.restarts, 0);
    if (restarts > before.reduce((sum, pod) => sum + pod.restarts, 0)) violations.push('a pod restarted');
    if (recovered.lost + recovered.rejected > 0)
      violations.push(`afterwards: ${recovered.failures.slice(0, 3).join('; ')}`);
    const incomplete = outage.failures.filter((failure) => /cut short|no response|broken/.test(failure));
    if (incomplete.length > 0) violations.push(incomplete.slice(0, 3).join('; '));
    return { load: outage, violations };
  },
};
