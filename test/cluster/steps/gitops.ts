import { ArgoApplication } from '../argo-sync.ts';
import { lostRequests } from '../load-report.ts';
import { CLIENT_KEY, mergedValues, valuesForTest } from '../release-values.ts';
import type { Step } from '../step.ts';
import { REDIS_URL } from '../surroundings.ts';

const EARLIER = { 'argocd.argoproj.io/sync-wave': '-1' };

/** Secrets among the objects of the release, in place of the ExternalSecrets of the handbook. */
function secret(name: string, entries: Readonly<Record<string, string>>): object {
  const data = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, btoa(value)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations: EARLIER }, data };
}

/** Installs and changes the release as Argo CD does. */
export const step: Step = {
  shows:
    'manifests of `helm template` install by sync waves, a second sync changes nothing, and a new configuration replaces the pods and loses no request',
  async run({ cluster, release, underLoad }) {
    await release.uninstall();
    const application = new ArgoApplication(cluster, release.name, release.namespace);
    const secrets = [
      secret('outcrop', { 'redis-url': REDIS_URL, 'thinking-key': Buffer.alloc(32, 3).toString('base64') }),
      secret('outcrop-test', { 'api-key': CLIENT_KEY }),
      secret('emulator-credentials', { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' }),
    ];
    const values = mergedValues(await valuesForTest(cluster), { configChanges: 'restart', extraObjects: secrets });
    await release.kubectl('delete', 'secret', 'outcrop', 'outcrop-test', 'emulator-credentials', '--ignore-not-found');
    const first = await application.render(values);
    const changed = await application.render(
      mergedValues(values, { config: { limits: { requestsPerMinute: 1_000_000 } } }),
    );
    const violations: string[] = [];
    const verify = async (manifests: typeof first, event: string): Promise<void> => {
      await release.settled();
      const difference = await application.difference(manifests);
      if (difference !== '') violations.push(`after ${event}, a second sync changes: ${difference.slice(0, 400)}`);
      const leftovers = await application.prunable(manifests);
      if (leftovers.length > 0) violations.push(`after ${event}, a sync prunes ${leftovers.join(', ')}`);
    };
    try {
      await application.sync(first);
      await verify(first, 'the first sync');
      const before = (await release.pods()).map(({ name }) => name);
      const load = await underLoad(async () => {
        await application.sync(changed);
        await release.settled();
      });
      await verify(changed, 'a new configuration');
      const kept = (await release.pods()).filter(({ name }) => before.includes(name));
      if (kept.length > 0) violations.push(`${kept.map(({ name }) => name).join(', ')} still run`);
      return { load, violations: [...lostRequests(load), ...violations], figures: `${first.length} objects` };
    } finally {
      await application.remove(changed);
    }
  },
};
