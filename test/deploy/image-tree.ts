import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { assignments, type Instruction, parseDockerfile, type Stage } from './dockerfile.ts';

const run = promisify(execFile);
const REPOSITORY = resolve(import.meta.dirname, '../..');

/** The file tree of an image, and the configuration of its process. */
export interface Image {
  root: string;
  environment: Record<string, string>;
  user: string;
  /** Entrypoint and command. */
  command: string[];
}

/**
 * Builds the images without a container engine by running the Dockerfile's instructions in folders. The build stage
 * is a temporary overlay on this machine instead of the Node image. The other stages hold the copied files, and
 * this machine's system libraries replace the distroless base at run time.
 */
export class ImageTree {
  private readonly stages: Stage[];
  private readonly folder: string;
  private readonly built = new Map<string, Image>();

  private constructor(stages: Stage[], folder: string) {
    this.stages = stages;
    this.folder = folder;
  }

  /** Builds the tree; undefined, with a printed line, if the machine does not allow it. */
  static async create(): Promise<ImageTree | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'outcrop-image-'));
    const tree = new ImageTree(parseDockerfile(readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8')), folder);
    const reason = tree.impossible();
    if (reason === undefined) return tree;
    console.warn(`The image is not checked: ${reason}.`);
    await tree.remove();
    return undefined;
  }

  async image(name: string): Promise<Image> {
    const known = this.built.get(name);
    if (known) return known;
    const stage = this.stages.find((candidate) => candidate.name === name);
    if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
    const parent = stage.from.startsWith('$') ? undefined : await this.image(stage.from);
    const image: Image = {
      root: join(this.folder, name),
      environment: { ...parent?.environment },
      user: parent?.user ?? '0:0',
      command: [...(parent?.command ?? [])],
    };
    await mkdir(image.root, { recursive: true });
    if (parent) await cp(parent.root, image.root, { recursive: true, verbatimSymlinks: true });
    else await this.addNode(image.root, name);
    for (const instruction of stage.instructions) await this.apply(instruction, image);
    this.built.set(name, image);
    return image;
  }

  /** Starts the image's process as process 1, on a root file system where only /tmp is writable. */
  start(image: Image, environment: Record<string, string>, user = image.user): ChildProcess {
    const [uid = '', gid = uid] = user.split(':');
    const inside = ['unshare', `--root=${image.root}`, '--wd=/app', `--setuid=${uid}`, `--setgid=${gid}`];
    const script = `
      mount --bind "$0" "$0"
      for folder in lib lib64 usr/lib; do
        mkdir -p "$0/$folder" && mount --rbind -o ro "/$folder" "$0/$folder"
      done
      mkdir -p "$0/proc" "$0/tmp" && mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/tmp"
      mount -o remount,ro,bind "$0"
      exec "$@"`;
    return spawn(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script, image.root, ...inside, ...image.command],
      { env: { PATH: process.env['PATH'], ...image.environment, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private impossible(): string | undefined {
    if (Number.parseInt(process.versions.node) < 24) return `it takes Node 24, as in the image, not ${process.version}`;
    if (process.getuid?.() !== 0) return 'it takes root to make its namespaces';
    const layers = spawnSync('sh', ['-c', this.overlay(join(this.folder, '.probe'), 'true')], { encoding: 'utf8' });
    return layers.status === 0 ? undefined : `no layers over / here (${layers.stderr.trim()})`;
  }

  /** Adds the Node that runs the tests, in place of node and npm in /usr/local of the Node image. */
  private async addNode(root: string, stage: string): Promise<void> {
    if (stage !== 'build') return;
    await mkdir(join(root, 'usr/local/bin'), { recursive: true });
    await cp(process.execPath, join(root, 'usr/local/bin/node'));
  }

  private async apply({ name, text }: Instruction, image: Image): Promise<void> {
    if (name === 'RUN') await this.runInside(image.root, text);
    else if (name === 'COPY') await this.copy(text, image.root);
    else if (name === 'ENV') Object.assign(image.environment, assignments(text));
    else if (name === 'USER') image.user = text;
    else if (name === 'ENTRYPOINT') image.command = JSON.parse(text) as string[];
    else if (name === 'CMD') image.command.push(...(JSON.parse(text) as string[]));
  }

  private async runInside(root: string, command: string): Promise<void> {
    const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin';
    await run('sh', ['-c', this.overlay(root, `cd /app && PATH=${path} && ${command}`)], { maxBuffer: 2 ** 24 });
  }

  /** Returns a shell command that runs another command on this machine's files and writes its changes to a folder. */
  private overlay(upper: string, command: string): string {
    const [work, merged] = [join(this.folder, '.work'), join(this.folder, '.merged')];
    const quoted = command.replaceAll("'", String.raw`'\''`);
    return `mkdir -p ${work} ${merged} ${upper}/app && exec unshare --mount sh -ec '
      mount -t overlay overlay -o lowerdir=/,upperdir=${upper},workdir=${work} ${merged}
      mount --rbind /dev ${merged}/dev && mount --rbind /proc ${merged}/proc
      exec chroot ${merged} sh -ec "$1"' sh '${quoted}'`;
  }

  private async copy(text: string, root: string): Promise<void> {
    const fields = text.split(/\s+/);
    const from = fields[0]?.startsWith('--from=') ? fields.shift()?.slice('--from='.length) : undefined;
    const target = fields.pop() ?? '';
    const source = from === undefined ? REPOSITORY : (await this.image(from)).root;
    for (const word of fields) {
      const isFolder = target.endsWith('/') || target === '.';
      const to = resolve('/app', target, isFolder ? word.replace(/^.*\//, '') : '.');
      if (from === undefined && !(await isInContext(word))) throw new Error(`.dockerignore leaves out ${word}`);
      await mkdir(dirname(join(root, to)), { recursive: true });
      const keep = (path: string) => from !== undefined || !path.endsWith('.spec.ts');
      await cp(join(source, word), join(root, to), { recursive: true, verbatimSymlinks: true, filter: keep });
    }
  }
}

/** Returns true if .dockerignore includes the path: it ignores everything except entries with "!". */
async function isInContext(path: string): Promise<boolean> {
  const rules = (await readFile(join(REPOSITORY, '.dockerignore'), 'utf8')).split('\n');
  return rules.includes('*') && rules.includes(`!${path}`);
}
