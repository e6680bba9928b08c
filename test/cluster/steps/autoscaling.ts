import { setTimeout as sleep } from 'node:timers/promises';
import { REPLICAS } from '../gateway-release.ts';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

const WATCH_ROUNDS = 25;
const ROUND_MS = 1_000;

/** Turns autoscaling on by an upgrade, and watches the number of pods. */
export const step: Step = {
  shows: 'an upgrade that turns autoscaling on keeps the number of pods, and loses no request',
  async run({ release, underLoad }) {
    await release.baseline();
    let fewest = REPLICAS;
    const load = await underLoad(async () => {
      await release.apply({ autoscaling: { enabled: true } });
      for (let round = 0; round < WATCH_ROUNDS; round++) {
        fewest = Math.min(fewest, await release.replicas());
        await sleep(ROUND_MS);
      }
    });
    const violations = fewest >= REPLICAS ? [] : [`the Deployment had ${fewest} replicas`];
    return { load, violations: [...lostRequests(load), ...violations] };
  },
};
