import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { hashApiKey } from '../../src/config/settings/api-key.ts';
import { freePort } from './free-port.ts';

/** The key of a process that is started without configured keys. */
export const API_KEY = 'sk-chaos';

const CONFIG_FILE = 'gateway.yaml';
const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;
/** A limit that no test reaches, set so that requests are counted. */
const LIMIT_PER_MINUTE = 1_000_000;

export type Settings = Record<string, unknown>;

/** The fields of the access log line that the tests read. */
export interface LoggedRequest {
  requestId: string;
  status: number;
  errorCode?: string;
  retries?: number;
  target?: string;
  /** Targets that failed before the one that answered, each as `LABEL=CODE`. */
  targetFailovers?: string[];
  usage?: { input: number; output: number };
  /** The part of `usage` that is estimated. */
  estimatedUsage?: { input: number; output: number };
  clientDisconnected?: true;
}

/** Returns the environment without settings of this machine's gateway, its proxies and real credentials. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = /^(AWS_|GATEWAY|EMULATOR_|NODE_|REDIS_URL$|LOG_LEVEL$|DEBUG_MODE$|PORT$|(HTTPS?|NO|ALL)_PROXY$)/i;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSetting.test(name)));
}

export interface StartOptions {
  settings: Settings;
  environment?: Record<string, string>;
  nodeArguments?: readonly string[];
  /** Folder that keeps compiled code between starts. */
  compileCache?: string;
  /** Entries of `auth.keys`, each with its secret in place of its hash. Default: one key, `API_KEY`. */
  keys?: readonly ProcessKey[];
  /** Folder with `dist/main.js`. Default: this project, which must be built. */
  builtIn?: string;
  /** Command and arguments that run before Node in the same process, e.g. to enter a cgroup. */
  launcher?: readonly string[];
}

export interface ProcessKey {
  name: string;
  secret: string;
  [setting: string]: unknown;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The built gateway in a separate process, as in production, with its output. */
export class GatewayProcess {
  readonly origin: string;
  readonly requests = new Map<string, LoggedRequest>();
  /** Lines of both outputs, except access log lines. */
  readonly output: string[] = [];
  /** Resolves when the process has ended, for any reason. */
  readonly ended: Promise<ProcessEnd>;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(origin: string, child: ChildProcess, folder: string) {
    this.origin = origin;
    this.child = child;
    this.folder = folder;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => this.read(line));
    }
  }

  /** Resolves when the process responds. Rejects with its output if it ends first. */
  static async start({
    settings,
    environment,
    nodeArguments = [],
    compileCache,
    keys = [{ name: 'chaos', secret: API_KEY }],
    builtIn = '.',
    launcher = [],
  }: StartOptions): Promise<GatewayProcess> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'outcrop-chaos-'));
    const file = join(folder, CONFIG_FILE);
    const auth = { keys: keys.map(({ secret, ...entry }) => ({ ...entry, hash: hashApiKey(secret) })) };
    const server = { ...(settings.server as Settings | undefined), host: '127.0.0.1', port };
    const whole = {
      auth,
      limits: { requestsPerMinute: LIMIT_PER_MINUTE },
      metrics: { requireKey: false },
      deprecatedNames: { emit: false },
      ...settings,
    };
    // JSON is valid YAML.
    writeFileSync(file, JSON.stringify({ ...whole, server }));
    const [command, ...rest] = [...launcher, process.execPath, ...nodeArguments, join(builtIn, 'dist/main.js')];
    const child = spawn(command, rest, {
      env: {
        ...withoutSettings(process.env),
        AWS_ACCESS_KEY_ID: 'emulator',
        AWS_SECRET_ACCESS_KEY: 'emulator',
        AWS_EC2_METADATA_DISABLED: 'true',
        NODE_ENV: 'production',
        GATEWAY_CONFIG: file,
        ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const scheme = 'tls' in server ? 'https' : 'http';
    const gateway = new GatewayProcess(`${scheme}://127.0.0.1:${port}`, child, folder);
    await gateway.answers();
    return gateway;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves with the access log line of a request; undefined if none arrives. The process writes lines in batches. */
  async logged(requestId: string, patienceMs = 5_000): Promise<LoggedRequest | undefined> {
    const until = performance.now() + patienceMs;
    while (!this.requests.has(requestId) && performance.now() < until) await sleep(20);
    return this.requests.get(requestId);
  }

  /** Returns true if an output line from number `from` on matches the pattern, now or within the time limit. */
  async prints(what: string, from = 0, patienceMs = 5_000): Promise<boolean> {
    const pattern = new RegExp(what);
    const until = performance.now() + patienceMs;
    while (!this.output.slice(from).some((line) => pattern.test(line))) {
      if (performance.now() > until) return false;
      await sleep(20);
    }
    return true;
  }

  /** Returns the values of /metrics by series, that is by name and labels as printed. */
  async metrics(): Promise<Map<string, number>> {
    const { text } = await get(`${this.origin}/metrics`);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Rewrites the configuration file, which the running process watches. */
  reconfigure(change: (settings: Settings) => Settings): void {
    const file = join(this.folder, CONFIG_FILE);
    writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Settings)));
  }

  /** Sends a signal without waiting; await `ended` to wait. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.isRunning) {
      this.child.kill(signal);
      const patience = setTimeout(() => this.child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await this.ended;
      clearTimeout(patience);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<void> {
    const until = performance.now() + START_PATIENCE_MS;
    while ((await get(`${this.origin}/health/startup`).catch(() => undefined))?.status !== 200) {
      if (!this.isRunning || performance.now() > until) {
        await this.stop('SIGKILL');
        throw new Error(`the gateway does not start:\n${this.output.join('\n')}`);
      }
      await sleep(20);
    }
  }

  private read(line: string): void {
    const request = requestLine(line);
    if (request === undefined) this.output.push(line);
    else this.requests.set(request.requestId, request);
  }
}

/** Sends a GET request. Test certificates are self-signed and not verified. */
function get(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsGet : httpGet;
    send(url, { agent: false, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function requestLine(line: string): LoggedRequest | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as { msg?: string; requestId?: string };
    return entry.msg === 'request' && entry.requestId !== undefined ? (entry as LoggedRequest) : undefined;
  } catch {
    return undefined;
  }
}
