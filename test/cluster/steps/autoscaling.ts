import { setTimeout as sleep } from 'node:timers/promises';
import { runHandbookCommands } from '../handbook-commands.ts';
import { lostRequests } from '../load-report.ts';
import { REPLICAS } from '../release-values.ts';
import type { Step } from '../step.ts';

/** Longer than the autoscaler needs to scale up again. */
const WATCH_ROUNDS = 25;
const ROUND_MS = 1_000;

/** Turns autoscaling on by an upgrade after the step of the handbook, and watches the number of pods. */
export const step: Step = {
  shows:
    'with the step of the handbook, an upgrade that turns autoscaling on keeps the number of pods, and loses no request',
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    let fewest = REPLICAS;
    const load = await underLoad(async () => {
      await runHandbookCommands(cluster, 'keep-replicas');
      await release.apply({ autoscaling: { enabled: true, minReplicas: REPLICAS } });
      for (let round = 0; round < WATCH_ROUNDS; round++) {
        const ready = (await release.pods()).filter(({ isReady }) => isReady).length;
        fewest = Math.min(fewest, ready, await release.replicas());
        await sleep(ROUND_MS);
      }
    });
    const violations = fewest >= REPLICAS ? [] : [`the Deployment had ${fewest} replicas`];
    return { load, violations: [...lostRequests(load), ...violations] };
  },
};
