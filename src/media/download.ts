import type { Dispatcher } from 'undici';

import { httpGet } from '../libraries/undici.ts';
import type { DownloadBudget } from './byte-budget.ts';
import { MediaFetchRejection, UnreachableHost } from './media-fetch-rejection.ts';

const MOST_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Nothing about the client or its request goes along. Compressed bodies would make the limits meaningless. */
const HEADERS = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'outcrop' };

export interface Download {
  pool: Dispatcher;
  signal: AbortSignal;
  /** Judges the URL, and every redirect before it is followed. Throws MediaFetchRejection. */
  destination(text: string, base?: URL): URL;
  maxBytes: number;
  budget: DownloadBudget;
}

/**
 * Returns the bytes behind a URL. Throws MediaFetchRejection; an error of the body is thrown as it is. `UnreachableHost` stands
 * for every failure before a host has answered.
 */
export async function download(text: string, options: Download): Promise<Buffer> {
  let url = options.destination(text);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await httpGet(url, {
      dispatcher: options.pool,
      signal: options.signal,
      headers: HEADERS,
    }).catch((cause: unknown) => {
      throw new UnreachableHost({ cause });
    });
    if (!REDIRECTS.includes(response.statusCode)) return read(response, options);
    await response.body.dump({ limit: 16_384, signal: options.signal });
    const { location } = response.headers;
    if (typeof location !== 'string') throw new MediaFetchRejection('its host redirects to nowhere.');
    url = options.destination(location, url);
  }
  throw new MediaFetchRejection(`its host redirects more than ${MOST_REDIRECTS} times.`);
}

/** What the bytes are is read from the bytes, later on; the declared type does not count. */
async function read(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { maxBytes, budget }: Download,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (statusCode < 200 || statusCode > 299) throw new MediaFetchRejection(`its host answered ${statusCode}.`);
    if (Number(headers['content-length']) > maxBytes) throw tooLarge(maxBytes);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      budget.spend(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    // Ends the connection: what is not wanted is not read to its end.
    body.on('error', () => undefined).destroy();
    throw error;
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number): MediaFetchRejection {
  return new MediaFetchRejection(`it is larger than ${maxBytes} bytes.`);
}
