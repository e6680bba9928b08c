import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../step.ts';
import { NAMESPACES } from '../namespaces.ts';

/** Differs from the release of the step `trial`, whose test pod cannot be changed. */
const RELEASE = 'scenario';

/** Lets the API server validate the manifests of each scenario without creating them. */
export const step: Step = {
  shows: 'the API server accepts the manifests of all scenarios of the chart',
  async run({ cluster }) {
    const chart = join(cluster.repository, 'helm/outcrop');
    const { serverVersion } = JSON.parse(await cluster.kubectl('version', '-o', 'json')) as {
      serverVersion: { gitVersion: string };
    };
    const known = await cluster.kubectl('api-resources', '-o', 'name');
    const files = readdirSync(join(chart, 'ci')).filter((name) => name.endsWith('.yaml'));
    const violations: string[] = [];
    for (const file of files) {
      const values = ['--values', join(chart, 'ci', file), '--kube-version', serverVersion.gitVersion];
      const manifests = await cluster.helm('template', RELEASE, chart, '--namespace', NAMESPACES.trial, ...values);
      // A cluster without the CRDs of Prometheus, Gateway API or KEDA cannot check their objects.
      const checked = manifests.split(/^---$/m).filter((manifest) => isKnown(manifest, known));
      await cluster
        .apply(checked.join('\n---\n'), '--dry-run=server', '--namespace', NAMESPACES.trial)
        .catch((error: Error) => violations.push(`${file}: ${error.message}`));
    }
    return { violations, figures: `${files.length} scenarios` };
  },
};

function isKnown(manifest: string, known: string): boolean {
  const group = /^apiVersion: (?<group>[\w.-]+)\//m.exec(manifest)?.groups?.['group'];
  return (
    group === undefined ||
    !group.includes('.') ||
    (group.endsWith('.k8s.io') && !group.startsWith('gateway')) ||
    known.includes(`.${group}`)
  );
}
