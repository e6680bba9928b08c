import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult } from './command.ts';
import type { Cluster } from './cluster.ts';
import { NAMESPACES } from './namespaces.ts';
import { CLIENT_KEY, handbookValues, type Values, valuesForTest } from './release-values.ts';
import { REDIS_URL } from './surroundings.ts';
import { until } from './until.ts';

const NAME = 'outcrop';
const SELECTOR = `app.kubernetes.io/name=${NAME}`;

export interface GatewayPod {
  name: string;
  node: string;
  containerId: string;
  restarts: number;
  isReady: boolean;
  /** Message of the last end of the container. */
  terminationMessage?: string;
}

interface ContainerStatus {
  name: string;
  containerID?: string;
  restartCount: number;
  ready: boolean;
  lastState?: { terminated?: { message?: string } };
}

interface PodList {
  items: {
    metadata: { name: string };
    spec: { nodeName?: string };
    status: { containerStatuses?: ContainerStatus[] };
  }[];
}

const NOT_STARTED: ContainerStatus = { name: 'gateway', restartCount: 0, ready: false };

/** The release of the chart with the handbook's values for production, changed to use the services of the cluster. */
export class GatewayRelease {
  readonly name = NAME;
  readonly namespace = NAMESPACES.gateway;
  private readonly cluster: Cluster;
  private readonly folder = mkdtempSync(join(tmpdir(), 'outcrop-cluster-'));
  /** False after a change, until the values of the handbook are in force again. */
  private isBaseline = false;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  kubectl(...args: string[]): Promise<string> {
    return this.cluster.kubectl('--namespace', this.namespace, ...args);
  }

