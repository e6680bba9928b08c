/*
 * Runs the commands of the README: `npm start`, then each code block marked `<!-- check -->`, unchanged. Prints one
 * line per block. The exit code is 1 if a block fails.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BLOCK = /<!-- check -->\n```(\w+)\n([\s\S]*?)```/g;
const STARTED = 'Ctrl-C stops both.';
/** Package that the Python block requires. */
const PYTHON_CLIENT = 'openai==3.54.0';

const folder = await mkdtemp(join(tmpdir(), 'outcrop-readme-'));
/** What the blocks print: an answer of the emulator, a list, or the header of a table of usage. */
const EXPECTED_OUTPUT = /emulator|"object":"list"|^from,to,team,/;
/** The database and the admin key of `npm start`, which the README assumes to be new. */
const LOCAL_STATE = '.outcrop';
const kept = `${LOCAL_STATE}.kept-by-check`;
await rename(LOCAL_STATE, kept).catch(() => undefined);
const gateway = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
const ended = new Promise((resolve) => gateway.once('exit', resolve));
let output = '';
gateway.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
let passed = 0;
let failed = 0;
try {
  await started();
  await check('the curl line that npm start prints', 'bash', /^\s*(curl .*)$/m.exec(output)?.[1] ?? 'false');
  const readme = await readFile('README.md', 'utf8');
  for (const [, language, code] of readme.matchAll(BLOCK)) await check(firstLine(code!), language!, code!);
} finally {
  // Sends the signal to npm, the start script and the gateway, as a terminal does.
  process.kill(-gateway.pid!, 'SIGINT');
  await rm(folder, { recursive: true });
}
await ended;
await rm(LOCAL_STATE, { recursive: true, force: true });
await rename(kept, LOCAL_STATE).catch(() => undefined);
const stopped = await fetch('http://127.0.0.1:8080/health/live').then(
  () => false,
  () => true,
);
report('Ctrl-C ends npm start and its gateway', stopped ? undefined : 'the gateway still answers');
console.log(`README: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function report(name: string, problem: string | undefined): void {
  if (problem === undefined) passed += 1;
  else failed += 1;
  console.log(problem === undefined ? `ok      ${name}` : `FAILED  ${name}\n${problem}`);
}

async function started(): Promise<void> {
  for (let attempt = 0; attempt < 600 && !output.includes(STARTED); attempt++) await sleep(100);
  if (!output.includes(STARTED)) throw new Error(`npm start was not ready within 60 s. Its output:\n${output}`);
}

async function check(name: string, language: string, code: string): Promise<void> {
  const [command, reason] = await commandFor(language, code);
  if (!command) {
    console.log(`skipped ${name}: ${reason}`);
    return;
  }
  const answer = await run(command[0]!, command.slice(1), { timeout: 60_000 }).catch((error: Error) => error);
  const text = answer instanceof Error ? answer.message : answer.stdout;
  const good = !(answer instanceof Error) && EXPECTED_OUTPUT.test(text);
  report(name, good ? undefined : text);
}

async function commandFor(language: string, code: string): Promise<[string[]?, string?]> {
  switch (language) {
    case 'bash':
      return [['bash', '-euc', code]];
    case 'js': {
      // In the folder of node_modules, so that Node resolves the package `openai`.
      const file = join(process.cwd(), '.readme-check.mjs');
      await writeFile(file, code);
      return [['bash', '-c', `node ${file}; status=$?; rm ${file}; exit $status`]];
    }
    case 'python': {
      const python = await pythonWithClient();
      if (!python) return [undefined, 'requires python3 with pip and venv, and access to PyPI'];
      return [[python, '-c', code]];
    }
    default:
      return [undefined, `no way to run ${language}`];
  }
}

async function pythonWithClient(): Promise<string | undefined> {
  const home = join(folder, 'python');
  const python = join(home, 'bin', 'python');
  try {
    await run('python3', ['-m', 'venv', home]);
    await run(python, ['-m', 'pip', 'install', '--quiet', PYTHON_CLIENT], { timeout: 180_000 });
    return python;
  } catch {
    return undefined;
  }
}

function firstLine(code: string): string {
  return code.split('\n')[0]!.slice(0, 80);
}
