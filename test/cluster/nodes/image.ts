/**
 * Writes OCI archives that containerd imports, without a container engine: `node image.ts REPOSITORY FOLDER BASE NAME…`.
 * The names `gateway`, `emulator` and `previous` are stages of the repository's Dockerfile, over a base of Debian packages.
 * Another name is a folder `FOLDER/NAME.root` with the configuration `FOLDER/NAME.json`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Stage } from '../../deploy/dockerfile.ts';
import type { ImageTree } from '../../deploy/image-tree.ts';

interface ProcessConfig {
  entrypoint: string[];
  cmd?: string[];
  env?: string[];
  user?: string;
  workdir?: string;
}

const [repository = '', folder = '', base = '', ...names] = process.argv.slice(2);
/** Images of the Dockerfile: the stage, and the tags. `next` is a second tag, for upgrades that change the image only. */
const STAGES: Readonly<Record<string, { stage: string; tags: string[] }>> = {
  gateway: { stage: 'gateway', tags: ['docker.io/library/outcrop:test', 'docker.io/library/outcrop:next'] },
  emulator: { stage: 'emulator', tags: ['docker.io/library/outcrop-emulator:test'] },
  previous: { stage: 'gateway', tags: ['docker.io/library/outcrop:previous'] },
};

if (names.some((name) => name in STAGES)) await writeStages();
for (const name of names.filter((one) => !(one in STAGES))) {
  const config = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as ProcessConfig;
  archive(name, [`outcrop.test/${name}:1`], [layer(join(folder, `${name}.root`))], config);
}

async function writeStages(): Promise<void> {
  process.chdir(repository);
  const tree = await createTree();
  const stages = await parsedStages();
  const text = (stage: string, instruction: string): string =>
    stages.find(({ name }) => name === stage)?.instructions.findLast(({ name }) => name === instruction)?.text ?? '[]';
  const bottom = layer(base);
  for (const name of names) {
    const { stage, tags } = STAGES[name] ?? {};
    if (stage === undefined || tags === undefined) continue;
    const image = await tree.image(stage);
    // Both images share the layers of Node and of the packages.
    const shared = [layer(image.root, './usr'), layer(image.root, './app/node_modules')];
    archive(name, tags, [bottom, ...shared, layer(image.root, '.', './usr', './app/node_modules')], {
      entrypoint: JSON.parse(text('base', 'ENTRYPOINT')) as string[],
      cmd: JSON.parse(text(stage, 'CMD')) as string[],
      env: Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...image.environment }).map(
        ([key, value]) => `${key}=${value}`,
      ),
      user: image.user,
      workdir: '/app',
    });
  }
  await tree.remove();
}

/** Imports from the repository that is packed, because a previous version has its own Dockerfile and build. */
async function createTree(): Promise<ImageTree> {
  const path = pathToFileURL(join(repository, 'test/deploy/image-tree.ts')).href;
  const loaded = (await import(path)) as typeof import('../../deploy/image-tree.ts');
  return (await loaded.ImageTree.create()) ?? process.exit(1);
}

async function parsedStages(): Promise<Stage[]> {
  const path = pathToFileURL(join(repository, 'test/deploy/dockerfile.ts')).href;
  const loaded = (await import(path)) as typeof import('../../deploy/dockerfile.ts');
  return loaded.parseDockerfile(readFileSync('Dockerfile', 'utf8'));
}

/** Packs a part of a folder, without other parts of it. Returns the path of the tar file. */
function layer(root: string, part = '.', ...without: string[]): string {
  const path = join(mkdtempSync(join(folder, '.layer-')), 'layer.tar');
  const excluded = without.map((one) => `--exclude=${one}`);
  execFileSync('tar', ['--numeric-owner', '--sort=name', '--mtime=@0', ...excluded, '-C', root, '-cf', path, part]);
  return path;
}

function archive(name: string, tags: string[], layers: string[], config: ProcessConfig): void {
  const work = mkdtempSync(join(folder, '.oci-'));
  const blobs = join(work, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (mediaType: string, content: object): { mediaType: string; digest: string; size: number } => {
    const text = JSON.stringify(content);
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(join(blobs, digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const descriptors = layers.map((path) => {
    const digest = execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
    copyFileSync(path, join(blobs, digest));
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    return { mediaType, digest: `sha256:${digest}`, size: statSync(path).size };
  });
  const { entrypoint, cmd, env, user = '', workdir = '/' } = config;
  const configDescriptor = put('application/vnd.oci.image.config.v1+json', {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Entrypoint: entrypoint, Cmd: cmd, Env: env, User: user, WorkingDir: workdir },
    rootfs: { type: 'layers', diff_ids: descriptors.map(({ digest }) => digest) },
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = put(mediaType, { schemaVersion: 2, mediaType, config: configDescriptor, layers: descriptors });
  const manifests = tags.map((tag) => ({ ...manifest, annotations: { 'io.containerd.image.name': tag } }));
  writeFileSync(join(work, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(work, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  execFileSync('tar', ['-C', work, '-cf', join(folder, `.${name}.tar`), '.']);
  renameSync(join(folder, `.${name}.tar`), join(folder, `${name}.tar`));
  rmSync(work, { recursive: true });
  console.log(`${name}: ${tags.join(', ')}, ${Math.round(statSync(join(folder, `${name}.tar`)).size / 1e6)} MB`);
}
