/** The thread of `SecondKey`. It answers 'take' and 'stop' with the samples since the last message. */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { MODEL } from '../chaos/client.ts';
import type { Sample } from './second-key.ts';

const PAUSE_MS = 20;
const PATIENCE_MS = 20_000;
const BODY = JSON.stringify({ model: MODEL, max_tokens: 20, messages: [{ role: 'user', content: 'Hello' }] });

const { origin, key, emulatorOrigin } = workerData as { origin: string; key: string; emulatorOrigin: string };
const isTls = origin.startsWith('https:');
const agent = isTls
  ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: false })
  : new HttpAgent({ keepAlive: true });
const emulatorAgent = new HttpAgent({ keepAlive: true });
let samples: Sample[] = [];
const stopping = new AbortController();

parentPort!.on('message', (message: 'take' | 'stop') => {
  if (message === 'stop') stopping.abort();
  else hand();
});

while (!stopping.signal.aborted) {
  const startedAt = performance.now();
  const failure = await ask();
  const durationMs = performance.now() - startedAt;
  samples.push({ durationMs, machineMs: await pastGateway(), ...(failure !== undefined && { failure }) });
  await sleep(PAUSE_MS);
}
hand();

function hand(): void {
  parentPort!.postMessage(samples);
  samples = [];
}

/** Resolves with the milliseconds of a round trip to the emulator; 0 without an answer. */
function pastGateway(): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const request = httpRequest(`${emulatorOrigin}/__emulator/stats`, { agent: emulatorAgent, timeout: PATIENCE_MS });
    request.on('response', (response) => {
      response.resume().on('error', () => resolve(0));
      response.on('end', () => resolve(performance.now() - startedAt));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(0));
    request.end();
  });
}

/** Resolves with the failure, if there is one. */
function ask(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const send = isTls ? httpsRequest : httpRequest;
    const request = send(
      `${origin}/v1/chat/completions`,
      {
        method: 'POST',
        agent,
        timeout: PATIENCE_MS,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(BODY),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => (text += part));
        response.on('error', (error) => resolve(error.message));
        response.on('end', () => {
          const isComplete = response.statusCode === 200 && text.includes('"chat.completion"');
          resolve(isComplete ? undefined : `${response.statusCode} ${text.slice(0, 200)}`);
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer in ${PATIENCE_MS / 1_000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    request.end(BODY);
  });
}
