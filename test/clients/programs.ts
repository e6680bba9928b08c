import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(homedir(), '.cache/outcrop-clients');
/** Timeout for an installation of 1.4 GB over a slow line. */
const INSTALL_MS = 600_000;
const here = (name: string): string => join(import.meta.dirname, name);

export interface CommandLines {
  codex: string;
  claude: string;
  /** Undefined if the package has no binary for this platform. */
  cline?: string;
  /** Undefined if the package has no binary for this platform. */
  opencode?: string;
  /** The folder `node_modules` with the pinned libraries. */
  modules: string;
}

/** Installs the pinned CLIs once and keeps them; undefined, with a printed line, if that fails. */
export async function commandLines(): Promise<CommandLines | undefined> {
  const folder = await installed('npm', [here('package.json'), here('package-lock.json')], async (folder) => {
    // Printed also under `npm run --silent`, which the command would inherit.
    const npmArguments = ['ci', '--no-audit', '--no-fund', '--loglevel', 'error', '--prefix', folder];
    await run('npm', npmArguments, { cwd: folder, timeout: INSTALL_MS });
  });
  if (folder === undefined) return undefined;
  const modules = join(folder, 'node_modules');
  const cline = join(modules, '@cline/cli-linux-x64/bin/cline');
  const opencode = join(modules, 'opencode-linux-x64-baseline/bin/opencode');
  return {
    codex: join(modules, '.bin/codex'),
    claude: join(modules, '.bin/claude'),
    ...(existsSync(cline) && { cline }),
    ...(existsSync(opencode) && { opencode }),
    modules,
  };
}

/** Returns `program`; undefined, with a line on standard error, if it has no binary for this platform. */
export function onThisPlatform(name: string, program: string | undefined): string | undefined {
  if (program === undefined) {
    process.stderr.write(`Skipped: there is no binary of ${name} for ${process.platform} on ${process.arch}.\n`);
  }
  return program;
}

/** Creates a Python environment with the pinned packages; undefined, with a printed line, if that fails. */
export async function python(): Promise<string | undefined> {
  return virtualEnvironment('python', here('requirements.txt'));
}

/**
 * Creates a Python environment with instructor and LangChain, which need other versions than the rest; undefined as for
 * `python()`.
 */
export async function pythonFrameworks(): Promise<string | undefined> {
  return virtualEnvironment('python-frameworks', here('frameworks/requirements.txt'));
}

async function virtualEnvironment(kind: string, requirements: string): Promise<string | undefined> {
  const folder = await installed(kind, [requirements], async (folder) => {
    await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_MS });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await run(join(folder, 'bin/python'), pip, { timeout: INSTALL_MS });
  });
  return folder && join(folder, 'bin/python');
}

/** A command that takes additional arguments. */
export interface Program {
  command: string;
  arguments: readonly string[];
}

/** Builds the program in go/ with the pinned modules; undefined, with a printed line, without a recent Go. */
export async function goClient(): Promise<Program | undefined> {
  const files = ['go.mod', 'go.sum', 'main.go'].map((name) => here(`go/${name}`));
  const folder = await installed('go', files, async (folder) => {
    // Without optimizations the build takes a third less time.
    const build = ['build', '-mod=readonly', '-gcflags=all=-N -l', '-o', join(folder, 'client'), '.'];
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    await run('go', build, { cwd: here('go'), env, timeout: INSTALL_MS });
  });
  return folder === undefined ? undefined : { command: join(folder, 'client'), arguments: [] };
}

/** Builds the program in java/ with the pinned libraries; undefined, with a printed line, without JDK and Maven. */
export async function javaClient(): Promise<Program | undefined> {
  const [pom, source] = [here('java/pom.xml'), here('java/OpenAiClient.java')];
  const folder = await installed('java', [pom, source], async (folder) => {
    const libraries = join(folder, 'libraries');
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
    const maven = ['--batch-mode', '--quiet', '--strict-checksums', copy, `-DoutputDirectory=${libraries}`];
    await run('mvn', maven, { cwd: folder, timeout: INSTALL_MS });
    const compile = ['-proc:none', '--class-path', join(libraries, '*'), '-d', join(folder, 'classes'), source];
    await run('javac', compile, { timeout: INSTALL_MS });
  });
  if (folder === undefined) return undefined;
  const classes = [join(folder, 'classes'), join(folder, 'libraries/*')].join(':');
  return { command: 'java', arguments: ['-XX:TieredStopAtLevel=1', '--class-path', classes, 'OpenAiClient'] };
}

/**
 * Returns a folder whose name is a hash of `files`, which are copied into it before `install` fills it. The folder is
 * filled elsewhere and moved, so that an interrupted installation leaves nothing behind.
 */
async function installed(
  kind: string,
  files: readonly string[],
  install: (folder: string) => Promise<void>,
): Promise<string | undefined> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  const folder = join(CACHE, `${kind}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const unfinished = await mkdtemp(join(CACHE, `unfinished-${kind}-`));
  try {
    for (const file of files) await copyFile(file, join(unfinished, basename(file)));
    await install(unfinished);
    await rename(unfinished, folder);
    return folder;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    const output = (error as { stderr?: string }).stderr
      ?.split('\n')
      .filter((line) => /error/i.test(line))
      .slice(0, 3)
      .join(' ');
    // Not through console, because Jest drops the output of a file whose tests are all skipped.
    process.stderr.write(`Clients are skipped: those of ${kind} cannot be installed (${output || String(error)}).\n`);
    return undefined;
  }
}
