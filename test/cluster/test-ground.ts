import { setTimeout as sleep } from 'node:timers/promises';
import { finished } from './command.ts';
import type { Cluster } from './cluster.ts';
import { GatewayRelease } from './gateway-release.ts';
import type { LoadOptions, LoadReport } from './load-report.ts';
import { NAMESPACES } from './namespaces.ts';
import { CLIENT_KEY } from './release-values.ts';
import { createSurroundings } from './surroundings.ts';

/** Time of the load before and after an event. */
const MARGIN_MS = 4_000;

/** What a step works with: the cluster, the services around the gateway, and the release under test. */
export class TestGround {
  readonly cluster: Cluster;
  readonly release: GatewayRelease;
  /** Nodes that accept all pods. The first one runs the services around the gateway. */
  readonly nodes: readonly string[];
  /** Commit of the previous version; default as `previous-version.ts` finds it. */
  readonly previous: string;

  private constructor(cluster: Cluster, nodes: readonly string[], previous: string) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.previous = previous;
    this.release = new GatewayRelease(cluster);
  }

  static async create(cluster: Cluster, previous: string): Promise<TestGround> {
    const nodes = await cluster.nodes();
    if (nodes[0] === undefined) throw new Error('the cluster has no node without taints');
    await createSurroundings(cluster, nodes[0]);
    return new TestGround(cluster, nodes, previous);
  }

  /** Runs an action while clients in the cluster send requests. Resolves with the clients' report. */
  readonly underLoad = async (
    action: () => Promise<unknown>,
    options: LoadOptions = {},
    afterMs = MARGIN_MS,
  ): Promise<LoadReport> => {
    const url = `http://${this.release.name}.${this.release.namespace}`;
    const command = [
      '/usr/local/bin/node',
      '/load/client-load.mts',
      JSON.stringify({ url, key: CLIENT_KEY, ...options }),
    ];
    const inClients = ['--namespace', NAMESPACES.clients, 'exec', '-i', 'clients', '--'];
    const load = this.cluster.startKubectl(...inClients, ...command);
    const ended = finished(load);
    await sleep(MARGIN_MS);
    try {
      await action();
      await sleep(afterMs);
    } finally {
      load.stdin?.end();
    }
    const { stdout, stderr } = await ended;
    const line = stdout.trim().split('\n').at(-1) ?? '';
    if (!line.startsWith('{')) throw new Error(`the load has no report: ${stderr.trim().slice(-400)}`);
    return JSON.parse(line) as LoadReport;
  };
}

/** Returns why a step that needs a second node is impossible. */
export function withoutSecondNode({ nodes }: TestGround): string | undefined {
  return nodes.length > 1 ? undefined : 'the cluster has a single node';
}

export async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return Math.round((performance.now() - startedAt) / 100) / 10;
}
