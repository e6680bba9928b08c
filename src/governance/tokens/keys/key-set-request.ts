import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import type { JwtIssuerConfig } from '../../../config/gateway-config.ts';
import { usesProxy } from '../../../config/proxy.ts';
import { Agent, EnvHttpProxyAgent, httpGet } from '../../../libraries/undici.ts';
import { isTokenObject } from '../unverified-token.ts';

const MAX_KEY_SET_BYTES = 1_048_576;
const MAX_KEY_SET_REDIRECTS = 3;
const REDIRECT_STATUSES = [301, 302, 303, 307, 308];
const KEY_SET_TIMEOUT_MS = 5_000;
const KEY_SET_HEADERS = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'outcrop' };
const DISCOVERY_PATH = '/.well-known/openid-configuration';

/** One request for the keys of an issuer. */
interface KeySetRequest {
  pool: Dispatcher;
  signal: AbortSignal;
  /** Bearer token of the gateway for the issuer. */
  token: string | undefined;
  /** Origin to which the token may be sent. */
  tokenOrigin: string;
}

/**
 * Fetches the key set of an issuer, and before it the OpenID configuration, if `jwksUri` is not set. Throws an Error for a
 * failure, a redirect to another origin, an answer above 1 MiB, and after 5 seconds.
 */
export async function requestKeySet(settings: JwtIssuerConfig, stopped: AbortSignal): Promise<unknown> {
  const { issuer, jwksUri, caFile, tokenFile } = settings;
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  const pool = poolWith(ca);
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(KEY_SET_TIMEOUT_MS)]);
  const request = { pool, signal, token, tokenOrigin: new URL(jwksUri ?? issuer).origin };
  try {
    return await getJson(jwksUri === undefined ? await discover(issuer, request) : new URL(jwksUri), request);
  } finally {
    await pool.destroy();
  }
}

/** Creates a pool for one request, because requests are rare and files with CAs change. */
function poolWith(ca: string | undefined): Dispatcher {
  const connect = { timeout: KEY_SET_TIMEOUT_MS, ca };
  if (usesProxy()) return new EnvHttpProxyAgent({ allowH2: false, connect, requestTls: { ca } });
  return new Agent({ allowH2: false, connect });
}

/** Returns the URL of the key set. OpenID Connect Discovery 1.0, section 4.3: the issuer must be the configured one. */
async function discover(issuer: string, request: KeySetRequest): Promise<URL> {
  const found = await getJson(new URL(issuer.replace(/\/$/, '') + DISCOVERY_PATH), request);
  const { issuer: named, jwks_uri: uri } = isTokenObject(found) ? found : {};
  if (named !== issuer) throw new Error('the OpenID configuration has another issuer');
  if (typeof uri !== 'string' || !URL.canParse(uri)) throw new Error('the OpenID configuration has no jwks_uri');
  const url = new URL(uri);
  const { protocol } = new URL(issuer);
  if (url.protocol !== 'https:' && url.protocol !== protocol) throw new Error('jwks_uri must start with https://');
  return url;
}

async function getJson(start: URL, request: KeySetRequest): Promise<unknown> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_KEY_SET_REDIRECTS; redirects += 1) {
    const { pool, signal, token, tokenOrigin } = request;
    const headers: Record<string, string> = { ...KEY_SET_HEADERS };
    if (token !== undefined && url.origin === tokenOrigin) headers['authorization'] = `Bearer ${token}`;
    const response = await httpGet(url, { dispatcher: pool, signal, headers });
    if (!REDIRECT_STATUSES.includes(response.statusCode)) return parseKeySet(await readKeySet(response));
    response.body.on('error', () => undefined).destroy();
    url = redirectTarget(response, url);
  }
  throw new Error(`${start.origin} redirects more than ${MAX_KEY_SET_REDIRECTS} times`);
}

function redirectTarget({ headers }: Dispatcher.ResponseData, from: URL): URL {
  const { location } = headers;
  if (typeof location !== 'string' || !URL.canParse(location, from.href))
    throw new Error(`${from.origin} redirects without a location`);
  const target = new URL(location, from);
  if (target.origin !== from.origin) throw new Error(`${from.origin} redirects to another origin`);
  return target;
}

async function readKeySet({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (statusCode !== 200) throw new Error(`the issuer answered ${statusCode}`);
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_KEY_SET_BYTES)
        throw new Error(`the answer of the issuer is larger than ${MAX_KEY_SET_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    body.on('error', () => undefined).destroy();
    throw error;
  }
  return Buffer.concat(chunks, bytes).toString();
}

function parseKeySet(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the answer of the issuer is not JSON');
  }
}
