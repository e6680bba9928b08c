import { THINKING_KEY } from '../gateway-release.ts';
import type { Step } from '../step.ts';
import { secondsOf } from '../test-ground.ts';

/** Installs with the values file of the handbook, with Redis and the emulator in the cluster. */
export const step: Step = {
  shows: "the handbook's values for production install, and `helm test --logs` passes",
  short: true,
  async run({ release }) {
    await release.uninstall();
    await release.createSecrets(THINKING_KEY);
    const seconds = await secondsOf(() => release.apply({}, '--atomic', '--timeout', '5m'));
    const test = await release.test();
    const violations =
      test.status === 0 ? [] : [`helm test --logs: ${(test.stderr || test.stdout).trim().slice(-300)}`];
    return { violations, figures: `ready after ${seconds} s` };
  },
};
