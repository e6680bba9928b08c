import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type IssuerKeyPair, rsaPair } from './token-issuer.ts';

/** The package has no types. A variable keeps the compiler from looking for them. */
const PACKAGE: string = 'oidc-provider';

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
type ProviderClass = new (issuer: string, settings: object) => { callback(): RequestHandler };

const CLIENT = { client_id: 'batch', client_secret: 'batch-secret' };
const RESOURCE = 'https://outcrop.example.com';

export type OidcProviderState = 'up' | 'down' | 'slow';

/** An identity provider of the package oidc-provider. It issues access tokens as JWTs for client credentials. */
export class OidcProvider {
  readonly url: string;
  readonly audience = RESOURCE;
  state: OidcProviderState = 'up';
  /** Groups of the next tokens. */
  groups: readonly string[] = ['llm-search-dev'];
  private handle?: RequestHandler;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      if (this.state === 'down') response.destroy();
      else if (this.state === 'up') this.handle?.(request, response);
    });
  }

  static async start(pair: IssuerKeyPair = rsaPair('one')): Promise<OidcProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new OidcProvider(server);
    await provider.rotate(pair);
    return provider;
  }

  /** Replaces the key with which the provider signs. */
  async rotate(pair: IssuerKeyPair): Promise<void> {
    const { default: Provider } = (await import(PACKAGE)) as { default: ProviderClass };
    const jwk = { ...pair.privateKey.export({ format: 'jwk' }), kid: pair.kid, use: 'sig', alg: pair.alg };
    const provider = new Provider(this.url, {
      jwks: { keys: [jwk] },
      clients: [{ ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
      extraTokenClaims: () => ({ groups: this.groups }),
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => RESOURCE,
          getResourceServerInfo: () => ({
            scope: '',
            audience: RESOURCE,
            accessTokenFormat: 'jwt' as const,
            jwt: { sign: { alg: pair.alg } },
          }),
        },
      },
    });
    this.handle = provider.callback();
  }

  /** Fetches an access token for the client `batch`. */
  async token(): Promise<string> {
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...CLIENT }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return token;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
