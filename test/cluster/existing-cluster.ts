import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Cluster, type ClusterImages, type ClusterSource, ClusterUnavailable, LOADED_IMAGES } from './cluster.ts';
import { CommandRunner } from './command.ts';
import { clusterFolder, REPOSITORY } from './folders.ts';
import { archivePath, buildAsRoot, buildMissingImages, buildWithDocker } from './image-archives.ts';
import type { ClusterOptions } from './options.ts';
import { NAMESPACES } from './namespaces.ts';

/** Contexts of tools that create clusters for tests only. Other contexts must be named with `--context`. */
const TEST_CONTEXT = /^(?<tool>kind|k3d)-(?<name>.+)$/;
/** Commands that load an image archive into the nodes of such a cluster. */
const LOADERS: Readonly<Record<string, string>> = {
  kind: 'kind load image-archive --name',
  k3d: 'k3d image import --cluster',
};

const IMAGES = ['redis', 'postgres', 'gateway', 'emulator'];

/** A cluster that exists already. The run creates its own namespaces in it, and drains one of its nodes. */
export class ExistingCluster implements ClusterSource {
  readonly description: string;
  private readonly context: string;
  private readonly options: ClusterOptions;
  private cluster?: Cluster;

  private constructor(context: string, options: ClusterOptions) {
    this.context = context;
    this.options = options;
    this.description = `the existing cluster of the context ${context}`;
  }

  /** Returns the cluster that `--context` or `KUBECONFIG` selects. Throws ClusterUnavailable if there is none to use. */
  static select(options: ClusterOptions): ExistingCluster {
    for (const name of ['kubectl', 'helm'] as const) {
      if (spawnSync(program(name), ['version', '--client']).error) throw new ClusterUnavailable(`${name} is missing`);
    }
    if (options.context !== '') return new ExistingCluster(options.context, options);
    if (!process.env['KUBECONFIG']) throw new ClusterUnavailable('neither --context nor KUBECONFIG selects a cluster');
    const { stdout } = spawnSync(program('kubectl'), ['config', 'current-context'], { encoding: 'utf8' });
    const context = stdout.trim();
    if (TEST_CONTEXT.test(context)) return new ExistingCluster(context, options);
    throw new ClusterUnavailable(
      `the context '${context}' of KUBECONFIG may be in use by others; confirm it with --context ${context || 'NAME'}`,
    );
  }

  reserve(): void {
    // Other runs are not visible from here.
  }

  async start(): Promise<Cluster> {
    const loadImage = this.loader();
    if (loadImage) {
      buildMissingImages(IMAGES, REPOSITORY, hasDocker() ? buildWithDocker : buildAsRoot);
      for (const name of IMAGES) await loadImage(archivePath(name));
    }
    this.cluster = new Cluster({
      images: this.images(),
      runner: new CommandRunner([], { HELM_KUBECONTEXT: this.context }),
      programs: { kubectl: program('kubectl'), helm: program('helm') },
      context: this.context,
      repository: REPOSITORY,
      loadImage,
    });
    await this.cluster.kubectl('version');
    return this.cluster;
  }

  async stop(): Promise<void> {
    const namespaces = Object.values(NAMESPACES);
    await this.cluster?.kubectl('delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait=false');
  }

  private images(): ClusterImages {
    const prefix = this.options.images;
    if (prefix === '') return LOADED_IMAGES;
    return {
      gateway: `${prefix}/outcrop`,
      emulator: `${prefix}/outcrop-emulator:test`,
      redis: `${prefix}/redis:1`,
      postgres: `${prefix}/postgres:1`,
    };
  }

  /** Returns a function that loads an archive into the nodes; undefined if the nodes pull the images. */
  private loader(): ((archive: string) => Promise<void>) | undefined {
    if (this.options.images !== '') return undefined;
    const { tool, name } = TEST_CONTEXT.exec(this.context)?.groups ?? {};
    const command = this.options.load || (tool ? `${LOADERS[tool]} ${name}` : '');
    if (command === '') {
      throw new ClusterUnavailable(
        '--load COMMAND or --images PREFIX is needed to make the images available to the nodes',
      );
    }
    const runner = new CommandRunner();
    return async (archive) => void (await runner.run('sh', ['-c', `${command} "$0"`, archive]));
  }
}

/** Returns the program of the cache, otherwise the one of the PATH. */
function program(name: 'kubectl' | 'helm'): string {
  const cached = join(clusterFolder(), 'bin', name);
  return existsSync(cached) ? cached : name;
}

function hasDocker(): boolean {
  return spawnSync('docker', ['version']).status === 0;
}
