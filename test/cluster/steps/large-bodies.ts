import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../step.ts';

const LOAD_MS = 40_000;

/** One pod with 40 clients, each with 12 MB of images in a request. */
export const step: Step = {
  shows: 'one pod rejects large bodies with complete errors before its memory runs out',
  async run({ release, underLoad }) {
    await release.baseline();
    await release.apply({ replicaCount: 1 }, '--wait', '--timeout', '10m');
    await release.settled();
    const load = await underLoad(() => sleep(LOAD_MS), { kept: 40, fresh: 0, streams: 0, images: 3 });
    const [pod] = await release.pods();
    const violations = pod?.restarts === 0 ? [] : ['the container restarted'];
    if ((load.plain['200'] ?? 0) === 0) violations.push('no request was answered');
    return { load, violations, figures: await release.memory(pod!.name) };
  },
};
