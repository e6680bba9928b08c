import type { Cluster } from './cluster.ts';

/** Time to readiness without a warning: the delay of the startup probe. On nodes without free CPU, a start takes longer. */
const MAX_SECONDS_WITHOUT_WARNING = 3;

interface EventList {
  items: { message: string; involvedObject: { name: string } }[];
}

interface PodList {
  items: {
    metadata: { name: string };
    status: {
      conditions: { type: string; lastTransitionTime: string }[];
      containerStatuses: { name: string; state: { running?: { startedAt: string } } }[];
    };
  }[];
}

/** How the gateways of a namespace started. */
interface StartOfPods {
  /** Warning events of probes of pods that started in time. */
  violations: string[];
  figures: string;
}

/** Returns how the running gateways of a namespace started. */
export async function startOfPods(cluster: Cluster, namespace: string): Promise<StartOfPods> {
  const get = async (...args: string[]): Promise<unknown> =>
    JSON.parse(await cluster.kubectl('--namespace', namespace, 'get', ...args, '-o', 'json'));
  const pods = (await get('pods', '-l', 'app.kubernetes.io/name=outcrop')) as PodList;
  const events = (await get('events', '--field-selector', 'type=Warning,reason=Unhealthy')) as EventList;
  const seconds = new Map(pods.items.map(({ metadata, status }) => [metadata.name, secondsToReady(status)]));
  const warnings = events.items.filter(({ involvedObject }) => seconds.has(involvedObject.name));
  const isInTime = (pod: string): boolean => (seconds.get(pod) ?? Infinity) <= MAX_SECONDS_WITHOUT_WARNING;
  return {
    violations: warnings
      .filter(({ involvedObject }) => isInTime(involvedObject.name))
      .map(({ message, involvedObject }) => `${involvedObject.name}: ${message}`),
    figures: `pods ready within ${Math.max(...seconds.values())} s, ${warnings.length} warnings of probes`,
  };
}

/** Returns the time between the start of the container and its readiness. Kubernetes reports whole seconds. */
function secondsToReady({ conditions, containerStatuses }: PodList['items'][number]['status']): number {
  const ready = conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
  const started = containerStatuses.find(({ name }) => name === 'gateway')?.state.running?.startedAt ?? '';
  return (Date.parse(ready) - Date.parse(started)) / 1000;
}
