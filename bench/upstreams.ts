import { pathToFileURL } from 'node:url';
import { sharedBenchFile } from './shared-bench.ts';
import { freePort } from '../test/support/free-port.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Server that replaces Bedrock in a measurement. */
export interface Upstream {
  name: string;
  url: string;
  /** Process id; undefined if this bench did not start the process. */
  pid?: number;
  /** Accepted credentials, as AWS environment variables. */
  environment: Record<string, string>;
  /** Sets the answer. Resolves with its text, or with undefined if the text is unknown. */
  prepare(answer: PreparedAnswer): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface PreparedAnswer {
  deltas: number;
  gapMs: number;
}

/** Texts of deltas, with characters that JSON escapes and that packets can split. */
const DELTA_TEXTS = [
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

/** Starts the emulator. It is strict and therefore slow, so only the gateway's CPU time is reliable, not its rate. */
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
      const text = Array.from({ length: deltas }, (_, index) => DELTA_TEXTS[index % DELTA_TEXTS.length]!).join('');
      await post(`${url}/__emulator/reset`, {});
      await post(`${url}/__emulator/behave`, { kind: 'pace', ms: gapMs });
      await post(`${url}/__emulator/script`, { text, times: ANY_NUMBER_OF_TIMES });
      return text;
    },
  };
}

async function openMock(): Promise<Upstream> {
  const [file, textFile] = [sharedBenchFile('mock-bedrock.mjs'), sharedBenchFile('text.mjs')];
  if (file === undefined || textFile === undefined)
    throw new Error('The mock does not exist: ../shared/bench is missing. Use --upstream emulator.');
  const { text } = (await import(pathToFileURL(textFile).href)) as { text: (deltas: number) => string };
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
      await post(`${url}/__config`, { deltas, gap: gapMs });
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

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
}