  /** Creates the namespace with the pod security standard of the handbook, and the Secrets. */
  async createSecrets(thinkingKey: string): Promise<void> {
    const labels = { 'outcrop.test/part': 'cluster-test', 'pod-security.kubernetes.io/enforce': 'restricted' };
    const metadata = { name: this.namespace, labels };
    await this.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }));
    await this.putSecret('outcrop', { 'redis-url': REDIS_URL, 'thinking-key': thinkingKey });
    await this.putSecret('outcrop-test', { 'api-key': CLIENT_KEY });
    await this.createCredentials();
  }

  /** Creates the Secret with the credentials of the emulator, in place of a role of AWS. */
  async createCredentials(): Promise<void> {
    await this.putSecret('emulator-credentials', { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: 'emulator' });
  }

  async putSecret(name: string, stringData: Record<string, string>): Promise<void> {
    const metadata = { name, namespace: this.namespace };
    await this.cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }));
  }

  /** Installs or upgrades with changes over the values for production. Throws if helm fails. */
  async apply(changes: Values, ...flags: string[]): Promise<void> {
    const { status, stderr } = await this.attempt(changes, ...flags);
    if (status !== 0) throw new Error(`helm upgrade failed: ${stderr.trim().slice(-600)}`);
  }

  /** Installs or upgrades as `apply` does. Resolves with the result also if helm fails. */
  async attempt(changes: Values, ...flags: string[]): Promise<CommandResult> {
    return this.attemptChart(join(this.cluster.repository, 'helm/outcrop'), handbookValues(), changes, flags);
  }

  async attemptChart(chart: string, production: string, changes: Values, flags: string[]): Promise<CommandResult> {
    this.isBaseline = false;
    const files = [await valuesForTest(this.cluster, production), changes];
    const values = files.flatMap((file, index) => [
      '--values',
      this.file(`values-${index}.yaml`, JSON.stringify(file)),
    ]);
    const where = ['--namespace', this.namespace, ...values, ...flags];
    return this.cluster.attemptHelm('upgrade', '--install', this.name, chart, ...where);
  }

  rollback(...flags: string[]): Promise<string> {
    this.isBaseline = false;
    return this.cluster.helm('rollback', this.name, '--namespace', this.namespace, '--wait', ...flags);
  }

  /** Removes the release and the pod of its test. Waits for its pods, because Kubernetes deletes a namespace with pods only after minutes. */
  async uninstall(): Promise<void> {
    this.isBaseline = false;
    await this.cluster.attemptHelm('uninstall', this.name, '--namespace', this.namespace, '--wait');
    await this.kubectl('delete', 'pods', '-l', `app.kubernetes.io/component=${NAME}-test`);
    await until(async () => (await this.pods()).length === 0, 420, 'end of the pods');
  }

  /** Brings the release to the values for production with three replicas and no autoscaler. */
  async baseline(): Promise<void> {
    if (this.isBaseline) return this.settled();
    if ((await this.cluster.attemptKubectl('get', 'secret', 'outcrop', '--namespace', this.namespace)).status !== 0) {
      await this.createSecrets(THINKING_KEY);
    }
    await this.apply({}, '--wait', '--timeout', '10m');
    await this.settled();
    this.isBaseline = true;
  }

  /** Records a change that does not go through helm, such as the number of replicas. */
  changed(): void {
    this.isBaseline = false;
  }

  /** Waits until the Deployment is complete and old pods have ended. */
  async settled(seconds = 420): Promise<void> {
    await this.kubectl('rollout', 'status', `deployment/${this.name}`, '--timeout', `${seconds}s`);
    await until(async () => (await this.pods()).length === (await this.replicas()), seconds, 'end of the former pods');
  }

  async replicas(): Promise<number> {
    return Number(await this.kubectl('get', 'deployment', this.name, '-o', 'jsonpath={.spec.replicas}'));
  }

  /** Returns the message of the last failed check of a configuration, as `kubectl describe` shows it. */
  async configCheckMessage(): Promise<string | undefined> {
    const description = await this.kubectl('describe', 'pods', '-l', SELECTOR);
    const failed =
      /^ {2}config-check:\n(?: {4}.*\n)*? {6}Reason: +Error\n {6}Message: +(?<message>[^]*?)\n {6}Exit Code:/m;
    return failed.exec(description)?.groups?.['message']?.trim();
  }

  async pods(): Promise<GatewayPod[]> {
    const { items } = JSON.parse(await this.kubectl('get', 'pods', '-l', SELECTOR, '-o', 'json')) as PodList;
    return items.map(({ metadata, spec, status }) => {
      const container = status.containerStatuses?.find(({ name }) => name === 'gateway') ?? NOT_STARTED;
      return {
        name: metadata.name,
        node: spec.nodeName ?? '',
        containerId: (container.containerID ?? '').replace(/.*\/\//, ''),
        restarts: container.restartCount,
        isReady: container.ready,
        terminationMessage: container.lastState?.terminated?.message,
      };
    });
  }

  /** Returns the values of a metric in all ready pods, each as the sum over its labels. */
  async metric(name: string): Promise<number[]> {
    const pods = (await this.pods()).filter(({ isReady }) => isReady);
    return Promise.all(pods.map((pod) => this.metricOf(pod.name, name)));
  }

  /** Reads a management URL of a pod from inside, because the network policy keeps other namespaces out. */
  inspect(pod: string, path: string): Promise<string> {
    const url = `http://127.0.0.1:9090${path}`;
    return this.kubectl('exec', pod, '-c', 'gateway', '--', '/usr/local/bin/node', 'deploy/image/healthcheck.mjs', url);
  }

  /** Returns the memory of a pod's container, as a figure for the table. */
  async memory(pod: string): Promise<string> {
    const script = `const { readFileSync } = require('fs');
      const read = (...paths) => { for (const path of paths) try { return Number(readFileSync('/sys/fs/cgroup/' + path)) / 2 ** 20; } catch {} };
      const peak = read('memory.peak', 'memory/memory.max_usage_in_bytes');
      console.log(Math.round(peak) + ' of ' + Math.round(read('memory.max', 'memory/memory.limit_in_bytes')) + ' MiB at most');`;
    return (await this.kubectl('exec', pod, '-c', 'gateway', '--', '/usr/local/bin/node', '-e', script)).trim();
  }

  test(): Promise<CommandResult> {
    return this.cluster.attemptHelm('test', this.name, '--namespace', this.namespace, '--logs');
  }

  private async metricOf(pod: string, name: string): Promise<number> {
    const text = await this.inspect(pod, '/metrics');
    const lines = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (?<value>\\S+)$`, 'gm'))];
    return lines.reduce((sum, { groups }) => sum + Number(groups?.['value']), 0);
  }

  private file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
}

export const THINKING_KEY = Buffer.alloc(32, 1).toString('base64');
