import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(homedir(), '.cache/outcrop-tools');
/** Version for machines without Debian's package. */
const VERSION = 'v0.307.3';
/** Timeout of a build from source, which compiles the clients of several clouds. */
const BUILD_MS = 1_800_000;

export interface PrometheusTools {
  prometheus: string;
  /** promtool, which checks rules. */
  promtool: string;
}

/**
 * Returns Prometheus and promtool: of this machine, else of Debian's package, else built with go. Keeps what it
 * downloads or builds. Returns undefined, with a printed line, if all three fail.
 */
export async function prometheusTools(): Promise<PrometheusTools | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), debianFolder(), goFolder()];
  const found = folders.map(toolsIn).find((tools) => tools !== undefined);
  if (found !== undefined) return found;
  const failures: string[] = [];
  for (const install of [unpackDebianPackage, buildWithGo]) {
    try {
      return toolsIn(await install());
    } catch (error) {
      failures.push(lastLine(error));
    }
  }
  console.warn(`Skipped: there is no Prometheus, and none can be installed (${failures.join('; ')}).`);
  return undefined;
}

function debianFolder(): string {
  return join(CACHE, 'prometheus-debian/usr/bin');
}

function goFolder(): string {
  return join(CACHE, `prometheus-${VERSION}`);
}

function toolsIn(folder: string): PrometheusTools | undefined {
  const tools = { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
  return existsSync(tools.prometheus) && existsSync(tools.promtool) ? tools : undefined;
}

/** Unpacks the package instead of installing it, because its installation starts a service. */
async function unpackDebianPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-prometheus-'));
  const download = () => run('apt-get', ['download', 'prometheus'], { cwd: folder });
  await download().catch(async () => {
    await run('apt-get', ['update']);
    await download();
  });
  await unpacked('prometheus-debian', async (target) => {
    await run('sh', ['-c', `dpkg-deb --extract "$1"/prometheus_*.deb "$2"`, 'sh', folder, target]);
  });
  await rm(folder, { recursive: true });
  return debianFolder();
}

/** Builds in a new module, because the module of Prometheus excludes versions, which `go install` rejects. */
async function buildWithGo(): Promise<string> {
  const module = 'github.com/prometheus/prometheus';
  const folder = await mkdtemp(join(tmpdir(), 'outcrop-prometheus-'));
  const go = (...goArguments: string[]) =>
    run('go', goArguments, { cwd: folder, timeout: BUILD_MS, maxBuffer: 2 ** 24 });
  await writeFile(join(folder, 'go.mod'), 'module tools\n\ngo 1.24.0\n');
  await go('get', `${module}@${VERSION}`);
  await unpacked(`prometheus-${VERSION}`, async (target) => {
    await go('build', '-mod=mod', '-o', `${target}/`, `${module}/cmd/prometheus`, `${module}/cmd/promtool`);
  });
  await rm(folder, { recursive: true });
  return goFolder();
}

/** Fills a new folder of the cache, and moves it to its place when it is complete. */
async function unpacked(name: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(join(CACHE, 'prometheus-'));
  await fill(unfinished);
  await rename(unfinished, join(CACHE, name));
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split('\n').at(-1)!;
}
