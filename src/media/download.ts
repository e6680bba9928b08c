import type { Dispatcher } from 'undici';

import { httpGet } from '../libraries/undici.ts';
import type { DownloadBudget } from './byte-budget.ts';
import { MediaFetchRejection, UnreachableHost } from './media-fetch-rejection.ts';

const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
/**
 * Request headers. They reveal nothing about the client. Compressed bodies are refused, because they would bypass the
 * size limits.
 */
const HEADERS = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'outcrop' };

/** Options of one download. */
export interface Download {
  /** Connections to the hosts. */
  pool: Dispatcher;
  signal: AbortSignal;
  /** Checks the URL, and each redirect before it is followed. Throws MediaFetchRejection if it is not allowed. */
  destination(text: string, base?: URL): URL;
  /** Maximum bytes of the body. */
  maxBytes: number;
  budget: DownloadBudget;
}

/**
 * Downloads the content of a URL, following at most three redirects. Throws MediaFetchRejection if the content is not
 * allowed or too large, and `UnreachableHost` for every failure before a host has answered. Errors while reading the
 * body are thrown unchanged.
 */
export async function download(text: string, options: Download): Promise<Buffer> {
  let url = options.destination(text);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
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
    if (typeof location !== 'string') throw new MediaFetchRejection('its host redirects without a location.');
    url = options.destination(location, url);
  }
  throw new MediaFetchRejection(`its host redirects more than ${MAX_REDIRECTS} times.`);
}

/** Reads the body. Ignores the declared media type, because the format is read from the bytes later. */
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
    // Closes the connection, so that the rest of the body is not read.
    body.on('error', () => undefined).destroy();
    throw error;
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number): MediaFetchRejection {
  return new MediaFetchRejection(`it is larger than ${maxBytes} bytes.`);
}
