/**
 * An identity provider of the package oidc-provider, as a program for a pod: `node identity-provider.mjs ISSUER`. It issues
 * access tokens as JWTs for client credentials, over TLS. `governance-services.ts` writes it and its packages into one file.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
// @ts-expect-error The package has no types.
import untypedProvider from 'oidc-provider';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
const Provider = untypedProvider as new (issuer: string, settings: object) => { callback(): RequestHandler };

const PORT = 8091;
const AUDIENCE = 'https://outcrop.example.com';
const TOKEN_SECONDS = 3_600;

const [issuer = ''] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
  clients: [
    {
      client_id: 'batch',
      client_secret: 'batch-secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  extraTokenClaims: () => ({ groups: ['llm-load'] }),
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => AUDIENCE,
      getResourceServerInfo: () => ({
        scope: '',
        audience: AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
process.once('SIGTERM', () => process.exit());
const tls = { key: readFileSync('/tls/tls.key'), cert: readFileSync('/tls/tls.crt') };
createServer(tls, provider.callback()).listen(PORT);
