import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(homedir(), '.cache/outcrop-tools');
/** Timeout for a build from source on two cores, which takes about two minutes. */
const BUILD_MS = 480_000;
/** The versions that the release workflow installs. */
export const HELM = 'v3.19.2';
export const COSIGN = 'v2.6.5';
const HELM_DOCS = 'v1.14.2';
const KUBE_SCORE = 'v1.20.0';

export interface GoTools {
  helm: string;
  /** helm-docs, which generates the chart's README from its values. */
  helmDocs: string;
  /** kube-score, which checks manifests against policies. */
  kubeScore: string;
  /** kubestrict, which decodes manifests as the API server does. */
  kubestrict: string;
}

/** Programs of a release, built once and kept. */
export interface ReleaseTools {
  /** actionlint, which checks workflows of GitHub Actions. */
  actionlint: string;
  cosign: string;
  /** crane, which serves a registry in memory. */
  crane: string;
  helm: string;
}

/** Builds the tools of a release; undefined, with a printed line, if the build fails. */
export async function releaseTools(): Promise<ReleaseTools | undefined> {
  try {
    return {
      actionlint: await installed('actionlint', 'v1.7.12', 'github.com/rhysd/actionlint/cmd/actionlint'),
      cosign: await installed('cosign', COSIGN, 'github.com/sigstore/cosign/v2/cmd/cosign'),
      crane: await installed('crane', 'v0.22.1', 'github.com/google/go-containerregistry/cmd/crane'),
      helm: await installed('helm', HELM, 'helm.sh/helm/v3/cmd/helm'),
    };
  } catch (error) {
    console.warn(`The release is not tried: its tools cannot be built with go (${buildFailure(error)}).`);
    return undefined;
  }
}

/** Builds the tools once and keeps them; undefined, with a printed line, if the build fails. */
export async function goTools(): Promise<GoTools | undefined> {
  try {
    return {
      helm: await installed('helm', HELM, 'helm.sh/helm/v3/cmd/helm'),
      helmDocs: await installed('helm-docs', HELM_DOCS, 'github.com/norwoodj/helm-docs/cmd/helm-docs'),
      kubeScore: await installed('kube-score', KUBE_SCORE, 'github.com/zegl/kube-score/cmd/kube-score'),
      kubestrict: await tool('kubestrict', '2', async (folder) => {
        const source = await mkdtemp(join(tmpdir(), 'outcrop-kubestrict-'));
        // A copy, because go writes checksums of downloads next to go.mod.
        await cp(join(import.meta.dirname, 'kubestrict'), source, { recursive: true });
        await go(['build', '-mod=mod', '-o', folder, '.'], {}, source);
        await rm(source, { recursive: true });
      }),
    };
  } catch (error) {
    console.warn(`The chart is not rendered: its tools cannot be built with go (${buildFailure(error)}).`);
    return undefined;
  }
}

function buildFailure(error: unknown): string {
  const output = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join(' ');
  return output || String(error);
}

function installed(name: string, version: string, module: string): Promise<string> {
  return tool(name, version, (folder) => go(['install', `${module}@${version}`], { GOBIN: folder }));
}

/** Builds in a temporary folder and moves the result, so that an interrupted build leaves nothing behind. */
async function tool(name: string, version: string, build: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`);
  if (!existsSync(join(folder, name))) {
    await mkdir(CACHE, { recursive: true });
    const unfinished = await mkdtemp(join(CACHE, `${name}-`));
    await build(unfinished);
    await rename(unfinished, folder);
  }
  return join(folder, name);
}

async function go(goArguments: string[], environment: Record<string, string>, cwd?: string): Promise<void> {
  await run('go', goArguments, { cwd, env: { ...process.env, ...environment }, timeout: BUILD_MS, maxBuffer: 2 ** 24 });
}
