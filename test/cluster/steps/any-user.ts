import { join } from 'node:path';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';

/** OpenShift chooses a user id for each namespace, with the group 0. */
const USER = 'podSecurityContext.runAsUser=1000660000,podSecurityContext.runAsGroup=0';

export const step: Step = {
  shows: 'the gateway runs as any user id',
  async run({ cluster }) {
    const chart = join(cluster.repository, 'helm/outcrop');
    const where = ['outcrop', chart, '--namespace', NAMESPACES.trial];
    const values = ['--values', join(chart, 'ci/emulator-values.yaml'), '--set', USER, ...cluster.trialImages()];
    await cluster.helm('upgrade', '--install', ...where, ...values, '--wait', '--timeout', '3m');
    const test = await cluster.attemptHelm('test', 'outcrop', '--namespace', NAMESPACES.trial);
    await cluster.helm('uninstall', 'outcrop', '--namespace', NAMESPACES.trial, '--wait');
    return { violations: test.status === 0 ? [] : [`helm test: ${test.stderr.trim().slice(-300)}`] };
  },
};
