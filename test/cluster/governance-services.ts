import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { selfSigned } from '../support/certificate.ts';
import type { Cluster } from './cluster.ts';
import { NAMESPACES } from './namespaces.ts';
import { inClients, READY_TIMEOUT } from './surroundings.ts';

const PASSWORD = 'cluster-test';
const IDENTITY_HOST = `identity.${NAMESPACES.aws}`;
const ISSUER = `https://${IDENTITY_HOST}:8091`;
const AWS = ['--namespace', NAMESPACES.aws];
/** Replaces the objects that are too large for the annotation of `kubectl apply`. */
const SERVER_SIDE = ['--server-side', '--force-conflicts'];

/** Name of the ConfigMap with the certificate of the identity provider, in the namespace of the gateway. */
export const IDENTITY_CA = 'identity-ca';

/** Settings of the gateway for tokens of the identity provider. Members of the group `llm-load` belong to the team `load`. */
export const TOKEN_SETTINGS = {
  jwt: [{ issuer: ISSUER, audience: ['https://outcrop.example.com'], caFile: '/etc/identity/ca.crt' }],
  groups: [{ match: 'llm-(.+)', team: '$1' }],
};

/** Starts PostgreSQL and an identity provider on a node, unless they run. */
export async function createGovernanceServices(cluster: Cluster, node: string): Promise<void> {
  if ((await cluster.attemptKubectl(...AWS, 'get', 'deployment', 'identity')).status !== 0) {
    await createIdentityFiles(cluster);
    const replacements: Readonly<Record<string, string>> = {
      NODE: node,
      AWS: NAMESPACES.aws,
      POSTGRES: cluster.images.postgres,
      EMULATOR: cluster.images.emulator,
      PASSWORD,
      ISSUER,
    };
    const manifests = readFileSync(join(import.meta.dirname, 'governance-services.yaml'), 'utf8');
    const named = manifests.replaceAll(
      /(?<=: |, )\b(NODE|AWS|POSTGRES|EMULATOR|PASSWORD|ISSUER)\b/g,
      (name) => replacements[name]!,
    );
    await cluster.apply(named);
  }
  await governanceServicesReady(cluster);
}

export async function governanceServicesReady(cluster: Cluster): Promise<void> {
  await cluster.kubectl(...AWS, 'wait', '--for=condition=Available', 'deployment', '--all', READY_TIMEOUT);
}

/** Creates an empty database. Resolves with its URL. */
export async function createDatabase(cluster: Cluster, name: string): Promise<string> {
  for (const statement of [`drop database if exists ${name} with (force)`, `create database ${name}`]) {
    await inPostgres(cluster, statement);
  }
  return `postgres://outcrop:${PASSWORD}@postgres.${NAMESPACES.aws}:5432/${name}`;
}

/** Ends PostgreSQL at once and keeps it away until `startPostgres`. Its data stays on its volume. */
export async function stopPostgres(cluster: Cluster): Promise<void> {
  await cluster.kubectl(...AWS, 'scale', 'deployment/postgres', '--replicas', '0');
  await cluster.kubectl(...AWS, 'delete', 'pod', '-l', 'app=postgres', '--grace-period=0', '--force');
}

export async function startPostgres(cluster: Cluster): Promise<void> {
  await cluster.kubectl(...AWS, 'scale', 'deployment/postgres', '--replicas', '1');
  await governanceServicesReady(cluster);
}

/** Fetches a token of the identity provider, which is valid for an hour. */
export async function fetchToken(cluster: Cluster): Promise<string> {
  // The certificate is of the test itself.
  const script = `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    fetch(process.argv[1] + '/token', { method: 'POST', body: new URLSearchParams({
      grant_type: 'client_credentials', client_id: 'batch', client_secret: 'batch-secret' }) })
    .then((answer) => answer.json()).then((answer) => console.log(answer.access_token))`;
  const command = ['/usr/local/bin/node', '-e', script, ISSUER];
  return (await inClients(cluster, NAMESPACES.clients, ...command)).trim();
}

/** Runs a statement in the database of the administrator, with psql. */
async function inPostgres(cluster: Cluster, statement: string): Promise<void> {
  const command = `PGPASSWORD=${PASSWORD} psql -h 127.0.0.1 -U outcrop -d postgres -c "$0"`;
  await cluster.kubectl(...AWS, 'exec', 'deploy/postgres', '--', '/bin/sh', '-c', command, statement);
}

/** Writes the identity provider and its packages into one file, and creates its certificate. */
async function createIdentityFiles(cluster: Cluster): Promise<void> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'identity-provider.mts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: true,
    // The package selects settings by the names of its classes.
    keepNames: true,
    write: false,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { key, cert } = selfSigned(IDENTITY_HOST);
  const program = { 'identity-provider.mjs': bundle.outputFiles[0]!.text };
  await cluster.apply(object('ConfigMap', NAMESPACES.aws, 'identity', { data: program }), ...SERVER_SIDE);
  const tls = { stringData: { 'tls.key': key, 'tls.crt': cert } };
  await cluster.apply(object('Secret', NAMESPACES.aws, 'identity-tls', tls));
  await cluster.apply(object('ConfigMap', NAMESPACES.gateway, IDENTITY_CA, { data: { 'ca.crt': cert } }));
}

function object(kind: string, namespace: string, name: string, content: object): string {
  return JSON.stringify({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...content });
}
