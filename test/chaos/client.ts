import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, ClientManner } from './case.ts';
import { API_KEY } from '../support/gateway-process.ts';
import { TARGET_TEXTS } from './target-texts.ts';

export const MODEL = 'claude-haiku-4-5';
/** Time limit after which a gateway without any response fails the case, not the run. */
const PATIENCE_MS = 30_000;

interface Given {
  status: number;
  headers: Headers;
  body: string;
}

interface ErrorObject {
  type?: string;
  code?: string | null;
}

/** Sends the request of a case and returns the result as text. `reached` resolves when the upstream has the request. */
export async function sendCase(
  origin: string,
  { id, form, fault }: Case,
  model: string,
  reached: () => Promise<void>,
): Promise<string> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const request = fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      signal: patience.signal,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', 'x-request-id': id },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: 'Hello' }],
        ...(form === 'streamed' && { stream: true }),
      }),
    });
    if (fault.client) return await leave(request, patience, fault.client, reached);
    const response = await request;
    const given = { status: response.status, headers: response.headers, body: await response.text() };
    return form === 'streamed' && given.status === 200 ? readStream(given) : readWhole(given);
  } catch (error) {
    const { message, cause } = error as Error;
    return `no answer: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
  } finally {
    clearTimeout(timer);
  }
}

async function leave(
  request: Promise<Response>,
  patience: AbortController,
  manner: ClientManner,
  reached: () => Promise<void>,
): Promise<string> {
  let seen = '';
  if (manner === 'disconnects in mid-text') {
    const reader = (await request).body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!/"content":"[^"]/.test(seen)) {
      const { value, done } = await reader.read();
      if (done) return 'the answer ended before the client could disconnect';
      seen += value;
    }
  } else {
    await reached();
    // Waits until the rejection, or the request to the upstream, has happened.
    await sleep(100);
  }
  patience.abort();
  const answered = await request.then(
    ({ status }) => status,
    () => undefined,
  );
  return seen === ''
    ? `disconnected ${answered === undefined ? 'without an answer' : `with ${answered}`}`
    : 'disconnected after the beginning of the text';
}

function readWhole({ status, headers, body }: Given): string {
  const json = parse(body) as { error?: ErrorObject; choices?: { message?: { content?: string } }[] } | undefined;
  if (json === undefined) return `${status}, a body that is not JSON: ${body.slice(0, 60)}`;
  if (status === 200) return `200, ${textOrigin(json.choices?.[0]?.message?.content ?? '')}`;
  const advice = [
    ...(headers.has('retry-after') ? ['retry-after'] : []),
    ...(headers.get('x-should-retry') === 'false' ? ['x-should-retry: false'] : []),
  ];
  return [`${status} ${codeOf(json.error)}`, ...advice].join(', ');
}

function readStream({ body }: Given): string {
  const parts = ['200'];
  if (body.includes(': keep-alive\n\n')) parts.push('keep-alives');
  const frames = body
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => frame.slice('data: '.length));
  const chunks = frames.map(
    (frame) => parse(frame) as { error?: ErrorObject; choices?: { delta?: { content?: string } }[] },
  );
  const text = chunks.map((chunk) => chunk?.choices?.[0]?.delta?.content ?? '').join('');
  if (text !== '' || frames.at(-1) === '[DONE]') parts.push(textOrigin(text));
  const failed = chunks.findIndex((chunk) => chunk?.error !== undefined);
  if (failed >= 0) parts.push(`error frame ${codeOf(chunks[failed]?.error)}`);
  if (failed >= 0 && failed < frames.length - 1) parts.push('frames after the error');
  if (!frames.includes('[DONE]')) parts.push('no [DONE]');
  return parts.join(', ');
}

/** Compares a text with the answers of the targets, which are distinct and contain no repetition. */
function textOrigin(text: string): string {
  for (const [index, whole] of TARGET_TEXTS.entries()) {
    if (text === whole) return `complete text, from target ${index + 1}`;
    if (text !== '' && whole.startsWith(text)) return 'the beginning of the text';
  }
  return text === '' ? 'no text' : `a text from no target: ${text.slice(0, 200)}`;
}

function codeOf(error: ErrorObject | undefined): string {
  return error?.code ?? error?.type ?? 'without an error object';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
