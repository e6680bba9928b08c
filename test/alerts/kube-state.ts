import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Replicas of a Deployment. */
export interface Replicas {
  available: number;
  specified: number;
}

/**
 * Serves the metrics of kube-state-metrics that the rules read, by its names and labels (kube-state-metrics 2.17,
 * docs/metrics/workload/deployment-metrics.md), because this suite has no cluster.
 */
export class KubeState {
  readonly deployments = new Map<string, Replicas>();
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(): Promise<KubeState> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8').end(kubeState.text());
    });
    const kubeState = new KubeState(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return kubeState;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private text(): string {
    const family = (name: string, value: (replicas: Replicas) => number) => [
      `# TYPE ${name} gauge`,
      ...[...this.deployments].map(
        ([namespace, replicas]) => `${name}{namespace="${namespace}",deployment="outcrop"} ${value(replicas)}`,
      ),
    ];
    return [
      ...family('kube_deployment_status_replicas_available', ({ available }) => available),
      ...family('kube_deployment_spec_replicas', ({ specified }) => specified),
      '',
    ].join('\n');
  }
}
