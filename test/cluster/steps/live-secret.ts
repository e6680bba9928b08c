import { THINKING_KEY } from '../gateway-release.ts';
import { runHandbookCommands } from '../handbook-commands.ts';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { REDIS_URL } from '../surroundings.ts';
import { secondsOf } from '../test-ground.ts';
import { nextGeneration } from './live-configuration.ts';

/** The kubelet writes changed files at the earliest after this time, unless the pods change. */
const SYNC_SECONDS = 30;

export const step: Step = {
  shows:
    'with the annotation of the handbook, a changed Secret takes effect in all pods within seconds and without a restart',
  async run({ cluster, release, underLoad }) {
    await release.baseline();
    release.changed();
    const generations = await release.metric('outcrop_config_generation');
    const put = (key: string): Promise<void> =>
      release.putSecret('outcrop', { 'redis-url': REDIS_URL, 'thinking-key': key });
    let seconds = 0;
    const load = await underLoad(async () => {
      await put(Buffer.alloc(32, 2).toString('base64'));
      seconds = await secondsOf(async () => {
        await runHandbookCommands(cluster, 'reload');
        await nextGeneration(release, generations);
      });
    });
    await put(THINKING_KEY);
    const violations = seconds < SYNC_SECONDS ? [] : [`in force after ${seconds} s`];
    return { load, violations: [...violations, ...lostRequests(load)], figures: `in force after ${seconds} s` };
  },
};
