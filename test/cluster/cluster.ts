import { CommandRunner, type CommandResult } from './command.ts';
import { NAMESPACES } from './namespaces.ts';

/**
 * Lets commands of the handbook, which use the namespace `outcrop`, run in the namespace of the test: `$NAMESPACE`. The
 * functions replace kubectl and helm.
 */
const HANDBOOK_SHELL = `
set -euo pipefail
in_test_namespace() {
  local argument previous='' arguments=()
  for argument in "$@"; do
    if [[ $previous =~ ^(--)?namespace$ && $argument = outcrop ]]; then arguments+=("$NAMESPACE"); else arguments+=("$argument"); fi
    previous=$argument
  done
  "\${arguments[@]}"
}
kubectl() { in_test_namespace "$KUBECTL" \${CONTEXT:+--context "$CONTEXT"} "$@"; }
helm() { in_test_namespace "$HELM" "$@"; }
cd "$FOLDER"
`;

/** Names under which the images are available in the cluster. */
export interface ClusterImages {
  /** Repository of the gateway, with the tags `test` and `next`. */
  gateway: string;
  emulator: string;
  redis: string;
  postgres: string;
}

/** Names of the images that the test builds and loads into the nodes. */
export const LOADED_IMAGES: ClusterImages = {
  gateway: 'outcrop',
  emulator: 'outcrop-emulator:test',
  redis: 'outcrop.test/redis:1',
  postgres: 'outcrop.test/postgres:1',
};

/** A running Kubernetes cluster, and the programs that change it. */
export class Cluster {
  readonly images: ClusterImages;
  /** Whether the image of the previous version can be made available. */
  readonly loadImage: ((archive: string) => Promise<void>) | undefined;
  readonly repository: string;
  private readonly runner: CommandRunner;
  private readonly programs: { kubectl: string; helm: string };
  private readonly selection: string[];

  constructor(options: {
    images: ClusterImages;
    runner: CommandRunner;
    programs: { kubectl: string; helm: string };
    /** Context of the kubeconfig for kubectl; default its current one. */
    context?: string;
    repository: string;
    loadImage?: (archive: string) => Promise<void>;
  }) {
    this.images = options.images;
    this.runner = options.runner;
    this.programs = options.programs;
    this.selection = options.context === undefined ? [] : ['--context', options.context];
    this.repository = options.repository;
    this.loadImage = options.loadImage;
  }

  kubectl(...args: string[]): Promise<string> {
    return this.runner.run(this.programs.kubectl, [...this.selection, ...args]);
  }

  kubectlWithInput(input: string, ...args: string[]): Promise<string> {
    return this.runner.run(this.programs.kubectl, [...this.selection, ...args], input);
  }

  attemptKubectl(...args: string[]): Promise<CommandResult> {
    return this.runner.attempt(this.programs.kubectl, [...this.selection, ...args]);
  }

  /** Starts kubectl with open streams, for commands that run beside others. */
  startKubectl(...args: string[]): ReturnType<CommandRunner['spawn']> {
    return this.runner.spawn(this.programs.kubectl, [...this.selection, ...args]);
  }

  /** Runs kubectl with manifests on its standard input. Resolves with the result also if it fails. */
  attemptManifests(manifests: string, ...args: string[]): Promise<CommandResult> {
    return this.runner.attempt(this.programs.kubectl, [...this.selection, ...args, '-f', '-'], manifests);
  }

  /** Runs commands of the handbook with bash in a folder. Resolves with their output; throws if one fails. */
  shell(commands: string, folder: string, input: string): Promise<string> {
    const [, context = ''] = this.selection;
    const variables = { KUBECTL: this.programs.kubectl, HELM: this.programs.helm, CONTEXT: context, FOLDER: folder };
    const settings = Object.entries({ ...variables, NAMESPACE: NAMESPACES.gateway }).map(
      ([name, value]) => `${name}=${value}`,
    );
    return this.runner.run('env', [...settings, 'bash', '-c', HANDBOOK_SHELL + commands], input);
  }

  apply(manifests: string, ...args: string[]): Promise<string> {
    return this.runner.run(this.programs.kubectl, [...this.selection, 'apply', ...args, '-f', '-'], manifests);
  }

  helm(...args: string[]): Promise<string> {
    return this.runner.run(this.programs.helm, args);
  }

  /** Runs helm with an input, e.g. values for `--values -`. */
  helmWithInput(input: string, ...args: string[]): Promise<string> {
    return this.runner.run(this.programs.helm, args, input);
  }

  attemptHelm(...args: string[]): Promise<CommandResult> {
    return this.runner.attempt(this.programs.helm, args);
  }

  /** Returns flags of helm that select the images for a release with the emulator. */
  trialImages(): string[] {
    const [emulator = '', tag = ''] = this.images.emulator.split(/:(?=[^:]*$)/);
    const gateway = `image.repository=${this.images.gateway},image.tag=test`;
    return ['--set', `${gateway},emulator.image.repository=${emulator},emulator.image.tag=${tag}`];
  }

  /** Returns the names of the nodes that accept all pods. */
  async nodes(): Promise<string[]> {
    const { items } = JSON.parse(await this.kubectl('get', 'nodes', '-o', 'json')) as {
      items: { metadata: { name: string }; spec: { taints?: { effect: string }[] } }[];
    };
    return items
      .filter(({ spec }) => !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'))
      .map(({ metadata }) => metadata.name);
  }
}

/** A cluster that the run can use, before it is started. */
export interface ClusterSource {
  description: string;
  /** Reserves the cluster for this process. Throws if another run uses it. */
  reserve(): void;
  start(): Promise<Cluster>;
  /** Ends the cluster, or removes what the run created. */
  stop(): Promise<void>;
}

/** The reason why no cluster is available, which the run prints. */
export class ClusterUnavailable extends Error {}
