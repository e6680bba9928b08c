import { runHandbookCommands } from '../handbook-commands.ts';
import { CLIENT_KEY } from '../release-values.ts';
import { startOfPods } from '../start-of-pods.ts';
import type { Step } from '../step.ts';
import { REDIS_URL } from '../surroundings.ts';
import { secondsOf } from '../test-ground.ts';

/** Installs with the commands and the values file of the handbook, with Redis and the emulator in the cluster. */
export const step: Step = {
  shows: "the handbook's commands create the Secrets, install the values for production, and pass `helm test --logs`",
  short: true,
  async run({ cluster, release }) {
    await release.uninstall();
    await release.kubectl('delete', 'namespace', release.namespace, '--wait');
    await runHandbookCommands(cluster, 'secrets', `${REDIS_URL}\n${CLIENT_KEY}\n`);
    await release.createCredentials();
    const seconds = await secondsOf(() => runHandbookCommands(cluster, 'install'));
    const start = await startOfPods(cluster, release.namespace);
    return {
      violations: start.violations,
      figures: `installed and tested after ${seconds} s; ${start.figures}`,
    };
  },
};
