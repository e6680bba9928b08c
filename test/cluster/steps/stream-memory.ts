import { setTimeout as sleep } from 'node:timers/promises';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

const LOAD_MS = 40_000;

/** One pod with 200 streams at a time, each with 200 KiB of conversation, under the memory limit of the chart. */
export const step: Step = {
  shows: 'one pod serves 200 streams with 200 KiB of conversation each within its memory limit',
  async run({ release, underLoad }) {
    await release.baseline();
    // All streams have the same key, whose bodies may use half of the memory for bodies: 35 MiB. They take 40 MB.
    const config = { overload: { maxTotalBodyBytesPerKey: 0 } };
    // With `live`, the setting would take effect after the load.
    await release.apply({ replicaCount: 1, configChanges: 'restart', config }, '--wait', '--timeout', '10m');
    await release.settled();
    const load = await underLoad(() => sleep(LOAD_MS), { kept: 0, fresh: 0, streams: 200, kilobytes: 200 });
    const [pod] = await release.pods();
    const violations = pod?.restarts === 0 ? [] : [`the container restarted: ${pod?.terminationMessage ?? 'killed'}`];
    return { load, violations: [...lostRequests(load), ...violations], figures: await release.memory(pod!.name) };
  },
};
