import { THINKING_KEY } from '../gateway-release.ts';
import { lostRequests } from '../load-report.ts';
import type { Step } from '../step.ts';
import { REDIS_URL } from '../surroundings.ts';
import { secondsOf } from '../test-ground.ts';
import { nextGeneration } from './live-configuration.ts';

export const step: Step = {
  shows: 'a changed Secret takes effect in all pods without a restart',
  async run({ release, underLoad }) {
    await release.baseline();
    release.changed();
    const generations = await release.metric('outcrop_config_generation');
    const put = (key: string): Promise<void> =>
      release.putSecret('outcrop', { 'redis-url': REDIS_URL, 'thinking-key': key });
    let seconds = 0;
    const load = await underLoad(async () => {
      await put(Buffer.alloc(32, 2).toString('base64'));
      seconds = await secondsOf(() => nextGeneration(release, generations));
    });
    await put(THINKING_KEY);
    return { load, violations: lostRequests(load), figures: `in force after ${seconds} s` };
  },
};
