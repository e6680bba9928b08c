import { parse } from 'yaml';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { markedBlocks } from '../deploy/handbook.ts';
import type { Cluster } from './cluster.ts';
import { NAMESPACES } from './namespaces.ts';
import { BEDROCK_URL } from './surroundings.ts';

export const CLIENT_KEY = 'sk-outcrop-cluster-test';
export const REPLICAS = 3;

export type Values = Readonly<Record<string, unknown>>;

/** Returns the values file for production of the handbook. Throws if the page has none. */
export function handbookValues(page?: string): string {
  const block = markedBlocks('file', page).find(({ value }) => value === 'production.yaml');
  if (block === undefined) throw new Error(`${page ?? 'docs/operations.md'} has no file production.yaml`);
  return block.code;
}

/** Returns values of the handbook with the test's key, and with services and clients of the test in place of AWS. */
export async function valuesForTest(cluster: Cluster, handbook = handbookValues()): Promise<Values> {
  const toAws = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACES.aws } } }];
  const hasOperator =
    (await cluster.attemptKubectl('get', 'crd', 'prometheusrules.monitoring.coreos.com')).status === 0;
  const changes = {
    image: { repository: cluster.images.gateway, tag: 'test' },
    replicaCount: REPLICAS,
    autoscaling: { enabled: false },
    config: { bedrock: { endpoint: BEDROCK_URL } },
    extraEnvFrom: [{ secretRef: { name: 'emulator-credentials' } }],
    networkPolicy: {
      ingressNamespaces: [NAMESPACES.clients],
      // The ports of DNS are the chart's defaults, because clusters differ.
      egress: { dns: null, redis: { to: toAws } },
      extraEgress: [{ to: toAws, ports: [{ port: 8090, protocol: 'TCP' }] }],
    },
    ...(!hasOperator && { serviceMonitor: { enabled: false }, prometheusRule: { enabled: false } }),
  };
  const values = parse(handbook.replaceAll(/sha256:0{64}/g, hashApiKey(CLIENT_KEY))) as Values;
  return mergedValues(values, changes);
}

/** Returns values with changes, as helm merges values files. A change to null removes an entry. */
export function mergedValues(values: Values, changes: Values): Values {
  const merged: Record<string, unknown> = { ...values };
  for (const [name, change] of Object.entries(changes)) {
    const value = values[name];
    if (change === null) delete merged[name];
    else merged[name] = isMap(value) && isMap(change) ? mergedValues(value, change) : change;
  }
  return merged;
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
