import { pathToFileURL } from 'node:url';
import { sharedBenchFile } from './shared-bench.ts';
import { freePort } from '../test/support/free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** What plays Bedrock in a measurement. */
export interface Upstream {
  name: string;
  url: string;
  /** Undefined where it is somebody else's process. */
  pid?: number;
  /** Credentials that it accepts, as AWS names them. */
  environment: Record<string, string>;
  /** Sets what it answers; resolves with the text to expect, or undefined where nobody knows. */
  prepare(answer: PreparedAnswer): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface PreparedAnswer {
  deltas: number;
  gapMs: number;
}

/** Each is one delta of the emulator. All that has to survive JSON and cut packets is in them. */
const WORDS = [
  'Stone ',
  'upon ',
  '"stone" ',
  'naïvely ',
  'laid:\n',
  '岩石 ',
  '🪨 ',
  'back\\slash ',
  '<b>&amp; ',
  'done. ',
];
const ANY_NUMBER_OF_TIMES = 1e9;

export async function openUpstream(wanted: string): Promise<Upstream> {
  if (wanted === 'emulator') return openEmulator();
  if (wanted === 'mock') return openMock();
  const names = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_REGION',
  ];
  const environment = Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  return {
    name: wanted,
    url: wanted,
    environment,
    prepare: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

/** The project's own emulator: strict and checked, hence not fast; the gateway's CPU time is the figure to trust. */
async function openEmulator(): Promise<Upstream> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'emulator',
    args: ['emulator/main.ts'],
    environment: { EMULATOR_PORT: String(port), EMULATOR_PACE_MS: '0' },
    core: 'around',
    isReady: () => answers(`${url}/__emulator/stats`),
  });
  return {
    ...ownProcess('emulator', url, server, 'emulator'),
    prepare: async ({ deltas, gapMs }) => {
      const text = Array.from({ length: deltas }, (_, index) => WORDS[index % WORDS.length]!).join('');
      await tell(`${url}/__emulator/reset`, {});
      await tell(`${url}/__emulator/behave`, { kind: 'pace', ms: gapMs });
      await tell(`${url}/__emulator/script`, { text, times: ANY_NUMBER_OF_TIMES });
      return text;
    },
  };
}

async function openMock(): Promise<Upstream> {
  const [file, words] = [sharedBenchFile('mock-bedrock.mjs'), sharedBenchFile('text.mjs')];
  if (file === undefined || words === undefined)
    throw new Error('the common bench, which has the mock, is not beside this checkout');
  const { text } = (await import(pathToFileURL(words).href)) as { text: (deltas: number) => string };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'mock',
    args: [file, '--port', String(port)],
    environment: {},
    core: 'around',
    isReady: () => answers(`${url}/__stats`),
  });
  return {
    ...ownProcess('mock', url, server, 'bench-secret'),
    prepare: async ({ deltas, gapMs }) => {
      await tell(`${url}/__config`, { deltas, gap: gapMs });
      return text(deltas);
    },
  };
}

function ownProcess(name: string, url: string, server: ServerProcess, secret: string): Omit<Upstream, 'prepare'> {
  const environment = { AWS_ACCESS_KEY_ID: 'emulator', AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: 'us-east-1' };
  return { name, url, pid: server.pid, environment, close: () => server.stop() };
}

export function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function tell(url: string, what: object): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(what) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}
