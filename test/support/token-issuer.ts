import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const AUDIENCE = 'outcrop';

/** A key pair of an issuer. */
export interface IssuerKeyPair {
  kid: string;
  alg: 'RS256' | 'ES256';
  privateKey: KeyObject;
  publicKey: KeyObject;
}

export function rsaPair(kid: string, bits = 2_048): IssuerKeyPair {
  return { kid, alg: 'RS256', ...generateKeyPairSync('rsa', { modulusLength: bits }) };
}

export function ecPair(kid: string): IssuerKeyPair {
  return { kid, alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** Returns the public key as an entry of a key set. */
export function publicJwk({ kid, alg, publicKey }: IssuerKeyPair): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

export function base64url(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** Returns a token with any header and claims, signed with a key pair. */
export function signed(pair: IssuerKeyPair, header: unknown, claims: unknown): string {
  const content = `${base64url(header)}.${base64url(claims)}`;
  const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

/** Returns a token whose HMAC has the given secret, as in attacks with a public key. */
export function signedWithSecret(secret: string, header: unknown, claims: unknown): string {
  const content = `${base64url(header)}.${base64url(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

type Answer = 'keys' | 'down' | 'slow' | 'redirect' | 'huge' | 'html' | 'empty';

/** An issuer of tokens: an HTTP server with OpenID configuration and key set, and a signer. */
export class TokenIssuer {
  keys: IssuerKeyPair[];
  /** How the server answers requests for the key set. */
  answer: Answer = 'keys';
  /** Number of requests for the key set. */
  requests = 0;
  /** Header `authorization` of the last request for the key set. */
  authorization?: string;
  readonly url: string;
  private readonly server: Server;

  private constructor(server: Server, keys: IssuerKeyPair[]) {
    this.server = server;
    this.keys = keys;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', ({ url, headers }, response: ServerResponse) => this.respond(url ?? '', headers, response));
  }

  static async start(...keys: IssuerKeyPair[]): Promise<TokenIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TokenIssuer(server, keys.length === 0 ? [rsaPair('first')] : keys);
  }

  get keySet(): unknown {
    return { keys: this.keys.map(publicJwk) };
  }

  /** Returns valid claims. */
  claims(more: Record<string, unknown> = {}): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000);
    return { iss: this.url, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 300, groups: ['llm-search-dev'], ...more };
  }

  /** Returns a valid token with additional claims and header fields. */
  token(more: Record<string, unknown> = {}, header: Record<string, unknown> = {}): string {
    const [pair] = this.keys;
    return signed(pair!, { alg: pair!.alg, kid: pair!.kid, typ: 'JWT', ...header }, this.claims(more));
  }

  /** Returns settings of the gateway as YAML. */
  settings(more = ''): string {
    return `auth: {jwt: [{issuer: '${this.url}', audience: [${AUDIENCE}]${more}}], groups: [{match: 'llm-(.+)-dev', team: $1}]}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private respond(url: string, headers: { authorization?: string }, response: ServerResponse): void {
    if (url.endsWith('/.well-known/openid-configuration')) {
      response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/jwks` }));
      return;
    }
    this.requests += 1;
    this.authorization = headers.authorization;
    switch (this.answer) {
      case 'keys':
        return void response.end(JSON.stringify(this.keySet));
      case 'down':
        return void response.destroy();
      case 'slow':
        return;
      case 'redirect':
        return void response.writeHead(302, { location: 'http://localhost:9/jwks' }).end();
      case 'huge':
        return void response.end(JSON.stringify({ ...(this.keySet as object), filler: 'x'.repeat(1_100_000) }));
      case 'html':
        return void response.end('<html>');
      case 'empty':
        return void response.end('{"keys": []}');
      default:
        return this.answer satisfies never;
    }
  }
}
