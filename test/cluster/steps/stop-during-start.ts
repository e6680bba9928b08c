import { setTimeout as sleep } from 'node:timers/promises';
import { REPLICAS } from '../release-values.ts';
import type { Step } from '../step.ts';
import { secondsOf } from '../test-ground.ts';
import { until } from '../until.ts';

/** Delays between the start of a container and its end. */
const DELAYS_MS = [0, 200, 500];
/** Less than the grace period, after which the kubelet kills a process that ignored SIGTERM. */
const MAX_SECONDS = 40;

/** Removes a pod right after its container has started. */
export const step: Step = {
  shows: 'a pod that must stop during its start ends at once',
  async run({ release }) {
    await release.baseline();
    const violations: string[] = [];
    const figures: string[] = [];
    for (const delay of DELAYS_MS) {
      const before = new Set((await release.pods()).map(({ name }) => name));
      await release.kubectl('scale', `deployment/${release.name}`, '--replicas', String(REPLICAS + 1));
      const added = async () => (await release.pods()).find(({ name }) => !before.has(name));
      const pod = await until(
        async () => ((await added())?.containerId ? added() : undefined),
        60,
        'container of a new pod',
      );
      await sleep(delay);
      await release.kubectl('scale', `deployment/${release.name}`, '--replicas', String(REPLICAS));
      await release.kubectl('delete', 'pod', pod.name, '--wait=false', '--ignore-not-found');
      const isThere = async () => (await release.pods()).some(({ name }) => name === pod.name);
      const seconds = await secondsOf(() => until(async () => !(await isThere()), 400, `end of ${pod.name}`));
      figures.push(`${seconds} s`);
      if (seconds > MAX_SECONDS) violations.push(`stopped ${delay} ms after its start, it ended after ${seconds} s`);
    }
    return { violations, figures: `ended after ${figures.join(', ')}` };
  },
};
