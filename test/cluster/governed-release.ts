import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { parse } from 'yaml';
import {
  createDatabase,
  createGovernanceServices,
  fetchToken,
  IDENTITY_CA,
  TOKEN_SETTINGS,
} from './governance-services.ts';
import { THINKING_KEY } from './gateway-release.ts';
import { NAMESPACES } from './namespaces.ts';
import { mergedValues, type Values } from './release-values.ts';
import { REDIS_URL } from './surroundings.ts';
import type { TestGround } from './test-ground.ts';

const ADMIN_KEY = 'admin-key-of-the-cluster-test';
export const WAIT = ['--wait', '--timeout', '10m'];

/** Returns values over those for production: the admin API, and tokens of the identity provider. */
export function governedValues(changes: Values = {}): Values {
  const toAws = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACES.aws } } }];
  const values = {
    config: {
      admin: { enabled: true, keys: [{ name: 'root', hash: '${file:/run/secrets/outcrop/admin-key-hash}' }] },
      auth: TOKEN_SETTINGS,
    },
    networkPolicy: { egress: { postgresql: { to: toAws }, oidc: { to: toAws, port: 8091 } } },
    extraVolumes: [{ name: IDENTITY_CA, configMap: { name: IDENTITY_CA } }],
    extraVolumeMounts: [{ name: IDENTITY_CA, mountPath: '/etc/identity', readOnly: true }],
  };
  return mergedValues(values, changes);
}

/** Returns values with a database of `prepareDatabase`. `migrations` selects who changes the schema. */
export function postgresValues(name: string, migrations: 'init' | 'job', changes: Values = {}): Values {
  const values = {
    config: {
      database: { url: '${file:/run/secrets/outcrop/database-url}' },
      // Redis has a copy for pods that start during an outage.
      governance: { snapshotKeys: [{ id: 'a', key: '${file:/run/secrets/outcrop/snapshot-key}' }] },
    },
    database: { migrations },
    // Pods of another database are replaced, because they do not read the Secret again.
    podAnnotations: { 'outcrop.test/database': name },
  };
  return governedValues(mergedValues(values, changes));
}

/** Starts the services around a gateway with a database, and writes the Secret with the URL of an empty one. */
export async function prepareDatabase({ cluster, nodes, release }: TestGround, name: string): Promise<void> {
  await release.createSecrets(THINKING_KEY);
  await createGovernanceServices(cluster, nodes[0]!);
  await release.putSecret('outcrop', {
    'redis-url': REDIS_URL,
    'thinking-key': THINKING_KEY,
    'database-url': await createDatabase(cluster, name),
    'admin-key-hash': hashApiKey(ADMIN_KEY),
    'snapshot-key': Buffer.alloc(32, 2).toString('base64'),
  });
}

/** Creates a team and a key of it through the commands in the pod, and fetches a token of a member. Resolves with key and token. */
export async function createCallers(ground: TestGround): Promise<string[]> {
  await runAdmin(ground, 'team', 'create', 'load');
  return [await createKey(ground, 'load-1'), await fetchToken(ground.cluster)];
}

/** Creates a key of the team `load`. Resolves with its secret. */
export async function createKey(ground: TestGround, name: string): Promise<string> {
  const manifest = ['--output', 'kubernetes-secret', `${NAMESPACES.clients}/${name}`];
  const printed = await runAdmin(ground, 'key', 'create', name, '--team', 'load', ...manifest);
  return (parse(printed) as { stringData: Record<string, string> }).stringData['api-key']!;
}

/** Runs a command of the administration in a pod, with the admin key on its input. Resolves with its output. */
export function runAdmin({ cluster, release }: TestGround, ...command: string[]): Promise<string> {
  const pod = ['exec', '-i', `deploy/${release.name}`, '-c', 'gateway', '--'];
  const program = ['/usr/local/bin/node', 'dist/cli/admin.js', ...command, '--key-file', '/dev/stdin'];
  return cluster.kubectlWithInput(ADMIN_KEY, '--namespace', release.namespace, ...pod, ...program);
}
