import { setTimeout as sleep } from 'node:timers/promises';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { killContainer } from '../surroundings.ts';
import { until } from '../until.ts';

const RESTART = { configChanges: 'restart' };
/** Longer than the kubelet needs to write a changed ConfigMap. */
const KUBELET_MS = 90_000;

/** Upgrades to pods that never start, with a limit that the load exceeds at once. */
export const step: Step = {
  shows:
    'with `configChanges: restart`, running pods never see the configuration of pods that do not start, also after a crash',
  async run({ cluster, release, underLoad }) {
    await release.apply(RESTART, '--wait', '--timeout', '10m');
    await release.settled();
    const pod = (await release.pods())[0]!;
    const find = async () => (await release.pods()).find(({ name }) => name === pod.name);
    const changes = { ...RESTART, image: { tag: 'missing' }, config: { limits: { requestsPerMinute: 7 } } };
    const load = await underLoad(
      async () => {
        await release.apply(changes);
        await sleep(KUBELET_MS);
      },
      { kept: 1, fresh: 1, streams: 0 },
    );
    // The container that replaces a crashed one must still have the old configuration.
    await killContainer(cluster, pod.node, pod.containerId);
    await until(async () => ((await find())?.restarts ?? 0) > pod.restarts, 60, 'restart of the container');
    await until(async () => (await find())?.isReady, 60, 'readiness of the pod');
    const later = await underLoad(async () => sleep(5_000), { kept: 1, fresh: 1, streams: 0 });
    await release.rollback('--timeout', '5m');
    return {
      load,
      violations: [...lostRequests(load), ...lostRequests(later).map((text) => `after a crash: ${text}`)],
    };
  },
};
