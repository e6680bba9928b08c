import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';

const RESTART = { configChanges: 'restart' };

/** Changes the configuration in the default mode, in which an upgrade replaces the pods. */
export const step: Step = {
  shows: 'a new configuration with `configChanges: restart` replaces the pods and loses no request',
  async run({ release, underLoad }) {
    await release.apply(RESTART, '--wait', '--timeout', '10m');
    await release.settled();
    const before = await names();
    const load = await underLoad(async () => {
      const changed = { ...RESTART, config: { limits: { requestsPerMinute: 1_000_000 } } };
      await release.apply(changed, '--wait', '--timeout', '10m');
      await release.settled();
    });
    const kept = (await names()).filter((name) => before.includes(name));
    const violations = kept.length === 0 ? [] : [`${kept.join(', ')} still run`];
    return { load, violations: [...lostRequests(load), ...violations] };

    async function names(): Promise<string[]> {
      return (await release.pods()).map(({ name }) => name);
    }
  },
};
