import { setTimeout as sleep } from 'node:timers/promises';
import { createCallers, createKey, postgresValues, prepareDatabase, runAdmin, WAIT } from '../governed-release.ts';
import { governanceServicesReady, startPostgres, stopPostgres } from '../governance-services.ts';
import { lostRequests } from '../load-report.ts';
import { NAMESPACES } from '../namespaces.ts';
import type { Step } from '../step.ts';
import { killContainer } from '../surroundings.ts';
import type { TestGround } from '../test-ground.ts';
import { until } from '../until.ts';

/** A replica writes its copy of teams and keys at most this often. */
const COPY_MS = 11_000;

/** Removes PostgreSQL for a while, and restarts a gateway and replaces a pod meanwhile. */
export const step: Step = {
  shows:
    'while PostgreSQL is away, requests continue, pods stay ready, and a restarted container and a new pod serve from the copies on disk and in Redis',
  async run(ground) {
    const { cluster, release, underLoad } = ground;
    await prepareDatabase(ground, 'down');
    await release.apply(postgresValues('down', 'init'), ...WAIT);
    await release.settled();
    const otherKeys = await createCallers(ground);
    await sleep(COPY_MS);
    const violations: string[] = [];
    const load = await underLoad(
      async () => {
        await killPostgres(ground);
        await stopPostgres(cluster);
        await sleep(10_000);
        const refused = await runAdmin(ground, 'team', 'create', 'other').catch(({ message }: Error) => message);
        if (!refused.includes('database_unavailable')) violations.push(`the admin API: ${refused.slice(-200)}`);
        const unready = (await release.pods()).filter(({ isReady }) => !isReady);
        if (unready.length > 0) violations.push(`${unready.length} pods are not ready without the database`);
        violations.push(...(await restartContainer(ground)), ...(await replacePod(ground)));
        await startPostgres(cluster);
        await release.settled();
        await until(() => createKey(ground, 'load-3'), 30, 'change after the return of the database');
      },
      { otherKeys },
    );
    release.changed();
    return { load, violations: [...violations, ...lostRequests(load)] };
  },
};

/** Ends the processes of PostgreSQL, whose container starts again. */
async function killPostgres({ cluster }: TestGround): Promise<void> {
  const fields = '{.items[0].spec.nodeName} {.items[0].status.containerStatuses[0].containerID}';
  const selection = ['--namespace', NAMESPACES.aws, 'get', 'pods', '-l', 'app=postgres'];
  const [node = '', id = ''] = (await cluster.kubectl(...selection, '-o', `jsonpath=${fields}`)).split(' ');
  await killContainer(cluster, node, id.replace(/.*\/\//, ''));
  await sleep(3_000);
  await governanceServicesReady(cluster);
}

/** Ends a gateway as a drain does. Its container starts again in the same pod, with its copy. */
async function restartContainer({ cluster, release }: TestGround): Promise<string[]> {
  const [pod] = await release.pods();
  const find = async () => (await release.pods()).find(({ name }) => name === pod!.name);
  await killContainer(cluster, pod!.node, pod!.containerId, 'SIGTERM');
  await until(async () => ((await find())?.restarts ?? 0) > pod!.restarts, 200, 'restart of the container');
  const isReady = until(async () => (await find())?.isReady, 30, 'readiness by the copy');
  return isReady.then(
    () => [],
    ({ message }: Error) => [message],
  );
}

/** Deletes a pod. The next one has an empty disk, and serves from the copy in Redis. */
async function replacePod({ release }: TestGround): Promise<string[]> {
  const former = (await release.pods()).map(({ name }) => name);
  await release.kubectl('delete', 'pod', former.at(-1)!, '--wait=false');
  const isReady = async () => (await release.pods()).some(({ name, isReady }) => isReady && !former.includes(name));
  return until(isReady, 90, 'readiness of the new pod').then(
    () => [],
    ({ message }: Error) => [message],
  );
}
