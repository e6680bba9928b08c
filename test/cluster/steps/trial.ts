import { join } from 'node:path';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';
import { startOfPods } from '../start-of-pods.ts';
import { secondsOf } from '../test-ground.ts';

const LOOKUP = "require('dns').lookup('kubernetes.default.svc', (error) => { if (error) throw error; })";
const GATEWAY_LOOKUP = ['exec', 'deploy/outcrop', '-c', 'gateway', '--', '/usr/local/bin/node', '-e', LOOKUP];

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
    const start = await startOfPods(cluster, namespace);
    // The pod of DNS does not use port 53, and the network policy has the chart's defaults.
    const lookup = await cluster.attemptKubectl('--namespace', namespace, ...GATEWAY_LOOKUP);
    await cluster.helm('uninstall', 'outcrop', '--namespace', namespace, '--wait');
    const { violations } = start;
    if (test.status !== 0) violations.push(`helm test --logs: ${(test.stderr || test.stdout).trim().slice(-300)}`);
    if (lookup.status !== 0) violations.push(`DNS: ${lookup.stderr.trim().slice(-300)}`);
    return { violations, figures: `installed after ${seconds} s; ${start.figures}` };
  },
};
