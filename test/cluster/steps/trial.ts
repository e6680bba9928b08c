import { join } from 'node:path';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../surroundings.ts';
import { secondsOf } from '../test-ground.ts';

/** Installs as the README of the chart describes it, in a namespace that enforces the pod security standard. */
export const step: Step = {
  shows: 'the trial values install, and `helm test --logs` passes',
  short: true,
  async run({ cluster }) {
    const namespace = NAMESPACES.trial;
    await cluster.kubectl(
      'label',
      'namespace',
      namespace,
      'pod-security.kubernetes.io/enforce=restricted',
      '--overwrite',
    );
    const chart = join(cluster.repository, 'helm/outcrop');
    const values = ['--values', join(chart, 'ci/emulator-values.yaml'), ...cluster.trialImages()];
    const wait = ['--wait', '--timeout', '3m'];
    const seconds = await secondsOf(() =>
      cluster.helm('upgrade', '--install', 'outcrop', chart, '--namespace', namespace, ...values, ...wait),
    );
    const test = await cluster.attemptHelm('test', 'outcrop', '--namespace', namespace, '--logs');
    await cluster.helm('uninstall', 'outcrop', '--namespace', namespace, '--wait');
    const violations =
      test.status === 0 ? [] : [`helm test --logs: ${(test.stderr || test.stdout).trim().slice(-300)}`];
    return { violations, figures: `ready after ${seconds} s` };
  },
};
