import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';

const LOAD_MS = 40_000;

/** One pod with 200 streams at a time, each with 200 KiB of conversation, under the memory limit of the chart. */
export const step: Step = {
  shows:
    'one pod serves 200 clients that stream answers to 200 KiB of conversation within its memory limit, and loses no request',
  async run({ release, underLoad }) {
    await release.baseline();
    // All streams have the same key, which may use the whole pod.
    const config = { overload: { maxInFlightPerKey: 0, maxUploadsPerKey: 0, maxTotalBodyBytesPerKey: 0 } };
    await release.apply({ replicaCount: 1, config }, '--wait', '--timeout', '10m');
    await release.settled();
    const load = await underLoad(() => sleep(LOAD_MS), { kept: 0, fresh: 0, streams: 200, kilobytes: 200 });
    const [pod] = await release.pods();
    const violations = pod?.restarts === 0 ? [] : [`the container restarted: ${pod?.terminationMessage ?? 'killed'}`];
    // Overload protection may reject some of the requests that arrive at the same time, with complete errors.
    if (load.lost > 0) violations.push(`${load.lost} requests lost: ${load.failures.slice(0, 5).join('; ')}`);
    if ((load.streams['whole'] ?? 0) === 0) violations.push('no stream was complete');
    const figures = `${load.rejected} rejected; ${await release.memory(pod!.name)}`;
    return { load, violations, figures };
  },
};
