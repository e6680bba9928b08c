import { createCallers, governedValues, prepareDatabase, WAIT } from '../governed-release.ts';
import { NAMESPACES } from '../namespaces.ts';
import type { Step } from '../step.ts';
import { statusFrom } from '../surroundings.ts';
import { until } from '../until.ts';

const CLAIM = 'outcrop-database';

/** Keeps teams and keys in SQLite on a volume, and replaces the pod. */
export const step: Step = {
  shows: 'with SQLite on a volume, a key created in the pod works, also after the pod was deleted and after an upgrade',
  async run(ground) {
    const { cluster, release } = ground;
    await release.uninstall();
    await prepareDatabase(ground, 'unused');
    const values = governedValues({ replicaCount: 1, database: { sqlite: { enabled: true, size: '1Gi' } } });
    await release.apply(values, ...WAIT);
    const [key = '', token = ''] = await createCallers(ground);
    const violations: string[] = [];
    const url = `http://${release.name}.${release.namespace}/v1/me`;
    const verify = async (event: string): Promise<void> => {
      for (const [kind, credential] of Object.entries({ key, token })) {
        const expected = async (): Promise<boolean> =>
          (await statusFrom(cluster, NAMESPACES.clients, url, credential)) === '200';
        await until(expected, 30, `answer for the ${kind}`).catch(({ message }: Error) =>
          violations.push(`after ${event}: ${message}`),
        );
      }
    };
    try {
      await verify('its creation');
      await release.kubectl('delete', 'pod', '-l', `app.kubernetes.io/name=${release.name}`);
      await release.settled();
      await verify('the deletion of the pod');
      await release.apply({ ...values, image: { tag: 'next' } }, ...WAIT);
      await release.settled();
      await verify('an upgrade');
    } finally {
      await release.uninstall();
      await release.kubectl('delete', 'pvc', CLAIM);
    }
    return { violations };
  },
};
