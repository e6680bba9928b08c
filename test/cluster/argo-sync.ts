import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from './cluster.ts';
import type { Values } from './release-values.ts';

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; annotations?: Record<string, string>; ownerReferences?: unknown[] };
}

/** The order in which Argo CD applies the kinds of one wave (`kindOrder` of gitops-engine). Other kinds are last. */
const KINDS = [
  'NetworkPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'ConfigMap',
  'Service',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
];
/** Argo CD runs the other hooks of Helm, and does not apply these. */
const IGNORED_HOOKS = ['test', 'test-success'];
/** Argo CD does not compare them, because controllers create them. */
const UNTRACKED = ['endpoints', 'endpointslices.discovery.k8s.io', 'events', 'events.events.k8s.io'];
const MANAGER = ['--server-side', '--force-conflicts', '--field-manager', 'argocd-controller'];

/** A release that is synchronized as Argo CD does it: rendered without the cluster, and applied on the server's side. */
export class ArgoApplication {
  private readonly cluster: Cluster;
  private readonly release: string;
  private readonly namespace: string;

  constructor(cluster: Cluster, release: string, namespace: string) {
    this.cluster = cluster;
    this.release = release;
    this.namespace = namespace;
  }

  /** Renders the chart without access to a cluster. Throws if a hook would run in the first sync. */
  async render(values: Values): Promise<Manifest[]> {
    const chart = join(this.cluster.repository, 'helm/outcrop');
    const unreachable = ['--kubeconfig', '/dev/null', '--kube-version', '1.34.0'];
    const args = ['template', this.release, chart, '--namespace', this.namespace, ...unreachable, '--values', '-'];
    const text = await this.cluster.helmWithInput(JSON.stringify(values), ...args);
    const manifests = parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
    const hooks = manifests.filter((manifest) => hookOf(manifest) !== undefined);
    const running = hooks.filter((manifest) => !IGNORED_HOOKS.includes(hookOf(manifest) ?? ''));
    if (running.length > 0) throw new Error(`Argo CD runs the hooks ${running.map(identity).join(', ')}`);
    return manifests.filter((manifest) => !hooks.includes(manifest));
  }

  /** Applies the manifests by waves, and within a wave by kinds. */
  async sync(manifests: readonly Manifest[]): Promise<void> {
    const groups = Map.groupBy(manifests, (manifest) => waveOf(manifest) * 100 + kindOrder(manifest));
    for (const order of [...groups.keys()].toSorted((a, b) => a - b)) {
      await this.cluster.apply(asList(groups.get(order) ?? []), '--namespace', this.namespace, ...MANAGER);
    }
  }

  /** Returns what a sync would change; empty if the live objects are as rendered. */
  async difference(manifests: readonly Manifest[]): Promise<string> {
    const args = ['diff', '--namespace', this.namespace, ...MANAGER];
    const { status, stdout, stderr } = await this.cluster.attemptManifests(asList(manifests), ...args);
    if (status > 1) throw new Error(`kubectl diff failed: ${stderr.trim().slice(-600)}`);
    return status === 0 ? '' : stdout;
  }

  /** Returns the live objects of the application that the manifests lack, which Argo CD would prune. */
  async prunable(manifests: readonly Manifest[]): Promise<string[]> {
    const kinds = await this.cluster.kubectl('api-resources', '--namespaced', '--verbs', 'list,delete', '-o', 'name');
    const tracked = kinds.split('\n').filter((kind) => kind !== '' && !UNTRACKED.includes(kind));
    const selection = ['--namespace', this.namespace, '-l', `app.kubernetes.io/instance=${this.release}`];
    const { items } = JSON.parse(await this.cluster.kubectl('get', tracked.join(), ...selection, '-o', 'json')) as {
      items: Manifest[];
    };
    const rendered = new Set(manifests.map(identity));
    return items
      .filter(({ metadata }) => metadata.ownerReferences === undefined)
      .map(identity)
      .filter((name) => !rendered.has(name));
  }

  async remove(manifests: readonly Manifest[]): Promise<void> {
    const args = ['delete', '--namespace', this.namespace, '--ignore-not-found', '--wait'];
    await this.cluster.attemptManifests(asList(manifests), ...args);
  }
}

function hookOf({ metadata }: Manifest): string | undefined {
  return metadata.annotations?.['helm.sh/hook'];
}

function waveOf({ metadata }: Manifest): number {
  return Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
}

function kindOrder({ kind }: Manifest): number {
  const index = KINDS.indexOf(kind);
  return index === -1 ? KINDS.length : index;
}

function identity({ apiVersion, kind, metadata }: Manifest): string {
  return `${apiVersion.replace(/\/?v\w+$/, '')}/${kind}/${metadata.name}`;
}

function asList(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
