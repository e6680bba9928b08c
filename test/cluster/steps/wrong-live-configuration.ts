import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { until } from '../until.ts';
import { KUBELET_SECONDS } from './live-configuration.ts';

/** A mistake that the schema of the chart cannot detect. */
export const WRONG_CONFIG = { redis: { url: '${file:/run/secrets/outcrop/missing}' } };

export const step: Step = {
  shows: 'running pods reject a wrong configuration, keep the former one and lose no request',
  async run({ release, underLoad }) {
    await release.baseline();
    const refused = (): Promise<number[]> => release.metric('outcrop_config_refused');
    const load = await underLoad(async () => {
      await release.apply({ config: WRONG_CONFIG });
      await until(
        async () => (await refused()).every((value) => value === 1),
        KUBELET_SECONDS,
        'rejection in all pods',
      );
    });
    await release.rollback('--timeout', '5m');
    await until(async () => (await refused()).every((value) => value === 0), KUBELET_SECONDS, 'end of the rejection');
    return { load, violations: lostRequests(load) };
  },
};
