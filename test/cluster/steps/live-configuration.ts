import type { GatewayRelease } from '../gateway-release.ts';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { secondsOf } from '../test-ground.ts';
import { until } from '../until.ts';

/** The kubelet writes a changed ConfigMap within its sync period and the lifetime of its cache. */
export const KUBELET_SECONDS = 150;

/** Changes the configuration of running pods. */
export const step: Step = {
  shows: 'a new configuration with `configChanges: live` takes effect in all pods without a restart',
  async run({ release, underLoad }) {
    await release.baseline();
    const before = await release.pods();
    const generations = await release.metric('outcrop_config_generation');
    let seconds = 0;
    const load = await underLoad(async () => {
      await release.apply({ config: { limits: { requestsPerMinute: 900_001 } } });
      seconds = await secondsOf(() => nextGeneration(release, generations));
    });
    const after = (await release.pods()).map(({ name, restarts }) => `${name} ${restarts}`);
    const isSame = after.join() === before.map(({ name, restarts }) => `${name} ${restarts}`).join();
    const violations = isSame ? [] : [`the pods were replaced: ${after.join(', ')}`];
    return { load, violations: [...lostRequests(load), ...violations], figures: `in force after ${seconds} s` };
  },
};

/** Waits until all pods have accepted a configuration newer than `before`. */
export async function nextGeneration(release: GatewayRelease, before: readonly number[]): Promise<void> {
  const latest = Math.max(...before);
  await until(
    async () => (await release.metric('outcrop_config_generation')).every((generation) => generation > latest),
    KUBELET_SECONDS,
    'new configuration in all pods',
  );
}
