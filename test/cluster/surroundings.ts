import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.ts';
import { NAMESPACES } from './namespaces.ts';
import { until } from './until.ts';

export const BEDROCK_URL = `http://bedrock.${NAMESPACES.aws}:8090`;
export const REDIS_URL = `redis://redis.${NAMESPACES.aws}:6379`;
export const READY_TIMEOUT = '--timeout=120s';
const NODE = '/usr/local/bin/node';
/** Length of the streams: with the pace of 25 ms, about four seconds. */
const STREAM_DELTAS = 150;

/** Creates the services and clients around the gateway. All of them run on one node, so that another one can be drained. */
export async function createSurroundings(cluster: Cluster, node: string): Promise<void> {
  for (const name of Object.values(NAMESPACES)) {
    const metadata = { name, labels: { 'outcrop.test/part': 'cluster-test' } };
    await cluster.apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }));
  }
  const load = readFileSync(join(import.meta.dirname, 'client-load.mts'), 'utf8');
  const metadata = { name: 'load', namespace: NAMESPACES.clients };
  await cluster.apply(
    JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'client-load.mts': load } }),
  );
  const replacements: Readonly<Record<string, string>> = {
    NODE: node,
    EMULATOR: cluster.images.emulator,
    REDIS: cluster.images.redis,
    AWS: NAMESPACES.aws,
    CLIENTS: NAMESPACES.clients,
    STRANGERS: NAMESPACES.strangers,
  };
  const manifests = readFileSync(join(import.meta.dirname, 'surroundings.yaml'), 'utf8');
  const named = manifests.replaceAll(
    /(?<=: |: )\b(NODE|EMULATOR|REDIS|AWS|CLIENTS|STRANGERS)\b/g,
    (name) => replacements[name]!,
  );
  // The controller creates the service account of a namespace a moment after the namespace.
  await until(() => cluster.apply(named), 30, 'the services around the gateway');
  await surroundingsReady(cluster);
  for (const namespace of [NAMESPACES.clients, NAMESPACES.strangers]) {
    await cluster.kubectl('--namespace', namespace, 'wait', '--for=condition=Ready', 'pod/clients', READY_TIMEOUT);
  }
}

/** Waits for Bedrock and Redis, and prepares the answers of Bedrock. */
export async function surroundingsReady(cluster: Cluster): Promise<void> {
  const aws = ['--namespace', NAMESPACES.aws];
  await cluster.kubectl(...aws, 'wait', '--for=condition=Available', 'deployment', '--all', READY_TIMEOUT);
  const text = Array.from({ length: STREAM_DELTAS }, (_, index) => `word${index}`).join(' ');
  const body = JSON.stringify({ match: 'opus', text, times: 1e6 });
  const script = `fetch(${JSON.stringify(`${BEDROCK_URL}/__emulator/script`)}, { method: 'POST', body: process.argv[1] })`;
  await until(() => inClients(cluster, NAMESPACES.clients, NODE, '-e', script, body), 30, 'Bedrock');
}

/** Runs a command in a pod of clients. Resolves with its standard output. */
export function inClients(cluster: Cluster, namespace: string, ...command: string[]): Promise<string> {
  return cluster.kubectl('--namespace', namespace, 'exec', 'clients', '--', ...command);
}

/** Returns the status of a request from a pod of clients, or the code of its error. */
export async function statusFrom(cluster: Cluster, namespace: string, url: string, key = ''): Promise<string> {
  const script = `const headers = process.argv[2] ? { authorization: 'Bearer ' + process.argv[2] } : {};
  fetch(process.argv[1], { headers, signal: AbortSignal.timeout(4000) }).then(
    ({ status }) => console.log(status),
    ({ cause, name }) => console.log(cause?.code ?? name))`;
  return (await inClients(cluster, namespace, NODE, '-e', script, url, key)).trim();
}

/** Sends a signal to the processes of a container. Their numbers on the node follow from the container's cgroup. */
export async function killContainer(
  cluster: Cluster,
  node: string,
  containerId: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<void> {
  const aws = ['--namespace', NAMESPACES.aws];
  const selection = ['-l', 'app=killer', '--field-selector', `spec.nodeName=${node}`];
  const killer = (await cluster.kubectl(...aws, 'get', 'pods', ...selection, '-o', 'name')).trim();
  const script = `const { readdirSync, readFileSync } = require('fs');
    const read = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
    const found = readdirSync('/proc').filter((pid) => /^\\d+$/.test(pid) && read('/proc/' + pid + '/cgroup').includes(process.argv[1]));
    for (const pid of found) process.kill(Number(pid), process.argv[2]);
    if (found.length === 0) throw new Error('no process of the container');`;
  await cluster.kubectl(...aws, 'exec', killer, '--', NODE, '-e', script, containerId, signal);
}
