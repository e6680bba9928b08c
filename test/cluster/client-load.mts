/**
 * Sends requests to the gateway from a pod of the cluster: `node client-load.mts OPTIONS`, with options as JSON. Each client
 * sends its next request shortly after an answer. The load ends with the standard input, at the latest after
 * `seconds`. Prints a report as one line of JSON. Uses no file of the project, because a ConfigMap holds this file alone.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const options = {
  url: 'http://outcrop',
  key: 'sk-outcrop-local',
  /** Further keys and tokens, which the clients use in turn. */
  otherKeys: [] as string[],
  models: { plain: 'claude-haiku-4-5', stream: 'claude-opus-4-5' },
  kept: 6,
  fresh: 6,
  streams: 12,
  kilobytes: 0,
  images: 0,
  seconds: 600,
  ...(JSON.parse(process.argv[2] ?? '{}') as object),
};
const PAUSE_MS = 40;
const PAUSE_AFTER_FAILURE_MS = 200;
const IMAGE_BYTES = 3_000_000;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const base = new URL(options.url);
const conversation = 'The quick brown fox jumps over the lazy dog. '.repeat(Math.ceil((options.kilobytes * 1024) / 45));
const png = Buffer.concat([Buffer.from(PNG, 'base64'), Buffer.alloc(IMAGE_BYTES, 7)]).toString('base64');
const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
const text = { type: 'text', text: `${conversation}Say hello.` };
const content = options.images > 0 ? [...Array.from({ length: options.images }, () => image), text] : text.text;
const keys = [options.key, ...options.otherKeys];
const bodies = {
  plain: JSON.stringify({ model: options.models.plain, messages: [{ role: 'user', content }] }),
  streams: JSON.stringify({ model: options.models.stream, stream: true, messages: [{ role: 'user', content }] }),
};

type Kind = keyof typeof bodies;
const report = { plain: {} as Record<string, number>, streams: {} as Record<string, number>, lost: 0, rejected: 0 };
const failures: string[] = [];
const times = { plain: [] as number[], streams: [] as number[] };
const startedAt = performance.now();
const stopped = new AbortController();
const stop = (): void => stopped.abort();
process.stdin.on('end', stop).on('close', stop).resume();
setTimeout(stop, options.seconds * 1000).unref();

const keepAlive = new Agent({ keepAlive: true, maxSockets: Infinity });
const clients = [
  ...Array.from({ length: options.kept }, (_, index) => client('plain', index, keepAlive)),
  ...Array.from({ length: options.fresh }, (_, index) => client('plain', index)),
  ...Array.from({ length: options.streams }, (_, index) => client('streams', index, index % 2 ? keepAlive : undefined)),
];
await Promise.all(clients);
console.log(
  JSON.stringify({
    seconds: secondsSinceStart(),
    ...report,
    failures: failures.slice(0, 40),
    plainMs: percentiles(times.plain),
    firstEventMs: percentiles(times.streams),
  }),
);
process.exit(0);

async function client(kind: Kind, index: number, agent?: Agent): Promise<void> {
  const key = keys[index % keys.length]!;
  await sleep(Math.random() * 300);
  while (!stopped.signal.aborted) {
    const outcome = await send(kind, key, agent);
    report[kind][outcome] = (report[kind][outcome] ?? 0) + 1;
    const isComplete = outcome === '200' || outcome === 'whole';
    if (!isComplete) {
      // A complete HTTP response with another status is an answer, all else is lost.
      if (/^[1-5]\d\d /.test(outcome)) report.rejected += 1;
      else report.lost += 1;
      failures.push(`after ${secondsSinceStart()} s ${outcome}`);
      await sleep(PAUSE_AFTER_FAILURE_MS);
    }
    await sleep(PAUSE_MS);
  }
}

/** Sends one request and reads its response to the end. Resolves with the outcome; never rejects. */
function send(kind: Kind, key: string, agent?: Agent): Promise<string> {
  const sentAt = performance.now();
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host: base.hostname,
        port: base.port || 80,
        path: '/v1/chat/completions',
        method: 'POST',
        agent: agent ?? false,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        let received = '';
        response.setEncoding('utf8');
        response.once('data', () => kind === 'streams' && times.streams.push(performance.now() - sentAt));
        response.on('data', (data: string) => {
          // The end of a stream shows its outcome.
          received = kind === 'streams' && status === 200 ? (received + data).slice(-2000) : received + data;
        });
        response.on('end', () => {
          if (kind === 'plain') times.plain.push(performance.now() - sentAt);
          resolve(outcomeOf(kind, status, received));
        });
        response.on('error', (error) => resolve(`broken response: ${error.message}`));
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(`no response: ${error.code ?? error.message}`));
    outgoing.end(bodies[kind]);
  });
}

function outcomeOf(kind: Kind, status: number, received: string): string {
  if (status !== 200) return `${status} ${/"code":\s*"(\w+)"/.exec(received)?.[1] ?? received.slice(0, 100)}`;
  if (kind === 'plain') return received.trimEnd().endsWith('}') ? '200' : 'cut short';
  if (received.trimEnd().endsWith('data: [DONE]')) return 'whole';
  const code = /^data: \{"error".*?"code":\s*"(\w+)"/m.exec(received)?.[1];
  return code === undefined ? 'cut short' : `error frame ${code}`;
}

function secondsSinceStart(): number {
  return Math.round((performance.now() - startedAt) / 100) / 10;
}

function percentiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
