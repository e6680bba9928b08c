import type { Step } from '../step.ts';
import { killContainer } from '../surroundings.ts';
import { until } from '../until.ts';

/** Ends the process of a pod as the kernel does when memory runs out. */
export const step: Step = {
  shows: 'a killed process loses only its requests in progress, and its pod serves again',
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    const pod = (await release.pods())[0]!;
    const find = async () => (await release.pods()).find(({ name }) => name === pod.name);
    const load = await underLoad(
      async () => {
        await killContainer(cluster, pod.node, pod.containerId);
        await until(async () => ((await find())?.restarts ?? 0) > pod.restarts, 60, 'restart of the container');
        await until(async () => (await find())?.isReady, 60, 'readiness of the pod');
      },
      {},
      8_000,
    );
    release.changed();
    // New connections may reach the address of the pod until the readiness probe has failed.
    const clients = 24;
    const failed = load.lost + load.rejected;
    const violations =
      failed <= 2 * clients ? [] : [`${failed} requests lost: ${load.failures.slice(0, 5).join('; ')}`];
    if (load.failures.some((failure) => /cut short/.test(failure))) violations.push('a broken answer looks complete');
    return { load, violations };
  },
};
