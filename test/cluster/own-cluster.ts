import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, type ClusterSource, LOADED_IMAGES } from './cluster.ts';
import { CommandRunner } from './command.ts';
import { clusterFolder, REPOSITORY } from './folders.ts';
import { archivePath, buildMissingImages } from './image-archives.ts';

const SCRIPTS = join(import.meta.dirname, 'nodes');

/** Programs that `tools.sh` builds or links. */
const PROGRAMS = [
  'pause',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
  'etcd',
  'coredns',
  'kube-router',
  'helm',
];

const IMAGES = ['pause', 'coredns', 'redis', 'postgres', 'gateway', 'emulator'];

/** Creates an interface pair and an overlay in namespaces, as the nodes do. */
const PROBE =
  'ip link add probe0 type veth peer name probe1 && mkdir -p "$0" && mount -t tmpfs tmpfs "$0" && cd "$0" && mkdir a b c d && mount -t overlay overlay -o lowerdir=a,upperdir=b,workdir=c d';

/** Returns true if all programs are in the cache. */
export function hasPrograms(): boolean {
  return PROGRAMS.every((name) => existsSync(join(clusterFolder(), 'bin', name)));
}

/** Returns why this machine cannot run a cluster; undefined if it can. */
export function ownClusterObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'a cluster on this machine requires Linux';
  if (process.getuid?.() !== 0) return 'a cluster on this machine requires root';
  if (!hasPrograms()) {
    if (spawnSync('go', ['version']).status !== 0)
      return 'the programs of the cluster are not built, and go is missing';
    if (spawnSync('apt-get', ['--version']).status !== 0)
      return 'containerd and runc are installed with apt-get, which is missing';
  }
  const folder = join(clusterFolder(), 'probe');
  const probe = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'sh', '-ec', PROBE, folder]);
  return probe.status === 0
    ? undefined
    : `network or overlay file systems are not available: ${String(probe.stderr ?? probe.error).trim()}`;
}

/** Two nodes on this machine, which the scripts in `nodes/` start. */
export class OwnCluster implements ClusterSource {
  readonly description = 'two nodes on this machine';

  reserve(): void {
    mkdirSync(clusterFolder(), { recursive: true });
    const lock = join(clusterFolder(), 'lock');
    const holder = existsSync(lock) ? readFileSync(lock, 'utf8') : '';
    if (holder !== '' && existsSync(`/proc/${holder}`)) {
      throw new Error(`the process ${holder} uses the cluster on this machine; repeat the command when it has ended`);
    }
    writeFileSync(lock, String(process.pid));
    process.once('exit', () => rmSync(lock, { force: true }));
  }

  /** Starts the cluster, or uses the one that an earlier run kept. */
  async start(): Promise<Cluster> {
    if (!hasPrograms()) await script('tools.sh');
    const rebuilt = buildMissingImages(IMAGES, REPOSITORY);
    if (!this.isUp()) await script('up.sh');
    else if (rebuilt.length > 0) await script('import.sh', ...rebuilt.map(archivePath));
    await script('volumes.sh');
    const bin = join(clusterFolder(), 'bin');
    const pid = readFileSync(join(clusterFolder(), 'run/node-1/pid'), 'utf8').trim();
    const environment = { KUBECONFIG: join(clusterFolder(), 'run/admin.kubeconfig') };
    return new Cluster({
      images: LOADED_IMAGES,
      runner: new CommandRunner(['nsenter', '-t', pid, '--net', '--'], environment),
      programs: { kubectl: join(bin, 'kubectl'), helm: join(bin, 'helm') },
      repository: REPOSITORY,
      loadImage: (archive) => script('import.sh', archive),
    });
  }

  /** Builds programs and images that are not in the cache. */
  async prepare(): Promise<void> {
    if (!hasPrograms()) await script('tools.sh');
    buildMissingImages(IMAGES, REPOSITORY);
  }

  async stop(): Promise<void> {
    await script('down.sh');
  }

  isUp(): boolean {
    const pid = join(clusterFolder(), 'run/node-1/pid');
    return existsSync(pid) && existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}`);
  }
}

/** Runs a script of `nodes/`, with its output on standard error. Throws if it fails. */
export function script(name: string, ...args: string[]): Promise<void> {
  const child = spawn(join(SCRIPTS, name), args, {
    env: { OUTCROP_REPO: REPOSITORY, ...process.env },
    stdio: ['ignore', 2, 2],
    // A Ctrl-C must not end the script that takes the cluster down.
    detached: true,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} ${args.join(' ')} failed with code ${code}`));
    });
  });
}
